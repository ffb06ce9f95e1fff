"""The service that makes ahead of time what visitors ask for first, and anew what they were told though it had grown old."""

import asyncio
import gc
import importlib
from datetime import timedelta

from lahmadaemon.radio import periods
from lahmadaemon.supervision.service import Lifeline, Service
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.entrance import Entrance

FIRST = 20.0
"""Seconds after the start, which has better things to do."""
EVERY = 60.0
SELDOM = 600.0
SHARE = 100
"""A hundredth of the time: after a turn of so many seconds comes a pause a hundred times as long, within the two above."""
QUICK = 0.1
"""Seconds: a house whose figures are made within them needs nothing ahead, and keeps the memory that it would take."""


class Ahead(Service):
    """Without it all is told as well, but made while somebody waits."""

    name = "web.ahead"
    patience = 600.0

    def __init__(self, entrance: Entrance, house: HouseDoors) -> None:
        self._entrance = entrance
        self._house = house
        self._settled = False

    async def run(self, lifeline: Lifeline) -> None:
        lifeline.beat()
        if not await lifeline.wait(FIRST):
            return
        clock, memory = self._house.clock, self._house.memory
        with memory.helped():
            due = clock.monotonic()
            while not lifeline.stopping.is_set():
                async with lifeline.turn():
                    await memory.fulfil(lifeline.stopping)
                    if (began := clock.monotonic()) >= due:
                        await self.turn()
                        await memory.fulfil(lifeline.stopping)
                        took = clock.monotonic() - began
                        due = clock.monotonic() + (min(max(EVERY, SHARE * took), SELDOM) if took > QUICK else SELDOM)
                await lifeline.wait_for(memory.wished, max(0.0, due - clock.monotonic()))

    async def turn(self) -> None:
        """What pages tell first is asked for, as somebody would who looks; if that takes long, pages are compiled as well."""
        await asyncio.to_thread(importlib.import_module, "lahmadaemon.web.radio.telling")  # which a start does without
        began = self._house.clock.monotonic()
        for station in self._house.radio.stations:
            await self._station(station)
        if self._house.clock.monotonic() - began > QUICK and not self._settled:
            app = await self._entrance.whole()
            await asyncio.to_thread(app.state.templates.load)
            await self._settle()

    async def _settle(self) -> None:
        """Once all is loaded that stays for ever, Python need not look for rubbish in it again: that holds the loop for a
        tenth of a second each time."""
        await asyncio.to_thread(gc.collect)
        gc.freeze()
        self._settled = True

    async def _station(self, name: str) -> None:
        """As the pages ask."""
        from lahmadaemon.web.radio import telling

        house = self._house
        today = periods.today(house.clock.now(), house.zones.get(name, house.zone))
        monday = today - timedelta(days=today.weekday())
        await telling.now(house, name)
        await telling.days(house, name)
        await telling.hours(house, name, monday, today)
        await telling.weeks(house, name)
        await telling.shows(house, name, week=monday)
