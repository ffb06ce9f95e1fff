"""The planned programme, version by version: a row is written only when the programme has changed."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, Select, Table, Text, func, select

from lahmadaemon.clock import Instant
from lahmadaemon.radio.shows import content
from lahmadaemon.radio.shows.grid import LONGEST, Grid, Planned, Show, order, planned
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import Moment, metadata, upsert

grids = Table(
    "radio_grids",
    metadata,
    Column("station", Text, primary_key=True),
    Column("valid_from", Moment, primary_key=True, autoincrement=False),  # until the next one's
    Column("digest", Text, nullable=False),
    Column("content", Text, nullable=False),
)


@dataclass(frozen=True)
class Version:
    """A grid, in force from a moment until the next version's."""

    valid_from: Instant
    digest: str
    grid: Grid


class GridStore:
    """What is planned at one station; the past by the grid that was in force then."""

    def __init__(self, store: Store, station: str, zone: ZoneInfo) -> None:
        self._store = store
        self.zone = zone
        self.station = station

    async def keep(self, grid: Grid, at: Instant) -> bool:
        """A reading; tells whether it is a new version. Shows keep the slugs by which they are known."""
        newest = await self.newest()
        text = content.written(content.settled(grid, newest.grid if newest else None))
        digest = content.digest(text)
        if newest and newest.digest == digest:
            return False
        # A clock that went back makes no version of the past: the newest one is then replaced.
        since = max(at, newest.valid_from) if newest else at
        row = {"station": self.station, "valid_from": since, "digest": digest, "content": text}
        async with self._store.write() as connection:
            statement = upsert(connection, grids).on_conflict_do_update(
                index_elements=list(grids.primary_key.columns), set_=row
            )
            await connection.execute(statement, [row])
        return True

    async def newest(self) -> Version | None:
        """The version in force from now on."""
        return next(iter(await self._read(self._mine.order_by(grids.c.valid_from.desc()).limit(1))), None)

    async def versions(self, start: int, end: int) -> list[Version]:
        """Those in force at some moment of [start, end), in order; where none was yet, the first there is."""
        before = select(func.max(grids.c.valid_from)).where(self._is_mine, grids.c.valid_from <= start)
        since = func.coalesce(before.scalar_subquery(), start)
        within = self._mine.where(grids.c.valid_from >= since, grids.c.valid_from < end)
        found = await self._read(within.order_by(grids.c.valid_from))
        return found or await self._read(self._mine.order_by(grids.c.valid_from).limit(1))

    async def planned(self, start: int, end: int) -> list[Planned]:
        """Every airing that overlaps [start, end), whole, in order, each by the grid in force when it starts."""
        versions = await self.versions(start - LONGEST, end)
        found: list[Planned] = []
        for number, version in enumerate(versions):
            since = version.valid_from if number else start - LONGEST
            until = versions[number + 1].valid_from if number + 1 < len(versions) else end
            found += (
                replace(airing, assumed=airing.start < version.valid_from)
                for airing in planned(version.grid, self.zone, since, until)
                if since <= airing.start < until and airing.end > start
            )
        return sorted(found, key=order)

    async def shows(self, at: int) -> list[Show]:
        """The shows known then, retired ones too, for a `Matcher`."""
        found = await self.versions(at, at + 1)
        return list(found[-1].grid.shows) if found else []

    async def _read(self, query: Select[int, str, str]) -> list[Version]:
        async with self._store.read() as connection:
            rows = await connection.execute(query)
            return [Version(Instant(since), digest, content.read(text)) for since, digest, text in rows]

    @property
    def _is_mine(self) -> ColumnElement[bool]:
        return grids.c.station == self.station

    @property
    def _mine(self) -> Select[int, str, str]:
        return select(grids.c.valid_from, grids.c.digest, grids.c.content).where(self._is_mine)


async def planned_stations(store: Store) -> list[str]:
    """Every station whose programme was ever read."""
    async with store.read() as connection:
        return list(await connection.scalars(select(grids.c.station).distinct().order_by(grids.c.station)))
