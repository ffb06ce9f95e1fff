"""Who came and went in each hour of a day: in above the line, out below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lahmadaemon.pictures.curve import BOTTOM, LEFT, TOP, Tick
from lahmadaemon.pictures.drawing import MARGIN, Canvas
from lahmadaemon.pictures.look import Head, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Passed:
    """In one hour, which is so many hours after the day's beginning."""

    at: float
    ins: int
    outs: int


@dataclass(frozen=True)
class Crossings:
    """A camera's day; hours in which nobody passed may be left out."""

    head: Head
    hours: Sequence[Passed]
    came: str
    left: str
    people: str
    length: float = 24.0
    ticks: Sequence[Tick] = ()
    now: float | None = None

    @property
    def has_any(self) -> bool:
        return any(hour.ins or hour.outs for hour in self.hours)

    def height(self, look: Look) -> float:
        return (2.5 if look.narrow else 2.8) + BOTTOM if self.has_any else 1.1

    def onto(self, canvas: Canvas) -> None:
        if not self.has_any:
            canvas.say(self.head.nothing)
            return
        axes = canvas.axes(LEFT, BOTTOM, canvas.width - LEFT - MARGIN, canvas.height - BOTTOM - TOP)
        self._bars(axes, canvas.look)
        self._scale(axes, canvas.look)
        self._key(axes, canvas.look)

    def _bars(self, axes: "Axes", look: Look) -> None:
        colours = look.colours
        places = [hour.at + 0.5 for hour in self.hours]
        axes.bar(places, [hour.ins for hour in self.hours], width=0.82, color=colours.main)
        axes.bar(places, [-hour.outs for hour in self.hours], width=0.82, color=colours.second)
        axes.axhline(0, color=colours.faint, linewidth=0.8)
        if look.narrow:
            return
        for hour, place in zip(self.hours, places, strict=True):
            for count, way in ((hour.ins, 1), (hour.outs, -1)):
                if count:
                    axes.annotate(
                        self.head.numbers.told(count), (place, way * count), (0, 2 * way), textcoords="offset points",
                        ha="center", va="bottom" if way > 0 else "top", fontsize=7.5,
                    )  # fmt: skip

    def _scale(self, axes: "Axes", look: Look) -> None:
        from matplotlib.ticker import FuncFormatter, MaxNLocator

        most_in, most_out = max(hour.ins for hour in self.hours), max(hour.outs for hour in self.hours)
        whole = max(most_in + most_out, 2)
        axes.set_ylim(-most_out - 0.1 * whole, most_in + 0.1 * whole)
        axes.set_xlim(0, self.length)
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: self.head.numbers.told(abs(value))))
        ticks = self.ticks[::2] if look.narrow else self.ticks
        axes.set_xticks([tick.at for tick in ticks], [tick.label for tick in ticks])
        axes.set_title(self.people)
        axes.spines["bottom"].set_visible(False)
        if self.now is not None and self.now < self.length:
            axes.axvline(self.now, color=look.colours.faint, linewidth=0.9, linestyle=(0, (3, 2)), zorder=0.6)

    def _key(self, axes: "Axes", look: Look) -> None:
        from matplotlib.patches import Patch

        colours = look.colours
        handles = [Patch(color=colours.main, label=self.came), Patch(color=colours.second, label=self.left)]
        axes.legend(
            handles=handles, loc="lower right", bbox_to_anchor=(1.0, 1.015), ncols=2, borderaxespad=0,
            borderpad=0.25, handlelength=1.2, handleheight=0.9, columnspacing=1.2,
        )  # fmt: skip
