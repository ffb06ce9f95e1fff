"""A clock on which a day passes in minutes; everything that takes a Clock then lives as fast."""

import asyncio

from lahmadaemon.clock import SECOND, Clock, Instant, SystemClock


class FasterClock:
    """Wall and monotonic time begin at `start` and zero, and run `speed` times as fast as the machine's clock."""

    def __init__(self, speed: float, start: Instant, *, machine: Clock | None = None) -> None:
        self._speed = speed
        self._start = start
        self._machine = machine or SystemClock()
        self._began = self._machine.monotonic()

    def now(self) -> Instant:
        return Instant(self._start + round(self.monotonic() * SECOND))

    def monotonic(self) -> float:
        return (self._machine.monotonic() - self._began) * self._speed

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        return await self._machine.wait(event, None if seconds is None else seconds / self._speed)
