"""The service that owes a partner its reports: freezes them as windows end, and hands them over in order."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from lahmadaemon.alerts.conditions import Alarms
from lahmadaemon.clock import HOUR, SECOND, Clock, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.service import Lifeline, Service
from lahmadaemon.visitors.push import payload, windows
from lahmadaemon.visitors.push.answers import Judgement, Verdict
from lahmadaemon.visitors.push.counting.store import Counted
from lahmadaemon.visitors.push.pacing import BETWEEN, pause
from lahmadaemon.visitors.push.partner import DEADLINE, Partner, Reply
from lahmadaemon.visitors.push.pushes import AT_ONCE, Push, State, consequence
from lahmadaemon.visitors.push.settings import PushSettings
from lahmadaemon.visitors.push.store import PushStore, Standing
from lahmadaemon.visitors.push.telling import Telling
from lahmadaemon.visitors.push.wall import Wall

PATIENCE_WITH_INTAKE = 300.0
"""Seconds at the start that missed windows wait for the files that came meanwhile."""
LOOK_AGAIN = 60.0
"""Seconds: commands change the outbox beside us."""
STORE_PAUSE = 5.0


@dataclass(frozen=True)
class Known:
    """What is known of an attempt and may not be in the outbox yet. Without `reply`: the report has not left."""

    push: Push
    before: Standing
    state: State
    at: Instant
    due_at: int | None = None
    reply: Reply | None = None


class PushService(Service):
    """One target. All that must survive is in the outbox; what is kept here is pace and what was said."""

    patience = 300.0

    def __init__(
        self,
        target: str,
        settings: PushSettings,
        store: Store,
        client: httpx.AsyncClient,
        clock: Clock,
        zone: ZoneInfo,
        alarms: Alarms,
        *,
        caught_up: Callable[[], bool] = lambda: True,
        chance: Callable[[], float] = random.random,
        deadline: float = DEADLINE,
    ) -> None:
        """`caught_up`: whether the intake has read what lay in the folders when the house was opened."""
        self.name = f"visitors.push.{target}"
        self._settings = settings
        self._zone = zone
        self._clock = clock
        self._outbox = PushStore(store, target)
        self._counted = Counted(zone, settings.chosen)
        self._partner = Partner(settings, client, clock, deadline=deadline)
        self._telling = Telling(target, settings.every_ms, zone, alarms)
        self._wall = Wall(clock, self._telling.clock_jumped)
        self._caught_up = caught_up
        self._chance = chance
        self._known: Known | None = None
        self._looked_until: Instant | None = None
        self._failures = 0
        self._trouble: Judgement | None = None
        self._skipped = False
        self._hold_until: float | None = None
        self._rest = 0.0

    async def run(self, lifeline: Lifeline) -> None:
        give_up_waiting = self._clock.monotonic() + PATIENCE_WITH_INTAKE
        self._rest = 0.0
        while await lifeline.wait(self._rest):
            async with lifeline.turn():
                ready = self._caught_up() or self._clock.monotonic() >= give_up_waiting
                await self._work(write=ready)

    async def turn(self) -> None:
        """Write what is due and try the oldest that is owed, whenever it was to be tried."""
        await self._work(forced=True)

    async def _work(self, *, write: bool = True, forced: bool = False) -> None:
        """Raises UpstreamError while the oldest report cannot be handed over, also in turns that do not try it."""
        self._rest = STORE_PAUSE  # should the store fail us
        now = self._wall.now()
        await self._note()
        if write and not self._wall.doubt:
            await self._write_due(now)
        head = await self._head()
        if head and (forced or not self._held(head)):
            await self._try(head)
            head = await self._head()
        now = self._wall.now()
        self._telling.standing(await self._outbox.standing(now), now)
        self._rest = BETWEEN if not write else self._until_next(head, now)
        if head is None and not self._skipped:
            self._trouble, self._failures = None, 0
        if self._trouble:
            raise UpstreamError(self._trouble.sentence, outcome=self._trouble.verdict.name.lower())

    async def _write_due(self, now: Instant) -> None:
        until = Instant(now - round(self._settings.settle * SECOND))
        last = self._looked_until or await self._outbox.last_window(self._settings.ssid)
        due = windows.due(last, until, self._settings.every_ms, self._zone)
        due = windows.caught_up(due, self._settings.catch_up, self._zone)
        if due:
            keep_until = Instant(now + round(self._settings.keep_trying * SECOND))
            body = partial(payload.body, settings=self._settings, zone=self._zone)
            written = await self._outbox.write(
                due, self._settings.ssid, self._counted, body, now, keep_until, catch_up=self._settings.catch_up
            )
            self._telling.windows_written(due, written)
        # Also backwards: a clock that was set back comes by the same windows again, and what is written of them stands.
        self._looked_until = until

    async def _head(self) -> Push | None:
        """The oldest push owed. One that is still `sending` was left by a life that ended in its midst: nobody knows."""
        while (head := await self._outbox.head()) and head.state is State.SENDING:
            state = State.SKIPPED if self._settings.when_unsure == "skip" else State.WAITING
            now = self._wall.now()
            await self._outbox.settle(head, state, now, due_at=now)
            self._telling.left_behind(head, state)
        return head

    def _held(self, head: Push) -> bool:
        """Whether it is too early. Measured by a clock that nobody sets; across a restart, by what the row says."""
        if head.due_at == AT_ONCE:
            return False
        if self._hold_until is None:
            wait = min(max(0, head.due_at - self._wall.now()), HOUR) / SECOND
            self._hold_until = self._clock.monotonic() + wait
        return self._clock.monotonic() < self._hold_until

    async def _try(self, head: Push) -> None:
        now = self._wall.now()
        before = await self._outbox.standing(now)
        # Should `begin` fail us, it may have been done all the same: a report that surely never left.
        self._known = Known(head, before, State.WAITING, now)
        begun = await self._outbox.begin(head)
        self._known = None
        if not begun:
            return
        reply = await self._partner.hand_over(head, before.learnt)
        judgement, now = reply.judgement, self._wall.now()
        state = consequence(head, judgement, now, skip_unsure=self._settings.when_unsure == "skip")
        passed = judgement.verdict in {Verdict.DELIVERED, Verdict.PERMANENT}
        self._failures = 0 if passed else self._failures + 1
        self._trouble, self._skipped = None if passed else judgement, state is State.SKIPPED
        rest = pause(judgement.verdict, self._failures, judgement.retry_after, self._chance())
        self._hold_until = self._clock.monotonic() + rest
        self._known = Known(head, before, state, now, now + round(rest * SECOND), reply)
        await self._note()

    async def _note(self) -> None:
        """Put what is known into the outbox, also what an earlier turn could not; done twice it is as done once."""
        if (known := self._known) is None:
            return
        told: dict[str, Any] = {}
        if reply := known.reply:
            told = {
                "judgement": reply.judgement, "refused": reply.judgement.verdict is Verdict.REFUSED,
                "status": reply.status, "answer": reply.answer, "latency": reply.latency,
            }  # fmt: skip
        await self._outbox.settle(known.push, known.state, known.at, due_at=known.due_at, **told)
        self._known = None
        if reply:
            self._telling.answered(known.push, reply, known.state, known.before)

    def _until_next(self, head: Push | None, now: Instant) -> float:
        """Seconds to rest: until a window has ended and settled, or the oldest may be tried again; never long."""
        until = self._looked_until if self._looked_until is not None else now
        end = windows.next_end(until, self._settings.every_ms, self._zone)
        rests = [LOOK_AGAIN, self._wall.doubt or (end - now) / SECOND + self._settings.settle]
        if head:
            rests.append((self._hold_until or 0.0) - self._clock.monotonic() if head.due_at != AT_ONCE else BETWEEN)
        return max(0.0, min(rests))
