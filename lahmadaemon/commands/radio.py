"""The radio's figures and files, also while the daemon runs."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from lahmadaemon import terminal
from lahmadaemon.clock import SystemClock
from lahmadaemon.commands import WELL, add
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.radio import files, periods
from lahmadaemon.radio.reports import PeriodReport, Reporter
from lahmadaemon.radio.settings import FORMATS
from lahmadaemon.radio.store import RadioStore, stations
from lahmadaemon.settings import Loaded, Settings, station_zone
from lahmadaemon.store.database import open_for_reading

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs


def add_to(verbs: "Verbs") -> None:
    """report, export"""
    figures = add(verbs, "report", report, "listener figures of days, weeks or months")
    figures.add_argument("kind", choices=("day", "week", "month"))
    figures.add_argument(
        "--date", default="today", help="2026-10-14, 2026-W42, 2026-10, today or yesterday (default: today)"
    )
    figures.add_argument("--to", metavar="DATE", help="up to and including this one")
    figures.add_argument("--station", help="where there is more than one")
    form = figures.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for programs")
    form.add_argument("--csv", action="store_true", help="for spreadsheets")
    writing = add(verbs, "export", export, "write a day's files")
    writing.add_argument("--day", default="yesterday", help="2026-10-14, today or yesterday (default: yesterday)")
    writing.add_argument("--station", help="where there is more than one (default: all)")
    writing.add_argument(
        "--format", action="append", choices=FORMATS, help="may be given several times (default: as in the settings)"
    )
    writing.add_argument("--folder", type=Path, help="where to (default: as in the settings)")


def report(loaded: Loaded, options: argparse.Namespace) -> int:
    """Figures from the store, also while the daemon runs."""
    station, reports = asyncio.run(_reports(loaded.settings, options))
    if options.json:
        print(json.dumps({f"{options.kind}s": {each.period.label: each.as_json() for each in reports}}, indent=2))
    elif options.csv:
        sys.stdout.write(files.as_csv(files.totals_table(station, reports)).decode())
    else:
        terminal.console().print(terminal.report_table(station, reports))
    return WELL


async def _reports(settings: Settings, options: argparse.Namespace) -> tuple[str, list[PeriodReport]]:
    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        station = _station(await stations(store), options.station)
        zone, now = station_zone(settings, station), SystemClock().now()
        first = _date("--date", options.date, options.kind, periods.today(now, zone))
        last = _date("--to", options.to, options.kind, periods.today(now, zone)) if options.to else first
        if last < first:
            raise ConfigurationError(f"--to {options.to} is before --date {options.date}")
        spans = {
            period.label: period for day in _days(first, last) for period in [periods.KINDS[options.kind](day, zone)]
        }
        reporter = Reporter(RadioStore(store, station), settings.radio)
        return station, [await reporter.report(period, now) for period in spans.values()]


def export(loaded: Loaded, options: argparse.Namespace) -> int:
    """A day's files, also while the daemon runs."""
    for path in asyncio.run(_export(loaded.settings, options)):
        print(path)
    return WELL


async def _export(settings: Settings, options: argparse.Namespace) -> list[Path]:
    from lahmadaemon.building import exporter

    written: list[Path] = []
    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        known = await stations(store)
        for station in known if len(known) > 1 and not options.station else [_station(known, options.station)]:
            now = SystemClock().now()
            day = _date("--day", options.day, "day", periods.today(now, station_zone(settings, station)))
            files = exporter(settings, store, station, options.format, options.folder, addresses=True)
            done = await files.export(day, now)
            written += done.files
            print(
                f"{station} {day}: {done.report.gross.cume} valid listeners ({done.report.net.cume} without bots and "
                f"relays, {done.report.gross.long_listeners} long), {done.report.coverage:.1%} measured",
                file=sys.stderr,
            )
    return written


def _station(known: Sequence[str], asked: str | None) -> str:
    """The station that is meant. Raises ConfigurationError, naming those there are, where that is not clear."""
    if not known:
        raise ConfigurationError(
            "no station has been measured yet; start `lahmadaemon run` with a station in its settings"
        )
    if asked is None and len(known) == 1:
        return known[0]
    if asked and asked.lower() in known:  # settings write names in capitals
        return asked.lower()
    problem = f"--station {asked} was never measured" if asked else "there is more than one station"
    raise ConfigurationError(f"{problem}; say --station with one of: {', '.join(known)}")


def _date(option: str, text: str, kind: str, today: date) -> date:
    try:
        return periods.parse(text, kind, today)
    except ValueError as error:
        raise ConfigurationError(f"{option} {text}: write {periods.EXAMPLES[kind]}, today or yesterday") from error


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
