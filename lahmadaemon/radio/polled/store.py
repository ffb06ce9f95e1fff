"""Finds the stretches of time that valid polls vouch for, where the rows are: a month has ninety thousand. Reads only."""

from sqlalchemy import and_, func, or_, select

from lahmadaemon.clock import Instant
from lahmadaemon.radio.coverage import PATIENCE, Stretch
from lahmadaemon.radio.folding import Outcome
from lahmadaemon.radio.store import polls
from lahmadaemon.store.database import Store


async def polled(store: Store, station: str, start: int, end: int) -> list[Stretch]:
    """What valid polls vouch for of [start, end), in order; the first and the last may reach beyond it."""
    valid = and_(polls.c.station == station, polls.c.outcome == Outcome.VALID)
    before = select(func.max(polls.c.at)).where(valid, polls.c.at < start).scalar_subquery()
    after = select(func.min(polls.c.at)).where(valid, polls.c.at >= end).scalar_subquery()
    within = and_(valid, polls.c.at >= func.coalesce(before, start), polls.c.at <= func.coalesce(after, end))
    following = func.lead(polls.c.at).over(order_by=polls.c.at).label("following")
    each = select(polls.c.at, polls.c.every, following).where(within).subquery()
    breaks = select(each).where(or_(each.c.following.is_(None), each.c.following - each.c.at > each.c.every * PATIENCE))
    async with store.read() as connection:
        began: Instant | None = await connection.scalar(select(func.min(polls.c.at)).where(within))
        rows = (await connection.execute(breaks.order_by(each.c.at))).all()
    found: list[Stretch] = []
    for at, every, then in rows:
        if began is not None:
            found.append((began, Instant(at + every)))
        began = then
    return found
