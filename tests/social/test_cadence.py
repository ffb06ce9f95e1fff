"""When an account is due: by the age of its posts, through failures, holds, and clocks that are set back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.clock import DAY, HOUR, MINUTE, Instant
from lahmadaemon.social.cadence import Look, Standing, due, next_due, slot, stories_due, stories_next
from lahmadaemon.social.settings import SocialSettings

SETTINGS = SocialSettings(every=86400.0, young_every=10800.0)
NOW = Instant(1_800_000_000_000)
BEGAN = Instant(NOW - 30 * DAY)


def ago(milliseconds: int) -> Instant:
    return Instant(NOW - milliseconds)


def standing(walked: int | None = HOUR, looked: int | None = None, young: int | None = None) -> Standing:
    """Walked, looked at and with a youngest post so long ago."""
    return Standing(
        walked_at=None if walked is None else ago(walked),
        looked_at=None if walked is None and looked is None else ago(min(each for each in (walked, looked) if each is not None)),
        oldest_window=BEGAN,
        youngest_tracked=None if young is None else ago(young),
    )  # fmt: skip


def test_an_account_never_looked_at_is_gone_through_at_once_to_the_start_of_the_oldest_campaign() -> None:
    assert due(standing(None), SETTINGS, NOW) == Look(BEGAN, complete=True)


def test_an_account_without_a_campaign_whose_numbers_are_collected_is_left_alone() -> None:
    idle = replace(standing(None), oldest_window=None)

    assert due(idle, SETTINGS, NOW) is None
    assert next_due(idle, SETTINGS, NOW) is None


def test_posts_are_gone_through_once_a_day() -> None:
    assert due(standing(DAY - 1), SETTINGS, NOW) is None
    assert due(standing(DAY), SETTINGS, NOW) == Look(BEGAN, complete=True)


def test_posts_younger_than_two_days_are_looked_at_every_three_hours() -> None:
    assert due(standing(3 * HOUR, young=47 * HOUR), SETTINGS, NOW) == Look(ago(2 * DAY), complete=False)
    assert due(standing(3 * HOUR - 1, young=47 * HOUR), SETTINGS, NOW) is None
    assert due(standing(3 * HOUR, young=48 * HOUR), SETTINGS, NOW) is None
    assert due(standing(20 * HOUR, looked=2 * HOUR, young=HOUR), SETTINGS, NOW) is None


def test_a_look_at_young_posts_goes_no_further_back_than_the_oldest_campaign() -> None:
    fresh = replace(standing(3 * HOUR, young=HOUR), oldest_window=ago(5 * HOUR))

    assert due(fresh, SETTINGS, NOW) == Look(ago(5 * HOUR), complete=False)


def test_a_look_at_young_posts_does_not_put_off_the_daily_one() -> None:
    assert due(standing(DAY, looked=2 * HOUR, young=HOUR), SETTINGS, NOW) == Look(BEGAN, complete=True)


def test_a_complete_look_that_failed_is_tried_again_an_hour_later() -> None:
    assert due(standing(2 * DAY, looked=HOUR - 1), SETTINGS, NOW) is None
    assert due(standing(2 * DAY, looked=HOUR), SETTINGS, NOW) == Look(BEGAN, complete=True)
    assert due(standing(None, looked=HOUR - 1), SETTINGS, NOW) is None


def test_nothing_is_asked_while_the_platform_holds_an_account() -> None:
    held = replace(standing(None), held_until=Instant(NOW + 1))

    assert due(held, SETTINGS, NOW) is None
    assert next_due(held, SETTINGS, NOW) == NOW + 1
    assert due(held, SETTINGS, Instant(NOW + 1)) == Look(BEGAN, complete=True)


def test_a_clock_set_back_a_little_repeats_nothing() -> None:
    ahead = standing(-10 * MINUTE, young=-10 * MINUTE)

    assert due(ahead, SETTINGS, NOW) is None
    assert not stories_due(ahead.walked_at, [], 10800.0, NOW)


def test_a_clock_that_was_years_ahead_stalls_nothing() -> None:
    ahead = replace(standing(-400 * DAY), held_until=Instant(NOW + 400 * DAY))

    assert due(ahead, SETTINGS, NOW) == Look(BEGAN, complete=True)
    assert stories_due(ahead.walked_at, [], 10800.0, NOW)


def test_stories_are_read_every_few_hours() -> None:
    assert stories_due(None, [], 10800.0, NOW)
    assert stories_due(ago(3 * HOUR), [], 10800.0, NOW)
    assert not stories_due(ago(3 * HOUR - 1), [], 10800.0, NOW)


def test_a_story_is_read_once_more_half_an_hour_before_it_goes() -> None:
    published = ago(23 * HOUR + 30 * MINUTE)

    assert stories_due(ago(HOUR), [published], 10800.0, NOW)
    assert not stories_due(ago(HOUR), [Instant(published + 1)], 10800.0, NOW)
    assert not stories_due(NOW, [published], 10800.0, NOW)
    assert not stories_due(ago(HOUR), [ago(DAY)], 10800.0, NOW)


def test_the_next_reading_of_stories_is_the_soonest_of_all() -> None:
    assert stories_next(ago(HOUR), [ago(22 * HOUR), ago(5 * HOUR)], 10800.0, NOW) == NOW + 90 * MINUTE
    assert stories_next(ago(HOUR), [], 10800.0, NOW) == NOW + 2 * HOUR


@pytest.mark.parametrize(("at", "start"), [(0, 0), (299_999, 0), (300_000, 300_000), (-1, -300_000)])
def test_a_slot_is_five_minutes(at: int, start: int) -> None:
    assert slot(Instant(at)) == start


PAST = st.none() | st.integers(-40 * DAY, 0).map(lambda shift: Instant(NOW + shift))
STAMP = st.none() | st.integers(-40 * DAY, 40 * DAY).map(lambda shift: Instant(NOW + shift))


@given(st.builds(Standing, PAST, PAST, STAMP, STAMP, PAST))
def test_what_is_due_and_when_it_will_be_agree(stands: Standing) -> None:
    at = next_due(stands, SETTINGS, NOW)

    assert (due(stands, SETTINGS, NOW) is not None) == (at is not None and at <= NOW)
    assert at is None or (at >= NOW and due(stands, SETTINGS, at) is not None)


@given(STAMP, st.lists(st.integers(-DAY, HOUR).map(lambda shift: Instant(NOW + shift)), max_size=4))
def test_stories_are_due_when_they_were_said_to_be(read: Instant | None, published: list[Instant]) -> None:
    at = stories_next(read, published, 10800.0, NOW)

    assert stories_due(read, published, 10800.0, max(at, NOW))
