"""Drives walks over TikTok: one request for each thing asked, within its limits, with tokens that stay alive."""

import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import structlog

from lahmadaemon.clock import SECOND, Clock, Instant
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.http import Answer
from lahmadaemon.social.connections import KEY_LOST, NOT_CONNECTED, LoginLost
from lahmadaemon.social.driving import Ended, Errand, Keeper, Result
from lahmadaemon.social.limits import Limits
from lahmadaemon.social.settings import TikTokSettings
from lahmadaemon.social.tiktok.asking import Asking, Reply, endpoint
from lahmadaemon.social.tiktok.errors import Told, Trouble
from lahmadaemon.social.tiktok.oauth import REFUSED
from lahmadaemon.social.tiktok.patience import STOPPED, THROTTLED, CutError, Patience
from lahmadaemon.social.tiktok.tokens import TikTokTokens
from lahmadaemon.social.walk import Ask, Asks, Outcome, Page, Step
from lahmadaemon.together import together

log = structlog.get_logger()

REAUTH = "reauth_required"


class TikTokDriver:
    """As `driving.Driver`. An errand that is under way when `stopping` becomes true ends before its next request."""

    def __init__(
        self,
        settings: TikTokSettings,
        client: httpx.AsyncClient,
        clock: Clock,
        limits: Limits,
        tokens: TikTokTokens,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._workers = settings.concurrency
        self._asking = Asking(settings, client, clock)
        self._patience = Patience(clock, limits, chance)
        self._clock = clock
        self._tokens = tokens

    async def drive(self, errands: Sequence[Errand], keeper: Keeper, stopping: Callable[[], bool]) -> None:
        """Until every errand has ended. Raises what the keeper raises, once nobody is under way any more."""
        run = _Run(self._asking, self._patience, self._clock, self._tokens, keeper, stopping, deque(errands))
        await together(run.work() for _ in range(self._workers))


@dataclass
class _Trip:
    """How far an errand has come."""

    errand: Errand
    asks: int = 0
    posts: int = 0
    kept: bool = False

    def over(self, outcome: Outcome) -> Ended:
        whole = outcome.complete and not outcome.reasons
        result = Result.OK if whole else Result.PARTIAL if self.kept or outcome.complete else Result.SKIPPED
        return Ended(result, outcome.complete, ", ".join(outcome.reasons) or None, self.posts, self.asks)

    def cut(self, cut: CutError) -> Ended:
        result = Result.PARTIAL if self.kept else Result.SKIPPED
        return Ended(
            result, reason=cut.reason, posts=self.posts, asks=self.asks, held_until=cut.held_until, reauth=cut.reauth
        )


@dataclass
class _Run:
    """One call of `drive`: errands wait in a row, workers take them one after another."""

    asking: Asking
    patience: Patience
    clock: Clock
    tokens: TikTokTokens
    keeper: Keeper
    stopping: Callable[[], bool]
    waiting: deque[Errand]
    hopeless: str | None = None
    """Why nobody's token can be renewed."""

    async def work(self) -> None:
        while self.waiting:
            if (reason := STOPPED if self.stopping() else self.hopeless) is not None:
                left = [(errand, Ended(Result.SKIPPED, reason=reason)) for errand in self.waiting]
                self.waiting.clear()
                await self.keeper.ended(left)
            else:
                errand = self.waiting.popleft()
                await self.keeper.ended([(errand, await self._ended(errand))])

    async def _ended(self, errand: Errand) -> Ended:
        trip, given = _Trip(errand), None
        try:
            while True:
                try:
                    step = errand.walk.send(given)
                except StopIteration as end:
                    return trip.over(end.value)
                given = await self._given(step, trip)
        except CutError as cut:
            return trip.cut(cut)
        finally:
            errand.walk.close()

    async def _given(self, step: Step, trip: _Trip) -> Any:
        if isinstance(step, Page):
            await self.keeper.keep([(trip.errand, step)])
            trip.kept, trip.posts = True, trip.posts + len(step.found)
            return None
        if isinstance(step, Asks):
            return [await self._answer(ask, trip) for ask in step.asks]
        return await self._answer(step, trip)

    async def _answer(self, ask: Ask, trip: _Trip) -> Answer:
        """The one that the walk is given, good or bad. Raises CutError."""
        scope, tries = f"tiktok.{endpoint(ask)}", 0
        while True:
            await self.patience.allowed(scope, self.stopping)
            await self.asking.turn(ask)
            if (reply := await self._reply(ask, trip, scope)) is None:
                continue
            told = reply.told
            if told.trouble is Trouble.LIMIT:
                self.patience.refused(scope, told.code, reply.retry_after)
            elif told.trouble is Trouble.PASSING or reply.answer is None:
                tries += 1
                log.info("social.request_failed", **_facts(trip, ask, told))
                await self.patience.failed(scope, tries, told.code, reply.retry_after, self.stopping)
            else:
                self.patience.answered(scope)
                if told.trouble:
                    log.info("social.request_refused", **_facts(trip, ask, told))
                return reply.answer

    async def _reply(self, ask: Ask, trip: _Trip, scope: str) -> Reply | None:
        """With the creator's token; with a new one where TikTok does not want that. None: a pause began meanwhile."""
        creator_id, rejected = trip.errand.creator_id, None
        for _ in range(2):
            try:
                async with self.tokens.lent(creator_id, rejected) as token:
                    if self.patience.holds(scope):
                        return None
                    reply = await self.asking.ask(ask, token)
                    trip.asks += reply.reached
            except UpstreamError as trouble:
                if trouble.outcome != REFUSED:
                    return Reply(Told(f"token_{trouble.outcome}", trouble=Trouble.PASSING))
                held = Instant(self.clock.now() + round((trouble.retry_after or 0.0) * SECOND))
                raise CutError(THROTTLED, held_until=held) from None
            except LoginLost as lost:
                raise _lost(lost) from None
            except HopelessError as error:
                if error.outcome != KEY_LOST:
                    self.hopeless = error.outcome
                raise CutError(error.outcome) from None
            if reply.told.trouble is not Trouble.TOKEN:
                return reply
            rejected = token
        raise _lost(await self.tokens.rejected_twice(creator_id, token))


def _facts(trip: _Trip, ask: Ask, told: Told) -> dict[str, Any]:
    """For a line of the log."""
    creator = trip.errand.creator_id
    return {
        "platform": "tiktok",
        "creator": creator,
        "endpoint": endpoint(ask),
        "code": told.code,
        "log_id": told.log_id,
    }


def _lost(lost: LoginLost) -> CutError:
    dead = lost.reason != NOT_CONNECTED
    return CutError(REAUTH if dead else NOT_CONNECTED, reauth=lost.reason if dead else None)
