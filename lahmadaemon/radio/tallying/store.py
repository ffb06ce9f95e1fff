"""How many polls came out how, and when the last good one was. Reads only."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import func, select

from lahmadaemon.clock import Instant
from lahmadaemon.radio.folding import Outcome
from lahmadaemon.radio.store import polls
from lahmadaemon.store.database import Store


async def polled(store: Store, stations: Collection[str], start: Instant, end: Instant) -> Counter[tuple[str, ...]]:
    """Polls that were begun in [start, end), by station and outcome; read by the table's own key."""
    within = (polls.c.station.in_(stations), polls.c.polled_at >= start, polls.c.polled_at < end)
    columns = (polls.c.station, polls.c.outcome)
    async with store.read() as connection:
        rows = await connection.execute(select(*columns, func.count()).where(*within).group_by(*columns))
        return Counter({(station, outcome): many for station, outcome, many in rows})


async def last_valid(store: Store, stations: Collection[str]) -> dict[str, Instant]:
    """Of those that ever had one, when the newest valid poll was, by the source's clock."""
    found = {}
    async with store.read() as connection:
        for station in stations:  # one by one: of a group SQLite would read the whole index, and not only its end
            valid = (polls.c.station == station, polls.c.outcome == Outcome.VALID)
            if (at := await connection.scalar(select(func.max(polls.c.at)).where(*valid))) is not None:
                found[station] = at
    return found
