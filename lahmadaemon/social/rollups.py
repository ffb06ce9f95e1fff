"""What captures add up to: of one post over time, of an account by months, of a campaign. Unknown numbers add nothing. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from zoneinfo import ZoneInfo

from lahmadaemon.clock import HOUR, Instant, local
from lahmadaemon.social.engagement import Rates, Ratio
from lahmadaemon.social.posts import NUMBERS, Kind, Numbers, Platform


@dataclass(frozen=True)
class Capture:
    """One reading of a post's numbers."""

    taken_at: Instant
    numbers: Numbers


@dataclass(frozen=True)
class Growth:
    """From one capture of a post to the next; numbers may fall. None where either capture does not know."""

    since: Instant
    until: Instant
    gained: Mapping[str, int | None]

    def per_hour(self, name: str) -> float | None:
        """How fast that number grew."""
        gained = self.gained[name]
        return None if gained is None or self.until <= self.since else gained * HOUR / (self.until - self.since)


@dataclass(frozen=True)
class Course:
    """One number over all captures: what it was when last known, and the first time it was highest."""

    latest: int
    latest_at: Instant
    peak: int
    peak_at: Instant


@dataclass(frozen=True)
class Measured:
    """A post with its latest numbers, and the rates they come to."""

    platform: Platform
    kind: Kind
    creator_id: int
    published_at: Instant
    numbers: Numbers
    rates: Rates


@dataclass(frozen=True)
class Sum:
    """Of the posts whose number is known: how much, and how many they are. `total` is None where none is."""

    total: int | None
    known: int

    @property
    def mean(self) -> float | None:
        return None if self.total is None else self.total / self.known


@dataclass(frozen=True)
class Pool:
    """A rate of several posts, percent, over those that have it, of which there are `posts`.

    `mean`: of their rates, each counting the same. `pooled`: sum of their interactions / sum of what their rate is over
    (views, reach, or the followers of each post, so that an account's count once a post).
    """

    mean: float | None
    pooled: float | None
    posts: int


@dataclass(frozen=True)
class Totals:
    """Of several posts."""

    posts: int
    views: Sum
    reach: Sum
    likes: Sum
    comments: Sum
    shares: Sum
    saves: Sum
    interactions: Sum
    er_views: Pool
    er_reach: Pool
    er_followers: Pool
    er_story_reach: Pool


@dataclass(frozen=True)
class Month:
    """An account's posts published in a month of the zone, with their latest numbers; followers as last read in it."""

    platform: Platform
    year: int
    month: int
    followers: int | None
    totals: Totals


@dataclass(frozen=True)
class CampaignTotals:
    """All posts of a campaign, and those of each platform and kind."""

    creators: int
    """Those with a post in it."""
    totals: Totals
    by_kind: Mapping[tuple[Platform, Kind], Totals]


def growth(captures: Iterable[Capture]) -> list[Growth]:
    """Between each capture of a post and the next."""
    return [
        Growth(
            earlier.taken_at,
            later.taken_at,
            {name: _gained(getattr(earlier.numbers, name), getattr(later.numbers, name)) for name in NUMBERS},
        )
        for earlier, later in pairwise(_in_order(captures))
    ]


def courses(captures: Iterable[Capture]) -> dict[str, Course]:
    """The course of each number that was ever known."""
    found: dict[str, Course] = {}
    for capture in _in_order(captures):
        for name in NUMBERS:
            if (value := getattr(capture.numbers, name)) is not None:
                known, at = found.get(name), capture.taken_at
                peak = (value, at) if known is None or value > known.peak else (known.peak, known.peak_at)
                found[name] = Course(value, at, *peak)
    return found


def totals(posts: Sequence[Measured]) -> Totals:
    """Sums and rates of the posts."""
    sums = {
        name: _sum(getattr(post.numbers, name) for post in posts)
        for name in ("views", "reach", "likes", "comments", "shares", "saves")
    }
    return Totals(
        posts=len(posts),
        **sums,
        interactions=_sum(post.rates.interactions for post in posts),
        er_views=_pool(post.rates.by_views for post in posts),
        er_reach=_pool(post.rates.by_reach for post in posts),
        er_followers=_pool(post.rates.by_followers for post in posts),
        er_story_reach=_pool(post.rates.by_story_reach for post in posts),
    )


def months(
    platform: Platform, posts: Iterable[Measured], readings: Iterable[tuple[Instant, int | None]], zone: ZoneInfo
) -> list[Month]:
    """One account's months, oldest first: those with a post or a reading of its followers (when, and how many)."""
    published: defaultdict[tuple[int, int], list[Measured]] = defaultdict(list)
    for post in posts:
        published[_month(post.published_at, zone)].append(post)
    followers: dict[tuple[int, int], int] = {}
    for at, count in sorted((at, count) for at, count in readings if count is not None):
        followers[_month(at, zone)] = count
    return [
        Month(platform, *month, followers.get(month), totals(published.get(month, ())))
        for month in sorted(published.keys() | followers.keys())
    ]


def campaign_totals(posts: Sequence[Measured]) -> CampaignTotals:
    """What a campaign's posts add up to."""
    kinds = sorted({(post.platform, post.kind) for post in posts})
    return CampaignTotals(
        creators=len({post.creator_id for post in posts}),
        totals=totals(posts),
        by_kind={each: totals([post for post in posts if (post.platform, post.kind) == each]) for each in kinds},
    )


def _in_order(captures: Iterable[Capture]) -> list[Capture]:
    return sorted(captures, key=lambda capture: capture.taken_at)


def _gained(earlier: int | None, later: int | None) -> int | None:
    return None if earlier is None or later is None else later - earlier


def _sum(values: Iterable[int | None]) -> Sum:
    known = [value for value in values if value is not None]
    return Sum(sum(known) if known else None, len(known))


def _pool(ratios: Iterable[Ratio]) -> Pool:
    """The sums are of the same posts as the mean, or one of the two would tell of other posts."""
    known = [(ratio.top, ratio.bottom, rate) for ratio in ratios if (rate := ratio.percent) is not None]
    if not known:
        return Pool(None, None, 0)
    pooled = sum(top or 0 for top, _, _ in known) / sum(bottom or 0 for _, bottom, _ in known) * 100
    return Pool(fmean(rate for _, _, rate in known), pooled, len(known))


def _month(at: Instant, zone: ZoneInfo) -> tuple[int, int]:
    day = local(at, zone)
    return day.year, day.month
