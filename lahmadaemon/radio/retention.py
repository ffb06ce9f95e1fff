"""Forgets what has had its time: full IP addresses, and single polls and connections whose figures are kept."""

from collections.abc import Sequence

import structlog

from lahmadaemon.clock import SECOND, Clock, Instant
from lahmadaemon.radio.rollups.aging import Aging
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.supervision.service import Lifeline, Service

log = structlog.get_logger()

EVERY = 3600.0


class Retention(Service):
    """Once an hour, for all stations; addresses also where they were kept under an earlier setting."""

    name = "radio.retention"

    def __init__(self, stores: list[RadioStore], clock: Clock, keep: float, aging: Sequence[Aging] = ()) -> None:
        self._stores = stores
        self._clock = clock
        self._keep = round(keep * SECOND)
        self._aging = aging

    async def run(self, lifeline: Lifeline) -> None:
        async for _ in lifeline.every(EVERY):
            async with lifeline.turn():
                await self.turn()

    async def turn(self) -> None:
        before = Instant(self._clock.now() - self._keep)
        for store in self._stores:
            if forgotten := await store.forget_ips(before):
                log.info("radio.addresses_forgotten", station=store.station, connections=forgotten)
        for each in self._aging:
            await each.turn(self._clock.now())
