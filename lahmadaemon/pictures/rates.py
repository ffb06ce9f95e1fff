"""A campaign's engagement over time: a line for each rate, its name at its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lahmadaemon.pictures.curve import BOTTOM, LEFT, TOP, Tick
from lahmadaemon.pictures.drawing import MARGIN, Canvas
from lahmadaemon.pictures.look import Head, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = 1.75
"""Inches for the lines' names."""
APART = 0.17
"""Inches between two names, at least."""


@dataclass(frozen=True)
class Line:
    """One rate. `points`: days since the first one, and percent; None: nobody knows."""

    name: str
    points: Sequence[tuple[float, float | None]]

    @property
    def last(self) -> float | None:
        return next((value for _, value in reversed(self.points) if value is not None), None)


@dataclass(frozen=True)
class Rates:
    """`length`: in days."""

    head: Head
    lines: Sequence[Line]
    length: float
    unit: str = "%"
    ticks: Sequence[Tick] = ()

    @property
    def _known(self) -> list[Line]:
        return [line for line in self.lines if line.last is not None]

    def height(self, look: Look) -> float:
        if not self._known:
            return 1.1
        return (2.2 + 0.19 * len(self._known) if look.narrow else 2.6) + BOTTOM

    def onto(self, canvas: Canvas) -> None:
        lines = self._known
        if not lines:
            canvas.say(self.head.nothing)
            return
        narrow = canvas.look.narrow
        top = TOP + (0.19 * len(lines) if narrow else 0.0)
        right, high = MARGIN if narrow else NAMES + 0.1, canvas.height - BOTTOM - top
        axes = canvas.axes(LEFT, BOTTOM, canvas.width - LEFT - right, high)
        for line, colour in zip(lines, canvas.look.colours.lines, strict=False):
            _line(axes, line, colour)
        self._scale(axes, canvas.look)
        if narrow:
            axes.legend(labels=[self._named(line) for line in lines], loc="lower right", bbox_to_anchor=(1.0, 1.0),
                        handles=axes.get_lines(), borderaxespad=0)  # fmt: skip
        else:
            self._names(axes, lines, canvas.look, high)

    def _scale(self, axes: "Axes", look: Look) -> None:
        from matplotlib.ticker import FuncFormatter, MaxNLocator

        most = max(value for line in self._known for _, value in line.points if value is not None)
        axes.set_ylim(0, most * 1.12 or 1.0)
        axes.set_xlim(0, max(self.length, 0.5))
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: self.head.numbers.short(value)))
        ticks = self.ticks[::2] if look.narrow and len(self.ticks) > 4 else self.ticks
        axes.set_xticks([tick.at for tick in ticks], [tick.label for tick in ticks])
        axes.tick_params(axis="x", pad=6)
        axes.set_title(self.unit)

    def _names(self, axes: "Axes", lines: Sequence[Line], look: Look, high: float) -> None:
        """At the ends of their lines, moved apart where those meet."""
        top = axes.get_ylim()[1]
        ends = sorted(((line.last or 0.0) / top * high, number) for number, line in enumerate(lines))
        place = -APART
        for at, number in ends:
            place = max(at, place + APART)
            axes.text(
                1.015, min(place / high, 1.0), self._named(lines[number]), transform=axes.transAxes, va="center",
                color=look.colours.lines[number % len(look.colours.lines)],
            )  # fmt: skip

    def _named(self, line: Line) -> str:
        return f"{line.name} {self.head.numbers.told(line.last or 0.0, 1)}%"


def _line(axes: "Axes", line: Line, colour: str) -> None:
    x, y = [at for at, _ in line.points], [float("nan") if value is None else value for _, value in line.points]
    few = len(x) <= 31
    axes.plot(x, y, color=colour, linewidth=1.6, marker="o" if few else None, markersize=3.2, clip_on=False)
