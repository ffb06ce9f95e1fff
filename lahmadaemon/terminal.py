"""What a terminal user sees: tables and colours; plain text when piped."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from lahmadaemon.configuration import Given, Setting, masked
from lahmadaemon.radio.figures import Figures
from lahmadaemon.radio.reports import PeriodReport

STATE_STYLES = {"running": "green", "stopped": "dim", "failed": "bold red", "backing off": "red", "degraded": "yellow"}

SEVERITY_STYLES = {"critical": "bold red", "warning": "yellow", "info": "cyan"}

ROWS: tuple[tuple[str, str], ...] = (
    ("Unique listeners", "cume"),
    ("Listened hours (TLH)", "tlh"),
    ("Listening on average (AAS)", "aas"),
    ("Most at once (peak)", "peak"),
    ("Sessions started (SS)", "ss"),
    ("Sessions active (AS)", "as"),
    ("Hours per session (ATSL)", "atsl"),
    ("Hours per listener (TSL)", "tsl"),
    ("Long listeners", "long_listeners"),
    ("Short listeners", "short_listeners"),
    ("Networks (households)", "networks"),
    ("N/A locations", "unknown_locations"),
    ("Connections", "connections"),
)


def console() -> Console:
    """Standard output; wide enough for a table when nobody is looking at a screen."""
    screen = Console(highlight=False)
    return screen if screen.is_terminal else Console(highlight=False, width=120)


def duration(hours: float) -> str:
    """1:23:45 for people."""
    minutes, seconds = divmod(round(hours * 3600), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _shown(figures: Figures, key: str) -> str:
    value = figures.as_json()[key]
    if key in {"tlh", "atsl", "tsl"}:
        return duration(value)
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def report_table(station: str, reports: Sequence[PeriodReport]) -> RenderableType:
    """Figures down, periods across: net, with gross beside it where it differs."""
    table = Table(title=f"[bold]{station}[/]", title_justify="left", caption_justify="left", header_style="bold")
    table.add_column("")
    for report in reports:
        table.add_column(report.period.label, justify="right")
    for title, key in ROWS:
        cells = []
        for report in reports:
            net, gross = _shown(report.net, key), _shown(report.gross, key)
            cells.append(net if net == gross else f"{net} [dim]({gross})[/]")
        table.add_row(title, *cells)
    table.add_section()
    table.add_row("Connections per listener", *(_ratio(report.connections_per_listener) for report in reports))
    table.add_row("Measured", *(coverage(report) for report in reports))
    table.caption = "hours read h:mm:ss; net figures, (gross) with bots and relays where it differs"
    return table


def _ratio(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f}"


def coverage(report: PeriodReport) -> str:
    """The share of the period that was measured, and what to know about it."""
    style = "green" if report.coverage >= 0.95 else "yellow"
    flags = ", ".join(flag.replace("_", " ") for flag in report.flags)
    return f"[{style}]{report.coverage:.1%}[/]" + (f"\n[dim]{flags}[/]" if flags else "")


def status_table(health: Mapping[str, Any]) -> RenderableType:
    """`/health` as a table."""
    well = health["status"] == "ok"
    table = Table(header_style="bold")
    for column in ("Service", "State", "Since", "Restarts", "Last beat", "Last error"):
        table.add_column(column, overflow="fold")
    for name, service in health["services"].items():
        state = service["state"]
        table.add_row(
            f"{name}{'*' if service['essential'] else ''}", Text(state, STATE_STYLES.get(state, "")), service["since"],
            str(service["restarts"]), service["last_beat"] or "never", service["last_error"] or "",
        )  # fmt: skip
    lag = health["loop_lag"]
    head = Text(f"lahmadaemon {health['version']}: {health['headline']}", "bold green" if well else "bold red")
    late = f"event loop late by {lag['last']:.3f} s, at worst {lag['worst']:.3f} s in the last minute"
    tail = Text(f"since {health['started_at']}; {late}; * essential", "dim")
    return Group(head, table, *([alarms_table(health["alarms"])] if health.get("alarms") else []), tail)


def alarms_table(alarms: Iterable[Mapping[str, Any]]) -> RenderableType:
    """Open incidents, the gravest first."""
    table = Table(title="[bold]Open alarms[/]", title_justify="left", header_style="bold")
    for column in ("No.", "Alarm", "About", "Since", "State", "In words"):
        table.add_column(column, overflow="fold")
    for alarm in alarms:
        state = f"{alarm['state']}, acknowledged by {alarm['acked_by']}" if alarm["acked_by"] else alarm["state"]
        table.add_row(
            str(alarm["number"]), Text(alarm["condition"], SEVERITY_STYLES[alarm["severity"]]), Text(alarm["subject"]),
            alarm["raised_at"], state, Text(alarm["text"]),
        )  # fmt: skip
    return table


def settings_table(settings: Iterable[Setting], given: Mapping[str, Given]) -> RenderableType:
    """Every setting in force, with where it comes from; secrets as stars."""
    table = Table(header_style="bold")
    for column in ("Setting", "Value", "From"):
        table.add_column(column, overflow="fold")
    for setting in settings:
        for name in _given_names(setting.name, given) or ([] if "<NAME>" in setting.name else [setting.name]):
            found = given.get(name)
            value = setting.default if found is None else "****" if setting.secret else masked(found.value)
            table.add_row(name, value, found.origin if found else Text("default", "dim"))
    return table


def _given_names(pattern: str, given: Mapping[str, Given]) -> list[str]:
    head, _, tail = pattern.partition("<NAME>")
    if "<NAME>" not in pattern:
        return [pattern] if pattern in given else []
    return [name for name in given if name.startswith(head) and name.endswith(tail)]
