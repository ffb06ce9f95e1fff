"""Pictures of one moment of the demo, for a terminal and in plain lines. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from structlog.typing import EventDict

from lahmadaemon.radio.reports import PeriodReport
from lahmadaemon.supervision.health import Report, State

BARS = "▁▂▃▄▅▆▇█"
FIGURES = (
    ("Unique listeners", "cume"),
    ("Listened hours", "tlh"),
    ("Listening on average", "aas"),
    ("Most at once", "peak"),
    ("Sessions", "as"),
    ("Long listeners", "long_listeners"),
    ("Short listeners", "short_listeners"),
)
STYLES = {State.RUNNING: "green", State.FAILED: "bold red", State.DEGRADED: "yellow", State.BACKING_OFF: "red"}
LEVELS = {"warning": "yellow", "error": "red"}


@dataclass(frozen=True)
class Scene:
    """Everything there is to see at one moment. `listening`: connections by poll, the newest last."""

    moment: str
    on_air: str
    listening: Sequence[int]
    today: PeriodReport
    health: Report
    events: Sequence[EventDict]
    window: str


def curve(counts: Sequence[int]) -> str:
    """The counts as bars from zero."""
    highest = max(counts, default=0) or 1
    return "".join(BARS[min(len(BARS) - 1, count * len(BARS) // (highest + 1))] for count in counts)


def picture(title: str, scene: Scene) -> RenderableType:
    """The whole screen."""
    now = Table.grid(padding=(0, 1))
    now.add_row(Text(f"{scene.listening[-1] if scene.listening else 0}", "bold cyan"), "connections now")
    now.add_row("", Text(curve(scene.listening), "cyan", no_wrap=True))
    now.add_row("on air", Text(scene.on_air, "bold", no_wrap=True, overflow="ellipsis"))
    top = Table.grid(expand=True)
    top.add_column(ratio=3)
    top.add_column(ratio=2)
    left = Group(
        Panel(now, title=f"[bold]{scene.moment}[/]", title_align="left", border_style="cyan"),
        Panel(_services(scene.health), title="Services", title_align="left", border_style="dim"),
    )
    top.add_row(left, Panel(_figures(scene.today), title="Today so far", title_align="left", border_style="cyan"))
    events = Panel(Group(*map(event_line, scene.events)), title="Last events", title_align="left", border_style="dim")
    foot = Text(f"Ctrl-C ends it. Health: {scene.window}/health", "dim")
    return Group(Text(title, "bold"), top, events, foot)


def _figures(today: PeriodReport) -> RenderableType:
    table = Table(box=None, expand=True, header_style="dim")
    table.add_column("")
    table.add_column("net", justify="right", style="bold")
    table.add_column("gross", justify="right", style="dim")
    net, gross = today.net.as_json(), today.gross.as_json()
    for title, key in FIGURES:
        table.add_row(
            title, *(f"{value:.1f}" if isinstance(value, float) else str(value) for value in (net[key], gross[key]))
        )
    table.add_row("", "", "")
    table.add_row(Text("net leaves out bots and relays", "dim"), "", "")
    return table


def _services(health: Report) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for service in health.services:
        table.add_row(
            service.name, Text(service.state, STYLES.get(service.state, "dim")), f"{service.restarts} restarts"
        )
    return table


def event_line(event: EventDict) -> Text:
    """An event with its fields, on one line."""
    fields = " ".join(
        f"{key}={value}" for key, value in event.items() if key not in {"event", "level", "timestamp", "exc_info"}
    )
    text = Text(no_wrap=True, overflow="ellipsis")
    return text.append(f"{event['event']:<24} ", LEVELS.get(event.get("level", ""), "green")).append(fields, "dim")


def line(scene: Scene) -> str:
    """The moment where nobody can draw."""
    net = scene.today.net
    now = scene.listening[-1] if scene.listening else 0
    return (
        f"{scene.moment}  {now:3} connections now, today {net.cume} unique listeners, {net.tlh:.1f} hours listened, "
        f"peak {net.peak}; on air: {scene.on_air}; {scene.health.headline}"
    )


def summary(scene: Scene) -> Iterable[str]:
    """What is left when it is over."""
    net, gross = scene.today.net, scene.today.gross
    yield f"At {scene.moment} the demo had measured, since it began:"
    yield f"  {net.cume} unique listeners ({gross.cume} with bots and relays), {net.tlh:.1f} hours listened, {net.active} sessions,"
    yield f"  {net.long_listeners} long and {net.short_listeners} short listeners, at most {net.peak} at once."
