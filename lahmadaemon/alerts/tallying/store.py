"""How many incidents fired, and what became of messages. Reads only."""

from collections import Counter

from sqlalchemy import func, select

from lahmadaemon.alerts.deliveries import OWED
from lahmadaemon.alerts.store import deliveries, incidents
from lahmadaemon.clock import Instant
from lahmadaemon.store.database import Store


async def fired(store: Store, start: Instant, end: Instant) -> Counter[tuple[str, ...]]:
    """Incidents that fired in [start, end), by condition."""
    within = (incidents.c.fired_at >= start, incidents.c.fired_at < end)
    counted = select(incidents.c.condition, func.count()).where(*within).group_by(incidents.c.condition)
    async with store.read() as connection:
        return Counter({(condition,): many for condition, many in await connection.execute(counted)})


async def settled(store: Store, start: Instant, end: Instant) -> Counter[tuple[str, ...]]:
    """Messages whose fate was sealed in [start, end), by kind and state."""
    within = (deliveries.c.settled_at >= start, deliveries.c.settled_at < end, deliveries.c.state.not_in(OWED))
    columns = (deliveries.c.kind, deliveries.c.state)
    async with store.read() as connection:
        rows = await connection.execute(select(*columns, func.count()).where(*within).group_by(*columns))
        return Counter({(kind, state): many for kind, state, many in rows})
