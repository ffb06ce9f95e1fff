"""What a campaign's posts came to at the end of each day: pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from lahmadaemon.clock import Instant, local
from lahmadaemon.social.engagement import rates
from lahmadaemon.social.followers import Followers
from lahmadaemon.social.posts import Kind, Numbers, Platform
from lahmadaemon.social.rollups import Measured, totals

RATES = ("er_views", "er_reach", "er_followers", "er_story_reach")
_NOBODY = Followers()


@dataclass(frozen=True)
class Reading:
    """A post's numbers at one moment. `whole`: nothing is missing for a passing reason."""

    account: tuple[Platform, str]
    platform_id: str
    kind: Kind
    creator_id: int
    published_at: Instant
    taken_at: Instant
    whole: bool
    numbers: Numbers


@dataclass(frozen=True)
class Day:
    """Percent: sums of interactions over sums of what each rate is over, of all posts as they were last read by then."""

    day: date
    er_views: float | None
    er_reach: float | None
    er_followers: float | None
    er_story_reach: float | None


def by_day(
    readings: Sequence[Reading], followers: Mapping[tuple[Platform, str], Followers], zone: ZoneInfo
) -> list[Day]:
    """From the first day with a reading to the last; `readings` in order of time."""
    found: list[Day] = []
    latest: dict[tuple[Platform, str], Reading] = {}
    for day, of_day in groupby(readings, lambda each: local(each.taken_at, zone).date()):
        for each in of_day:
            key = each.account[0], each.platform_id
            if each.whole or key not in latest or not latest[key].whole:
                latest[key] = each
        if found:
            found += _unchanged(found[-1], day)
        summed = totals([_measured(each, followers.get(each.account, _NOBODY)) for each in latest.values()])
        found.append(Day(day, **{name: getattr(summed, name).pooled for name in RATES}))
    return found


def _unchanged(last: Day, until: date) -> Iterator[Day]:
    """Days on which nothing was read."""
    for number in range(1, (until - last.day).days):
        yield Day(
            last.day + timedelta(days=number), last.er_views, last.er_reach, last.er_followers, last.er_story_reach
        )


def _measured(reading: Reading, followers: Followers) -> Measured:
    count, at_publish = followers.at(reading.published_at)
    found = rates(reading.kind, reading.numbers, count, followers_at_publish=at_publish)
    platform = reading.account[0]
    return Measured(platform, reading.kind, reading.creator_id, reading.published_at, reading.numbers, found)
