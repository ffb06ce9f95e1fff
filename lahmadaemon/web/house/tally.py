"""Counters that the store keeps for us: what happened since the daemon's start, read a little at a time."""

from collections import Counter
from collections.abc import Awaitable, Callable

from lahmadaemon.clock import MINUTE, Instant

Counts = Counter[tuple[str, ...]]
"""By labels."""
SETTLES = 5 * MINUTE
"""Rows are kept some time after the moment they bear; what is younger is counted anew each time."""


class Tally:
    """Never goes back, as Prometheus' counters must not."""

    def __init__(self, start: Instant, count: Callable[[Instant, Instant], Awaitable[Counts]]) -> None:
        """`count`: how many in [start, end)."""
        self._count = count
        self._until = start
        self._counted: Counts = Counter()

    async def total(self, now: Instant) -> Counts:
        """All so far; a moment ahead as well, for clocks are set."""
        until = Instant(max(self._until, now - SETTLES))
        if until > self._until:
            more = await self._count(self._until, until)
            self._until, self._counted = until, self._counted + more
        return self._counted + await self._count(until, Instant(now + SETTLES))
