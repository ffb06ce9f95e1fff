"""A station with a measured week in its store: polls, listeners, a log of what was on air, a programme."""

from datetime import datetime

from lahmadaemon.clock import MINUTE, SECOND, Instant, instant
from lahmadaemon.radio.folding import Closing
from lahmadaemon.radio.shows.grid import Grid, Slot
from lahmadaemon.radio.shows.log.entries import Entry
from lahmadaemon.radio.shows.log.store import OnAirStore
from lahmadaemon.radio.shows.store import GridStore
from lahmadaemon.radio.store import Poll, RadioStore, polls
from lahmadaemon.store.database import Store
from tests.radio.builders import connection
from tests.radio_shows.builders import BUDAPEST, SHOWS, at

STATION = "lahma"
EVERY = 10 * MINUTE
"""Of the polls: half a minute would be as true, and slower."""


async def measured(store: Store, start: str, end: str) -> None:
    """Valid polls from one moment to another."""
    poll = {
        "station": STATION,
        "every": EVERY,
        "outcome": "valid",
        "rows": 0,
        "total": 0,
        "unique_total": 0,
        "latency": 1,
    }
    async with store.write() as connection:
        rows = [poll | {"polled_at": moment, "at": moment} for moment in range(at(start), at(end), EVERY)]
        await connection.execute(polls.insert(), rows)


async def listened(store: Store, who: str, start: str, end: str) -> None:
    """One listener, from one moment to another."""
    seen, ended = connection(who, at(start) / SECOND), at(end)
    poll = Poll(Instant(at(start) + 1), at(start), EVERY, "valid", 1, 1, 1, 1, 0)
    await RadioStore(store, STATION).record(poll, [seen], [Closing(seen.key, ended, ended, ended)])


async def aired(store: Store, *entries: Entry) -> None:
    await OnAirStore(store, STATION).keep(entries)


async def planned(store: Store, *slots: Slot) -> None:
    """The programme, in force long since."""
    since = instant(datetime(2026, 1, 1, tzinfo=BUDAPEST))
    await GridStore(store, STATION, BUDAPEST).keep(Grid(SHOWS, slots), since)
