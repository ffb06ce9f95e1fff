"""When the next request may go, and how long to wait after one that failed."""

import asyncio
from collections import defaultdict
from collections.abc import Callable

from lahmadaemon.clock import SECOND, Clock, Instant
from lahmadaemon.social.limits import Limits

TRIES = 5
LONGEST_WAIT = 30.0
"""Seconds before an answer that failed is asked for again: a random part of 2, doubled each time."""
WAITED_FOR = 90.0
"""Seconds of a pause that an errand waits for; TikTok's window is a minute. With a longer one it ends."""
BROKEN_AFTER = 20
"""Failures in a row within a scope, whosoever: then it is left alone like one that refuses."""
LOOK = 1.0
STOPPED, THROTTLED, UNAVAILABLE = "stopped", "throttled", "unavailable"


class CutError(Exception):
    """An errand does not go on. `held_until`: nor may its account be asked before; `reauth`: its login is dead."""

    def __init__(self, reason: str, *, held_until: Instant | None = None, reauth: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.held_until, self.reauth = reason, held_until, reauth


class Patience:
    """Shared by all errands of a driver; raises CutError where waiting is not worth it, or the end is asked for."""

    def __init__(self, clock: Clock, limits: Limits, chance: Callable[[], float]) -> None:
        self._clock = clock
        self._limits = limits
        self._chance = chance
        self._failures: defaultdict[str, int] = defaultdict(int)
        self._never = asyncio.Event()

    async def allowed(self, scope: str, stopping: Callable[[], bool]) -> None:
        """Returns when nobody has said that the scope is to be left alone."""
        while pause := self._limits.held(scope):
            left = (pause.until - self._clock.now()) / SECOND
            if left > WAITED_FOR:
                raise CutError(THROTTLED, held_until=pause.until)
            await self._rest(left, stopping)
        if stopping():
            raise CutError(STOPPED)

    def holds(self, scope: str) -> bool:
        """Somebody has said so meanwhile."""
        return self._limits.held(scope) is not None

    def refused(self, scope: str, reason: str, retry_after: float | None) -> None:
        """Too many requests. Of those that were under way together, one says it for all."""
        if not self._limits.held(scope):
            self._limits.refused(scope, reason, retry_after)

    def answered(self, scope: str) -> None:
        """All is well there."""
        self._failures[scope] = 0
        self._limits.used(scope, 0.0)

    async def failed(
        self, scope: str, tries: int, reason: str, retry_after: float | None, stopping: Callable[[], bool]
    ) -> None:
        """Passing trouble, for this many times now: full jitter, or as long as they ask."""
        self._failures[scope] += 1
        if self._failures[scope] >= BROKEN_AFTER:
            self.refused(scope, reason, retry_after)
        if tries >= TRIES:
            raise CutError(UNAVAILABLE)
        if retry_after:
            self._limits.pause(scope, retry_after, reason)
        else:
            await self._rest(self._chance() * min(LONGEST_WAIT, 2.0**tries), stopping)

    async def _rest(self, seconds: float, stopping: Callable[[], bool]) -> None:
        until = self._clock.monotonic() + seconds
        while (left := until - self._clock.monotonic()) > 0:
            if stopping():
                raise CutError(STOPPED)
            await self._clock.wait(self._never, min(left, LOOK))
