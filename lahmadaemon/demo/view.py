"""Pictures of one moment of the demo, for a terminal and in plain lines. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.layout import Layout
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from structlog.typing import EventDict

from lahmadaemon.radio.reports import PeriodReport
from lahmadaemon.radio.shows.report import Line
from lahmadaemon.supervision.health import Report, State

BARS = "▁▂▃▄▅▆▇█"
MOST_SHOWS = 3
FIGURES = (
    ("Listeners", "cume"),
    ("Hours listened", "tlh"),
    ("Most at once", "peak"),
    ("Sessions", "as"),
    ("Long listeners", "long_listeners"),
    ("Short listeners", "short_listeners"),
)
STYLES = {State.RUNNING: "green", State.FAILED: "bold red", State.DEGRADED: "yellow", State.BACKING_OFF: "red"}
LEVELS = {"warning": "yellow", "error": "red"}


@dataclass(frozen=True)
class CameraNow:
    """A camera's day so far; `heard`: when its last file came, as a clock shows it."""

    name: str
    ins: int
    outs: int
    heard: str
    troubled: bool

    @property
    def there(self) -> int:
        return max(0, self.ins - self.outs)


@dataclass(frozen=True)
class Scene:
    """Everything there is to see at one moment. `listening`: connections by poll, the newest last; `shows`: when it is over."""

    moment: str
    on_air: str
    listening: Sequence[int]
    today: PeriodReport
    health: Report
    events: Sequence[EventDict]
    window: str
    cameras: Sequence[CameraNow] = ()
    pushes: str = ""
    told: Sequence[str] = ()
    shows: Sequence[Line] = ()


def curve(counts: Sequence[int], height: int = 5) -> list[str]:
    """The counts as columns that stand on zero, the highest reaching the top; one text a row, from the top."""
    highest = max(counts, default=0) or 1
    eighths = [round(count * height * len(BARS) / highest) for count in counts]
    rows = range(height - 1, -1, -1)
    return [
        "".join(
            BARS[min(max(part - row * len(BARS), 0), len(BARS)) - 1] if part > row * len(BARS) else " "
            for part in eighths
        )
        for row in rows
    ]


def picture(title: str, scene: Scene) -> RenderableType:
    """The whole screen, from eighty by twenty-four up; what a larger one has to spare, the rows share."""
    screen = Layout()
    screen.split_column(
        Layout(_on_one_line(title, "bold"), size=1),
        _row(9, 3, _panel(_Audience(scene), f"[bold]{scene.moment}[/]", "cyan"),
             _panel(_figures(scene.today), "Today: net, with bots", "cyan")),
        _row(8, 2, _panel(_cameras(scene), "Cameras today", "magenta"), _panel(_told(scene), "People were told", "yellow")),
        _row(5, 3, _panel(Group(*map(event_line, reversed(scene.events))), "Last events"),
             _panel(_services(scene.health), "Services")),
        Layout(_on_one_line(f"Ctrl-C ends it. Health: {scene.window}/health", "dim"), size=1),
    )  # fmt: skip
    return screen


@dataclass(frozen=True)
class _Audience:
    """The curve fills what is left of the panel between the number of now and what is on air; its newest polls stay in sight."""

    scene: Scene

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        polls = self.scene.listening
        yield _on_one_line(
            Text.assemble((f"{polls[-1] if polls else 0}", "bold cyan"), " connections now, ",
                          (f"half-hour peak {max(polls, default=0)}", "dim"))
        )  # fmt: skip
        for row in curve(polls[-options.max_width :], max((options.height or 7) - 2, 1)):
            yield Text(row, "cyan", no_wrap=True)
        yield _on_one_line(Text.assemble(("on air  ", "dim"), (self.scene.on_air, "bold")))


def _on_one_line(text: str | Text, style: str = "") -> Text:
    line = Text(text, style) if isinstance(text, str) else text
    line.no_wrap, line.overflow = True, "ellipsis"
    return line


def _row(lines: int, share: int, left: RenderableType, right: RenderableType) -> Layout:
    row = Layout(ratio=share, minimum_size=lines)
    row.split_row(Layout(left, ratio=3), Layout(right, ratio=2))
    return row


def _panel(inside: RenderableType, title: str, colour: str = "dim") -> Panel:
    return Panel(inside, title=title, title_align="left", border_style=colour)


def _figures(today: PeriodReport) -> RenderableType:
    table = Table(box=None, expand=True, show_header=False, pad_edge=False, padding=(0, 0, 0, 1))
    table.add_column()
    table.add_column(justify="right", style="bold", no_wrap=True)
    table.add_column(justify="right", style="dim", no_wrap=True)
    net, gross = today.net.as_json(), today.gross.as_json()
    for title, key in FIGURES:
        table.add_row(
            _on_one_line(title),
            *(f"{value:.1f}" if isinstance(value, float) else str(value) for value in (net[key], gross[key])),
        )
    return table


def _cameras(scene: Scene) -> RenderableType:
    table = Table(box=None, expand=True, header_style="dim")
    table.add_column("")
    for column in ("in", "out", "there", "last file"):
        table.add_column(column, justify="right")
    for camera in scene.cameras:
        style = "red" if camera.troubled else ""
        table.add_row(
            Text(camera.name, style), str(camera.ins), str(camera.outs), str(camera.there), Text(camera.heard, style)
        )
    return Group(table, _on_one_line(scene.pushes, "dim"))


def _told(scene: Scene) -> RenderableType:
    """The newest on top and whole; of earlier ones how they begin."""
    newest, *earlier = reversed(scene.told or [""])
    return Group(Text(newest, "bold"), *(_on_one_line(" ".join(message.split())) for message in earlier))


def _services(health: Report) -> RenderableType:
    """Who is unwell, by name; of the others it is enough to know that they are there."""
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(no_wrap=True)
    unwell = [service for service in health.services if not service.well]
    for service in unwell:
        restarts = f" ↻{service.restarts}" if service.restarts else ""
        table.add_row(_on_one_line(service.name), Text(f"{service.state}{restarts}", STYLES.get(service.state, "dim")))
    well = len(health.services) - len(unwell)
    return Group(table, Text(f"{well} {'others ' if unwell else ''}well", "green"))


def event_line(event: EventDict) -> Text:
    """An event with its fields, on one line."""
    fields = " ".join(
        f"{key}={value}" for key, value in event.items() if key not in {"event", "level", "timestamp", "exc_info"}
    )
    text = _on_one_line("")
    return text.append(f"{event['event']:<21} ", LEVELS.get(event.get("level", ""), "green")).append(fields, "dim")


def line(scene: Scene) -> str:
    """The moment where nobody can draw."""
    net = scene.today.net
    now = scene.listening[-1] if scene.listening else 0
    return (
        f"{scene.moment}  {now:3} connections now, today {net.cume} unique listeners, {net.tlh:.1f} hours listened, "
        f"peak {net.peak}; on air: {scene.on_air}; "
        + ", ".join(f"{camera.name} {camera.ins} in {camera.outs} out" for camera in scene.cameras)
        + f"; {scene.health.headline}"
    )


def summary(scene: Scene) -> Iterable[str]:
    """What is left when it is over."""
    net, gross = scene.today.net, scene.today.gross
    yield f"At {scene.moment} the demo had measured, since it began:"
    yield f"  {net.cume} unique listeners ({gross.cume} with bots and probes), {net.tlh:.1f} hours listened,"
    yield f"  {net.active} sessions, {net.long_listeners} long and {net.short_listeners} short listeners,"
    yield f"  at most {net.peak} at once;"
    if scene.shows:
        yield f"  {shows_heard(scene.shows)};"
    for camera in scene.cameras:
        yield f"  {camera.name}: {camera.ins} came, {camera.outs} went, last file {camera.heard};"
    if scene.pushes:
        yield f"  {scene.pushes}."
    if scene.told:
        yield "People were told, last:"
        yield from (f"  {line}" for line in scene.told[-1].splitlines())


def shows_heard(shows: Sequence[Line]) -> str:
    """The ones that were listened to most, on one line."""
    heard = [f"{show.name} {show.net.tlh:.1f} h by {show.net.listeners}" for show in shows[:MOST_SHOWS]]
    more = [f"and {len(shows) - MOST_SHOWS} more"] if len(shows) > MOST_SHOWS else []
    return "shows: " + ", ".join([*heard, *more])
