"""Turns that wait longer and longer while they fail, for services that answer to a bell."""

import asyncio
import random
from collections.abc import Callable

from lahmadaemon.errors import UpstreamError
from lahmadaemon.supervision.policy import RestartPolicy
from lahmadaemon.supervision.service import Lifeline, Service

BACKOFF = RestartPolicy(first=1.0, factor=2.0, longest=300.0)


class Carrier(Service):
    """Does its turn when its bell rings and, idle, every `idle` seconds; after trouble from 1 s up to 5 min later."""

    idle = 30.0
    patience = 900.0

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self.bell = asyncio.Event()
        self._chance = chance

    async def run(self, lifeline: Lifeline) -> None:
        failures = 0
        while not lifeline.stopping.is_set():
            self.bell.clear()
            try:
                await self.turn()
            except UpstreamError as trouble:
                failures += 1
                lifeline.stumble(trouble)
                lifeline.beat()
                await lifeline.wait(BACKOFF.delay(failures, self._chance()))
            else:
                failures = 0
                lifeline.recover()
                lifeline.beat()
                await lifeline.wait_for(self.bell, self.idle)
