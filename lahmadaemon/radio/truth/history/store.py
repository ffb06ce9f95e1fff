"""Keeps what history tells: connections nobody polled, better ends, the stretch it vouches for. Repeating changes nothing."""

import asyncio
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, and_, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio.coverage import PATIENCE, Stretch
from lahmadaemon.radio.folding import Outcome
from lahmadaemon.radio.source import History
from lahmadaemon.radio.store import connections, overlapping, polls, row_of
from lahmadaemon.radio.truth.reconciling import Added, Corrected, Reconciled, Stored, reconcile, touched
from lahmadaemon.radio.vouched.store import amended, spans
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import upsert

ORIGIN = "history"
AT_ONCE = 1000
"""Rows of one statement; the loop goes on between them."""


class HistoryStore:
    """What a server's history changes in one station's record. `keep_ip`: as for polls; retention takes them out again."""

    def __init__(self, store: Store, station: str, *, keep_ip: bool = False) -> None:
        self.station = station
        self._store = store
        self._keep_ip = keep_ip

    async def stored(self, start: Instant, end: Instant) -> list[Stored]:
        """All connections that overlap [start, end), and those that ended in the second before."""
        async with self._store.read() as connection:
            return await self._overlapping(connection, start, end)

    async def _overlapping(self, connection: AsyncConnection, start: Instant, end: Instant) -> list[Stored]:
        columns = select(
            connections.c.digest, connections.c.started_at, connections.c.ended_at,
            (connections.c.origin == "poll").label("polled"),
        ).where(connections.c.station == self.station)  # fmt: skip
        found = await connection.execute(overlapping(columns, start - SECOND, end - 1))
        return [Stored((bytes(digest), begun), ended, bool(seen)) for digest, begun, ended, seen in found]

    async def silences(self, start: Instant, end: Instant) -> list[Stretch]:
        """The stretches of [start, end) without a valid poll of ours, in order; found where the polls are, for they are many."""
        valid = and_(polls.c.station == self.station, polls.c.outcome == Outcome.VALID, polls.c.at < end)
        before = select(func.max(polls.c.at)).where(valid, polls.c.at <= start).scalar_subquery()
        each = (
            select(
                polls.c.at, polls.c.every, func.lead(polls.c.at, 1, end).over(order_by=polls.c.at).label("following")
            )
            .where(valid, polls.c.at >= func.coalesce(before, start))
            .subquery()
        )
        lonely = select(each.c.at + each.c.every, each.c.following).where(
            (each.c.following - each.c.at) * 2 > each.c.every * round(2 * PATIENCE)
        )
        async with self._store.read() as connection:
            first = await connection.scalar(select(func.min(each.c.at)))
            found = [(begin, stop) for begin, stop in await connection.execute(lonely.order_by(each.c.at))]
        return [(start, Instant(end if first is None else max(first, start))), *found]

    async def amend(
        self, history: History, older: Mapping[bytes, Instant], now: Instant, *, remembers_before: bool = False
    ) -> Reconciled:
        """Hold the history against what is stored, and keep what it changes, the stretch the server vouches for and the hours
        that changed; in one transaction, for a poll that ended a connection in between would be overlooked."""
        async with self._store.write() as connection:
            stored = await self._overlapping(connection, history.start, history.end)
            last_poll_at: Instant | None = await connection.scalar(self._last_poll)
            found = await asyncio.to_thread(
                reconcile, stored, history, last_poll_at, older, remembers_before=remembers_before
            )
            insert = upsert(connection, connections).on_conflict_do_nothing()
            for i in range(0, len(found.added), AT_ONCE):
                await connection.execute(insert, [self._addition(each) for each in found.added[i : i + AT_ONCE]])
            for i in range(0, len(found.corrected), AT_ONCE):
                await connection.execute(_CORRECT, [self._correction(c) for c in found.corrected[i : i + AT_ONCE]])
            if hours := touched(found, last_poll_at):
                statement = upsert(connection, amended).on_conflict_do_update(
                    index_elements=list(amended.primary_key.columns), set_={"noted_at": now}
                )
                rows = [{"station": self.station, "hour": hour, "noted_at": now} for hour in sorted(hours)]
                await connection.execute(statement, rows)
            if found.vouched_from is not None:
                await self._vouch(connection, found.vouched_from, history.end, now)
        return found

    @property
    def _last_poll(self) -> Select[Any]:
        valid = and_(polls.c.station == self.station, polls.c.outcome == Outcome.VALID)
        return select(polls.c.at).where(valid).order_by(polls.c.polled_at.desc()).limit(1)

    def _addition(self, added: Added) -> dict[str, object]:
        seen = added.connection
        row = row_of(self.station, seen, seen.started_at, self._keep_ip)
        return row | {"last_seen_at": added.ended_at, "ended_at": added.ended_at, "origin": ORIGIN}

    def _correction(self, corrected: Corrected) -> dict[str, object]:
        return {
            "of_station": self.station, "of_digest": corrected.key[0], "of_started_at": corrected.key[1],
            "was": corrected.was, "ended_at": corrected.ended_at,
        }  # fmt: skip

    async def _vouch(self, connection: AsyncConnection, start: Instant, end: Instant, now: Instant) -> None:
        """One row a stretch, however many answers it came in: neighbours become one."""
        ours = and_(spans.c.station == self.station, spans.c.origin == ORIGIN)
        near = and_(ours, spans.c.start <= end, spans.c.end >= start)
        found = [
            (begin, stop) for begin, stop in await connection.execute(select(spans.c.start, spans.c.end).where(near))
        ]
        if any(begin <= start and end <= stop for begin, stop in found):
            return
        await connection.execute(delete(spans).where(near))
        whole = {"start": min(start, *(begin for begin, _ in found)) if found else start}
        whole["end"] = max(end, *(stop for _, stop in found)) if found else end
        row = {"station": self.station, "origin": ORIGIN, "noted_at": now, **whole}
        await connection.execute(upsert(connection, spans).on_conflict_do_nothing(), [row])


_CORRECT = (  # only where the end is still what it was when the correction was found: a poll may have spoken since
    update(connections)
    .where(
        connections.c.station == bindparam("of_station"),
        connections.c.digest == bindparam("of_digest"),
        connections.c.started_at == bindparam("of_started_at"),
        connections.c.ended_at.is_not_distinct_from(bindparam("was", type_=connections.c.ended_at.type)),
    )
    .values(ended_at=bindparam("ended_at"))
)
