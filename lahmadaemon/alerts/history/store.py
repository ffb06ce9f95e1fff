"""Looks back at incidents and deliveries, by pages. Reads only."""

from collections.abc import Collection

from sqlalchemy import select

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.deliveries import Delivery, Stage
from lahmadaemon.alerts.incidents import Incident
from lahmadaemon.alerts.store import deliveries, incidents
from lahmadaemon.store.database import Store


async def newest_incidents(store: Store, before: int | None, most: int) -> list[Incident]:
    """Those that fired, the newest first; `before`: a number."""
    told = select(incidents).where(incidents.c.fired_at.is_not(None), incidents.c.condition.in_(list(Condition)))
    if before is not None:
        told = told.where(incidents.c.number < before)
    async with store.read() as connection:
        rows = (await connection.execute(told.order_by(incidents.c.number.desc()).limit(most))).mappings()
        return [Incident.of_row(dict(row)) for row in rows]


async def newest_deliveries(store: Store, stages: Collection[Stage], before: int | None, most: int) -> list[Delivery]:
    """Those in these stages, the newest first; `before`: a number."""
    wanted = select(deliveries).where(deliveries.c.state.in_(stages))
    if before is not None:
        wanted = wanted.where(deliveries.c.number < before)
    async with store.read() as connection:
        rows = (await connection.execute(wanted.order_by(deliveries.c.number.desc()).limit(most))).mappings()
        return [Delivery.of_row(dict(row)) for row in rows]
