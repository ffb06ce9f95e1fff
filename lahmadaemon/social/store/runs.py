"""Runs of the collector, how each account fared in them, and what they have learnt of limits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, func, select, update

from lahmadaemon.clock import DAY, MINUTE, Instant
from lahmadaemon.social.driving import Ended, Errand, Result
from lahmadaemon.social.limits import Pause
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.tables import accounts, pauses, results, runs
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import upsert

COLLECT, STORIES, REFRESH = "collect", "stories", "refresh"
"""Kinds of runs: by cadence, stories only, asked for by somebody."""
STOPPED = "stopped"
"""The reason of those that a stop left out."""
REST = 10 * MINUTE
"""Where nothing came, and nobody said when to try again."""
LOOKED = ("looked_at", "stories_at", "walked_at", "walked_from")
"""When an account was looked at, and how far back."""
KEPT = 60 * DAY
"""How long runs are remembered."""


@dataclass(frozen=True)
class Run:
    """One run: so many accounts, so many of them done. `ended_at` None: under way, or the process died in it."""

    run_id: str
    kind: str
    started_at: Instant
    ended_at: Instant | None = None
    accounts: int = 0
    done: int = 0
    problem: str | None = None


@dataclass(frozen=True)
class Fared:
    """How an account fared in a run."""

    run_id: str
    creator_id: int
    platform: Platform
    account_id: str
    result: Result
    reason: str | None
    posts: int
    asks: int
    ended_at: Instant


class RunStore:
    """One process collects; readers look on."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def begin(self, run: Run) -> None:
        """Write it down before the first request, or when somebody asks for it; runs older than two months go."""
        async with self._store.write() as connection:
            await connection.execute(delete(results).where(results.c.ended_at < run.started_at - KEPT))
            await connection.execute(delete(runs).where(runs.c.started_at < run.started_at - KEPT))
            made = upsert(connection, runs).values(asdict(run))
            await connection.execute(
                made.on_conflict_do_update(index_elements=[runs.c.run_id], set_={"accounts": run.accounts})
            )

    async def close_left(self, now: Instant) -> None:
        """Those that an earlier life left open: nobody works on them any more."""
        left = update(runs).where(runs.c.ended_at.is_(None))
        async with self._store.write() as connection:
            await connection.execute(left.values(ended_at=now, problem="the daemon ended in its midst"))

    async def end(self, run: Run) -> None:
        """It is over."""
        async with self._store.write() as connection:
            told = {"ended_at": run.ended_at, "accounts": run.accounts, "done": run.done, "problem": run.problem}
            await connection.execute(update(runs).where(runs.c.run_id == run.run_id).values(told))

    async def fared(
        self, run: Run, ended: Sequence[tuple[Errand, Ended]], now: Instant, horizons: Mapping[Errand, Instant]
    ) -> None:
        """How accounts fared, in one transaction with when they were looked at. `horizons`: how far back those
        go that look as far as any campaign wants."""
        async with self._store.write() as connection:
            rows = [_result_row(run, errand, each, now) for errand, each in ended]
            await connection.execute(upsert(connection, results).on_conflict_do_nothing(), rows)
            await connection.execute(update(runs).where(runs.c.run_id == run.run_id).values(done=run.done))
            made = upsert(connection, accounts)
            new = made.excluded
            changed: dict[str, Any] = {name: new[name] for name in ("result", "reason", "held_until")}
            changed |= {name: func.coalesce(new[name], accounts.c[name]) for name in LOOKED}
            await connection.execute(
                made.on_conflict_do_update(index_elements=list(accounts.primary_key), set_=changed),
                [_standing(run, errand, each, now, horizons.get(errand)) for errand, each in ended],
            )

    async def forget(self, creator_id: int) -> None:
        """How a creator's accounts fared."""
        async with self._store.write() as connection:
            await connection.execute(delete(results).where(results.c.creator_id == creator_id))

    async def newest(self, kind: str | None = None) -> Run | None:
        """The run that began last."""
        chosen = select(runs) if kind is None else select(runs).where(runs.c.kind == kind)
        async with self._store.read() as connection:
            row = (await connection.execute(chosen.order_by(runs.c.started_at.desc()).limit(1))).first()
        return Run(*row) if row else None

    async def run(self, run_id: str) -> Run | None:
        """That run."""
        async with self._store.read() as connection:
            row = (await connection.execute(select(runs).where(runs.c.run_id == run_id))).first()
        return Run(*row) if row else None

    async def results(self, run_id: str) -> list[Fared]:
        """How each account fared in it."""
        async with self._store.read() as connection:
            rows = await connection.execute(
                select(results).where(results.c.run_id == run_id).order_by(results.c.creator_id, results.c.platform)
            )
            return [
                Fared(
                    row.run_id, row.creator_id, Platform(row.platform), row.account_id, Result(row.result), row.reason,
                    row.posts, row.asks, row.ended_at,
                )
                for row in rows
            ]  # fmt: skip

    async def pauses(self) -> list[Pause]:
        """Limits that were exhausted."""
        async with self._store.read() as connection:
            return [Pause(*row) for row in await connection.execute(select(pauses))]

    async def keep_pauses(self, kept: Iterable[Pause], now: Instant) -> None:
        """Those that still hold."""
        async with self._store.write() as connection:
            await connection.execute(delete(pauses).where(pauses.c.until <= now))
            for pause in kept:
                made = upsert(connection, pauses).values(asdict(pause))
                changed = {"until": pause.until, "reason": pause.reason}
                await connection.execute(made.on_conflict_do_update(index_elements=[pauses.c.scope], set_=changed))


def _standing(run: Run, errand: Errand, ended: Ended, now: Instant, horizon: Instant | None) -> dict[str, Any]:
    """What an account's row says afterwards; of LOOKED, None changes nothing."""
    held, looked = ended.held_until, ended.result is not Result.SKIPPED
    if held is None and not looked and ended.reason != STOPPED:
        held = Instant(now + REST)
    told = dict.fromkeys(LOOKED)
    if looked:
        told["stories_at" if run.kind == STORIES else "looked_at"] = now
    if horizon is not None and ended.complete:
        told |= {"walked_at": now, "walked_from": horizon}
    return {
        "creator_id": errand.creator_id, "platform": errand.platform.value, "account_id": errand.account_id,
        "chosen": True, "result": ended.result.value, "reason": ended.reason, "held_until": held, **told,
    }  # fmt: skip


def _result_row(run: Run, errand: Errand, ended: Ended, now: Instant) -> dict[str, Any]:
    return {
        "run_id": run.run_id, "creator_id": errand.creator_id, "platform": errand.platform.value,
        "account_id": errand.account_id, "result": ended.result.value, "reason": ended.reason, "posts": ended.posts,
        "asks": ended.asks, "ended_at": now,
    }  # fmt: skip
