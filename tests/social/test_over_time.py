"""A campaign's rates day by day."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.clock import DAY, HOUR, Instant, local
from lahmadaemon.social.engagement import rates
from lahmadaemon.social.followers import Followers
from lahmadaemon.social.over_time import RATES, Day, Growth, Reading, Tracked
from lahmadaemon.social.posts import Kind, Numbers, Platform
from lahmadaemon.social.rollups import Measured, totals

ZONE = ZoneInfo("Europe/Budapest")
NOON = Instant(1_792_576_800_000)  # 2026-10-21 12:00 in Budapest
REEL = Tracked(Kind.REEL, NOON, Followers([(NOON, 1000)]))


def reading(after: int, *, whole: bool = True, views: int | None = None, likes: int | None = None) -> Reading:
    return Reading(Instant(NOON + after), whole, (views, None, likes, None, None, None, None, None))


def by_day(*posts: Sequence[Reading], of: Tracked = REEL) -> list[Day]:
    growth = Growth(ZONE)
    for readings in posts:
        growth.add([(of, readings)])
    return growth.days()


def test_each_day_tells_what_all_posts_had_come_to_by_its_end() -> None:
    found = by_day(
        [reading(0, views=100, likes=10), reading(HOUR, views=200, likes=10), reading(DAY, views=200, likes=40)],
        [reading(2 * HOUR, views=800, likes=0)],
    )

    assert [(each.day, each.er_views, each.er_followers) for each in found] == [
        (date(2026, 10, 21), 1.0, 0.5),
        (date(2026, 10, 22), 4.0, 2.0),
    ]
    assert {each.er_story_reach for each in found} == {None}


def test_days_on_which_nothing_was_read_are_as_the_one_before() -> None:
    found = by_day([reading(0, views=100, likes=10), reading(3 * DAY, views=100, likes=20)])

    assert [(each.day.day, each.er_views) for each in found] == [(21, 10.0), (22, 10.0), (23, 10.0), (24, 20.0)]


def test_a_day_on_which_nothing_changed_is_the_last_all_the_same() -> None:
    found = by_day([reading(0, views=100, likes=10), reading(DAY, views=100, likes=10)])

    assert [each.day.day for each in found] == [21, 22]


def test_a_reading_with_holes_does_not_take_the_place_of_a_whole_one() -> None:
    found = by_day([reading(0, views=100, likes=10), reading(DAY, whole=False, likes=11)])

    assert [each.er_views for each in found] == [10.0, 10.0]


def test_a_reading_with_holes_is_better_than_none() -> None:
    found = by_day([reading(0, whole=False, views=100, likes=10), reading(DAY, views=100, likes=20)])

    assert [each.er_views for each in found] == [10.0, 20.0]


def test_a_number_that_is_not_known_any_more_takes_its_rate_along() -> None:
    found = by_day([reading(0, views=100, likes=10), reading(DAY, likes=10)])

    assert [each.er_views for each in found] == [10.0, None]


def test_nothing_read_is_no_day() -> None:
    assert by_day() == []


NUMBER = st.none() | st.integers(0, 3)
READINGS = st.lists(
    st.builds(Reading, st.integers(NOON, NOON + 4 * DAY).map(Instant), st.booleans(), st.tuples(*[NUMBER] * 8)),
    max_size=6,
)
POSTS = st.lists(
    st.tuples(
        st.builds(Tracked, st.sampled_from([Kind.REEL, Kind.STORY]), st.just(NOON), st.just(REEL.followers)), READINGS
    ),
    max_size=4,
)


@given(POSTS)
def test_what_is_added_up_by_changes_is_what_each_day_s_latest_readings_come_to(
    posts: list[tuple[Tracked, list[Reading]]],
) -> None:
    """However readings lie: by the long way, all posts anew for every day."""
    growth = Growth(ZONE)
    growth.add(posts)

    for day in growth.days():
        latest = [(post, found) for post, readings in posts if (found := latest_by(day.day, readings))]
        summed = totals([measured(post, found) for post, found in latest])
        assert [getattr(day, name) for name in RATES] == [getattr(summed, name).pooled for name in RATES]
    read = {local(each.taken_at, ZONE).date() for _, readings in posts for each in readings}
    assert {day.day for day in growth.days()} >= read


def latest_by(day: date, readings: list[Reading]) -> Reading | None:
    latest = None
    for each in sorted(readings, key=lambda one: one.taken_at):
        if local(each.taken_at, ZONE).date() <= day and (each.whole or latest is None or not latest.whole):
            latest = each
    return latest


def measured(post: Tracked, read: Reading) -> Measured:
    count, at_publish = post.followers.at(post.published_at)
    numbers = Numbers(*read.values)
    found = rates(post.kind, numbers, count, followers_at_publish=at_publish)
    return Measured(Platform.INSTAGRAM, post.kind, 11, post.published_at, numbers, found)
