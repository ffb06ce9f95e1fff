"""`report shows`: the week's or the month's table of shows."""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from lahmadaemon import terminal
from lahmadaemon.clock import Instant, SystemClock
from lahmadaemon.commands import WELL
from lahmadaemon.commands.naming import date_named, station_named
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.radio import files, periods
from lahmadaemon.radio.shows.report import ShowReport
from lahmadaemon.radio.shows.reporter import show_reporter
from lahmadaemon.radio.store import stations
from lahmadaemon.settings import Loaded, Settings, station_zone
from lahmadaemon.store.database import Store, open_for_reading


def add_to(figures: argparse.ArgumentParser) -> None:
    """The options of `report` that only shows have."""
    one = figures.add_mutually_exclusive_group()
    one.add_argument("--week", help="shows: 2026-W42 or a day in it (default: this week)")
    one.add_argument("--month", help="shows: 2026-10 or a day in it")
    figures.add_argument("--airings", action="store_true", help="shows: every airing by itself")


def refuse_options(options: argparse.Namespace) -> None:
    """Raises ConfigurationError where an option of shows is given for something else."""
    for name in ("week", "month", "airings"):
        if getattr(options, name):
            raise ConfigurationError(f"--{name} is for `report shows`; for a {options.kind} write --date")


def report(loaded: Loaded, options: argparse.Namespace) -> int:
    """From the store, also while the daemon runs."""
    station, zone, found = asyncio.run(_report(loaded.settings, options))
    if options.json:
        print(json.dumps(found.document(airings=options.airings), indent=2, ensure_ascii=False))
    elif options.csv:
        from lahmadaemon.radio.shows.tables import airings_table, shows_table

        table = airings_table(station, found, zone) if options.airings else shows_table(station, found)
        sys.stdout.write(files.as_csv(table).decode())
    else:
        from lahmadaemon.commands.shows_view import airings_view, shows_view

        screen = terminal.console()
        screen.print((airings_view if options.airings else shows_view)(station, found, zone, screen))
    return WELL


async def _report(settings: Settings, options: argparse.Namespace) -> tuple[str, ZoneInfo, ShowReport]:
    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        station = station_named(await stations(store), options.station)
        zone, now = station_zone(settings, station), SystemClock().now()
        kind, option, text = _asked(options)
        period = periods.KINDS[kind](date_named(option, text, kind, periods.today(now, zone)), zone)
        return station, zone, await show_reporter(store, station, zone, settings.radio).report(period, now)


def _asked(options: argparse.Namespace) -> tuple[str, str, str]:
    """The kind of period, and the option and the word that name it."""
    if options.to:
        raise ConfigurationError("--to: shows are told of one week or month at a time; leave it out")
    if options.month:
        return "month", "--month", options.month
    return ("week", "--week", options.week) if options.week else ("week", "--date", options.date)


async def export(
    settings: Settings, store: Store, station: str, options: argparse.Namespace, now: Instant
) -> list[Path]:
    """A week's files of shows and airings."""
    from lahmadaemon.building.radio import export_folder
    from lahmadaemon.radio.shows.exporting import week_exporter

    zone = station_zone(settings, station)
    folder = options.folder or export_folder(settings)
    formats = [name for name in options.format or settings.radio.export_formats if name != "legacy"]
    if not formats:
        raise ConfigurationError("--format legacy: the older script knew no shows; write csv or parquet")
    weeks = week_exporter(store, station, zone, settings.radio, folder, formats)
    return await weeks.export(date_named("--week", options.week, "week", periods.today(now, zone)), now)
