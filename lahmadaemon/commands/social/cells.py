"""What stands in the tables: numbers, times and names as people read them, in 80 columns or more; – is unknown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from zoneinfo import ZoneInfo

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from lahmadaemon.clock import DAY, HOUR, MINUTE, Instant, instant, local
from lahmadaemon.commands.shows_view import name

WIDE = 120
UNKNOWN = "–"
MUCH = 9_999


@dataclass(frozen=True)
class Look:
    """Who looks: from which zone, when, on how wide a screen."""

    zone: ZoneInfo
    now: Instant
    width: int

    @property
    def wide(self) -> bool:
        return self.width >= WIDE

    def when(self, moment: str | None, *, short: bool = False) -> str:
        """A time of the API's as a wall clock shows it; `short`: without the year, or of another year without the hour."""
        at = read(moment)
        if at is None:
            return UNKNOWN
        shown = local(at, self.zone)
        if not short:
            return f"{shown:%Y-%m-%d %H:%M}"
        return f"{shown:{'%m-%d %H:%M' if shown.year == local(self.now, self.zone).year else '%Y-%m-%d'}}"

    def day(self, moment: str | None) -> str:
        at = read(moment)
        return UNKNOWN if at is None else f"{local(at, self.zone):%Y-%m-%d}"

    def ago(self, moment: str | None) -> str:
        at = read(moment)
        if at is None:
            return "never"
        return "just now" if abs(self.now - at) < MINUTE else f"{apart(self.now - at)} ago"


@dataclass(frozen=True)
class Column:
    """A figure is never cut and stands to the right; a word is never cut; other text gives way, down to `least`: it is
    folded, or with `cut` ends in …"""

    title: str
    figure: bool = False
    word: bool = False
    cut: bool = False
    least: int = 8

    @property
    def whole(self) -> bool:
        return self.figure or self.word


Cell = Text | str


def table_of(
    look: Look, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], styles: Sequence[str] = ()
) -> Table:
    """No lines but one below the titles, so that the screen is for what is told. `styles`: of the rows."""
    told = [[each if isinstance(each, Text) else Text(each) for each in row] for row in rows]
    natural = _natural(columns, told)
    gap = 2 if sum(natural) + 2 * (len(columns) - 1) <= look.width else 1
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False, padding=(0, gap - 1, 0, 0))
    for column, width in zip(columns, _fitted(columns, natural, look.width - gap * (len(columns) - 1)), strict=True):
        table.add_column(
            column.title, justify="right" if column.figure else "left", width=width,
            no_wrap=column.whole or column.cut, overflow="ellipsis" if column.cut else "fold",
        )  # fmt: skip
    for row, style in zip_longest(told, styles, fillvalue=""):
        table.add_row(*row, style=str(style))
    return table


def fits(look: Look, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether there is room for all that is never cut, and for the least of the rest."""
    return sum(_least(columns, _natural(columns, rows))) + len(columns) - 1 <= look.width


def _natural(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[int]:
    return [max(_width(column.title), *(_width(row[place]) for row in rows)) for place, column in enumerate(columns)]


def _least(columns: Sequence[Column], natural: Sequence[int]) -> list[int]:
    return [width if column.whole else min(column.least, width) for column, width in zip(columns, natural, strict=True)]


def _fitted(columns: Sequence[Column], natural: Sequence[int], room: int) -> list[int]:
    """What can be cut gives way before what would be folded, the widest first; below its least only where nothing else helps."""
    widths = list(natural)
    for least in (
        _least(columns, natural),
        [width if of.whole else 1 for of, width in zip(columns, natural, strict=True)],
    ):
        while sum(widths) > room and (giving := [place for place, width in enumerate(widths) if width > least[place]]):
            widths[max(giving, key=lambda place: (columns[place].cut, widths[place]))] -= 1
    return widths


def _width(cell: Cell) -> int:
    return max((cell_len(line) for line in str(cell).splitlines()), default=0)


def lines(parts: Iterable[Text | str]) -> Text:
    """Parts that are not empty, one below the other."""
    return Text("\n").join(each if isinstance(each, Text) else Text(each) for each in parts if each)


def number(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:,.0f}"


def percent(value: float | None) -> str:
    """Two digits after the point; what no rate can well be takes no more room than one that can."""
    if value is None:
        return UNKNOWN
    return f"{value:.2f}%" if value < MUCH else f">{MUCH:,}%"


def gained(value: int | None) -> Text:
    """+300; nothing where it is not known."""
    if value is None:
        return Text("")
    return Text(f"{value:+,}", "dim" if value == 0 else "green" if value > 0 else "red")


def read(moment: str | None) -> Instant | None:
    """The instant of a time as the API tells it."""
    return None if moment is None else instant(datetime.fromisoformat(moment))


def apart(milliseconds: int) -> str:
    """How long: 12 min, 3 h, 5 days."""
    span = abs(milliseconds)
    if span < HOUR:
        return f"{span // MINUTE} min"
    return f"{span // HOUR} h" if span < 2 * DAY else f"{span // DAY} days"


def of_creator(creator_id: int, email: str | None) -> Text:
    """By the address, which is what people know them by."""
    return name(email) if email else Text(f"creator {creator_id}")
