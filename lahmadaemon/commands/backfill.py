"""`lahmadaemon radio backfill`: takes what a server still remembers of past days into the store, also while the daemon runs."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lahmadaemon import terminal
from lahmadaemon.clock import Instant, SystemClock, iso
from lahmadaemon.commands import UNWELL, WELL, add
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.radio import periods
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.truth.backfilling import Day, backfill
from lahmadaemon.settings import Loaded, Settings, station_zone

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs
    from lahmadaemon.radio.shows.log.filling import OnAirFilling
    from lahmadaemon.radio.truth.walking import Walker

PAUSE = 1.0
"""Seconds between two requests: the server has listeners to serve."""


def add_to(subverbs: "Verbs") -> None:
    """radio backfill"""
    filling = add(subverbs, "backfill", run, "take past days from AzuraCast's own history")
    filling.add_argument("--from", dest="first", metavar="DATE", required=True, help="the first day: 2026-10-14")
    filling.add_argument("--to", dest="last", metavar="DATE", default="today", help="the last day (default: today)")
    filling.add_argument("--station", help="where there is more than one")


def run(loaded: Loaded, options: argparse.Namespace) -> int:
    """Reconcile every day asked for; tells what each brought, and how far the server's memory reaches."""
    return asyncio.run(_run(loaded.settings, options))


async def _run(settings: Settings, options: argparse.Namespace) -> int:
    station = _station(settings, options.station)
    zone = station_zone(settings, station)
    days = _days(options, zone)
    done: list[Day] = []
    async with _asking(settings, station) as asking:
        with _progress(len(days)) as tell:
            async for day in backfill(asking.walker, days):
                done.append(day)
                tell(day)
        await asking.filling.fill(days[0].start, min(days[-1].end, SystemClock().now()))
    print(
        f"{station}: {sum(day.added for day in done)} connections added, {sum(d.corrected for d in done)} ends corrected"
    )
    return _reach(done)


def _reach(done: list[Day]) -> int:
    """Says what no memory reaches; unwell where that is all."""
    forgotten = [day for day in done if day.asked and not day.vouched]
    if not forgotten:
        return WELL
    known = next((day for day in done if day.vouched), None)
    since = f"reaches back to {known.label}" if known else "knows nothing of these days"
    print(
        f"the server's memory {since}: AzuraCast deletes listeners that came longer ago than its history_keep_days (60"
        " unless changed), every hour with analytics 'no_ip', and keeps none with 'none'; what it forgot stays a gap"
    )
    return WELL if known else UNWELL


def _days(options: argparse.Namespace, zone: ZoneInfo) -> list[Period]:
    today = periods.today(SystemClock().now(), zone)
    first, last = _date("--from", options.first, today), _date("--to", options.last, today)
    for option, day in (("--from", first), ("--to", last)):
        if day > today:
            raise ConfigurationError(f"{option} {day} is still to come; the last day that can be asked for is {today}")
    if last < first:
        raise ConfigurationError(f"--to {last} is before --from {first}")
    return [periods.day(first + timedelta(days=number), zone) for number in range((last - first).days + 1)]


def _date(option: str, text: str, today: date) -> date:
    try:
        return periods.parse(text, "day", today)
    except ValueError as error:
        raise ConfigurationError(f"{option} {text}: write 2026-10-14, today or yesterday") from error


def _station(settings: Settings, asked: str | None) -> str:
    remembering = [name for name, its in settings.radio.stations.items() if its.kind == "azuracast"]
    if asked and asked.lower() in remembering:
        return asked.lower()
    if asked is None and len(remembering) == 1:
        return remembering[0]
    if not remembering:
        raise ConfigurationError("no AzuraCast station is in the settings; only such a server remembers its listeners")
    problem = f"--station {asked} is not in the settings" if asked else "there is more than one station"
    raise ConfigurationError(f"{problem}; say --station with one of: {', '.join(remembering)}")


@dataclass(frozen=True)
class _Asking:
    """What asks the server: for its listeners, and for what was on air."""

    walker: "Walker"
    filling: "OnAirFilling"


@asynccontextmanager
async def _asking(settings: Settings, station: str) -> AsyncIterator[_Asking]:
    from lahmadaemon.building.secret import house_secret
    from lahmadaemon.http import open_client
    from lahmadaemon.radio.azuracast.source import AzuraCast
    from lahmadaemon.radio.identity import Pseudonyms
    from lahmadaemon.radio.shows.log.filling import OnAirFilling
    from lahmadaemon.radio.shows.log.store import OnAirStore
    from lahmadaemon.radio.store import RadioStore
    from lahmadaemon.radio.truth.history.store import HistoryStore
    from lahmadaemon.radio.truth.walking import Walker, unasked
    from lahmadaemon.store.database import open_beside

    clock, never = SystemClock(), asyncio.Event()

    async def pause() -> bool:
        return not await clock.wait(never, PAUSE)

    async with (
        open_beside(settings.store.resolved(settings.state_folder)) as store,
        await asyncio.to_thread(open_client) as client,
    ):
        pseudonyms = Pseudonyms(await asyncio.to_thread(house_secret, settings), settings.radio.lists)
        source = AzuraCast(station, settings.radio.stations[station], client, clock, pseudonyms)
        kept = HistoryStore(store, station, keep_ip=settings.radio.raw_ip_retention > 0)
        known = RadioStore(store, station)

        async def since() -> Instant | None:
            return (await known.observed())[0]

        yield _Asking(
            Walker(known, kept, source, clock, pause, unasked(known)),
            OnAirFilling(OnAirStore(store, station), source, clock, since),
        )


@dataclass(frozen=True)
class _Teller:
    progress: Progress | None

    def __call__(self, day: Day) -> None:
        if not day.asked:
            known = "not asked for: an import has told of it, or the server stood still"
        elif day.vouched == 0:
            known = "the server remembers nothing"
        elif day.vouched_from > day.start:
            known = f"remembered from {iso(day.vouched_from)}"
        else:
            known = "remembered"
        line = f"{day.label}: {day.added} added, {day.corrected} corrected, {known}"
        if self.progress is None:
            print(line, flush=True)
            return
        self.progress.console.print(line)
        self.progress.advance(self.progress.task_ids[0])


@contextmanager
def _progress(days: int) -> Iterator[_Teller]:
    """A bar on a terminal; lines alone where somebody else reads."""
    screen = terminal.console()
    if not screen.is_terminal:
        yield _Teller(None)
        return
    bar = Progress(
        TextColumn("asking the server"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=screen
    )
    with bar:
        bar.add_task("days", total=days)
        yield _Teller(bar)
