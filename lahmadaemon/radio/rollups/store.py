"""What is kept when sessions go: tables and statements. Every write is idempotent by its natural key."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.clock import HOUR, Instant
from lahmadaemon.radio.folding import Outcome
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.rollups.due import Slot
from lahmadaemon.radio.rollups.hours import ALL_MOUNTS, Audience, Hour
from lahmadaemon.radio.shows.log.store import on_air
from lahmadaemon.radio.shows.store import grids
from lahmadaemon.radio.store import connections, measured_since, polls
from lahmadaemon.radio.vouched.store import IMPORT, amended, spans
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import Moment, metadata, upsert

hours = Table(
    "radio_hours",
    metadata,
    Column("station", Text, primary_key=True),
    Column("start", Moment, primary_key=True, autoincrement=False),
    Column("mount", Text, primary_key=True),  # "" for all of them
    Column("length", Moment, nullable=False),
    Column("covered", Moment, nullable=False),
    Column("net_listened", Moment, nullable=False),
    Column("net_peak", Integer, nullable=False),
    Column("net_listeners", Integer, nullable=False),
    Column("net_starts", Integer, nullable=False),
    Column("gross_listened", Moment, nullable=False),
    Column("gross_peak", Integer, nullable=False),
    Column("gross_listeners", Integer, nullable=False),
    Column("gross_starts", Integer, nullable=False),
)
kept = Table(
    "radio_kept",
    metadata,
    Column("station", Text, primary_key=True),
    Column("start", Moment, primary_key=True, autoincrement=False),
    Column("end", Moment, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("label", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("stamp", Text, nullable=False),  # of the data it was made of
    Column("made_at", Moment, nullable=False),
    Column("content", Text, nullable=False),
)
gone = Table(  # what retention has taken: nothing that ended before is there any more
    "radio_gone",
    metadata,
    Column("station", Text, primary_key=True),
    Column("what", Text, primary_key=True),  # sessions, polls
    Column("before", Moment, nullable=False),
)


@dataclass(frozen=True)
class Kept:
    """A report as it was made: by which rules, of which data, when."""

    rules: str
    stamp: str
    made_at: Instant
    content: str


@dataclass(frozen=True)
class Found:
    """What there is of a period, and what its data's stamp would be today."""

    kept: Kept | None
    stamp: str
    gone: "Gone"


@dataclass(frozen=True)
class Gone:
    """Before when retention has taken raw rows; 0 where it has taken none.

    `since`: when anything but imports began; imports stay, so that of their time all can be made anew, and more be imported.
    """

    sessions: int = 0
    polls: int = 0
    since: int = 0

    def sessions_of(self, period: Period) -> bool:
        return period.start < self.sessions and period.end > self.since

    def polls_of(self, period: Period) -> bool:
        return period.start < self.polls and period.end > self.since


@dataclass(frozen=True)
class Batch:
    """Some old rows are gone; `following` is where to go on, None where there is no more."""

    deleted: int
    following: int | None


class Made(NamedTuple):
    """How a kept report stands today."""

    rules: str
    unchanged: bool


SUMS = 4
NEVER = 1 << 62


def stamp_of(sums: Sequence[int]) -> str:
    return ":".join(str(int(each)) for each in sums)


class RollupStore:
    """What is kept of one station."""

    def __init__(self, store: Store, station: str) -> None:
        self._store = store
        self.station = station

    async def find(self, start: int, end: int, margin: int, kinds: Collection[str]) -> Found:
        """The report of a period, as it was made; `margin`: so far around it (ms), changed data may change it."""
        asked = {"start": start, "end": end, "margin": margin, "kinds": list(kinds)}
        async with self._store.read() as connection:
            row = (await connection.execute(self._finding, asked)).one()
        sums, taken, (rules, *rest) = row[:SUMS], row[SUMS : SUMS + 3], row[SUMS + 3 :]
        return Found(None if rules is None else Kept(rules, *rest), stamp_of(sums), Gone(*taken))

    @cached_property
    def _finding(self) -> Select[*tuple[Any, ...]]:
        """One statement, put together once: a year of days asks it 365 times."""
        start, end, margin = (bindparam(name, type_=Moment) for name in ("start", "end", "margin"))
        wanted = and_(
            kept.c.station == self.station, kept.c.start == start, kept.c.end == end,
            kept.c.kind.in_(bindparam("kinds", expanding=True)),
        )  # fmt: skip
        taken = (
            func.coalesce(
                select(gone.c.before).where(gone.c.station == self.station, gone.c.what == what).scalar_subquery(), 0
            )
            for what in ("sessions", "polls")
        )
        columns = (kept.c.rules, kept.c.stamp, kept.c.made_at, kept.c.content)
        always = select(literal(1).label("one")).subquery()  # the sums come, whether there is a report or not
        found = select(*self._sums(start, end, margin), *taken, self._since, *columns)
        return found.select_from(always.outerjoin(kept, wanted)).limit(1)

    @property
    def _since(self) -> ColumnElement[int]:
        return func.coalesce(measured_since(self.station), literal(NEVER))

    async def made(self, margin: int) -> dict[Slot, Made]:
        """Every report there is: the rules that made it, and whether its data is still what it was."""
        sums = self._sums(kept.c.start, kept.c.end, literal(margin))
        query = select(kept.c.kind, kept.c.start, kept.c.end, kept.c.rules, kept.c.stamp, *sums).where(
            kept.c.station == self.station
        )
        async with self._store.read() as connection:
            return {
                (kind, start, end): Made(rules, stamp == stamp_of(today))
                for kind, start, end, rules, stamp, *today in await connection.execute(query)
            }

    def _sums(
        self, start: ColumnElement[int], end: ColumnElement[int], margin: ColumnElement[int]
    ) -> tuple[ScalarSelect[int], ...]:
        """Sums that are others when somebody amended the data, vouches for more of the period, has learnt what was on air
        or planned, since.

        Sums and no clocks: whoever amends may have looked at the clock before we began to read, and write after we did.
        """
        changed = select(func.coalesce(func.sum(amended.c.noted_at), 0)).where(
            amended.c.station == self.station, amended.c.hour > start - margin - HOUR, amended.c.hour < end + margin
        )
        first = case((spans.c.start > start, spans.c.start), else_=start)
        last = case((spans.c.end < end, spans.c.end), else_=end)
        vouched = select(func.coalesce(func.sum(last - first), 0)).where(
            spans.c.station == self.station, spans.c.start < end, spans.c.end > start
        )
        # By their beginning alone, as an index knows them, for years have hundreds of thousands; and without what comes after,
        # for what is on air now goes on with every poll.
        over = case((on_air.c.until < end + margin, on_air.c.until), else_=end + margin)
        aired = select(func.coalesce(func.sum(over), 0)).where(
            on_air.c.station == self.station, on_air.c.since < end + margin, on_air.c.since > start - margin
        )
        planned = select(func.coalesce(func.sum(grids.c.valid_from), 0)).where(
            grids.c.station == self.station, grids.c.valid_from < end + margin
        )
        return tuple(each.scalar_subquery() for each in (changed, vouched, aired, planned))

    async def keep(self, kind: str, period: Period, kept_as: Kept, audience: Sequence[Hour] | None = None) -> None:
        """What was made of a period, and the hours of a day, in one transaction."""
        row = {
            "station": self.station, "start": period.start, "end": period.end, "kind": kind, "label": period.label,
            **vars(kept_as),
        }  # fmt: skip
        async with self._store.write() as connection:
            statement = upsert(connection, kept)
            news = {name: statement.excluded[name] for name in ("label", *vars(kept_as))}
            keys = list(kept.primary_key.columns)
            await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=news), [row])
            if audience:
                inside = and_(hours.c.start >= period.start, hours.c.start < period.end)
                await connection.execute(delete(hours).where(hours.c.station == self.station, inside))
                await connection.execute(upsert(connection, hours), [self._row(hour) for hour in audience])

    def _row(self, hour: Hour) -> dict[str, object]:
        return {
            "station": self.station, "start": hour.start, "mount": hour.mount, "length": hour.length,
            "covered": hour.covered,
            **{f"net_{name}": getattr(hour.net, name) for name in Audience.__slots__},
            **{f"gross_{name}": getattr(hour.gross, name) for name in Audience.__slots__},
        }  # fmt: skip

    async def hours(self, start: int, end: int, mount: str | None = ALL_MOUNTS) -> list[Hour]:
        """The kept hours that begin in [start, end), of all mounts together, of one, or (None) of everything."""
        query = select(*[column for column in hours.c if column.name != "station"]).where(
            hours.c.station == self.station, hours.c.start >= start, hours.c.start < end,
            true() if mount is None else hours.c.mount == mount,
        )  # fmt: skip
        async with self._store.read() as connection:
            rows = (await connection.execute(query.order_by(hours.c.start, hours.c.mount))).all()
        return [
            Hour(start, name, length, covered, Audience(*people[:4]), Audience(*people[4:]))
            for start, name, length, covered, *people in rows
        ]

    async def gone(self) -> Gone:
        """What retention has taken."""
        async with self._store.read() as connection:
            return await self._gone(connection)

    async def _gone(self, connection: AsyncConnection) -> Gone:
        query = select(gone.c.what, gone.c.before).where(gone.c.station == self.station)
        since = await connection.scalar(select(self._since)) or NEVER
        taken = {what: before for what, before in await connection.execute(query)}  # noqa: C416 - as in radio.store
        return Gone(since=since, **taken)

    async def note_gone(self, what: str, before: Instant) -> None:
        """To be said before the first row goes; never taken back."""
        async with self._store.write() as connection:
            statement = upsert(connection, gone)
            later = statement.on_conflict_do_update(
                index_elements=list(gone.primary_key.columns),
                set_={"before": statement.excluded.before},
                where=gone.c.before < statement.excluded.before,
            )
            await connection.execute(later, [{"station": self.station, "what": what, "before": before}])

    async def forget_sessions(self, before: Instant, after: int, many: int) -> Batch:
        """Delete what ended before the instant among the next `many` connections that began at or after `after`.

        An open one stays, and so does one that began before but had not ended; and what was imported, which is old from the
        first day on.
        """
        which = and_(connections.c.ended_at < before, connections.c.origin != IMPORT)
        return await self._forget(connections.c.started_at, which, before, after, many)

    async def forget_polls(self, before: Instant, after: int, many: int) -> Batch:
        """Delete old polls likewise; the first valid one stays, since it tells when measuring began."""
        first = select(func.min(polls.c.at)).where(polls.c.station == self.station, polls.c.outcome == Outcome.VALID)
        others = or_(polls.c.outcome != Outcome.VALID, polls.c.at != first.scalar_subquery())
        return await self._forget(polls.c.polled_at, others, before, after, many)

    async def _forget(
        self, moment: Column[int], which: ColumnElement[bool], before: int, after: int, many: int
    ) -> Batch:
        """One transaction for some of the rows, in order of their moments: the next poll must not wait for long."""
        mine = and_(moment.table.c.station == self.station, moment >= after, moment < before)
        async with self._store.write() as connection:
            edge = await connection.scalar(select(moment).where(mine).order_by(moment).offset(many).limit(1))
            until = before if edge is None else max(edge, after + 1)
            result = await connection.execute(delete(moment.table).where(mine, moment < until, which))
        return Batch(result.rowcount, None if edge is None else until)
