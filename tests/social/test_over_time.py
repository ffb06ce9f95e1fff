"""A campaign's rates day by day."""

from datetime import date
from zoneinfo import ZoneInfo

from lahmadaemon.clock import DAY, HOUR, Instant
from lahmadaemon.social.followers import Followers
from lahmadaemon.social.over_time import Reading, by_day
from lahmadaemon.social.posts import Kind, Numbers, Platform

ZONE = ZoneInfo("Europe/Budapest")
NOON = Instant(1_792_576_800_000)  # 2026-10-21 12:00 in Budapest
ACCOUNT = (Platform.INSTAGRAM, "alma")


def reading(after: int, post: str = "1", *, whole: bool = True, **numbers: int) -> Reading:
    at = Instant(NOON + after)
    return Reading(ACCOUNT, post, Kind.REEL, 11, NOON, at, whole, Numbers(**numbers))  # type: ignore[arg-type]


def test_each_day_tells_what_all_posts_had_come_to_by_its_end() -> None:
    found = by_day(
        [
            reading(0, views=100, likes=10),
            reading(HOUR, views=200, likes=10),
            reading(2 * HOUR, "2", views=800, likes=0),
            reading(DAY, views=200, likes=40),
        ],
        {ACCOUNT: Followers([(NOON, 1000)])}, ZONE,
    )  # fmt: skip

    assert [(each.day, each.er_views, each.er_followers) for each in found] == [
        (date(2026, 10, 21), 1.0, 0.5),
        (date(2026, 10, 22), 4.0, 2.0),
    ]
    assert {each.er_story_reach for each in found} == {None}


def test_days_on_which_nothing_was_read_are_as_the_one_before() -> None:
    found = by_day([reading(0, views=100, likes=10), reading(3 * DAY, views=100, likes=20)], {}, ZONE)

    assert [(each.day.day, each.er_views) for each in found] == [(21, 10.0), (22, 10.0), (23, 10.0), (24, 20.0)]


def test_a_reading_with_holes_does_not_take_the_place_of_a_whole_one() -> None:
    found = by_day([reading(0, views=100, likes=10), reading(DAY, whole=False, likes=11)], {}, ZONE)

    assert [each.er_views for each in found] == [10.0, 10.0]


def test_a_reading_with_holes_is_better_than_none() -> None:
    found = by_day([reading(0, whole=False, views=100, likes=10), reading(DAY, views=100, likes=20)], {}, ZONE)

    assert [each.er_views for each in found] == [10.0, 20.0]


def test_nothing_read_is_no_day() -> None:
    assert by_day([], {}, ZONE) == []
