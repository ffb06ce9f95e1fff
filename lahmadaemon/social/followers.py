"""How many followed an account when a post was published: pure."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from lahmadaemon.clock import DAY, Instant

FRESH = 2 * DAY
"""A count this old still says how many followed at publication: profiles are read once a day."""


@dataclass(frozen=True)
class Followers:
    """An account's counts over time: (taken at, followers), oldest first."""

    counts: Sequence[tuple[Instant, int]] = ()

    def at(self, published: Instant) -> tuple[int | None, bool]:
        """The followers to reckon with, and whether they were counted at publication rather than at the nearest reading."""
        place = bisect_right(self.counts, published, key=lambda count: count[0])
        before = self.counts[place - 1] if place else None
        if before and published - before[0] <= FRESH:
            return before[1], True
        after = self.counts[place] if place < len(self.counts) else None
        near = [count for count in (before, after) if count]
        return (min(near, key=lambda count: abs(count[0] - published))[1] if near else None), False

    @property
    def latest(self) -> int | None:
        return self.counts[-1][1] if self.counts else None
