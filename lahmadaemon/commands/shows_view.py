"""The table of shows as an editor reads it in a terminal, of 80 columns or more."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from lahmadaemon.clock import local
from lahmadaemon.radio.shows.airing import OFF_AIR, UNKNOWN
from lahmadaemon.radio.shows.report import AiringLine, Line, ShowReport

WIDE, WIDEST, BAR = 120, 150, 14
MOST_UNMATCHED, MOST_NAMES, MOST_MISSING = 8, 40, 6
SURE, NEARLY, HALF = 0.995, 0.95, 0.5
NAMES = {OFF_AIR: "off air", UNKNOWN: "unknown what was on", "total": "All shows"}
NOTHING = "No show was heard, and none was planned. LAHMA_RADIO__SHOWS__KIND says who knows the programme."
UNMEASURED = "Nothing was measured then."
NAMELESS = "Names are as heard: LAHMA_RADIO__SHOWS__KIND says who knows the programme."
LEGEND = (
    "People: who heard a minute of an airing or more, once in each line. Avg, peak: how many at once. Stayed: who heard "
    "half of an airing{end}. Hours read h:mm. Net of bots, relays, probes and forgotten players. How sure: the share of "
    "the time that was measured; plan: what was on is only known from the programme."
)


@dataclass(frozen=True)
class Look:
    """What hangs on the screen, and the hours that the longest bar is for."""

    width: int
    ascii_only: bool
    most: float

    @property
    def wide(self) -> bool:
        return self.width >= WIDE


@dataclass(frozen=True)
class Column:
    """One column; `cell` makes what stands in it."""

    title: str
    width: int
    cell: Callable[[Line, Look], Text]
    only_wide: bool = False
    left: bool = False


FIGURES = (
    Column("Listened", 8, lambda line, _: Text(clock(line.net.tlh))),
    Column("", BAR, lambda line, how: bar(line, how), only_wide=True, left=True),
    Column("People", 6, lambda line, _: Text(str(line.net.listeners))),
    Column("Avg", 5, lambda line, _: Text(f"{line.net.aas:.1f}")),
    Column("Peak", 4, lambda line, _: Text(str(line.net.peak))),
    Column("Stayed", 6, lambda line, _: share(line, line.net.completion_50)),
    Column("90%", 4, lambda line, _: share(line, line.net.completion_90), only_wide=True),
    Column("How sure", 11, lambda line, _: marked(line), left=True),
)
SHOWS = (
    Column("Aired", 5, lambda line, _: Text("" if line.key in {OFF_AIR, UNKNOWN} else f"{line.airings}x")),
    Column("On air", 6, lambda line, _: Text(clock(line.hours))),
    *FIGURES,
)
AIRINGS = tuple(column for column in FIGURES if not column.only_wide)


def look(screen: Console, lines: Iterable[Line]) -> Look:
    """How this screen can show them."""
    return Look(screen.width, screen.options.ascii_only, max((line.net.tlh for line in lines), default=0.0))


def shows_view(station: str, report: ShowReport, zone: ZoneInfo, screen: Console) -> RenderableType:
    """Shows by listening, names that belong to nobody, the total; dim, what was no show."""
    if not report.shows and not report.rest:
        return _without_table(station, report, zone)
    how = look(screen, report.shows)
    table = _table(how, [("Show", 1.0)], SHOWS)
    matched = [line for line in report.shows if line.is_matched]
    unmatched = report.shows[len(matched) :]
    for line in matched:
        table.add_row(name(line.name), *_cells(line, SHOWS, how))
    most = MOST_UNMATCHED if matched else MOST_NAMES  # where nobody knows the programme, every name is as good
    for line in unmatched[:most]:
        label, style = (line.key, "dim") if matched else (line.name, "")
        table.add_row(name(label), *_cells(line, SHOWS, how), style=style)
    if more := unmatched[most:]:
        hours, heard = sum(line.hours for line in more), sum(line.net.tlh for line in more)
        table.add_row(f"{len(more)} more unmatched names", "", clock(hours), clock(heard), style="dim")
    table.add_section()
    table.add_row(NAMES["total"], *_cells(report.total, SHOWS, how), style="bold")
    table.add_section()
    for line in report.rest:
        table.add_row(NAMES[line.key], *_cells(line, SHOWS, how), style="dim")
    return Group(_head(station, report, zone), table, *_below(report, zone), _legend(how))


def airings_view(station: str, report: ShowReport, zone: ZoneInfo, screen: Console) -> RenderableType:
    """Every airing in order of time, beside its slot."""
    if not report.airings:
        return _without_table(station, report, zone)
    how = look(screen, [each.line for each in report.airings])
    wide = [("Show", 0.55), ("Episode", 0.45), ("Late / over", 15)]
    table = _table(how, [("On air", 18), *(wide if how.wide else [("Show", 1.0)])], AIRINGS)
    named = any(each.airing.is_matched for each in report.airings)
    for each in report.airings:
        airing = each.airing
        told = [name(airing.episode), Text(beside_plan(each))] if how.wide else []
        when = f"{local(airing.start, zone):%a %d %H:%M}-{local(airing.end, zone):%H:%M}"
        style = "" if airing.is_matched or not named else "dim"
        table.add_row(when, name(airing.name), *told, *_cells(each.line, AIRINGS, how), style=style)
    return Group(_head(station, report, zone), table, *_below(report, zone), _legend(how))


def _without_table(station: str, report: ShowReport, zone: ZoneInfo) -> RenderableType:
    if "no_data" in report.flags:
        return Group(_head(station, report, zone), Text(UNMEASURED, "yellow"))
    return Group(_head(station, report, zone), *_below(report, zone))


def _table(how: Look, first: Sequence[tuple[str, float]], columns: Sequence[Column]) -> Table:
    """Columns of their widths; the first ones may take a share (up to 1) of what the screen has left."""
    gap = 2 if how.wide else 1
    shown = list(_shown(columns, how))
    fixed = [column.width for column in shown] + [width for _, width in first if width > 1]
    left = min(how.width, WIDEST) - sum(fixed) - gap * (len(shown) + len(first) - 1)
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, padding=(0, gap - 1, 0, 0), show_edge=False)
    for title, width in first:
        table.add_column(title, no_wrap=True, overflow="ellipsis", width=int(width if width > 1 else left * width))
    for column in shown:
        table.add_column(column.title, justify="left" if column.left else "right", no_wrap=True, width=column.width)
    return table


def _shown(columns: Iterable[Column], how: Look) -> Iterator[Column]:
    return (column for column in columns if how.wide or not column.only_wide)


def _cells(line: Line, columns: Iterable[Column], how: Look) -> list[Text]:
    return [column.cell(line, how) for column in _shown(columns, how)]


def name(text: str) -> Text:
    """What a stranger typed: no markup, nothing that moves the cursor."""
    return Text("".join(letter if letter.isprintable() else "\ufffd" for letter in text))


def clock(hours: float) -> str:
    """123:04 for people."""
    minutes = round(hours * 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def share(line: Line, value: float | None) -> Text:
    return Text("" if value is None or line.key in {OFF_AIR, UNKNOWN} else f"{value:.0%}")


def bar(line: Line, how: Look) -> Text:
    """Its share of the most listened to, in eighths of a letter where the screen has them."""
    if not how.most or line.key in NAMES:
        return Text("")
    eighths = round(line.net.tlh / how.most * BAR * 8)
    if how.ascii_only:
        return Text("#" * round(eighths / 8), "cyan")
    rest = " ▏▎▍▌▋▊▉"[eighths % 8] if eighths % 8 else ""
    return Text("█" * (eighths // 8) + rest, "cyan")


def sureness(line: Line) -> Text:
    """How much of its time was measured, and whether somebody heard what was on or only planned it."""
    if not line.hours:
        return Text("")
    if line.coverage < HALF:
        return Text(f"{line.coverage:.0%} only" if line.coverage else "unmeasured", "red")
    planned = "" if line.heard >= NEARLY else "plan"
    if line.coverage >= SURE:
        return Text("by plan" if line.heard < HALF else "part plan", "yellow") if planned else Text("sure", "green")
    style = "green" if line.coverage >= NEARLY and not planned else "yellow"
    return Text(f"{line.coverage:.0%}" + (f", {planned}" if planned else ""), style)


def marked(line: Line) -> Text:
    """With a star where something was strange; it is told below."""
    return sureness(line) + Text(" *", "yellow") if line.flags and line.key not in NAMES else sureness(line)


def beside_plan(each: AiringLine) -> str:
    """Minutes from the planned beginning and end to the real ones."""
    airing = each.airing
    if airing.planned is None:
        return "not planned"
    if airing.heard < HALF:
        return "by plan"
    late, over = (None if minutes is None else round(minutes) for minutes in (airing.late, airing.overrun))
    if late == over == 0:
        return "on time"
    end = "on air" if over is None else f"{over:+} min"
    return f"{'?' if late is None else f'{late:+}'} / {end}"


def _head(station: str, report: ShowReport, zone: ZoneInfo) -> Text:
    first, last = local(report.period.start, zone), local(report.period.end - 1, zone)
    flags = ", ".join(flag.replace("_", " ") for flag in report.flags)
    return Text.assemble(
        (f"\n{station}", "bold"), f"  {report.period.label}, {first:%a %d %b} to {last:%a %d %b %Y}",
        (f"  {flags}" if flags else "", "yellow"), "\n",
    )  # fmt: skip


def _below(report: ShowReport, zone: ZoneInfo) -> Iterator[Text]:
    """What the table leaves out: planned and not heard, heard and no listening."""
    if not any(line.is_matched for line in report.shows):
        yield Text(NAMELESS if report.shows else NOTHING, "yellow")
    if report.not_aired:
        told = [f"{each.name} ({local(each.start, zone):%a %H:%M})" for each in report.not_aired[:MOST_MISSING]]
        more = len(report.not_aired) - len(told)
        yield Text.assemble(
            ("Planned, not heard: ", "yellow"), name(", ".join(told) + (f" and {more} more" if more else ""))
        )
    for flag in report.total.flags:
        names = [line.name for line in report.shows if flag in line.flags]
        yield Text.assemble((f"* {flag.replace('_', ' ')}: ", "yellow"), name(", ".join(names)))
    left_out = report.total.gross.tlh - report.total.net.tlh
    if clock(left_out) != clock(0):
        yield Text.assemble(
            ("Left out: ", "yellow"),
            f"{clock(left_out)} h of bots, relays, probes and forgotten players",
        )


def _legend(how: Look) -> Text:
    return Text("\n" + LEGEND.format(end=", or 90% of it" if how.wide else ""), "dim")
