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
    """The whole screen."""
    now = scene.listening[-1] if scene.listening else 0
    most = max(scene.listening, default=0)
    audience = Group(
        Text.assemble((f"{now}", "bold cyan"), " connections now, ", (f"at most {most} in the last half hour", "dim")),
        *(Text(row, "cyan", no_wrap=True) for row in curve(scene.listening)),
        Text.assemble(("on air  ", "dim"), (scene.on_air, "bold"), no_wrap=True, overflow="ellipsis"),
    )
    top = Table.grid(expand=True)
    top.add_column(ratio=3)
    top.add_column(ratio=2)
    figures = Panel(_figures(scene.today), title="Today so far", title_align="left", border_style="cyan")
    services = Panel(_services(scene.health), title="Services", title_align="left", border_style="dim")
    top.add_row(Panel(audience, title=f"[bold]{scene.moment}[/]", title_align="left", border_style="cyan"), figures)
    events = Panel(
        Group(*map(event_line, scene.events)), title="Last events", title_align="left", border_style="dim", height=10
    )
    bottom = Table.grid(expand=True)
    bottom.add_column(ratio=3)
    bottom.add_column(ratio=2)
    bottom.add_row(events, services)
    return Group(Text(title, "bold"), top, bottom, Text(f"Ctrl-C ends it. Health: {scene.window}/health", "dim"))


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
    return Group(table, Text("\n net leaves out bots and relays", "dim"))


def _services(health: Report) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for service in health.services:
        restarts = f" ↻{service.restarts}" if service.restarts else ""
        table.add_row(service.name, Text(f"{service.state}{restarts}", STYLES.get(service.state, "dim")))
    return table


def event_line(event: EventDict) -> Text:
    """An event with its fields, on one line."""
    fields = " ".join(
        f"{key}={value}" for key, value in event.items() if key not in {"event", "level", "timestamp", "exc_info"}
    )
    text = Text(no_wrap=True, overflow="ellipsis")
    return text.append(f"{event['event']:<21} ", LEVELS.get(event.get("level", ""), "green")).append(fields, "dim")


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
