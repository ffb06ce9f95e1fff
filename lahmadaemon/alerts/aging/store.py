"""Incidents, messages and commands that have had their time; nothing is owed about them, and the newest number stays."""

from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, func, select

from lahmadaemon.alerts.deliveries import OWED
from lahmadaemon.alerts.incidents import State
from lahmadaemon.alerts.store import audit, deliveries, incidents
from lahmadaemon.clock import Instant
from lahmadaemon.store.database import Store


async def forget_incidents(store: Store, before: Instant, most: int) -> int:
    """Those that were over before the instant, at most so many; how many."""
    over = and_(incidents.c.state == State.RESOLVED, incidents.c.owed.is_(None), incidents.c.resolved_at < before)
    return await _forget(store, incidents, incidents.c.number, over, most)


async def forget_deliveries(store: Store, before: Instant, most: int) -> int:
    """Messages whose fate was sealed before the instant, likewise."""
    settled = and_(deliveries.c.state.not_in(OWED), deliveries.c.settled_at < before)
    return await _forget(store, deliveries, deliveries.c.number, settled, most)


async def forget_commands(store: Store, before: Instant, most: int) -> int:
    """What people commanded in the chat before the instant, likewise."""
    return await _forget(store, audit, audit.c.number, audit.c.at < before, most)


async def _forget(store: Store, table: Table, number: Column[int], old: ColumnElement[bool], most: int) -> int:
    """The newest stays: numbers are counted on from it, and none is ever given twice."""
    newest = select(func.max(number)).scalar_subquery()
    chosen = select(number).where(old, number < newest).order_by(number).limit(most)
    async with store.write() as connection:
        result: Any = await connection.execute(delete(table).where(number.in_(chosen.scalar_subquery())))
    return int(result.rowcount)
