"""The service that keeps what is settled: reports of days, weeks and months, and the audience hour by hour."""

import asyncio
from collections.abc import Sequence

import structlog

from lahmadaemon.clock import Clock
from lahmadaemon.radio.rollups.ledger import Keeping
from lahmadaemon.radio.rollups.worker import Maker
from lahmadaemon.supervision.service import Lifeline, Service

log = structlog.get_logger()

EVERY = 3600.0


class Rollups(Service):
    """All stations, one report after the other. Everything it needs to know is in the store: it may be killed anywhere."""

    name = "radio.rollups"
    patience = 1800.0

    def __init__(self, stations: Sequence[Keeping], clock: Clock, maker: Maker) -> None:
        self._stations = stations
        self._clock = clock
        self._maker = maker

    async def run(self, lifeline: Lifeline) -> None:
        async for _ in lifeline.every(EVERY):
            async with lifeline.turn():
                await self._all(lifeline)

    async def turn(self) -> None:
        await self._all(None)

    async def _all(self, lifeline: Lifeline | None) -> None:
        try:
            for station in self._stations:
                await self._station(station, lifeline)
        finally:
            await self._maker.rest()

    async def _station(self, station: Keeping, lifeline: Lifeline | None) -> None:
        now = self._clock.now()
        ledger = await station.ledger(now)
        count = 0
        for kind, period in await asyncio.to_thread(list, ledger.due()) if ledger else ():  # years of days
            if lifeline and lifeline.stopping.is_set():
                break
            made = await self._maker.make(station.job(kind, period, now))
            await station.rollups.keep(kind, period, made.kept, made.hours)
            count += 1
            if lifeline:
                lifeline.beat()
        if count:
            log.info("radio.figures_kept", station=station.station, reports=count)
