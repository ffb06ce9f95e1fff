"""Tables and readings of the time that a server's history or an import vouches for, and of what changed after the event."""

from sqlalchemy import Column, ColumnElement, Index, Table, Text, func, select

from lahmadaemon.clock import HOUR, Instant
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import Moment, metadata

spans = Table(  # stretches of time somebody else than our polls vouches for
    "radio_spans",
    metadata,
    Column("station", Text, primary_key=True),
    Column("start", Moment, primary_key=True, autoincrement=False),
    Column("end", Moment, primary_key=True, autoincrement=False),
    Column("origin", Text, primary_key=True),  # history, import
    Column("noted_at", Moment, nullable=False),
    Index(None, "station", "end"),
)
amended = Table(  # hours whose figures changed after the event, and when: what was made of them is stale
    "radio_amended",
    metadata,
    Column("station", Text, primary_key=True),
    Column("hour", Moment, primary_key=True, autoincrement=False),
    Column("noted_at", Moment, nullable=False),
)

IMPORT = "import"


class Vouched:
    """One station's."""

    def __init__(self, store: Store, station: str) -> None:
        self._store = store
        self.station = station

    async def spans(self, start: int, end: int) -> list[tuple[Instant, Instant]]:
        """What others than our polls vouch for of [start, end), in order."""
        return await self._spans(start, end)

    async def imported(self, start: int, end: int) -> list[tuple[Instant, Instant]]:
        """What an import tells of [start, end), in order, neighbours as one. Nobody else is to be counted there: whoever it
        tells of has no player, and so would be another listener."""
        found: list[tuple[Instant, Instant]] = []
        for begin, stop in await self._spans(start, end, spans.c.origin == IMPORT):
            if found and begin <= found[-1][1]:
                begin, stop = found[-1][0], max(found.pop()[1], stop)
            found.append((begin, stop))
        return found

    async def _spans(self, start: int, end: int, *which: ColumnElement[bool]) -> list[tuple[Instant, Instant]]:
        query = select(spans.c.start, spans.c.end).where(
            spans.c.station == self.station, spans.c.start < end, spans.c.end > start, *which
        )
        async with self._store.read() as connection:
            return [(begin, stop) for begin, stop in await connection.execute(query.order_by(spans.c.start))]

    async def amended_at(self, start: int, end: int) -> Instant | None:
        """When anything of [start, end) was last changed after the event."""
        within = (amended.c.station == self.station, amended.c.hour > start - HOUR, amended.c.hour < end)
        async with self._store.read() as connection:
            found: Instant | None = await connection.scalar(select(func.max(amended.c.noted_at)).where(*within))
        return found
