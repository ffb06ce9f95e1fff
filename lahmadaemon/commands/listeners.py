"""`lahmadaemon radio listeners`: a day's listeners one by one, by their pseudonyms; why one is in a class or in none."""

import argparse
import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from lahmadaemon import terminal
from lahmadaemon.clock import HOUR, SystemClock
from lahmadaemon.commands import WELL, add
from lahmadaemon.commands.naming import date_named, station_named
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.radio import periods
from lahmadaemon.radio.classes import NAMES
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.store import RadioStore, stations
from lahmadaemon.radio.tagging import tagged
from lahmadaemon.radio.tagging_words import Listener, because, listeners
from lahmadaemon.settings import Loaded, Settings, station_zone
from lahmadaemon.store.database import open_for_reading

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs

SHOWN = 12
"""Letters of a pseudonym that are shown; as few of them as tell it from others are enough to ask for it."""
SHORT, NONE = "short", "none"


@dataclass(frozen=True)
class Found:
    """A day's listeners, and of the one who was asked for, why."""

    station: str
    day: str
    listeners: list[Listener]
    sentences: list[str]


def add_to(verbs: "Verbs") -> None:
    """listeners"""
    told = add(verbs, "listeners", show, "a day's listeners by pseudonym, with their classes")
    told.add_argument("--date", default="today", help="2026-10-14, today or yesterday (default: today)")
    told.add_argument("--station", help="where there is more than one")
    only = told.add_mutually_exclusive_group()
    only.add_argument("--class", dest="only", choices=(*NAMES, SHORT, NONE), help="only these; none: who counts")
    only.add_argument(
        "--explain", metavar="ID", help="why this one is in a class or in none; its first letters will do"
    )
    told.add_argument("--json", action="store_true", help="for programs")


def show(loaded: Loaded, options: argparse.Namespace) -> int:
    """From the store, also while the daemon runs."""
    found = asyncio.run(_look(loaded.settings, options))
    screen = terminal.console()
    if options.json:
        document = {"listeners": {found.day: [_as_json(each) for each in found.listeners]}}
        print(json.dumps(document | ({"because": found.sentences} if options.explain else {}), indent=2))
        return WELL
    screen.print(_table(found))
    for sentence in found.sentences:
        screen.print(Text(sentence))  # a User-Agent is in it, which is no markup
    return WELL


async def _look(settings: Settings, options: argparse.Namespace) -> Found:
    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        station = station_named(await stations(store), options.station)
        zone, now = station_zone(settings, station), SystemClock().now()
        day = periods.day(date_named("--date", options.date, "day", periods.today(now, zone)), zone)
        radio = RadioStore(store, station)
        reporter = Reporter(radio, settings.radio, zone)
        sessions, judgement = await reporter.judged(day)
        since = await radio.since(day.start, day.end)
    everybody = listeners(tagged(sessions, judgement), day, reporter.rules, since)
    if not options.explain:
        return Found(station, day.label, [each for each in everybody if _wanted(each, options.only)], [])
    one = _named(options.explain, everybody, day.label)
    own = [session for session in sessions if session.identity == one.identity]
    return Found(station, day.label, [one], because(own, judgement, day, reporter.rules))


def _wanted(one: Listener, only: str | None) -> bool:
    if only in {SHORT, NONE}:
        return not one.classes and one.short == (only == SHORT)
    return only is None or only in one.classes


def _named(text: str, everybody: list[Listener], day: str) -> Listener:
    """Raises ConfigurationError where the letters fit nobody, or several."""
    fitting = [each for each in everybody if each.identity.hex().startswith(text.lower().rstrip("…"))]
    if len(fitting) == 1:
        return fitting[0]
    problem = (
        f"{len(fitting)} listeners of {day} begin so; write more of it" if fitting else f"nobody of {day} begins so"
    )
    raise ConfigurationError(f"--explain {text}: {problem} (see `lahmadaemon radio listeners --date {day}`)")


def _table(found: Found) -> Table:
    table = Table(title=f"[bold]{found.station}[/] {found.day}", title_justify="left", header_style="bold")
    for column, width in (("Listener", SHOWN), ("Player", 30), ("Place", 18)):
        table.add_column(column, overflow="ellipsis", no_wrap=True, max_width=width)
    for column in ("Sessions", "Listened", "Longest"):
        table.add_column(column, justify="right", min_width=8)
    table.add_column("Classes", overflow="fold", min_width=12)
    for one in found.listeners:
        table.add_row(
            one.identity.hex()[:SHOWN], Text(one.player), Text(", ".join(filter(None, (one.city, one.country)))),
            str(one.sessions), terminal.duration(one.listened / HOUR), terminal.duration(one.longest / HOUR),
            ", ".join(_classes(one)).replace("_", " "),
        )  # fmt: skip
    return table


def _classes(one: Listener) -> list[str]:
    return sorted(one.classes) + ([SHORT] if one.short else [])


def _as_json(one: Listener) -> dict[str, Any]:
    return {
        "listener": one.identity.hex(),
        "player": one.player,
        "country": one.country,
        "city": one.city,
        "sessions": one.sessions,
        "hours": round(one.listened / HOUR, 6),
        "longest_hours": round(one.longest / HOUR, 6),
        "classes": _classes(one),
    }
