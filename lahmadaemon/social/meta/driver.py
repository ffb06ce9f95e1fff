"""Drives the walks of many accounts: what all of them want to know goes out in batches, within Meta's limits."""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from lahmadaemon.clock import Clock
from lahmadaemon.http import Answer
from lahmadaemon.social.driving import Ended, Errand, Keeper, Result
from lahmadaemon.social.limits import Limits
from lahmadaemon.social.meta.errors import Kind, Trouble
from lahmadaemon.social.meta.frontier import NEVER, Frontier
from lahmadaemon.social.meta.graph import DEADLINE, Graph
from lahmadaemon.social.meta.trips import UNANSWERED, Cut, Pending, Trip
from lahmadaemon.social.meta.usage import APP, account_scope, token_scope
from lahmadaemon.social.meta.verdicts import THROTTLES, Again, held, judge, scope_of, throttled
from lahmadaemon.social.meta.wire import Wire
from lahmadaemon.social.settings import MetaSettings
from lahmadaemon.social.walk import Page, Step
from lahmadaemon.together import together

TRIES = 5
LATE = 2
"""So often an answer to one request may take too long before its walk is told to ask for less."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds before what failed is asked again: a random part of the first, doubled each time."""
RETRIES = 20
"""In one run, and one more for each errand."""
LOOK = 1.0
"""Seconds between two looks whether to stop, where there is nothing to do but wait."""
SLOWER = 5
"""A batch is so much smaller where the app's allowance is nearly used up."""
STOPPED, UNREACHABLE, NO_TOKEN = "stopped", "meta_unreachable", "no_token"
"""Reasons."""


class MetaDriver:
    """As `driving.Driver`. An errand under way when `stopping` becomes true ends as `stopped` before its next request.

    `chance`: from 0 to 1, so that what failed together is not asked again together.
    """

    def __init__(
        self,
        settings: MetaSettings,
        client: httpx.AsyncClient,
        clock: Clock,
        limits: Limits,
        chance: Callable[[], float] = random.random,
        *,
        deadline: float = DEADLINE,
    ) -> None:
        self.wire = Wire(Graph(settings, client, deadline=deadline), limits, settings.batch_size)
        self.settings = settings
        self.clock = clock
        self.limits = limits
        self.chance = chance

    @property
    def http_requests(self) -> int:
        """Since it was made."""
        return self.wire.http_requests

    @property
    def logical_calls(self) -> int:
        """What Meta counts: each request within a batch."""
        return self.wire.logical_calls

    async def drive(self, errands: Sequence[Errand], keeper: Keeper, stopping: Callable[[], bool]) -> None:
        """As `driving.Driver`."""
        self.wire.mend()
        drive = _Drive(self, errands, keeper, stopping)
        await together(drive.work() for _ in range(self.settings.concurrency))

    def trip(self, errand: Errand) -> Trip | None:
        """The errand with its token: its own, or ours where nobody is connected. None: there is none."""
        settings, own = self.settings, errand.token is not None
        token = errand.token if own else settings.discovery_token
        account = errand.account_id if own else settings.discovery_account
        whose = errand.creator_id if own else "discovery"
        if token is None or account is None:
            return None
        return Trip(errand, token, (APP, account_scope(account), token_scope(whose)), own)


class _Drive:
    """One run of several workers over the same errands."""

    def __init__(
        self, driver: MetaDriver, errands: Sequence[Errand], keeper: Keeper, stopping: Callable[[], bool]
    ) -> None:
        self._driver, self._wire = driver, driver.wire
        self._clock, self._limits = driver.clock, driver.limits
        self._waiting = deque(errands)
        self._keeper = keeper
        self._stopping = stopping
        self._frontier = Frontier()
        self._retries = RETRIES + len(errands)
        self._busy = 0
        self._changes = 0
        self._news = asyncio.Event()
        self._beginning, self._stepping = asyncio.Lock(), asyncio.Lock()

    async def work(self) -> None:
        """Until nothing is left to ask, or under way."""
        while True:
            self._busy += 1
            before, batch = self._changes, list[Pending]()
            try:
                if batch := await self._next_batch():
                    await self._exchange(batch)
            finally:
                self._busy -= 1
                over = not self._waiting and self._frontier.empty and not self._busy
                # Who only looked has no news for the others: they would wake one another for as long as a batch is under way.
                if batch or over or self._changes != before:
                    self._news.set()
                    self._news = asyncio.Event()
            if not batch:
                if over:
                    return
                await self._clock.wait(self._news, self._rest())

    def _rest(self) -> float | None:
        """Until something that failed is due; a stop is not noticed later than that."""
        at = self._frontier.next_at
        return None if at is None else min(LOOK, max(0.0, at - self._clock.monotonic()))

    # --- What to ask next

    async def _next_batch(self) -> list[Pending]:
        """What may be sent now. A batch that is not full goes only when no other one is under way that could bring more."""
        while True:
            slow = self._limits.slow(APP)
            if slow and self._busy > 1:
                return []
            size = max(1, self._wire.size // SLOWER) if slow else self._wire.size
            async with self._beginning:
                await self._begin(size)
            over = self._wire.broken or self._stopping()
            partly = over or (self._busy == 1 and not self._waiting)
            now = NEVER if over else self._clock.monotonic()
            taken = self._frontier.take(size, now, partly=partly, single=self._slow)
            barred = {each.trip: cut for each in taken if (cut := self._barred(each.trip))}
            await self._give_up(barred)
            if batch := [each for each in taken if each.trip not in barred]:
                return batch
            if not taken:
                return []

    def _slow(self, trip: Trip) -> bool:
        return self._limits.slow(*trip.scopes)

    def _barred(self, trip: Trip) -> Cut | None:
        """Why it must not ask."""
        if self._wire.broken:
            return Cut(UNREACHABLE)
        return Cut(STOPPED) if self._stopping() else held(self._limits, trip)

    async def _begin(self, size: int) -> None:
        """Only as many walks as can be asked for: a later one begins with what earlier ones have learnt."""
        while self._waiting and len(self._frontier) < size:
            ended: list[tuple[Errand, Ended]] = []
            begun: list[Trip] = []
            for _ in range(min(len(self._waiting), size - len(self._frontier))):
                errand = self._waiting.popleft()
                if (trip := self._driver.trip(errand)) is None:
                    ended.append((errand, Ended(Result.SKIPPED, reason=NO_TOKEN)))
                elif cut := self._barred(trip):
                    ended.append((errand, trip.cut(cut)))
                else:
                    begun.append(trip)
            await self._go_on([(trip, None) for trip in begun], ended)

    # --- What became of it

    async def _exchange(self, batch: Sequence[Pending]) -> None:
        sent = await self._wire.send(batch)
        if sent.refused is not None and not _passing(sent.refused):
            self._frontier.back(self._refused(batch, sent.refused, sent.owner))
        elif sent.lost or sent.refused is not None:
            for pending in batch:
                pending.late += len(batch) == 1 and sent.late
            await self._answered([(pending, None) for pending in batch], alone=len(batch) == 1)
        else:
            await self._answered(list(zip(batch, sent.answers, strict=True)))

    async def _answered(self, answers: Sequence[tuple[Pending, Answer | None]], *, alone: bool = True) -> None:
        """All pages that come of one HTTP answer are kept together. `alone`: what failed is not asked in a batch again."""
        whole: list[Trip] = []
        cuts: dict[Trip, tuple[Cut, Answer]] = {}
        for pending, answer in answers:
            trip = pending.trip
            verdict = Again() if answer is None else judge(self._limits, pending, answer)
            if trip.over:
                continue
            told = self._again(pending, answer or UNANSWERED, alone=alone) if isinstance(verdict, Again) else verdict
            if isinstance(told, Cut):
                cuts.setdefault(trip, (told, answer or UNANSWERED))
            elif told is not None and trip.answered(pending.place, told):
                whole.append(trip)
        await self._go_on([(trip, trip.told) for trip in whole if trip not in cuts], [], cuts)

    def _again(self, pending: Pending, answer: Answer, *, alone: bool) -> Answer | Cut | None:
        """Ask again, later; what was asked often enough is its walk's affair."""
        pending.tries += 1
        pending.alone = alone or pending.tries > 1
        self._retries -= pending.alone
        if pending.tries >= TRIES or pending.late >= LATE:
            return answer
        if self._retries < 0:
            return Cut(UNREACHABLE)
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (pending.tries - 1)) * self._driver.chance()
        self._frontier.later(pending, self._clock.monotonic() + wait)
        return None

    def _refused(self, batch: Sequence[Pending], refused: Trouble, owner: Pending | None) -> Sequence[Pending]:
        """The batch was not looked into, so nobody's request has failed; they are asked anew, each for itself where nothing
        better is known."""
        if refused.kind in THROTTLES:
            throttled(self._limits, APP if owner is None else scope_of(owner.trip, refused))
        elif owner is None:
            self._wire.not_as_app()
        elif refused.kind in {Kind.TOKEN_DEAD, Kind.BLOCKED}:
            owner.alone = True  # it is told so, and nobody else
        else:
            for pending in batch:
                pending.alone = True
        return batch

    async def _give_up(self, cuts: Mapping[Trip, Cut]) -> None:
        await self._go_on([], [], {trip: (cut, UNANSWERED) for trip, cut in cuts.items()})

    async def _go_on(
        self,
        ready: list[tuple[Trip, Any]],
        ended: list[tuple[Errand, Ended]],
        cuts: Mapping[Trip, tuple[Cut, Answer]] | None = None,
    ) -> None:
        """Let walks go on with what they were told, until each wants to know more or has ended."""
        self._changes += bool(ready or ended or cuts)
        for trip, (cut, answer) in (cuts or {}).items():
            if trip.give_up(cut, answer):
                ready.append((trip, trip.told))
            else:
                ended.append((trip.errand, trip.cut(cut)))
        while ready or ended:
            pages: list[tuple[Trip, Page]] = []
            for trip, step in await self._steps(ready):
                if isinstance(step, Page):
                    pages.append((trip, step))
                elif isinstance(step, Ended):
                    ended.append((trip.errand, step))
                else:
                    self._frontier.add(trip.waits_for(step))
            if pages:
                await self._keeper.keep([(trip.errand, page) for trip, page in pages])
            for trip, page in pages:
                trip.kept(page)
            if ended:
                await self._keeper.ended(ended)
            ready, ended = [(trip, None) for trip, _ in pages], []

    async def _steps(self, ready: list[tuple[Trip, Any]]) -> list[tuple[Trip, Step | Ended]]:
        """Away from the loop, since fifty whole pages take a while to read; by one worker at a time, since walks share what
        they learn."""
        async with self._stepping:
            return await asyncio.to_thread(lambda: [(trip, trip.step(told)) for trip, told in ready])


def _passing(refused: Trouble) -> bool:
    return refused.kind in {Kind.TRANSIENT, Kind.TOO_MUCH}
