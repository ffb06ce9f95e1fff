"""The day's totals at any moment, by the crossings' own times, however late they came; and at a price that stays the same."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.clock import Instant
from lahmadaemon.store.database import Store
from lahmadaemon.visitors.intake.crossings import Direction
from lahmadaemon.visitors.intake.store import crossings, days
from lahmadaemon.visitors.push import windows
from lahmadaemon.visitors.push.payload import Totals


@dataclass(frozen=True)
class Counted:
    """Which crossings a target's reports count."""

    zone: ZoneInfo
    cameras: tuple[str, ...] | None
    """None: every one."""

    async def totals(self, connection: AsyncConnection, ends: Sequence[Instant]) -> dict[Instant, Totals]:
        """The day's totals at each of the moments; those before the day's first crossing are missing.

        One moment is read off the running totals, at the same cost however full the day is; several of one day cost
        one pass over it.
        """
        found: dict[Instant, Totals] = {}
        for day, group in groupby(ends, lambda end: windows.day_of(end, self.zone)):
            of_day = list(group)
            read = _running if len(of_day) == 1 else _passing
            found |= await read(connection, of_day, windows.span(day, self.zone), self._of(day))
        return found

    def _of(self, day: str) -> ColumnElement[bool]:
        chosen = days.c.day == day
        return chosen if self.cameras is None else and_(chosen, days.c.camera.in_(self.cameras))


_INS = func.count(case((crossings.c.direction == Direction.IN, 1)))
_OUTS = func.count(case((crossings.c.direction == Direction.OUT, 1)))


def _within(start: int, end: int, of_day: ColumnElement[bool]) -> ColumnElement[bool]:
    """Crossings in [start, end) of the cameras that have any that day: with them named, only the key is searched."""
    return and_(
        crossings.c.camera.in_(select(days.c.camera).where(of_day)), crossings.c.at >= start, crossings.c.at < end
    )


async def _running(
    connection: AsyncConnection, ends: Sequence[Instant], span: tuple[Instant, Instant], of_day: ColumnElement[bool]
) -> dict[Instant, Totals]:
    """The running totals, without the few that came after the moment."""
    (end,) = ends
    later = and_(crossings.c.camera == days.c.camera, crossings.c.at >= end, crossings.c.at < span[1])
    before = crossings.alias()
    last = (  # one step in the key for each camera; a maximum over all of them would walk through the day
        select(func.max(before.c.at))
        .where(before.c.camera == days.c.camera, before.c.at >= span[0], before.c.at < end)
        .scalar_subquery()
    )
    counted = (
        select(days.c.ins - _INS, days.c.outs - _OUTS, days.c.first_at, last)
        .select_from(days.outerjoin(crossings, later))
        .where(of_day, days.c.first_at < end)
        .group_by(days.c.camera, days.c.ins, days.c.outs, days.c.first_at)
    )
    cameras = list(await connection.execute(counted))
    if not cameras:
        return {}
    ins, outs, firsts, lasts = zip(*cameras, strict=True)
    return {end: Totals(sum(ins), sum(outs), min(firsts), max(lasts))}


async def _passing(
    connection: AsyncConnection, ends: Sequence[Instant], span: tuple[Instant, Instant], of_day: ColumnElement[bool]
) -> dict[Instant, Totals]:
    """All moments in one pass: crossings counted by the longest step that all moments are multiples of, then added up."""
    step = math.gcd(*ends)
    bucket = (crossings.c.at // step).label("bucket")
    counted = (
        select(bucket, _INS, _OUTS, func.min(crossings.c.at), func.max(crossings.c.at))
        .where(_within(span[0], ends[-1], of_day))
        .group_by(bucket)
        .order_by(bucket)
    )
    steps = list(await connection.execute(counted))
    found: dict[Instant, Totals] = {}
    ins = outs = taken = 0
    for end in ends:
        while taken < len(steps) and steps[taken][0] < end // step:
            ins, outs, taken = ins + steps[taken][1], outs + steps[taken][2], taken + 1
        if taken:
            found[end] = Totals(ins, outs, steps[0][3], steps[taken - 1][4])
    return found


async def preview(store: Store, counted: Counted, now: Instant) -> Totals | None:
    """What a report would count now."""
    async with store.read() as connection:
        return (await counted.totals(connection, [now])).get(now)
