"""Once, when an hour of the day strikes: the base of what is written to people by the calendar."""

from abc import abstractmethod
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lahmadaemon.clock import HOUR, Clock, Instant, instant, local
from lahmadaemon.supervision.service import Lifeline, Service

LATEST = 6 * HOUR
"""What is later than this is left out."""
LOOK_EVERY = 30.0


def due(now: Instant, at: time, zone: ZoneInfo) -> date | None:
    """The day of which a digest is due now: the one before the day whose hour has struck within the last six hours."""
    today = local(now, zone).date()
    for day in (today, today - timedelta(days=1)):
        struck = instant(datetime.combine(day, at, zone))
        if struck <= now <= struck + LATEST:
            return day - timedelta(days=1)
    return None


class Timed(Service):
    """Asks itself every half minute whether the hour has struck; that it is written once is for the store to keep."""

    patience = 600.0

    def __init__(self, clock: Clock, zone: ZoneInfo, at: time) -> None:
        self._clock = clock
        self._zone = zone
        self._at = at
        self._done: date | None = None

    async def run(self, lifeline: Lifeline) -> None:
        async for _ in lifeline.every(LOOK_EVERY):
            async with lifeline.turn():
                await self.turn()

    async def turn(self) -> None:
        now = self._clock.now()
        day = due(now, self._at, self._zone)
        if day is not None and day != self._done:
            await self.write(day, now)
            self._done = day

    @abstractmethod
    async def write(self, day: date, now: Instant) -> None:
        """Write about the day that has ended, unless that was done before."""
