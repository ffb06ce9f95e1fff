"""A week's shows as bars, and the audience of the week above them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lahmadaemon.pictures import curve as curves
from lahmadaemon.pictures.bands import shortened
from lahmadaemon.pictures.curve import Curve
from lahmadaemon.pictures.drawing import MARGIN, Canvas
from lahmadaemon.pictures.look import Head, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_SHOWS = 16
LONGEST_NAME = 34
SURE = 0.95
"""Bars of shows measured for less of their time are drawn in another colour."""
LETTER, BOLD = 0.07, 0.083
"""Inches, about, of a letter of what is written beside a bar, and of its name above it."""
NAMES, ROW, TALL_ROW, CURVE, AXIS = 2.75, 0.32, 0.47, 2.1, 0.44
"""Inches: of the names at most, of a bar, of a bar with its name above it, of the curve, of the scale."""


@dataclass(frozen=True)
class Bar:
    """One show of the week."""

    name: str
    hours: float
    listeners: int
    coverage: float


@dataclass(frozen=True)
class Shows:
    """The most listened first, whatever order they come in. `unsure`: said of shows that were not measured whole."""

    head: Head
    bars: Sequence[Bar]
    curve: Curve | None = None
    axis: str = "listened hours"
    people: str = "listeners"
    unsure: str = "not measured whole"
    hour: str = "h"
    """Behind a number."""

    @property
    def _drawn(self) -> list[Bar]:
        return sorted(self.bars, key=lambda bar: -bar.hours)[:MOST_SHOWS]

    @property
    def _curve(self) -> Curve | None:
        return self.curve if self.curve and self.curve.has_any else None

    def height(self, look: Look) -> float:
        row = TALL_ROW if look.narrow else ROW
        bars = AXIS + row * max(len(self._drawn), 1) if self._drawn else 0.7
        return bars + (CURVE if self._curve else 0.0)

    def onto(self, canvas: Canvas) -> None:
        high = canvas.height - (CURVE if self._curve else 0.0)
        if self._curve:
            width = canvas.width - curves.LEFT - MARGIN
            axes = canvas.axes(curves.LEFT, high + 0.38, width, CURVE - 0.38 - curves.TOP)
            curves.plot(axes, self._curve, canvas.look)
        if not self._drawn:
            if not self._curve:
                canvas.say(self.head.nothing)
            return
        longest = max(len(bar.name) for bar in self._drawn)
        left = MARGIN if canvas.look.narrow else min(NAMES, MARGIN + LETTER * (longest + 1) + 0.1)
        width = canvas.width - left - MARGIN
        self._bars(canvas.axes(left, AXIS, width, high - AXIS), self._drawn, canvas.look, width)

    def _bars(self, axes: "Axes", bars: Sequence[Bar], look: Look, width: float) -> None:
        """Its hours and listeners beside each bar; `width` in inches."""
        colours = [look.colours.main if bar.coverage >= SURE else look.colours.unsure for bar in bars]
        places = [number + (0.2 if look.narrow else 0.0) for number in range(len(bars))]
        axes.barh(places, [bar.hours for bar in bars], color=colours, height=0.36 if look.narrow else 0.62)
        labels = [self._figures(bar) for bar in bars]
        # The scale leaves room for the longest bar together with what is written beside it.
        room = [bar.hours / (1 - LETTER * (len(label) + 1) / width) for bar, label in zip(bars, labels, strict=True)]
        whole = max(room, default=0.0) or 1.0
        axes.set_xlim(0, whole)
        axes.set_ylim(len(bars) - 0.5, -0.5)
        for place, bar, label in zip(places, bars, labels, strict=True):
            axes.text(bar.hours + whole * 0.08 / width, place, label, va="center")
        if look.narrow:
            axes.set_yticks([])
            for number, bar in enumerate(bars):
                axes.text(0, number - 0.23, shortened(bar.name, int(width / BOLD)), va="center", fontweight="bold")
        else:
            axes.set_yticks(places, [shortened(bar.name, LONGEST_NAME) for bar in bars], color=look.colours.ink)
        self._scale(axes, whole, max(bar.hours for bar in bars))

    def _scale(self, axes: "Axes", whole: float, longest: float) -> None:
        from matplotlib.ticker import FuncFormatter, MaxNLocator

        axes.set_xticks([at for at in MaxNLocator(5).tick_values(0, whole) if at <= longest or not at])
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: self.head.numbers.short(value)))
        axes.set_xlabel(self.axis)
        axes.grid(visible=False, axis="y")
        axes.spines["bottom"].set_visible(False)

    def _figures(self, bar: Bar) -> str:
        mark = "" if bar.coverage >= SURE else f" · {self.unsure}"
        numbers = self.head.numbers
        return f"{numbers.told(bar.hours, 1)} {self.hour} · {self.people}: {numbers.told(bar.listeners)}{mark}"
