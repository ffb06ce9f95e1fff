"""The outbox: reports frozen in the transaction that reads their counts, and what became of each."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    Row,
    Table,
    Text,
    and_,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.store.database import Store
from lahmadaemon.store.paging import Newest
from lahmadaemon.store.schema import Digest, Moment, metadata, upsert
from lahmadaemon.visitors.push import windows
from lahmadaemon.visitors.push.answers import Judgement
from lahmadaemon.visitors.push.counting.store import Counted
from lahmadaemon.visitors.push.payload import Totals
from lahmadaemon.visitors.push.pushes import AT_ONCE, OWED, Push, State

pushes = Table(
    "visitor_pushes",
    metadata,
    Column("target", Text, primary_key=True),
    Column("ssid", Text, primary_key=True),
    Column("window_end", Moment, primary_key=True, autoincrement=False),
    Column("day", Text, nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("body", Digest, nullable=False),
    Column("digest", Digest, nullable=False),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("refusals", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("keep_until", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("status", Integer),
    Column("desc", Text),
    Column("answer", Text),
    Column("error", Text),
    Column("latency", BigInteger),
    Index(None, "target", "state", "window_end"),
)

KEYS = UUID("5f0c6a52-3a0e-4d0c-9b0e-7a5d1c9e2f44")
"""The namespace of idempotency keys; another one would make every report a new one to the partner."""
PushPlace = tuple[Instant, str, str]
"""The window's end, the target, the ssid: where a push stands among all."""
_newest = Newest(pushes.c.target, pushes.c.state, pushes.c.window_end, pushes.c.ssid)
RECENT = DAY
"""A dead letter younger than this is worth an alarm."""


@dataclass(frozen=True)
class Standing:
    """A target's outbox at a moment."""

    owed: int
    dead: int
    """Dead letters that are recent, and what was wrong with the newest."""
    dead_error: str
    delivered_at: Instant | None
    learnt: str | None
    """What the partner said to the oldest that was delivered."""


class PushStore:
    """One target's outbox. One sender at a time works on it; commands may retry and discard beside it."""

    def __init__(self, store: Store, target: str) -> None:
        self._store = store
        self.target = target

    async def last_window(self, ssid: str) -> Instant | None:
        """The newest window that was ever written."""
        async with self._store.read() as connection:
            newest = select(func.max(pushes.c.window_end)).where(self._mine, pushes.c.ssid == ssid)
            found: Instant | None = await connection.scalar(newest)
        return found

    async def write(
        self,
        ends: Sequence[Instant],
        ssid: str,
        counted: Counted,
        body: Callable[[Totals], bytes],
        now: Instant,
        keep_until: Instant,
        *,
        catch_up: str = "all",
    ) -> list[Instant]:
        """Read the counts and freeze a report for each window, in one transaction. Tells which had anything to report."""
        async with self._store.write() as connection:
            totals = await counted.totals(connection, ends)
            rows = [
                {
                    "target": self.target, "ssid": ssid, "window_end": end, "day": windows.day_of(end, counted.zone),
                    "written_at": now, "body": content, "digest": hashlib.sha256(content).digest(),
                    "key": str(uuid5(KEYS, f"{self.target}/{ssid}/{end}")), "state": State.WAITING,
                    "attempts": 0, "refusals": 0, "due_at": now, "keep_until": keep_until,
                }
                for end, each in totals.items() for content in [body(each)]
            ]  # fmt: skip
            if rows:
                await connection.execute(upsert(connection, pushes).on_conflict_do_nothing(), rows)
                await self._supersede(connection, rows[-1], catch_up, now)
        return list(totals)

    async def _supersede(
        self, connection: AsyncConnection, newest: dict[str, Any], catch_up: str, now: Instant
    ) -> None:
        """Where not every window is wanted, those still waiting make room for what says the same and more."""
        if catch_up == "all":
            return
        other = pushes.alias()
        last_of_day = select(func.max(other.c.window_end)).where(
            other.c.target == self.target, other.c.day == pushes.c.day, other.c.state == State.WAITING
        )
        last = newest["window_end"] if catch_up == "none" else last_of_day.scalar_subquery()
        older = and_(self._mine, pushes.c.state == State.WAITING, pushes.c.window_end < last)
        await connection.execute(update(pushes).where(older).values(state=State.SUPERSEDED, settled_at=now))

    async def head(self) -> Push | None:
        """The oldest that is owed: no other may go before it."""
        oldest = (
            select(pushes)
            .where(self._mine, pushes.c.state.in_(OWED))
            .order_by(pushes.c.window_end, pushes.c.ssid)
            .limit(1)
        )
        async with self._store.read() as connection:
            row = (await connection.execute(oldest)).one_or_none()
        return _push(row) if row else None

    async def begin(self, push: Push) -> bool:
        """An attempt is a row before it is a request. False: somebody took the push away meanwhile."""
        owed = and_(self._this(push), pushes.c.state.in_(OWED))
        begun = update(pushes).where(owed).values(state=State.SENDING, attempts=pushes.c.attempts + 1)
        async with self._store.write() as connection:
            return (await connection.execute(begun)).rowcount > 0

    async def settle(
        self, push: Push, state: State, now: Instant, *, judgement: Judgement | None = None, refused: bool = False,
        due_at: int | None = None, status: int | None = None, answer: str | None = None, latency: int | None = None,
    ) -> None:  # fmt: skip
        """The outcome of an attempt; nothing happens where it is settled already."""
        told: dict[str, Any] = {}
        if judgement:
            error = None if state is State.DELIVERED else judgement.sentence
            told = {"error": error, "desc": judgement.desc, "status": status, "answer": answer, "latency": latency}
        settled = (
            update(pushes)
            .where(self._this(push), pushes.c.state == State.SENDING)
            .values(
                state=state,
                settled_at=None if state is State.WAITING else now,
                due_at=push.due_at if due_at is None else due_at,
                refusals=pushes.c.refusals + int(refused),
                **told,
            )
        )
        async with self._store.write() as connection:
            await connection.execute(settled)

    async def standing(self, now: Instant) -> Standing:
        """What is owed, what was lost lately, what went well last; all in one question, for it is asked at every turn."""
        recent = and_(self._mine, pushes.c.state == State.DEAD, pushes.c.settled_at > now - RECENT)
        delivered = and_(self._mine, pushes.c.state == State.DELIVERED)
        newest, oldest = pushes.c.window_end.desc(), pushes.c.window_end
        asked = (
            select(func.count()).where(self._mine, pushes.c.state.in_(OWED)),
            select(func.count()).where(recent),
            select(pushes.c.error).where(recent).order_by(newest).limit(1),
            select(pushes.c.settled_at).where(delivered).order_by(newest).limit(1),
            select(pushes.c.desc).where(delivered).order_by(oldest).limit(1),
        )
        async with self._store.read() as connection:
            answers = await connection.execute(select(*(each.scalar_subquery() for each in asked)))
            owed, dead, error, delivered_at, learnt = answers.one()
        return Standing(owed, dead, error or "", delivered_at, learnt)

    async def retry(self, window_end: Instant | None, keep_until: Instant) -> list[Instant]:
        """Have one push, or every dead one, tried again, with all its chances. Tells which; never one that arrived."""
        again = {"state": State.WAITING, "due_at": AT_ONCE, "refusals": 0, "keep_until": keep_until, "settled_at": None}
        lost = (
            pushes.c.state == State.DEAD
            if window_end is None
            else pushes.c.state.not_in((State.DELIVERED, State.SENDING))
        )
        return await self._change(window_end, lost, again)

    async def discard(self, window_end: Instant, now: Instant) -> list[Instant]:
        """Owe it no longer; it stays to be seen."""
        lost = pushes.c.state.in_((*OWED, State.DEAD))
        return await self._change(window_end, lost, {"state": State.DISCARDED, "settled_at": now})

    async def _change(
        self, window_end: Instant | None, where: ColumnElement[bool], values: dict[str, Any]
    ) -> list[Instant]:
        meant = where if window_end is None else and_(where, pushes.c.window_end == window_end)
        changed = update(pushes).where(self._mine, meant).values(values).returning(pushes.c.window_end)
        async with self._store.write() as connection:
            return sorted(await connection.scalars(changed))

    @property
    def _mine(self) -> ColumnElement[bool]:
        return pushes.c.target == self.target

    def _this(self, push: Push) -> ColumnElement[bool]:
        return and_(self._mine, pushes.c.ssid == push.ssid, pushes.c.window_end == push.window_end)


async def listed(
    store: Store,
    target: str | None = None,
    state: str | None = None,
    window_end: Instant | None = None,
    most: int = 500,
) -> list[Push]:
    """The newest pushes, oldest first."""
    wanted = {"target": target, "state": state, "window_end": window_end}
    chosen = [pushes.c[name] == value for name, value in wanted.items() if value is not None]
    newest = select(pushes).where(*chosen).order_by(pushes.c.window_end.desc(), pushes.c.target).limit(most)
    async with store.read() as connection:
        return [_push(row) for row in await connection.execute(newest)][::-1]


async def newest(
    store: Store, targets: Collection[str], states: Collection[State], before: PushPlace | None, most: int
) -> list[Push]:
    """Of these targets and states, the newest first."""
    return [_push(row) for row in await _newest.page(store, targets, states, before, most)]


async def targets(store: Store) -> list[str]:
    """Everybody to whom anything was ever owed."""
    async with store.read() as connection:
        return sorted(await connection.scalars(select(pushes.c.target).distinct()))


async def counts(store: Store, since: Instant) -> dict[str, dict[State, int]]:
    """For the digest: by target and state, how many of the windows that ended since then."""
    tally = (
        select(pushes.c.target, pushes.c.state, func.count())
        .where(pushes.c.window_end >= since)
        .group_by(pushes.c.target, pushes.c.state)
    )
    found: defaultdict[str, dict[State, int]] = defaultdict(dict)
    async with store.read() as connection:
        for target, state, many in await connection.execute(tally):
            found[target][State(state)] = many
    return dict(found)


def _push(row: Row[Any]) -> Push:
    fields = row._asdict()
    return Push(
        **fields | {"state": State(fields["state"]), "body": bytes(fields["body"]), "digest": bytes(fields["digest"])}
    )
