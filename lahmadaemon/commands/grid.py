"""The planned programme of a week, from the store."""

import argparse
import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich import box
from rich.table import Table
from rich.text import Text

from lahmadaemon import terminal
from lahmadaemon.clock import HOUR, SystemClock, iso, local
from lahmadaemon.commands import WELL, add
from lahmadaemon.commands.naming import date_named, station_named
from lahmadaemon.commands.shows_view import name
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.radio import periods
from lahmadaemon.radio.shows.grid import GRID, Planned
from lahmadaemon.radio.shows.store import GridStore, planned_stations
from lahmadaemon.settings import Loaded, Settings, station_zone
from lahmadaemon.store.database import open_for_reading

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs


def add_to(verbs: "Verbs") -> None:
    """radio grid"""
    showing = add(verbs, "grid", grid, "the planned programme of a week, by the grid in force then")
    showing.add_argument("--week", default="today", help="2026-W47, or a day of it (default: this week)")
    showing.add_argument("--station", help="where there is more than one")
    showing.add_argument("--json", action="store_true", help="for programs")


def grid(loaded: Loaded, options: argparse.Namespace) -> int:
    """What is planned, also while the daemon runs."""
    station, zone, week, airings = asyncio.run(_planned(loaded.settings, options))
    if options.json:
        told = {"station": station, "week": week, "airings": [_as_json(each) for each in airings]}
        print(json.dumps(told, indent=2, ensure_ascii=False))
    elif airings:
        terminal.console().print(_table(station, week, airings, zone))
    else:
        print(f"{station}: nothing is planned in {week}")
    return WELL


async def _planned(settings: Settings, options: argparse.Namespace) -> tuple[str, ZoneInfo, str, list[Planned]]:
    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        known = await planned_stations(store)
        if not known:
            hint = "look at `lahmadaemon status`" if settings.radio.shows.kind else "set LAHMA_RADIO__SHOWS__KIND"
            raise ConfigurationError(f"no programme has been read yet; {hint}")
        station = station_named(known, options.station)
        zone = station_zone(settings, station)
        week = periods.week(date_named("--week", options.week, "week", periods.today(SystemClock().now(), zone)), zone)
        airings = await GridStore(store, station, zone).planned(week.start, week.end)
        return station, zone, week.label, [each for each in airings if week.start <= each.start]


def _as_json(airing: Planned) -> dict[str, Any]:
    return asdict(airing) | {"start": iso(airing.start), "end": iso(airing.end)}


def _table(station: str, week: str, airings: list[Planned], zone: ZoneInfo) -> Table:
    """For 80 columns or more; where everything is from one source, the title says it once."""
    sources = {airing.source for airing in airings}
    told = f" by the {sources.pop()}".replace("_", " ") if len(sources) == 1 else ""
    table = Table(
        title=f"[bold]{station}[/], planned in {week}{told}", title_justify="left", header_style="bold",
        box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False,
        padding=0,
    )  # fmt: skip
    for column, width in (("Day", 10), ("From", 5), ("To", 5), ("Length", 6), ("Show", 0), ("Slug", 0), ("", 0)):
        table.add_column(column, no_wrap=True, min_width=width, justify="right" if column == "Length" else "left")
    for number, airing in enumerate(airings):
        start, end = local(airing.start, zone), local(airing.end, zone)
        new_day = number == 0 or start.date() != local(airings[number - 1].start, zone).date()
        if new_day and number:
            table.add_section()
        length = terminal.duration((airing.end - airing.start) / HOUR).removesuffix(":00")
        table.add_row(
            f"{start:%a %d %b}" if new_day else "", f"{start:%H:%M}", f"{end:%H:%M}", length, name(airing.name),
            Text(airing.slug or "no known show", "" if airing.slug else "dim"), Text(_remarks(airing, told), "dim"),
        )  # fmt: skip
    return table


def _remarks(airing: Planned, told: str) -> str:
    remarks = {
        airing.source.replace("_", " "): airing.source != GRID and not told,
        "repeat": airing.repeat,
        "by a later grid": airing.assumed,
    }
    return ", ".join(remark for remark, there in remarks.items() if there)
