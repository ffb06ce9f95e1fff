"""Asks for all kept reports of a span of time at once. Reads only."""

from sqlalchemy import literal, select

from lahmadaemon.clock import Instant
from lahmadaemon.radio.rollups.store import Found, Kept, RollupStore, kept, stamp_of


class RangeStore(RollupStore):
    """What is kept of one station, by spans."""

    async def between(self, kind: str, start: int, end: int, margin: int) -> dict[Instant, Found]:
        """The reports of this kind that begin in [start, end), by their beginning; `margin` as for `find`."""
        sums = self._sums(kept.c.start, kept.c.end, literal(margin))
        query = select(kept.c.start, kept.c.rules, kept.c.stamp, kept.c.made_at, kept.c.content, *sums).where(
            kept.c.station == self.station, kept.c.kind == kind, kept.c.start >= start, kept.c.start < end
        )
        taken = await self.gone()
        async with self._store.read() as connection:
            rows = (await connection.execute(query)).all()
        return {
            began: Found(Kept(rules, stamp, made_at, content), stamp_of(today), taken)
            for began, rules, stamp, made_at, content, *today in rows
        }
