"""The desk's tables and statements: incidents, mutes, deliveries, and who commanded what."""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    Select,
    Table,
    Text,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.deliveries import OWED, Delivery, Kind, Line, Owing, Stage
from lahmadaemon.alerts.incidents import Incident, Mute, Standing, State
from lahmadaemon.clock import Instant
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import Moment, metadata, upsert

incidents = Table(
    "alert_incidents",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("condition", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("raised_at", Moment, nullable=False),
    Column("fired_at", Moment),
    Column("cleared_at", Moment),
    Column("resolved_at", Moment),
    Column("unstable_at", Moment),
    Column("notified_at", Moment),
    Column("told", Text),
    Column("notices", Integer, nullable=False),
    Column("acked_at", Moment),
    Column("acked_by", Text),
    Column("changes", Text, nullable=False),
    Column("owed", Text),
    Column("owed_since", Moment),
    Index(None, "state"),
)
mutes = Table(
    "alert_mutes",
    metadata,
    Column("key", Text, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("muted_at", Moment, nullable=False),
    Column("muted_by", Text, nullable=False),
)
deliveries = Table(
    "alert_deliveries",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("recipient", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("day", Text),
    Column("random_id", Moment, nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("text", Text, nullable=False),
    Column("told", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("error", Text),
    Column("fallback_at", Moment),
    Index(None, "state"),
    Index(None, "recipient", "day", unique=True),  # a digest a day; rows without a day differ from one another
)
pictures = Table(
    "alert_pictures",
    metadata,
    Column("day", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
audit = Table(
    "alert_audit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("outcome", Text, nullable=False),
)

MOST_QUEUED = 200
"""Deliveries that wait for one recipient; older ones give way."""
_FRESH = and_(deliveries.c.state == Stage.WAITING, deliveries.c.attempts == 0, deliveries.c.fallback_at.is_(None))


class News(NamedTuple):
    """What is to be written to whom. `write`: from a recipient's lines that nobody has seen yet, and the incidents that
    were told of already, to the lines and the text that take their place."""

    recipients: Sequence[str]
    write: Callable[[Sequence[Line], Collection[int]], tuple[Sequence[Line], str]]
    now: Instant


class AlertStore:
    """What the desk must not forget."""

    def __init__(self, store: Store, draw: Callable[[], int] = lambda: secrets.randbits(63) or 1) -> None:
        self._store = store
        self._draw = draw

    async def standing(self, resolved_since: Instant) -> Standing:
        """Every open incident and every resolved one about which something is owed."""
        known = incidents.c.condition.in_(list(Condition))  # one of another version means nothing here
        unsettled = and_(known, or_(incidents.c.state != State.RESOLVED, incidents.c.owed.is_not(None)))
        lately = and_(known, incidents.c.state == State.RESOLVED, incidents.c.resolved_at >= resolved_since)
        async with self._store.read() as connection:
            found = await _all(connection, select(incidents).where(unsettled).order_by(incidents.c.number))
            ended = await _all(connection, select(incidents).where(lately).order_by(incidents.c.number))
            kept = await _all(connection, select(mutes))
            last = await connection.scalar(select(func.max(incidents.c.number)))
        recent = {each.key: each.changes for each in map(Incident.of_row, ended)}
        return Standing([Incident.of_row(row) for row in found], recent, [Mute(**row) for row in kept], last or 0)

    async def save(
        self, changed: Sequence[Incident], forgotten: Collection[int] = (), news: News | None = None
    ) -> None:
        """Incidents, and the messages about those whose notices have grown, in one transaction."""
        async with self._store.write() as connection:
            told = await self._landed(connection, changed) if news else ()
            if changed:
                statement = upsert(connection, incidents)
                new = {c.name: statement.excluded[c.name] for c in incidents.c if not c.primary_key}
                await connection.execute(
                    statement.on_conflict_do_update(index_elements=["number"], set_=new), [i.as_row() for i in changed]
                )
            if forgotten:
                await connection.execute(delete(incidents).where(incidents.c.number.in_(forgotten)))
            if news:
                for recipient in news.recipients:
                    await self._rewrite(connection, recipient, news, told)

    async def _landed(self, connection: AsyncConnection, changed: Sequence[Incident]) -> Collection[int]:
        """Those whose notices are counted already: an earlier write that seemed to fail has told them."""
        query = select(incidents.c.number, incidents.c.notices).where(
            incidents.c.number.in_([each.number for each in changed])
        )
        known = {row.number: row.notices for row in await connection.execute(query)}
        return {each.number for each in changed if known.get(each.number, 0) >= each.notices}

    async def _rewrite(self, connection: AsyncConnection, recipient: str, news: News, told: Collection[int]) -> None:
        """One message in place of those that nobody has tried to deliver."""
        fresh = and_(_FRESH, deliveries.c.recipient == recipient, deliveries.c.kind == Kind.ALARM)
        waiting = [Delivery.of_row(row) for row in await _all(connection, select(deliveries).where(fresh))]
        waiting.sort(key=lambda delivery: delivery.number)
        earlier = [line for delivery in waiting for line in delivery.told]
        lines, text = news.write(earlier, told)
        if list(lines) == earlier:
            return
        numbers = [delivery.number for delivery in waiting]
        merged = {"state": Stage.SUPERSEDED, "settled_at": news.now}
        await connection.execute(update(deliveries).where(deliveries.c.number.in_(numbers)).values(merged))
        if lines:
            await self._add(connection, recipient, Kind.ALARM, text, news.now, lines)

    async def _add(
        self, connection: AsyncConnection, recipient: str, kind: Kind, text: str, now: Instant,
        lines: Sequence[Line] = (), day: str | None = None,
    ) -> bool:  # fmt: skip
        last = await connection.scalar(select(func.max(deliveries.c.number)))
        added = Delivery((last or 0) + 1, recipient, kind, day, self._draw(), now, text, tuple(lines))
        statement = upsert(connection, deliveries).on_conflict_do_nothing().values(added.as_row())
        if await connection.scalar(statement.returning(deliveries.c.number)) is None:
            return False
        queue = and_(deliveries.c.recipient == recipient, deliveries.c.state == Stage.WAITING)
        oldest_kept = select(deliveries.c.number).where(queue).order_by(deliveries.c.number.desc()).limit(MOST_QUEUED)
        too_many = and_(queue, _FRESH, deliveries.c.number.not_in(oldest_kept))
        dropped = {"state": Stage.SUPERSEDED, "settled_at": now, "error": "too many were waiting"}
        await connection.execute(update(deliveries).where(too_many).values(dropped))
        return True

    async def add(
        self, recipients: Sequence[str], kind: Kind, text: str, now: Instant, day: str | None = None,
        picture: bytes | None = None,
    ) -> bool:  # fmt: skip
        """A message to everybody; with a `day`, once for that day. Tells whether there was anything to add."""
        async with self._store.write() as connection:
            if day and picture:
                owed = select(deliveries.c.day).where(deliveries.c.state.in_(OWED), deliveries.c.day.is_not(None))
                await connection.execute(delete(pictures).where(pictures.c.day.not_in(owed)))
                shown = upsert(connection, pictures).on_conflict_do_nothing()
                await connection.execute(shown.values(day=day, content=picture))
            return any([await self._add(connection, each, kind, text, now, day=day) for each in recipients])

    async def picture(self, day: str) -> bytes | None:
        """What goes with that day's message."""
        async with self._store.read() as connection:
            found: bytes | None = await connection.scalar(select(pictures.c.content).where(pictures.c.day == day))
        return found

    async def has_day(self, day: str) -> bool:
        async with self._store.read() as connection:
            query = select(func.count()).select_from(deliveries).where(deliveries.c.day == day)
            return bool(await connection.scalar(query))

    async def opened_between(self, start: Instant, end: Instant) -> list[Incident]:
        """The incidents that were raised in [start, end) and fired."""
        query = select(incidents).where(
            incidents.c.raised_at >= start, incidents.c.raised_at < end, incidents.c.fired_at.is_not(None)
        )
        async with self._store.read() as connection:
            return [Incident.of_row(row) for row in await _all(connection, query.order_by(incidents.c.number))]

    async def queue(self, recipients: Sequence[str] | None = None) -> list[Delivery]:
        """What is owed, in the order in which it was written; to these recipients, or to anybody."""
        query = select(deliveries).where(deliveries.c.state.in_(OWED))
        if recipients is not None:
            query = query.where(deliveries.c.recipient.in_(recipients))
        async with self._store.read() as connection:
            return [Delivery.of_row(row) for row in await _all(connection, query.order_by(deliveries.c.number))]

    async def begin(self, number: int) -> bool:
        """Note an attempt before it is made; false where the delivery is not owed any more."""
        values = {"state": Stage.SENDING, "attempts": deliveries.c.attempts + 1}
        return await self._change(number, values) > 0

    async def settle(self, number: int, state: Stage, now: Instant, error: str | None = None) -> None:
        await self._change(number, {"state": state, "settled_at": now, "error": error})

    async def postpone(self, number: int, not_before: Instant, error: str) -> None:
        await self._change(number, {"state": Stage.WAITING, "not_before": not_before, "error": error})

    async def _change(self, number: int, values: Mapping[str, Any]) -> int:
        owed = and_(deliveries.c.number == number, deliveries.c.state.in_(OWED))
        async with self._store.write() as connection:
            return int((await connection.execute(update(deliveries).where(owed).values(values))).rowcount)

    async def abandon(self, recipients: Collection[str], now: Instant) -> None:
        """What is owed to somebody who is a recipient no more."""
        others = and_(deliveries.c.state.in_(OWED), deliveries.c.recipient.not_in(recipients))
        values = {"state": Stage.REFUSED, "settled_at": now, "error": "no longer a recipient"}
        async with self._store.write() as connection:
            await connection.execute(update(deliveries).where(others).values(values))

    async def owing(self) -> Owing:
        """How much is not delivered."""
        query = select(func.count(), func.min(deliveries.c.written_at)).where(deliveries.c.state.in_(OWED))
        async with self._store.read() as connection:
            count, since = (await connection.execute(query)).one()
        return Owing(count, since)

    async def not_told_elsewhere(self, since: Instant) -> list[Delivery]:
        """Alarms written since then that no recipient has received and that the webhook has not told, oldest first."""
        twin = deliveries.alias()
        received = (
            select(twin.c.number)
            .where(twin.c.written_at == deliveries.c.written_at, twin.c.text == deliveries.c.text)
            .where(twin.c.state == Stage.DELIVERED)
        )
        query = select(deliveries).where(
            deliveries.c.kind == Kind.ALARM, deliveries.c.fallback_at.is_(None), deliveries.c.written_at >= since,
            deliveries.c.state.in_((*OWED, Stage.REFUSED)), ~received.exists(),
        )  # fmt: skip
        async with self._store.read() as connection:
            return [Delivery.of_row(row) for row in await _all(connection, query.order_by(deliveries.c.number))]

    async def told_elsewhere(self, numbers: Collection[int], now: Instant, *, settled: bool) -> None:
        """The webhook has told them; `settled`: and that is all that was asked."""
        values: dict[str, Any] = {"fallback_at": now}
        if settled:
            values |= {"state": Stage.DELIVERED, "settled_at": now}
        async with self._store.write() as connection:
            await connection.execute(update(deliveries).where(deliveries.c.number.in_(numbers)).values(values))

    async def mute(self, mute: Mute) -> None:
        async with self._store.write() as connection:
            await connection.execute(delete(mutes).where(or_(mutes.c.key == mute.key, mutes.c.until <= mute.muted_at)))
            await connection.execute(insert(mutes), [vars(mute)])

    async def unmute(self, key: str) -> None:
        async with self._store.write() as connection:
            await connection.execute(delete(mutes).where(mutes.c.key == key))

    async def note(self, at: Instant, who: str, command: str, outcome: str) -> None:
        """Who commanded what, and what came of it."""
        async with self._store.write() as connection:
            await connection.execute(insert(audit), [{"at": at, "who": who, "command": command, "outcome": outcome}])


async def _all(connection: AsyncConnection, query: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in (await connection.execute(query)).mappings()]
