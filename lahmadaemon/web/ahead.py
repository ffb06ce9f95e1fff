"""The service that has the reading room make ahead of time what visitors ask for first."""

from lahmadaemon.supervision.service import Lifeline, Service
from lahmadaemon.web.reading.room import ReadingRoom

FIRST = 20.0
"""Seconds after the start, which has better things to do."""
EVERY = 60.0
SELDOM = 600.0
SHARE = 100
"""A hundredth of the time: after a turn of so many seconds comes a pause a hundred times as long, within the two above."""
NEXT_DAY = 24 * 3600.0
"""After one that was quick: until then the room may rest."""


class Ahead(Service):
    """Without it all is told as well, but made while somebody waits."""

    name = "web.ahead"
    patience = 600.0

    def __init__(self, room: ReadingRoom) -> None:
        self._room = room
        self._pause = FIRST

    async def run(self, lifeline: Lifeline) -> None:
        while await self._has_paused(lifeline):
            async with lifeline.turn():
                await self._make()

    async def _has_paused(self, lifeline: Lifeline) -> bool:
        """In steps, which are signs of life; false when the stop was asked meanwhile."""
        left = self._pause
        while left > 0:
            lifeline.beat()
            step = min(left, EVERY)
            left -= step
            if not await lifeline.wait(step):
                return False
        return True

    async def _make(self) -> None:
        """Raises UpstreamError where the room does not do it."""
        self._pause = SELDOM
        took = await self._room.make_ahead()
        self._pause = min(max(EVERY, SHARE * took), SELDOM) if took else NEXT_DAY
