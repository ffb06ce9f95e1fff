"""What a terminal user sees: tables and colours; plain text when piped."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, tzinfo
from typing import Any, NamedTuple

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from lahmadaemon.clock import local
from lahmadaemon.configuration import Given, Setting, masked
from lahmadaemon.radio.breakdown import Part
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


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar while something long goes on, from the first word about it on; nothing where nobody looks at a screen."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=console(), disable=not console().is_terminal,
    )  # fmt: skip
    task = bar.add_task(title, total=None, visible=False)
    with bar:
        yield lambda done, of: bar.update(task, completed=done, total=of, visible=True)


def duration(hours: float) -> str:
    """1:23:45 for people."""
    minutes, seconds = divmod(round(hours * 3600), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _shown(value: float | None, key: str) -> str:
    if value is None:
        return "–"
    if key in {"tlh", "atsl", "tsl"}:
        return duration(value)
    return f"{value:.2f}" if key == "aas" else str(value)


def report_table(
    station: str, reports: Sequence[PeriodReport], zone: tzinfo = UTC, *, mounts: bool = False
) -> RenderableType:
    """Figures down, periods across: net, with gross beside it where it differs; with each mount's, if asked for."""
    table = Table(title=f"[bold]{station}[/]", title_justify="left", caption_justify="left", header_style="bold")
    table.add_column("")
    for report in reports:
        table.add_column(report.period.label, justify="right")
    for title, key in ROWS:
        cells = []
        for report in reports:
            net, gross = (_shown(report.told(kind)[key], key) for kind in ("net", "gross"))
            cells.append(net if net == gross else f"{net} [dim]({gross})[/]")
        table.add_row(title, *cells)
    if any(part.sessions for report in reports for part in report.excluded.values()):
        table.add_row("Left out", *(_left_out(report) for report in reports))
    for mount in dict.fromkeys(mount for report in reports if mounts for mount in report.mounts):
        table.add_row(
            Text(f"on {mount or 'a mount without a name'}"), *(_part(report.mounts.get(mount)) for report in reports)
        )
    table.add_section()
    table.add_row("Connections per listener", *(_ratio(report.connections_per_listener) for report in reports))
    table.add_row("Measured", *(coverage(report) for report in reports))
    if any(report.anomalies for report in reports):
        table.add_row("Strange", *(_strange(report, zone) for report in reports))
    table.caption = (
        "hours read h:mm:ss; net figures, (gross) where what is left out makes a difference\n"
        "left out, and on a mount: hours (listeners); who is left out for two reasons is there twice"
    )
    if any(report.counts_only for report in reports):
        table.caption += "\n– is not known: the server told how many listened, and not who"
    return table


def _left_out(report: PeriodReport) -> str:
    """What each class took out."""
    return "\n".join(
        f"{name.replace('_', ' ')} {_part(part)}" for name, part in report.excluded.items() if part.sessions
    )


def _part(part: Part | None) -> str:
    return f"{duration(part.tlh)} [dim]({part.listeners})[/]" if part else ""


MOST_SHOWN = 8


def _strange(report: PeriodReport, zone: tzinfo) -> str:
    """What was strange, each with its times as far as they lie in the period; of very many, the first."""
    period, lines = report.period, []
    for anomaly in report.anomalies[:MOST_SHOWN]:
        start, end = anomaly.within(period)
        form = "%H:%M" if period.hours < 26 else "%m-%d %H:%M"
        until = "" if end is None else f"–{local(end, zone):{form}}"
        lines.append(f"{anomaly.kind.words} [dim]{local(start, zone):{form}}{until or '–'}[/]")
    if len(report.anomalies) > MOST_SHOWN:
        lines.append(f"[dim]and {len(report.anomalies) - MOST_SHOWN} more[/]")
    return "\n".join(lines)


def _ratio(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f}"


def coverage(report: PeriodReport) -> str:
    """The share of the period that was measured, and what to know about it."""
    style = "green" if report.coverage >= 0.95 else "yellow"
    told_below = {anomaly.kind.value for anomaly in report.anomalies}
    flags = ", ".join(flag.replace("_", " ") for flag in report.flags if flag not in told_below)
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
    backup = f"; last backup {health['last_backup']}" if health.get("last_backup") else ""
    tail = Text(f"since {health['started_at']}; {late}{backup}; * essential", "dim")
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


class SettingRow(NamedTuple):
    """One setting in force; `value` as it may be shown."""

    name: str
    value: str
    origin: str


DEFAULT = "default"


def settings_rows(settings: Iterable[Setting], given: Mapping[str, Given]) -> Iterator[SettingRow]:
    """Every setting in force, with where it comes from; secrets as stars."""
    for setting in settings:
        for name in _given_names(setting.name, given) or ([] if "<NAME>" in setting.name else [setting.name]):
            found = given.get(name)
            value = setting.default if found is None else "****" if setting.secret else masked(found.value)
            yield SettingRow(name, value, found.origin if found else DEFAULT)


def settings_table(settings: Iterable[Setting], given: Mapping[str, Given]) -> RenderableType:
    """For people."""
    table = Table(header_style="bold")
    for column in ("Setting", "Value", "From"):
        table.add_column(column, overflow="fold")
    for row in settings_rows(settings, given):
        table.add_row(row.name, row.value, Text(DEFAULT, "dim") if row.origin == DEFAULT else row.origin)
    return table


def _given_names(pattern: str, given: Mapping[str, Given]) -> list[str]:
    head, _, tail = pattern.partition("<NAME>")
    if "<NAME>" not in pattern:
        return [pattern] if pattern in given else []
    return [name for name in given if name.startswith(head) and name.endswith(tail)]
