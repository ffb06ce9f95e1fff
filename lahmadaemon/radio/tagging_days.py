"""Local days by number, for those who ask a hundred thousand times; a day is its ordinal, as `date.fromordinal` knows it."""

from datetime import date, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from lahmadaemon.clock import MINUTE, Instant, local
from lahmadaemon.radio import periods

_STEP = 15 * MINUTE
"""Every midnight of every zone in use lies on one of these."""


class Days:
    """The days of a zone. All that is to be known of [since, until) is known; `now` is when there was a last look."""

    def __init__(self, zone: ZoneInfo, since: Instant, until: Instant, now: Instant | None = None) -> None:
        self._zone: tzinfo = zone
        self._numbers: dict[int, int] = {}
        self._now = until if now is None else now
        self.since, self.until = since, until
        self.edges = cache(lambda day: periods.day(date.fromordinal(day), zone))

    def of(self, moment: int) -> int:
        """The day of an instant."""
        step = moment // _STEP
        number = self._numbers.get(step)
        if number is None:
            number = self._numbers[step] = local(moment, self._zone).toordinal()
        return number

    def known(self, start: int, end: int) -> range:
        """The days that [start, end) touches, of those that are known."""
        return range(self.of(max(start, self.since)), self.of(min(max(start, end - 1), self.until - 1)) + 1)

    def passed(self, day: int) -> int:
        """How much of the day is over, in ms: 23 to 25 hours of one that is past."""
        edges = self.edges(day)
        return max(0, min(edges.end, self._now) - edges.start)
