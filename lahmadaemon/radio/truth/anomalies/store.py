"""The anomalies' table, and what the detector must read to go on after a restart."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Table, Text, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.clock import DAY, HOUR, MINUTE, Instant
from lahmadaemon.radio.folding import Outcome
from lahmadaemon.radio.snapshot import Key
from lahmadaemon.radio.store import connections, polls
from lahmadaemon.radio.truth.anomalies.kinds import Anomaly, Kind
from lahmadaemon.radio.truth.anomalies.memory import Memory, Spell
from lahmadaemon.radio.vouched.store import IMPORT, amended, spans
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import Moment, metadata, upsert

anomalies = Table(
    "radio_anomalies",
    metadata,
    Column("station", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("began_at", Moment, primary_key=True, autoincrement=False),
    Column("ended_at", Moment),  # null: it still is so
    Column("detail", Text, nullable=False),  # JSON
)

_COLUMNS = (anomalies.c.kind, anomalies.c.began_at, anomalies.c.ended_at, anomalies.c.detail)
_COUNTING = (Outcome.VALID.value, Outcome.EMPTY.value, Outcome.SUSPICIOUS.value)
_LATELY = HOUR
_LONGEST = 30 * DAY
"""Who was here for longer than that and left within the hour is not looked for."""


@dataclass(frozen=True)
class Who:
    """Somebody connected, as the store knows them."""

    identity: bytes
    mount: str


class AnomalyStore:
    """One station's anomalies."""

    def __init__(self, store: Store, station: str) -> None:
        self._store = store
        self._station = station
        self._mine = anomalies.c.station == station

    async def note(
        self, connection: AsyncConnection, changed: Sequence[Anomaly], now: Instant, frozen_since: Instant | None = None
    ) -> None:
        """Within the transaction of the poll that showed them; polls of a frozen server are taken back from what is valid.

        What a freeze takes away, and what its end gives back to those who stayed, changes hours that are over.
        """
        if changed:
            statement = upsert(connection, anomalies)
            news = {name: statement.excluded[name] for name in ("ended_at", "detail")}
            keys = list(anomalies.primary_key.columns)
            rows = [
                {
                    "station": self._station, "kind": each.kind.value, "began_at": each.began_at,
                    "ended_at": each.ended_at, "detail": json.dumps(dict(each.detail)),
                }
                for each in changed
            ]  # fmt: skip
            await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=news), rows)
        if frozen_since is not None:
            await self._take_back(connection, frozen_since)
        for each in changed:
            if each.kind is Kind.FROZEN:
                await self._amend(connection, each.began_at, each.ended_at or now, now)

    async def _take_back(self, connection: AsyncConnection, since: Instant) -> None:
        stale = and_(polls.c.station == self._station, polls.c.outcome == Outcome.VALID, polls.c.at > since)
        await connection.execute(update(polls).where(stale).values(outcome=Outcome.FROZEN.value))
        # Its history, which is read every hour, has shown the same still picture meanwhile.
        vouched = and_(spans.c.station == self._station, spans.c.origin != IMPORT, spans.c.end > since)
        rows = (await connection.execute(select(spans).where(vouched))).mappings().all()
        await connection.execute(delete(spans).where(vouched))
        if kept := [{**row, "end": since} for row in rows if row["start"] < since]:
            await connection.execute(upsert(connection, spans).on_conflict_do_nothing(), kept)

    async def _amend(self, connection: AsyncConnection, start: Instant, end: Instant, now: Instant) -> None:
        statement = upsert(connection, amended).on_conflict_do_update(
            index_elements=list(amended.primary_key.columns), set_={"noted_at": now}
        )
        hours = range(start - start % HOUR, max(start, end) + 1, HOUR)
        await connection.execute(
            statement, [{"station": self._station, "hour": hour, "noted_at": now} for hour in hours]
        )

    async def between(self, start: int, end: int) -> list[Anomaly]:
        """All that touch [start, end), in order of time."""
        touching = and_(
            self._mine, anomalies.c.began_at < end, or_(anomalies.c.ended_at.is_(None), anomalies.c.ended_at >= start)
        )
        async with self._store.read() as connection:
            query = select(*_COLUMNS).where(touching).order_by(anomalies.c.began_at, anomalies.c.kind)
            return _read(await connection.execute(query))

    async def asleep(self, start: int, end: int) -> list[tuple[Instant, Instant]]:
        """When in [start, end) the server stood still, and the minute after it, in which it ended whoever had gone."""
        found = [each for each in await self.between(start - MINUTE, end) if each.kind is Kind.FROZEN]
        return [(each.began_at, Instant((each.ended_at or end) + MINUTE)) for each in found]

    async def totals(self, start: int, end: int) -> list[tuple[Instant, int, int]]:
        """(moment, interval, total) of the polls of [start, end) that told one, in order of time; of a frozen server, none."""
        told = and_(
            polls.c.station == self._station, polls.c.outcome.in_(_COUNTING), polls.c.total.is_not(None),
            polls.c.at >= start, polls.c.at < end,
        )  # fmt: skip
        query = select(polls.c.at, polls.c.every, polls.c.total).where(told).order_by(polls.c.at)
        async with self._store.read() as connection:
            return [(at, every, total) for at, every, total in await connection.execute(query)]

    async def memory(self) -> Memory:
        """What a start goes on from: open anomalies, who is there, and the last signs of the server's life."""
        mine, valid = polls.c.station == self._station, polls.c.outcome == Outcome.VALID
        newest = select(polls.c.at).where(mine, valid).order_by(polls.c.polled_at.desc()).limit(1)
        counted = select(func.max(polls.c.at)).where(mine, valid, polls.c.total > 0)
        async with self._store.read() as connection:
            last = await connection.scalar(newest)
            if last is None:
                return Memory()
            still = select(*_COLUMNS).where(self._mine, anomalies.c.ended_at.is_(None))
            opened = {each.kind: each for each in _read(await connection.execute(still))}
            reset = select(func.max(anomalies.c.ended_at)).where(self._mine, anomalies.c.kind == Kind.SOURCE_RESET)
            return Memory(
                open=opened,
                spells={kind: Spell(each.began_at) for kind, each in opened.items()},
                present=await self._present(connection),
                changed_at=await self._changed_at(connection, last),
                counted_at=await connection.scalar(counted.where(polls.c.at > last - _LATELY)),
                reset_at=await connection.scalar(reset),
            )

    async def _present(self, connection: AsyncConnection) -> dict[Key, Who]:
        query = select(
            connections.c.digest, connections.c.started_at, connections.c.identity, connections.c.mount
        ).where(connections.c.station == self._station, connections.c.ended_at.is_(None))
        return {
            (bytes(digest), started): Who(bytes(identity), mount)
            for digest, started, identity, mount in await connection.execute(query)
        }

    async def _changed_at(self, connection: AsyncConnection, last: Instant) -> Instant | None:
        """The last poll at which somebody came or went; where that was long ago, an hour stands for it."""
        mine, lately = connections.c.station == self._station, last - _LATELY
        came = select(func.max(connections.c.first_seen_at)).where(mine, connections.c.ended_at.is_(None))
        recent = connections.c.started_at > lately - _LONGEST
        went = select(func.max(connections.c.missed_at)).where(mine, recent, connections.c.ended_at > lately)
        moments = [await connection.scalar(came), await connection.scalar(went)]
        return Instant(min(last, max(lately, *(moment for moment in moments if moment is not None))))


def _read(rows: object) -> list[Anomaly]:
    return [
        Anomaly(Kind(kind), began, ended, json.loads(detail))
        for kind, began, ended, detail in rows  # type: ignore[attr-defined]
        if kind in _KNOWN
    ]


_KNOWN = set(Kind)
