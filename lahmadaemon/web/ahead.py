"""The service that makes ahead of time what visitors ask for first, and anew what they were told though it had grown old."""

import asyncio
import gc
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
                        await self._settle()
                        took = clock.monotonic() - began
                        due = clock.monotonic() + min(max(EVERY, SHARE * took), SELDOM)
                await lifeline.wait_for(memory.wished, max(0.0, due - clock.monotonic()))

    async def turn(self) -> None:
        """Pages are compiled; what they tell first is asked for, as somebody would who looks."""
        app = await self._entrance.whole()
        from lahmadaemon.web.visitors import telling as visitors  # shapes, which a start does without

        await asyncio.to_thread(app.state.templates.load)
        await visitors.now(self._house)
        for station in self._house.radio.stations:
            await self._station(station)

    async def _settle(self) -> None:
        """Once all is loaded that stays for ever, Python need not look for rubbish in it again: that holds the loop for a
        tenth of a second each time."""
        if not self._settled:
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
