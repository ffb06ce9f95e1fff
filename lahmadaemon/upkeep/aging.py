"""The service that lets old rows go of which no figure is made; what the radio's figures are made of has its own."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import structlog

from lahmadaemon.clock import SECOND, Clock, Instant, iso
from lahmadaemon.supervision.service import Lifeline, Service

log = structlog.get_logger()

EVERY = 3600.0
MANY = 500
"""Rows of one transaction: nobody who writes waits for long."""


class Aged(NamedTuple):
    """Rows of one kind: how long (seconds; 0: for ever) they are kept, and what takes at most so many older ones away."""

    what: str
    keep: float
    forget: Callable[[Instant, int], Awaitable[int]]


class Aging(Service):
    """Once an hour, a little at a time. Killed anywhere it goes on the next time."""

    name = "house.retention"

    def __init__(self, kinds: Sequence[Aged], clock: Clock) -> None:
        self._kinds = [each for each in kinds if each.keep]
        self._clock = clock

    async def run(self, lifeline: Lifeline) -> None:
        async for _ in lifeline.every(EVERY):
            async with lifeline.turn():
                await self.turn()

    async def turn(self) -> None:
        for what, keep, forget in self._kinds:
            before, gone = Instant(self._clock.now() - round(keep * SECOND)), 0
            while taken := await forget(before, MANY):
                gone += taken
            if gone:
                log.info("house.rows_forgotten", what=what, rows=gone, before=iso(before))
