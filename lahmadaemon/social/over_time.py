"""What a campaign's posts came to at the end of each day: pure.

Posts are gone through one by one, and each adds to a day by how much it grew then; at the end the days are added up. So the cost
grows with the readings, not with the days times the posts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from lahmadaemon.clock import MINUTE, Instant, local
from lahmadaemon.social.engagement import Ratio, rates
from lahmadaemon.social.followers import Followers
from lahmadaemon.social.posts import Kind, Numbers

RATES = ("er_views", "er_reach", "er_followers", "er_story_reach")
QUARTER = 15 * MINUTE
"""No zone's day begins within one."""
Values = tuple[Any, ...]
"""Numbers, in the order of `NUMBERS`; None is unknown."""
_NOTHING = (0,) * (2 * len(RATES))
_TAKEN_AT = attrgetter("taken_at")


class Reading(NamedTuple):
    """A post's numbers at one moment. `whole`: nothing is missing for a passing reason."""

    taken_at: Instant
    whole: bool
    values: Values


@dataclass(frozen=True)
class Tracked:
    """A post that was read."""

    kind: Kind
    published_at: Instant
    followers: Followers


@dataclass(frozen=True)
class Day:
    """Percent: sums of interactions over sums of what each rate is over, of all posts as they were last read by then."""

    day: date
    er_views: float | None
    er_reach: float | None
    er_followers: float | None
    er_story_reach: float | None


class Growth:
    """Of all posts together, day by day."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._days: dict[int, int] = {}
        self._grown: defaultdict[int, list[int]] = defaultdict(lambda: list(_NOTHING))
        """By the day's number: by how much each top and bottom of `RATES` grew."""

    def add(self, courses: Iterable[tuple[Tracked, Sequence[Reading]]]) -> None:
        """Posts, each with all its readings. One with holes counts only while there was none without."""
        for post, readings in courses:
            self._add(post, readings)

    def _add(self, post: Tracked, readings: Iterable[Reading]) -> None:
        whole, values, sums = False, None, _NOTHING
        for day, of_day in groupby(sorted(readings, key=_TAKEN_AT), self._day):
            latest = values
            for each in of_day:
                if each.whole or not whole:
                    latest, whole = each.values, whole or each.whole
            grown = self._grown[day]
            if latest is not None and latest != values:
                before, values, sums = sums, latest, _sums(post, latest)
                for place, (now, then) in enumerate(zip(sums, before, strict=True)):
                    grown[place] += now - then

    def days(self) -> list[Day]:
        """From the first day with a reading to the last."""
        return list(self._added_up()) if self._grown else []

    def _added_up(self) -> Iterator[Day]:
        sums = list(_NOTHING)
        for day in range(min(self._grown), max(self._grown) + 1):
            for place, grown in enumerate(self._grown.get(day, ())):
                sums[place] += grown
            pooled = [Ratio(top, bottom).percent for top, bottom in zip(sums[::2], sums[1::2], strict=True)]
            yield Day(date.fromordinal(day), *pooled)

    def _day(self, reading: Reading) -> int:
        quarter = reading.taken_at // QUARTER
        if (found := self._days.get(quarter)) is None:
            found = self._days[quarter] = local(reading.taken_at, self._zone).toordinal()
        return found


def _sums(post: Tracked, values: Values) -> tuple[int, ...]:
    """Top and bottom of each of `RATES`; nothing where it is unknown."""
    count, at_publish = post.followers.at(post.published_at)
    its = rates(post.kind, Numbers(*values), count, followers_at_publish=at_publish)
    found: list[int] = []
    for each in (its.by_views, its.by_reach, its.by_followers, its.by_story_reach):
        found += (0, 0) if each.percent is None else (each.top or 0, each.bottom or 0)
    return tuple(found)
