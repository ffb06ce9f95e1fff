"""What was on air, as bands below a curve, each with as much of its name as there is room for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lahmadaemon.pictures.look import Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BAND = 0.27
"""Inches."""
_LETTER = 0.066
"""Inches, about, of a letter in a band."""


@dataclass(frozen=True)
class Band:
    """Hours since the period's beginning."""

    start: float
    end: float
    name: str
    planned: bool = False
    """Nobody heard it; it lies ahead, or the grid says so."""


def show_bands(axes: "Axes", bands: Sequence[Band], length: float, look: Look, width: float) -> None:
    """`width`: of the whole, in inches."""
    colours = look.colours
    axes.set_xlim(0, length)
    axes.set_ylim(0, 1)
    axes.set_axis_off()
    gap = 0.015 * length / width
    for band in bands:
        long = max(band.end - band.start - 2 * gap, gap)
        kind: dict[str, Any] = (
            {"facecolor": "none", "edgecolor": colours.hatch} if band.planned else {"facecolor": colours.grid}
        )
        axes.broken_barh([(band.start + gap, long)], (0.06, 0.88), linewidth=0.7 if band.planned else 0, **kind)
        name = shortened(band.name, int((long / length * width - 0.06) / _LETTER))
        if name:
            at = band.start + (band.end - band.start) / 2
            axes.text(
                at, 0.48, name, ha="center", va="center", fontsize=8, color=colours.faint if band.planned else None
            )


def shortened(name: str, letters: int) -> str:
    """As much of the name as fits; nothing where that says nothing."""
    if len(name) <= letters:
        return name
    return f"{name[: letters - 1].rstrip()}…" if letters > 4 else ""
