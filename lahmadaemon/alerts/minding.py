"""The service that keeps the desk at work."""

from lahmadaemon.alerts.desk import SHORTEST, Desk
from lahmadaemon.supervision.service import Lifeline, Service


class DeskService(Service):
    """Wakes when something was heard and when something is due."""

    name = "alerts.desk"
    patience = 120.0

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, lifeline: Lifeline) -> None:
        while not lifeline.stopping.is_set():
            self._desk.heard.clear()
            async with lifeline.turn():
                await self.turn()
            # no oftener than once a second, whatever is heard
            if await lifeline.wait(SHORTEST):
                await lifeline.wait_for(self._desk.heard, self._desk.pause() - SHORTEST)
        async with lifeline.turn():  # what made the daemon stop is kept, and told after the next start
            await self.turn()

    async def turn(self) -> None:
        await self._desk.turn()
