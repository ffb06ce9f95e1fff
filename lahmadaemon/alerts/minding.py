"""The service that keeps the desk at work."""

from lahmadaemon.alerts.desk import SHORTEST, Desk
from lahmadaemon.clock import Clock
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.supervision.service import Lifeline, Service


class DeskService(Service):
    """Wakes when something was heard and when something is due."""

    name = "alerts.desk"
    patience = 120.0

    def __init__(self, desk: Desk, clock: Clock, board: HealthBoard) -> None:
        self._desk = desk
        self._clock = clock
        self._board = board
        board.listeners.append(self._hear_the_stop)

    def _hear_the_stop(self) -> None:
        if self._board.report().stopping:
            self._desk.heard.set()

    async def run(self, lifeline: Lifeline) -> None:
        while not lifeline.stopping.is_set():
            self._desk.heard.clear()
            async with lifeline.turn():
                await self.turn()
            # no oftener than once a second, whatever is heard
            if await lifeline.wait(SHORTEST):
                await self._clock.wait(self._desk.heard, self._desk.pause() - SHORTEST)
        async with lifeline.turn():  # what made the daemon stop is kept, and told after the next start
            await self.turn()

    async def turn(self) -> None:
        await self._desk.turn()
