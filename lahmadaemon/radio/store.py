"""The radio room's tables and statements. Every write is idempotent by its natural key."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    CompoundSelect,
    Index,
    Integer,
    ScalarSelect,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.radio.folding import Closing, Outcome, Standing
from lahmadaemon.radio.introducing import row_of as row_of
from lahmadaemon.radio.poll import Poll as Poll
from lahmadaemon.radio.sessions import Listening
from lahmadaemon.radio.snapshot import Connection, Key
from lahmadaemon.radio.vouched.store import IMPORT, Vouched
from lahmadaemon.radio.vouched.store import spans as spans
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import Digest, Moment, metadata, upsert

polls = Table(
    "radio_polls",
    metadata,
    Column("station", Text, primary_key=True),
    Column("polled_at", Moment, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("every", Moment, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("rows", Integer),
    Column("total", Integer),
    Column("unique_total", Integer),
    Column("latency", Moment, nullable=False),
    Column("skew", Moment),
    Index(None, "station", "outcome", "at"),
)
connections = Table(
    "radio_connections",
    metadata,
    Column("station", Text, primary_key=True),
    Column("digest", Digest, primary_key=True),
    Column("started_at", Moment, primary_key=True, autoincrement=False),
    Column("identity", Digest, nullable=False),
    Column("network", Digest, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment),
    Column("missed_at", Moment),
    Column("ended_at", Moment),  # null: open; its end so far is the station's last valid poll
    Column("mount", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("is_bot", Boolean, nullable=False),
    Column("is_mobile", Boolean, nullable=False),
    Column("internal", Boolean, nullable=False),
    Column("located", Boolean, nullable=False),
    Column("country", Text),
    Column("city", Text),
    Column("ip", Text),
    Column("origin", Text, nullable=False, server_default="poll"),  # poll, history, import: who told us first
    Column("neighbourhood", Digest),  # null where there was no address to tell from
    Column("listed", Text),  # probe, internal: the list of networks in the settings that names the address
    Index(None, "station", "ended_at"),
    Index(None, "station", "started_at", "ended_at"),
    Index(None, "station", "identity", "started_at"),
)
LONG = DAY
"""A connection longer than this is looked for by its end (so that a week in March reads nothing of the summer)."""
_is_open = connections.c.ended_at.is_(None)
_is_long = connections.c.ended_at - connections.c.started_at > literal_column(str(LONG))
for _name, _columns, _which in (
    ("open", ("started_at",), _is_open),
    ("long", ("ended_at", "started_at"), _is_long),
    ("addressed", ("first_seen_at",), connections.c.ip.is_not(None)),
):
    _indexed = (connections.c.station, *(connections.c[name] for name in _columns))
    Index(f"ix_radio_connections_{_name}", *_indexed, sqlite_where=_which, postgresql_where=_which)
exports = Table(
    "radio_exports",
    metadata,
    Column("station", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("exported_at", Moment, nullable=False),
)

IDENTITIES_AT_ONCE = 500
"""The parameters of one statement are limited; SQLite's oldest limit is 999."""
_TOLD = (
    "mount", "user_agent", "is_bot", "internal", "located", "country", "city", "ip", "network", "neighbourhood", "listed",
)  # fmt: skip


class RadioStore(Vouched):
    """What is known of one station."""

    @property
    def beside(self) -> Store:
        """For the stores of what else is kept of the station."""
        return self._store

    async def record(
        self, poll: Poll, opened: Sequence[Connection] = (), closed: Sequence[Closing] = (), *, keep_ip: bool = False,
        also: Callable[[AsyncConnection], Awaitable[None]] | None = None,
    ) -> None:  # fmt: skip
        """A poll and what it changed, in one transaction; `also`: what else belongs into it."""
        async with self._store.write() as connection:
            if opened:
                insert = upsert(connection, connections)
                # A connection that comes back under its own key after it was closed was never gone.
                reopen = {"ended_at": None, "last_seen_at": None, "missed_at": None}
                statement = insert.on_conflict_do_update(
                    index_elements=list(connections.primary_key.columns), set_=reopen
                )
                await connection.execute(statement, [row_of(self.station, each, poll.at, keep_ip) for each in opened])
            if closed:
                await connection.execute(_CLOSE, [self._ending(each) for each in closed])
            await connection.execute(
                upsert(connection, polls).on_conflict_do_nothing(), [{"station": self.station, **vars(poll)}]
            )
            if also is not None:
                await also(connection)

    def _ending(self, closing: Closing) -> dict[str, object]:
        return {
            "of_station": self.station, "of_digest": closing.key[0], "of_started_at": closing.key[1],
            "last_seen_at": closing.last_seen_at, "missed_at": closing.missed_at, "ended_at": closing.ended_at,
        }  # fmt: skip

    async def standing(self) -> Standing:
        """What was known after the last recorded poll: a restart goes on from here."""
        async with self._store.read() as connection:
            opened = select(connections.c.digest, connections.c.started_at).where(
                self._mine(connections), connections.c.ended_at.is_(None)
            )
            keys = frozenset((bytes(digest), Instant(started)) for digest, started in await connection.execute(opened))
            readable = and_(self._mine(polls), polls.c.outcome.in_(list(Outcome)))
            last = select(polls.c.outcome).where(readable).order_by(polls.c.polled_at.desc()).limit(1)
            outcome = await connection.scalar(last)
        return Standing(keys, (await self.observed())[1], outcome == Outcome.EMPTY)

    async def observed(self) -> tuple[Instant | None, Instant | None]:
        """When measuring began, by polls or by what else vouches for it, and the newest valid poll; by the source's clock
        (which may have been ahead in between)."""
        valid = and_(self._mine(polls), polls.c.outcome == Outcome.VALID)
        newest = select(polls.c.at).where(valid).order_by(polls.c.polled_at.desc()).limit(1).scalar_subquery()
        span = select(func.min(polls.c.at), newest).where(valid)
        async with self._store.read() as connection:
            first, last = (await connection.execute(span)).one()
            vouched = await connection.scalar(select(func.min(spans.c.start)).where(self._mine(spans)))
        return min((each for each in (first, vouched) if each is not None), default=None), last

    async def since(self, start: int, end: int) -> Instant | None:
        """When that began which counts in [start, end). An import of years ago does not make polls know what was before them."""
        first, _ = await self.observed()
        imported = await self.imported(0, end)
        if first is None or not imported or imported[-1][1] > start:
            return first
        async with self._store.read() as connection:
            own: Instant | None = await connection.scalar(select(measured_since(self.station)))
        return first if own is None else own

    async def valid_polls(self, start: int, end: int) -> list[tuple[Instant, int]]:
        """(moment, interval) of the valid polls that vouch for [start, end), in order; one more at either side."""
        valid = and_(self._mine(polls), polls.c.outcome == Outcome.VALID)
        before = select(func.max(polls.c.at)).where(valid, polls.c.at < start).scalar_subquery()
        after = select(func.min(polls.c.at)).where(valid, polls.c.at >= end).scalar_subquery()
        query = select(polls.c.at, polls.c.every).where(
            valid, polls.c.at >= func.coalesce(before, start), polls.c.at <= func.coalesce(after, end)
        )
        async with self._store.read() as connection:
            return [(at, every) for at, every in await connection.execute(query.order_by(polls.c.at))]

    async def connections_per_listener(self, start: int, end: int) -> float | None:
        """Mean of the server's total over its unique count in the polls of [start, end); None where it told neither."""
        counted = select(func.sum(polls.c.total), func.sum(polls.c.unique_total)).where(
            self._mine(polls), polls.c.outcome == Outcome.VALID, polls.c.at >= start, polls.c.at < end,
            polls.c.unique_total > 0,
        )  # fmt: skip
        async with self._store.read() as connection:
            total, unique = (await connection.execute(counted)).one()
        return int(total) / int(unique) if unique else None

    async def last_poll(self) -> Poll | None:
        """The newest poll, whatever came of it."""
        newest = select(*[c for c in polls.c if c.name != "station"]).where(self._mine(polls))
        async with self._store.read() as connection:
            row = (await connection.execute(newest.order_by(polls.c.polled_at.desc()).limit(1))).one_or_none()
        return Poll(*row) if row else None

    async def listening(self, start: int, end: int, identities: Sequence[bytes] | None = None) -> dict[Key, Listening]:
        """All connections that overlap [start, end], of everybody or of at most 500; open ones end at the last valid poll."""
        until = func.coalesce(connections.c.ended_at, (await self.observed())[1] or 0)
        # What was imported tells of its time alone: whoever came then and stayed counts from its end on.
        also = [(and_(connections.c.origin != IMPORT, connections.c.started_at >= a, connections.c.started_at < b), b)
                for a, b in await self.imported(0, end)]  # fmt: skip
        began = case(*also, else_=connections.c.started_at) if also else connections.c.started_at
        columns = select(
            connections.c.digest, began.label("began"), connections.c.identity, until.label("until"),
            _is_open.label("is_open"), *(connections.c[name] for name in _TOLD),
        ).where(self._mine(connections))  # fmt: skip
        columns = columns.where(or_(began == connections.c.started_at, until > began)) if also else columns
        theirs = [] if identities is None else [connections.c.identity.in_(identities)]
        query = overlapping(columns, start, end, *theirs)
        async with self._store.read() as connection:
            rows = await connection.execute(query)
            # A busy week is a hundred thousand: not on the loop.
            return await asyncio.to_thread(_listened, rows, None if identities is None else frozenset(identities))

    async def forget_ips(self, before: Instant) -> int:
        """Take the full addresses off connections first seen before the instant; tells how many."""
        old = and_(self._mine(connections), connections.c.ip.is_not(None), connections.c.first_seen_at < before)
        async with self._store.write() as connection:
            result = await connection.execute(update(connections).where(old).values(ip=None))
        return result.rowcount

    async def exported(self) -> dict[str, Instant]:
        """When each day was last exported."""
        done = select(exports.c.day, exports.c.exported_at).where(self._mine(exports))
        async with self._store.read() as connection:
            return {day: at for day, at in await connection.execute(done)}  # noqa: C416 - dict() takes no typed rows

    async def note_export(self, day: str, at: Instant) -> None:
        """The day's files are written."""
        async with self._store.write() as connection:
            statement = upsert(connection, exports).on_conflict_do_update(
                index_elements=list(exports.primary_key.columns), set_={"exported_at": at}
            )
            await connection.execute(statement, [{"station": self.station, "day": day, "exported_at": at}])

    def _mine(self, table: Table) -> ColumnElement[bool]:
        return table.c.station == self.station


def measured_since(station: str) -> ScalarSelect[Any]:
    """When our own polls began, or what the server remembers; what was imported is another matter."""
    valid = and_(polls.c.station == station, polls.c.outcome == Outcome.VALID)
    others = and_(spans.c.station == station, spans.c.origin != IMPORT)
    first = union_all(
        select(func.min(polls.c.at).label("at")).where(valid), select(func.min(spans.c.start)).where(others)
    ).subquery()
    return select(func.min(first.c.at)).scalar_subquery()


def overlapping(columns: Select[Any], start: int, end: int, *theirs: ColumnElement[bool]) -> CompoundSelect[Any]:
    """Connections that overlap [start, end], `theirs` and open ones; each branch by an index that reads little else."""
    began, ended, early = connections.c.started_at, connections.c.ended_at, start - LONG
    return union_all(
        columns.where(began.between(early, end), or_(_is_open, ended >= start), *theirs),
        columns.where(began < early, ended >= start, _is_long, *theirs),
        columns.where(began < early, _is_open),
    )


THIS_ONE = and_(
    connections.c.station == bindparam("of_station"),
    connections.c.digest == bindparam("of_digest"),
    connections.c.started_at == bindparam("of_started_at"),
)
"""The connection of that key."""
_CLOSE = (
    update(connections)
    .where(THIS_ONE, connections.c.ended_at.is_(None))
    .values(last_seen_at=bindparam("last_seen_at"), missed_at=bindparam("missed_at"), ended_at=bindparam("ended_at"))
)


def _listened(rows: Iterable[Sequence[Any]], whose: Collection[bytes] | None) -> dict[Key, Listening]:
    theirs = (row for row in rows if whose is None or row[2] in whose)
    return {(digest, began): Listening(who, began, *what) for digest, began, who, *what in theirs}


async def stations(store: Store) -> list[str]:
    """Every station that was ever polled, or whose history was imported: a step in each index for each, not a walk."""
    found: set[str] = set()
    async with store.read() as connection:
        for column in (polls.c.station, spans.c.station):
            name = await connection.scalar(select(func.min(column)))
            while name is not None:
                found.add(name)
                name = await connection.scalar(select(func.min(column)).where(column > name))
    return sorted(found)
