"""The radio's figures and files, also while the daemon runs."""

import argparse
import asyncio
import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from lahmadaemon import terminal
from lahmadaemon.clock import SystemClock
from lahmadaemon.commands import WELL, add, shows
from lahmadaemon.commands.naming import date_named, station_named
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.garbage import unsearched
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
    figures = add(verbs, "report", report, "listener figures of days, weeks or months; of a week's shows")
    figures.add_argument("kind", choices=("day", "week", "month", "shows"))
    figures.add_argument(
        "--date", default="today", help="2026-10-14, 2026-W42, 2026-10, today or yesterday (default: today)"
    )
    figures.add_argument("--to", metavar="DATE", help="up to and including this one")
    figures.add_argument("--station", help="where there is more than one")
    figures.add_argument("--mounts", action="store_true", help="each mount's part, too")
    shows.add_to(figures)
    form = figures.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for programs")
    form.add_argument("--csv", action="store_true", help="for spreadsheets")
    writing = add(verbs, "export", export, "write a day's files, or a week's of its shows")
    which = writing.add_mutually_exclusive_group()
    which.add_argument("--day", default="yesterday", help="2026-10-14, today or yesterday (default: yesterday)")
    which.add_argument("--week", help="2026-W42 or a day in it: shows and airings")
    writing.add_argument("--station", help="where there is more than one (default: all)")
    writing.add_argument(
        "--format", action="append", choices=FORMATS, help="may be given several times (default: as in the settings)"
    )
    writing.add_argument("--folder", type=Path, help="where to (default: as in the settings)")
    writing.add_argument(
        "--anonymous", action="store_true", help="for publishing: no pseudonyms, players or cities, coarse times"
    )


@unsearched()
def report(loaded: Loaded, options: argparse.Namespace) -> int:
    """Figures from the store, also while the daemon runs."""
    if options.kind == "shows":
        if options.mounts:
            raise ConfigurationError("--mounts is for days, weeks and months; leave it out with `report shows`")
        return shows.report(loaded, options)
    shows.refuse_options(options)
    station, reports = asyncio.run(_reports(loaded.settings, options))
    if options.json:
        print(json.dumps({f"{options.kind}s": {each.period.label: each.as_json() for each in reports}}, indent=2))
    elif options.csv:
        sys.stdout.write(files.as_csv(files.totals_table(station, reports)).decode())
    else:
        terminal.console().print(
            terminal.report_table(station, reports, station_zone(loaded.settings, station), mounts=options.mounts)
        )
    return WELL


async def _reports(settings: Settings, options: argparse.Namespace) -> tuple[str, list[PeriodReport]]:
    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        station = station_named(await stations(store), options.station)
        zone, now = station_zone(settings, station), SystemClock().now()
        first = date_named("--date", options.date, options.kind, periods.today(now, zone))
        last = date_named("--to", options.to, options.kind, periods.today(now, zone)) if options.to else first
        if last < first:
            raise ConfigurationError(f"--to {options.to} is before --date {options.date}")
        spans = {
            period.label: period for day in _days(first, last) for period in [periods.KINDS[options.kind](day, zone)]
        }
        reporter = Reporter(RadioStore(store, station), settings.radio, zone)
        return station, [await reporter.report(period, now) for period in spans.values()]


def export(loaded: Loaded, options: argparse.Namespace) -> int:
    """A day's or a week's files, also while the daemon runs."""
    if options.anonymous and (options.week or "legacy" in (options.format or ())):
        what = "--week: shows name no listener" if options.week else "--format legacy: it has a line for each listener"
        raise ConfigurationError(f"--anonymous does not go with {what}; leave one of them out")
    for path in asyncio.run(_export(loaded.settings, options)):
        print(path)
    return WELL


async def _export(settings: Settings, options: argparse.Namespace) -> list[Path]:
    from lahmadaemon.building.radio import exporter

    written: list[Path] = []
    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        known = await stations(store)
        for station in known if len(known) > 1 and not options.station else [station_named(known, options.station)]:
            now = SystemClock().now()
            if options.week:
                written += await shows.export(settings, store, station, options, now)
                continue
            day = date_named("--day", options.day, "day", periods.today(now, station_zone(settings, station)))
            done = await exporter(
                settings, store, station, options.format, options.folder,
                addresses=not options.anonymous, publishing=options.anonymous,
            ).export(day, now)  # fmt: skip
            written += done.files
            print(
                f"{station} {day}: {done.report.gross.cume} valid listeners ({done.report.net.cume} net of bots, "
                f"probes and forgotten players, {done.report.gross.long_listeners} long), {done.report.coverage:.1%} measured",
                file=sys.stderr,
            )
    return written


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
