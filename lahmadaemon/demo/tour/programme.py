"""What the tour prints: plain lines where nobody can draw, colours on a terminal. Pure but for the printing."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lahmadaemon.clock import MINUTE, SECOND
from lahmadaemon.demo.tour.acts import Act

LINE = 110


@dataclass
class Outcome:
    """What became of a fault, ms of the demo's time: from its beginning to the alarm, and from its end to the word that it
    is over; None: not within the hour it is given. `told`: the messages about it."""

    name: str
    noticed: int | None = None
    told: int = 0
    resolved: int | None = None

    @property
    def well(self) -> bool:
        return None not in (self.noticed, self.resolved) and self.told > 0


class Programme:
    """`to`: who is told, in the summary."""

    def __init__(self, console: Console, window: str, to: str) -> None:
        self._console = console
        self._window = window
        self._to = to

    def opening(self, title: str, faults: int) -> None:
        self._say(title, "bold")
        self._say(f"A tour of {faults} faults. The window shows them too: {self._window}/ (Ctrl-C ends it)")

    def ready(self) -> None:
        self._say("Everything is measured, everybody is connected. Let things go wrong.", "dim")

    def begins(self, number: int, of: int, act: Act) -> None:
        self._say(f"\n{number}/{of}  {act.name}", "bold red")
        self._say(act.happens, indent=2)
        self._say(act.meanwhile, indent=2)
        self._say(f"See {act.look}: {self._window}{act.page}", "dim", indent=2)

    def noticed(self, after: int | None, *, held: bool) -> None:
        if after is None:
            self._say("Not noticed within an hour: that is a bug, please report it.", "bold red", indent=2)
        else:
            waits = "; the alarm waits to be told" if held else ""
            self._say(f"Noticed after {lasting(after)}{waits}.", "yellow", indent=2)

    def told(self, text: str) -> None:
        """A message, as people get it."""
        for line in text.splitlines():
            self._say(f"» {line}", "bold", indent=4)

    def mended(self, act: Act) -> None:
        self._say(act.mended, "green", indent=2)

    def over(self, after: int | None) -> None:
        if after is None:
            self._say("Not over within an hour: that is a bug, please report it.", "bold red", indent=2)
        else:
            self._say(f"Over {lasting(after)} later.", "green", indent=2)

    def summary(self, outcomes: Sequence[Outcome]) -> None:
        """Of the faults that have been shown."""
        table = Table(title="What became of it, in the demo's time", title_justify="left")
        table.add_column("fault")
        for column in ("noticed after", "messages", "resolved after"):
            table.add_column(column, justify="right")
        table.add_column("told to")
        for each in outcomes:
            told = (lasting(each.noticed), str(each.told), lasting(each.resolved), self._to if each.told else "nobody")
            table.add_row(Text(each.name, "" if each.well else "bold red"), *told)
        self._console.print(table)

    def _say(self, text: str, style: str = "", indent: int = 0) -> None:
        lines = Text(text, style).wrap(self._console, min(self._console.width, LINE) - indent)
        for line in lines:
            line.rstrip()
            self._console.print(Text(" " * indent) + line)


def lasting(milliseconds: int | None) -> str:
    """5 min 30 s."""
    if milliseconds is None:
        return "never"
    minutes, rest = divmod(milliseconds, MINUTE)
    parts = [f"{minutes} min"] if minutes else []
    if rest >= SECOND or not minutes:
        parts.append(f"{rest / SECOND:.0f} s")
    return " ".join(parts)
