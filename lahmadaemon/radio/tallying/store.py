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
    valid = (polls.c.station.in_(stations), polls.c.outcome == Outcome.VALID)
    newest = select(polls.c.station, func.max(polls.c.at)).where(*valid).group_by(polls.c.station)
    async with store.read() as connection:
        return {row[0]: row[1] for row in await connection.execute(newest)}
