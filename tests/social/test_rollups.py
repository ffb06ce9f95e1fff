"""What captures add up to: growth, courses, months, campaigns. An unknown number adds nothing and is counted as unknown."""

from dataclasses import astuple
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lahmadaemon.clock import HOUR, Instant, instant
from lahmadaemon.social.engagement import rates
from lahmadaemon.social.posts import Kind, Numbers, Platform
from lahmadaemon.social.rollups import (
    Capture,
    Course,
    Measured,
    Pool,
    Sum,
    campaign_totals,
    courses,
    growth,
    months,
    totals,
)

PRAGUE = ZoneInfo("Europe/Prague")
REEL = Numbers(views=1000, reach=800, likes=50, comments=10, shares=5, saves=15)
IMAGE = Numbers(views=100, reach=80, likes=6, comments=None, shares=None, saves=2)
HIDDEN = Numbers(likes=14)
"""Insights not there yet."""


def at(text: str) -> Instant:
    return instant(datetime.fromisoformat(text))


def post(
    numbers: Numbers,
    published: str = "2026-09-10T12:00:00Z",
    followers: int | None = 2000,
    kind: Kind = Kind.REEL,
    creator: int = 11,
    platform: Platform = Platform.INSTAGRAM,
) -> Measured:
    found = rates(kind, numbers, followers, followers_at_publish=True)
    return Measured(platform, kind, creator, at(published), numbers, found)


def capture(hour: int, **numbers: int | None) -> Capture:
    return Capture(Instant(hour * HOUR), Numbers(**numbers))  # type: ignore[arg-type]


def test_growth_is_told_from_each_capture_to_the_next_in_their_order() -> None:
    first, second = growth([capture(4, views=160), capture(0, views=100), capture(6, views=150)])

    assert (first.since, first.until, first.gained["views"]) == (0, 4 * HOUR, 60)
    assert first.per_hour("views") == 15.0
    assert second.gained["views"] == -10
    assert second.per_hour("views") == -5.0


def test_growth_from_or_to_an_unknown_number_is_unknown() -> None:
    first, second = growth([capture(0, likes=1), capture(1), capture(2, likes=5)])

    assert (first.gained["likes"], first.per_hour("likes")) == (None, None)
    assert second.gained["likes"] is None


def test_two_captures_of_one_moment_have_no_speed() -> None:
    (only,) = growth([capture(1, views=1), capture(1, views=2)])

    assert only.per_hour("views") is None


@pytest.mark.parametrize("captures", [[], [capture(0, views=1)]])
def test_one_capture_has_not_grown(captures: list[Capture]) -> None:
    assert growth(captures) == []


def test_a_number_is_known_by_its_latest_and_by_the_first_time_it_was_highest() -> None:
    found = courses(
        [
            capture(0, reach=80),
            capture(3, reach=None, views=9),
            capture(1, reach=90),
            capture(2, reach=90),
            capture(4, reach=85),
        ]
    )

    assert found["reach"] == Course(85, Instant(4 * HOUR), 90, Instant(1 * HOUR))
    assert found["views"].latest == 9
    assert "likes" not in found


def test_a_number_that_became_unknown_is_as_it_was_last_known() -> None:
    found = courses([capture(0, views=80), capture(1)])

    assert found["views"] == Course(80, Instant(0), 80, Instant(0))


def test_sums_and_means_are_of_the_posts_whose_number_is_known() -> None:
    found = totals([post(REEL), post(IMAGE), post(HIDDEN)])

    assert found.posts == 3
    assert (found.views, found.views.mean) == (Sum(1100, 2), 550.0)
    assert (found.likes, found.comments, found.saves) == (Sum(70, 3), Sum(10, 1), Sum(17, 2))
    assert found.interactions == Sum(80 + 8 + 14, 3)


def test_no_post_has_no_figures_but_no_zero_either() -> None:
    found = totals([])

    assert (found.posts, found.views, found.views.mean) == (0, Sum(None, 0), None)
    assert found.er_views == Pool(None, None, 0)


def test_the_mean_of_rates_and_the_rate_of_sums_are_two_figures_of_the_same_posts() -> None:
    found = totals([post(REEL), post(IMAGE), post(HIDDEN)])

    assert astuple(found.er_views) == pytest.approx(((6.5 + 6.0) / 2, (65 + 6) / 1100 * 100, 2))
    assert astuple(found.er_reach) == pytest.approx(((10.0 + 10.0) / 2, (80 + 8) / 880 * 100, 2))
    assert astuple(found.er_followers) == pytest.approx((1.7, (80 + 8 + 14) / 6000 * 100, 3))


def test_a_like_without_a_view_is_in_neither_rate() -> None:
    found = totals([post(REEL), post(Numbers(views=0, likes=1))])

    assert astuple(found.er_views) == pytest.approx((6.5, 6.5, 1))


def test_months_are_those_of_the_zone_in_which_posts_were_published() -> None:
    found = months(
        Platform.INSTAGRAM,
        [
            post(REEL, "2026-09-30T21:59:59Z"),
            post(IMAGE, "2026-09-30T22:00:00Z"),
            post(IMAGE, "2027-09-10T12:00:00Z"),
            post(IMAGE, "2026-12-31T23:30:00Z"),
        ],
        [],
        PRAGUE,
    )

    assert [(month.year, month.month, month.totals.posts) for month in found] == [
        (2026, 9, 1), (2026, 10, 1), (2027, 1, 1), (2027, 9, 1)
    ]  # fmt: skip


def test_followers_are_those_last_read_in_the_month() -> None:
    readings = [
        (at("2026-09-20T12:00:00Z"), 120),
        (at("2026-09-01T12:00:00Z"), 100),
        (at("2026-09-29T12:00:00Z"), None),
        (at("2026-11-02T12:00:00Z"), 90),
        (at("2026-11-03T12:00:00Z"), 0),
    ]

    found = months(Platform.TIKTOK, [post(REEL, "2026-10-10T12:00:00Z")], readings, PRAGUE)

    assert [(month.month, month.followers, month.totals.posts) for month in found] == [
        (9, 120, 0),
        (10, None, 1),
        (11, 0, 0),
    ]
    assert {month.platform for month in found} == {Platform.TIKTOK}


def test_a_campaign_is_told_whole_and_by_platform_and_kind() -> None:
    found = campaign_totals(
        [
            post(REEL, creator=11),
            post(IMAGE, creator=12, kind=Kind.POST),
            post(HIDDEN, creator=12, kind=Kind.POST),
            post(Numbers(views=7), creator=11, kind=Kind.VIDEO, platform=Platform.TIKTOK),
        ]
    )

    assert (found.creators, found.totals.posts, found.totals.views) == (2, 4, Sum(1107, 3))
    assert {each: parts.posts for each, parts in found.by_kind.items()} == {
        (Platform.INSTAGRAM, Kind.POST): 2,
        (Platform.INSTAGRAM, Kind.REEL): 1,
        (Platform.TIKTOK, Kind.VIDEO): 1,
    }


COUNT = st.none() | st.integers(0, 2**40)
NUMBERS = st.builds(Numbers, COUNT, COUNT, COUNT, COUNT, COUNT, COUNT)


@settings(max_examples=40)
@given(st.lists(NUMBERS, max_size=8), st.integers(0, 8))
def test_the_parts_of_a_sum_add_up_to_the_whole(numbers: list[Numbers], cut: int) -> None:
    posts = [post(each) for each in numbers]

    whole, *parts = (totals(some).likes for some in (posts, posts[:cut], posts[cut:]))

    assert whole.known == sum(part.known for part in parts)
    assert (whole.total or 0) == sum(part.total or 0 for part in parts)


@settings(max_examples=40)
@given(st.lists(NUMBERS, min_size=1, max_size=8))
def test_a_pooled_rate_lies_between_the_lowest_and_the_highest_of_its_posts(numbers: list[Numbers]) -> None:
    posts = [post(each) for each in numbers]
    each = [rate for one in posts if (rate := one.rates.er_reach) is not None]
    found = totals(posts).er_reach

    assert found.posts == len(each)
    for figure in (found.mean, found.pooled):
        assert (figure is None) == (not each)
        if figure is not None:
            assert min(each) * (1 - 1e-9) <= figure <= max(each) * (1 + 1e-9)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 1000), COUNT), max_size=12))
def test_growth_adds_up_to_the_way_from_the_first_to_the_last(series: list[tuple[int, int | None]]) -> None:
    captures = [capture(hour, views=views) for hour, views in series if views is not None]
    ordered = sorted(captures, key=lambda each: each.taken_at)

    gained = sum(step.gained["views"] or 0 for step in growth(captures))

    assert gained == (((ordered[-1].numbers.views or 0) - (ordered[0].numbers.views or 0)) if ordered else 0)
