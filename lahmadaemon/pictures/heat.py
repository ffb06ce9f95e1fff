"""The week as a carpet: a row for each day, a column for each hour, the more listeners the stronger the colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lahmadaemon.pictures.drawing import MARGIN, Canvas
from lahmadaemon.pictures.look import Head, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

BOTTOM, SCALE = 0.34, 0.62
"""Inches left free: for the hours, for the scale below them."""
STEPS = 24
"""Colours in the scale."""
_LETTER = 0.075
"""Inches, about, of a letter of a day's name."""


@dataclass(frozen=True)
class Cell:
    """An hour of a day. `value`: None where nobody measured; an hour to come has no cell."""

    day: int
    hour: int
    value: float | None


@dataclass(frozen=True)
class Heat:
    """`days`: names of the rows, from the top; `unit`: what is counted, for the scale."""

    head: Head
    cells: Sequence[Cell]
    days: Sequence[str]
    unit: str

    @property
    def has_any(self) -> bool:
        return any(cell.value is not None for cell in self.cells)

    def height(self, look: Look) -> float:
        if not self.has_any:
            return 1.1
        return len(self.days) * (0.26 if look.narrow else 0.34) + BOTTOM + SCALE

    def onto(self, canvas: Canvas) -> None:
        if not self.has_any:
            canvas.say(self.head.nothing)
            return
        left = MARGIN + _LETTER * (max(map(len, self.days)) + 1)
        width = canvas.width - left - MARGIN
        axes = canvas.axes(left, SCALE + BOTTOM, width, canvas.height - SCALE - BOTTOM)
        _carpet(axes, self, canvas.look)
        self._key(canvas.axes(left, 0.34, 1.7 if canvas.look.narrow else 2.6, 0.12), canvas.look)

    @property
    def most(self) -> float:
        """The end of the scale."""
        return max(1.0, *(cell.value or 0.0 for cell in self.cells))

    def _key(self, axes: "Axes", look: Look) -> None:
        """What the colours mean, and the hatching."""
        from matplotlib.patches import Patch
        from matplotlib.ticker import FuncFormatter, MaxNLocator

        step, colours = self.most / STEPS, _colours(look)
        pieces = [(number * step, step * 1.02) for number in range(STEPS)]
        axes.broken_barh(pieces, (0, 1), facecolors=[colours((n + 0.5) / STEPS) for n in range(STEPS)], linewidth=0)
        axes.set_xlim(0, self.most)
        axes.set_ylim(0, 1)
        axes.set_yticks([])
        axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: self.head.numbers.told(value)))
        axes.spines["bottom"].set_visible(False)
        axes.grid(visible=False)
        axes.set_title(self.unit)
        if any(cell.value is None for cell in self.cells):
            key: Any = [Patch(label=self.head.unmeasured, **look.hatched)]
            axes.legend(handles=key, loc="center left", bbox_to_anchor=(1.06, 0.5), borderaxespad=0, handlelength=1.6)


def _colours(look: Look) -> "Colormap":
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("audience", look.colours.shades)


def _carpet(axes: "Axes", heat: Heat, look: Look) -> None:
    top = max((cell.value or 0.0) for cell in heat.cells)
    colours = _colours(look)
    for day in range(len(heat.days)):
        row = {cell.hour: cell.value for cell in heat.cells if cell.day == day}
        known = {hour: colours(value / heat.most) for hour, value in row.items() if value is not None}
        _row(axes, day, list(known), facecolors=list(known.values()), linewidth=0)
        _row(axes, day, [hour for hour, value in row.items() if value is None], **look.hatched)
        to_come = [hour for hour in range(24) if hour not in row]
        _row(axes, day, to_come, facecolor="none", edgecolor=look.colours.grid, linewidth=0.7)
    if top:
        best = next(cell for cell in heat.cells if cell.value == top)
        _mark(axes, best, heat.head.numbers.short(top), top / heat.most, look)
    axes.grid(visible=False)
    axes.set_xlim(-0.02, 24.02)
    axes.set_ylim(len(heat.days) + 0.02, -0.02)
    hours = range(0, 24, 6 if look.narrow else 3)
    axes.set_xticks([hour + 0.5 for hour in hours], [f"{hour:02}" for hour in hours])
    axes.set_yticks([row + 0.5 for row in range(len(heat.days))], list(heat.days))
    axes.spines["bottom"].set_visible(False)


def _row(axes: "Axes", day: int, hours: Sequence[int], **kind: Any) -> None:
    if hours:
        axes.broken_barh([(hour + 0.03, 0.94) for hour in hours], (day + 0.04, 0.92), **kind)


def _mark(axes: "Axes", best: Cell, number: str, strength: float, look: Look) -> None:
    if look.narrow and len(number) > 2:
        return
    axes.text(
        best.hour + 0.5, best.day + 0.52, number, ha="center", va="center", fontsize=6 if look.narrow else 8.5,
        fontweight="bold", color=look.colours.paper if strength > 0.5 else look.colours.ink,
    )  # fmt: skip
