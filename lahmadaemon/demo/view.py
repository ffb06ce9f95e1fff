"""Pictures of one moment of the demo, for a terminal. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.layout import Layout
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from structlog.typing import EventDict

from lahmadaemon.demo.social.pane import HEIGHT, Agency, Campaigns
from lahmadaemon.radio.reports import PeriodReport
from lahmadaemon.radio.shows.report import Line
from lahmadaemon.supervision.health import Report, State

BARS = "▁▂▃▄▅▆▇█"
FIGURES = (
    ("Listeners", "cume"),
    ("Hours listened", "tlh"),
    ("Most at once", "peak"),
    ("Sessions", "as"),
    ("Long listeners", "long_listeners"),
    ("Short listeners", "short_listeners"),
)
LEAST = "as"
"""The figure that gives way on a small screen."""
SMALLEST = 24
CAMERAS, TOLD = 6, 6
"""Rows of the panels, with their borders."""
OPENING = ("/", "/docs")
"""Paths of the window that are worth a look: the page for people, and the API."""
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
    agency: Agency | None = None


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
    """The whole screen, from eighty by twenty-four up."""
    return _Screen(title, scene)


@dataclass(frozen=True)
class _Screen:
    """Of what a larger one has to spare, a quarter goes to events, the rest to the audience and to what people were told."""

    title: str
    scene: Scene

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        scene, height = self.scene, options.height or options.size.height
        campaigns = HEIGHT if scene.agency else 0
        events = 3 + max(0, height - SMALLEST + HEIGHT - campaigns) // 4
        upper = height - 2 - campaigns - events
        figures = min(len(FIGURES) + 2, upper - TOLD)
        screen = Layout()
        screen.split_column(
            Layout(_on_one_line(self.title, "bold"), size=1),
            _beside(
                _stack(Layout(_panel(_Audience(scene), f"[bold]{scene.moment}[/]", "cyan"), size=upper - CAMERAS),
                       Layout(_panel(_cameras(scene), "Cameras today", "magenta", scene.pushes))),
                _stack(Layout(_panel(_Figures(scene.today), "Today: net, with bots", "cyan"), size=figures),
                       Layout(_panel(_Told(scene.told), "People were told", "yellow"))),
                size=upper,
            ),
            *([Layout(Campaigns(scene.agency), size=campaigns)] if scene.agency else []),
            _beside(Layout(_panel(Group(*map(event_line, reversed(scene.events))), "Last events")),
                    Layout(_services(scene.health)), size=events),
            Layout(_Footer(scene.window), size=1),
        )  # fmt: skip
        yield screen


@dataclass(frozen=True)
class _Footer:
    """How to end it, and as many addresses as there is room for."""

    window: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        page, api = OPENING
        short = f"Ctrl-C ends it. Open {self.window}{page}, or {api}"
        whole = f"{short} for the API, /metrics and /health for machines"
        yield _on_one_line(whole if len(whole) <= options.max_width else short, "dim")


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


def _beside(left: Layout, right: Layout, size: int) -> Layout:
    left.ratio, right.ratio = 3, 2
    row = Layout(size=size)
    row.split_row(left, right)
    return row


def _stack(*parts: Layout) -> Layout:
    column = Layout()
    column.split_column(*parts)
    return column


def _panel(inside: RenderableType, title: str, colour: str = "dim", below: str = "") -> Panel:
    return Panel(
        inside, title=title, title_align="left", subtitle=below or None, subtitle_align="left", border_style=colour
    )


@dataclass(frozen=True)
class _Figures:
    """As many as there are rows for."""

    today: PeriodReport

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table(box=None, expand=True, show_header=False, pad_edge=False, padding=(0, 0, 0, 1))
        table.add_column()
        table.add_column(justify="right", style="bold", no_wrap=True)
        table.add_column(justify="right", style="dim", no_wrap=True)
        net, gross = self.today.net.as_json(), self.today.gross.as_json()
        few = (options.height or len(FIGURES)) < len(FIGURES)
        for title, key in FIGURES:
            if not (few and key == LEAST):
                both = (f"{value:.1f}" if isinstance(value, float) else str(value) for value in (net[key], gross[key]))
                table.add_row(_on_one_line(title), *both)
        yield table


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
    return table


@dataclass(frozen=True)
class _Told:
    """The newest on top and whole; earlier ones too as far as there is room, else how they begin."""

    messages: Sequence[str]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        left = (options.height or SMALLEST) - len(self.messages)
        for place, message in enumerate(reversed(self.messages)):
            whole = Text(message, "" if place else "bold")
            left -= len(whole.wrap(console, options.max_width)) - 1
            yield whole if left >= 0 or not place else _on_one_line(" ".join(message.split()))


def _services(health: Report) -> RenderableType:
    """Who is unwell, by name; of the others it is enough to know that they are there."""
    table = Table.grid(padding=(0, 1))
    table.add_column()
    table.add_column(no_wrap=True)
    unwell = [service for service in health.services if not service.well]
    for service in unwell:
        restarts = f" ↻{service.restarts}" if service.restarts else ""
        table.add_row(_on_one_line(service.name), Text(f"{service.state}{restarts}", STYLES.get(service.state, "dim")))
    of = len(health.services)
    return _panel(table if unwell else Text("all well", "green"), f"Services: {of - len(unwell)} of {of} well")


def event_line(event: EventDict) -> Text:
    """An event with its fields, on one line; a run's long name comes last."""
    told = [key for key in event if key not in {"event", "level", "timestamp", "exc_info"}]
    fields = " ".join(f"{key}={event[key]}" for key in sorted(told, key=lambda key: key == "run"))
    text = _on_one_line("")
    return text.append(f"{event['event']:<21} ", LEVELS.get(event.get("level", ""), "green")).append(fields, "dim")
