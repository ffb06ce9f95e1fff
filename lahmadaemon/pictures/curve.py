"""The audience over a day or a week. What nobody measured is hatched; a period that is not over ends at now."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from lahmadaemon.pictures.bands import BAND, Band, show_bands
from lahmadaemon.pictures.drawing import MARGIN, Canvas
from lahmadaemon.pictures.look import Head, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEFT, BOTTOM, TOP = 0.62, 0.34, 0.24
"""Inches left free for what is written around the curve."""


@dataclass(frozen=True)
class Tick:
    """Something written below the curve."""

    at: float
    label: str


@dataclass(frozen=True)
class Curve:
    """All places are hours since the period's beginning. `values`: one each `step`, None where nobody measured."""

    head: Head
    values: Sequence[float | None]
    unit: str
    """What is counted: listeners."""
    length: float = 24.0
    step: float = 1.0
    ticks: Sequence[Tick] = ()
    edges: Sequence[float] = ()
    """Where a line goes from top to bottom; where there are none, at the ticks."""
    now: float | None = None
    """None: the period is over."""
    now_word: str = "now"
    bands: Sequence[Band] = ()
    """What was on air."""

    @property
    def has_any(self) -> bool:
        return any(value is not None for value in self.values)

    @property
    def peak(self) -> float:
        return max((value for value in self.values if value is not None), default=0.0)

    def height(self, look: Look) -> float:
        if not self.has_any:
            return 1.1
        return (2.1 if look.narrow else 2.5) + (BAND if self.bands else 0.0) + BOTTOM

    def onto(self, canvas: Canvas) -> None:
        if not self.has_any:
            canvas.say(self.head.nothing)
            return
        low = BOTTOM + (BAND if self.bands else 0.0)
        width = canvas.width - LEFT - MARGIN
        plot(canvas.axes(LEFT, low, width, canvas.height - low - TOP), self, canvas.look)
        if self.bands:
            show_bands(canvas.axes(LEFT, BOTTOM, width, BAND - 0.06), self.bands, self.length, canvas.look, width)


def plot(axes: "Axes", curve: Curve, look: Look) -> None:
    """The curve alone, with its scales."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    colours = look.colours
    end = curve.length if curve.now is None else curve.now
    edges = [min(number * curve.step, max(end, 0.01)) for number in range(len(curve.values) + 1)]
    y = [float("nan") if value is None else value for value in curve.values]
    axes.stairs(y, edges, color=colours.main, alpha=0.22, fill=True, linewidth=0)
    axes.stairs(y, edges, color=colours.main, linewidth=1.3, baseline=None, zorder=3, clip_on=False)
    axes.set_ylim(0, max(curve.peak * 1.18, 1.2))
    axes.set_xlim(0, curve.length)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: curve.head.numbers.told(value)))
    axes.set_title(curve.unit)
    _scale(axes, curve, look)
    _hatch(axes, curve, edges, look)
    _mark_peak(axes, curve, edges, look)
    if curve.now is not None and curve.now < curve.length:
        axes.axvline(curve.now, color=colours.faint, linewidth=0.9, linestyle=(0, (3, 2)))
        right = curve.now > curve.length * 0.9
        at = curve.now + curve.length * (-0.006 if right else 0.006)
        axes.text(at, 0.985, curve.now_word, transform=axes.get_xaxis_transform(), color=colours.faint, fontsize=8.5,
                  va="top", ha="right" if right else "left")  # fmt: skip


def _scale(axes: "Axes", curve: Curve, look: Look) -> None:
    ticks = curve.ticks if curve.edges or not look.narrow else curve.ticks[::2]
    low = -(BAND + 0.04) * 72 if curve.bands else -5
    if not curve.edges:
        axes.set_xticks([tick.at for tick in ticks], [tick.label for tick in ticks])
        axes.tick_params(axis="x", pad=-low)
        return
    axes.set_xticks(curve.edges, [""] * len(curve.edges))
    for tick in ticks:
        axes.annotate(tick.label, (tick.at, 0), (0, low), xycoords=axes.get_xaxis_transform(), textcoords="offset points",
                      ha="center", va="top", fontsize=8 if look.narrow else 8.5, color=look.colours.faint)  # fmt: skip


def _hatch(axes: "Axes", curve: Curve, edges: Sequence[float], look: Look) -> None:
    """One piece for hours that follow each other, and a word for what it means."""
    from matplotlib.patches import Patch

    at, any_missing = 0, False
    for missing, group in groupby(value is None for value in curve.values):
        upto = at + len(list(group))
        if missing:
            any_missing = True
            axes.axvspan(edges[at], edges[upto], **look.hatched)
        at = upto
    if any_missing:
        axes.legend(
            handles=[Patch(**look.hatched, label=curve.head.unmeasured)], loc="lower right", bbox_to_anchor=(1.0, 1.015),
            borderaxespad=0, borderpad=0.2, handlelength=1.6, handleheight=0.9,
        )  # fmt: skip


def _mark_peak(axes: "Axes", curve: Curve, edges: Sequence[float], look: Look) -> None:
    if curve.peak <= 0:
        return
    number = next(at for at, value in enumerate(curve.values) if value == curve.peak)
    middle = (edges[number] + edges[number + 1]) / 2
    end = curve.length if curve.now is None else curve.now
    align = "left" if middle < curve.length * 0.03 else "right" if middle > end - curve.length * 0.04 else "center"
    axes.annotate(
        curve.head.numbers.short(curve.peak), (middle, curve.peak), (0, 3), textcoords="offset points", ha=align, va="bottom",
        fontweight="bold", color=look.colours.ink,
    )  # fmt: skip
