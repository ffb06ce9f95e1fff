"""Who may be asked, and when: pauses and shares of allowances by scope, and a bucket of requests a second."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from lahmadaemon.clock import SECOND, Clock, Instant
from lahmadaemon.social.cadence import LONGEST_HOLD

log = structlog.get_logger()

SLOW_AT, STOP_AT = 75.0, 90.0
"""Percent of an allowance: from the first on one request at a time, from the second on none."""
UNTOLD = 300.0
"""Seconds of pause where the platform does not say when the allowance comes back; its window is an hour or a day long."""
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 3600.0
"""Seconds after a refusal without a word how long: doubled at each that follows."""


@dataclass(frozen=True)
class Pause:
    """Nobody asks within this scope before `until`."""

    scope: str
    until: Instant
    reason: str


class Limits:
    """Scopes are names: `meta.app`, `meta.account.<id>`, `tiktok.video/list`."""

    def __init__(self, clock: Clock, known: Iterable[Pause] = ()) -> None:
        self._clock = clock
        self._pauses = {pause.scope: pause for pause in known}
        self._used: dict[str, float] = {}
        self._refusals: dict[str, int] = {}
        self._fresh: list[Pause] = []

    def held(self, *scopes: str) -> Pause | None:
        """The pause among these scopes that lasts longest; None: ask. One that lasts longer than any platform asks for was
        made before the clock was set back."""
        now = self._clock.now()
        known = [pause for scope in scopes if (pause := self._pauses.get(scope))]
        holding = [pause for pause in known if now < pause.until <= now + LONGEST_HOLD]
        return max(holding, key=lambda pause: pause.until, default=None)

    def fresh(self) -> list[Pause]:
        """The pauses made since this was asked last: to be written down, so that the next life keeps them too."""
        made, self._fresh = self._fresh, []
        return made

    def slow(self, *scopes: str) -> bool:
        """Whether so much of an allowance is used that requests should go one by one."""
        return any(self._used.get(scope, 0.0) >= SLOW_AT for scope in scopes)

    def used(self, scope: str, percent: float, regain: float | None = None) -> None:
        """The platform told how much of the scope's allowance is used, and perhaps in how many seconds it is back."""
        self._used[scope] = percent
        if percent < STOP_AT:
            self._refusals.pop(scope, None)
        else:
            self.pause(scope, regain or UNTOLD, f"{percent:g} % of the allowance used")
            self._used.pop(scope)  # after the pause one request finds out

    def refused(self, scope: str, reason: str, seconds: float | None = None) -> Pause:
        """The platform refused: wait as it says, else 60 s, doubled each time, up to an hour."""
        times = self._refusals[scope] = self._refusals.get(scope, 0) + 1
        return self.pause(scope, seconds or min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (times - 1)), reason)

    def pause(self, scope: str, seconds: float, reason: str) -> Pause:
        """Nobody asks within the scope for so long; a longer pause that is on already stays."""
        until = Instant(self._clock.now() + round(seconds * SECOND))
        known = self._pauses.get(scope)
        if known and known.until >= until:
            return known
        made = self._pauses[scope] = Pause(scope, until, reason)
        log.warning("social.limit_reached", scope=scope, seconds=round(seconds), reason=reason)
        self._fresh.append(made)
        return made


class Bucket:
    """So many requests a second, spread evenly: a token bucket that holds a second's worth."""

    def __init__(self, clock: Clock, per_second: float) -> None:
        self._clock = clock
        self._gap = 1 / per_second
        self._burst = 1.0
        self._next = clock.monotonic() - self._burst
        self._never = asyncio.Event()

    async def take(self) -> None:
        """Wait for one's turn; turns are given in the order they are asked for."""
        now = self._clock.monotonic()
        self._next = max(self._next, now - self._burst) + self._gap
        if (wait := self._next - now) > 0:
            await self._clock.wait(self._never, wait)
