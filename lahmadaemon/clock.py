"""Time. The only module that reads clocks: wall time for stamps, monotonic time for durations.

Every pause is a wait for an event, so every pause can be interrupted. Instants are whole milliseconds since
1970-01-01 UTC everywhere inside the house; they become local times only at the edge, here.
"""

import asyncio
import time
from datetime import UTC, datetime, tzinfo
from typing import NewType, Protocol

Instant = NewType("Instant", int)
"""Milliseconds since 1970-01-01T00:00:00 UTC."""

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Clock(Protocol):
    """What the house knows of time; tests move a fake one, the demo runs a faster one."""

    def now(self) -> Instant:
        """The wall clock."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, never going back."""
        ...

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Wait until the event is set, for at most `seconds` (None: for ever); tells whether it was set."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> Instant:
        return Instant(time.time_ns() // 1_000_000)

    def monotonic(self) -> float:
        return time.monotonic()

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return event.is_set()
        return True


def local(instant: int, zone: tzinfo) -> datetime:
    """The instant as a wall clock in the zone shows it."""
    return datetime.fromtimestamp(instant / 1000, zone)


def instant(moment: datetime) -> Instant:
    """The instant of an aware datetime; a naive one is refused, for it has no instant."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return Instant(round(moment.timestamp() * 1000))


def iso(moment: int | None) -> str | None:
    """ISO 8601 in UTC, to the second, for machines."""
    return None if moment is None else local(moment, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
