"""Opening hours: how they are written, and when a place has been open since."""

import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.clock import DAY, HOUR, MINUTE, Instant, iso
from lahmadaemon.visitors.intake.opening import OpeningHours, Span, parse_opening_hours
from tests.visitors.builders import ZONE, at


def hours(text: str) -> OpeningHours:
    found = parse_opening_hours(text)
    assert isinstance(found, OpeningHours)
    return found


@pytest.mark.parametrize(
    ("text", "moment", "since"),
    [
        # Monday is the 16th of March 2026
        ("mon-fri 08:00-20:00", "2026-03-18 10:32", "2026-03-18 08:00"),
        ("mon-fri 08:00-20:00", "2026-03-18 08:00", "2026-03-18 08:00"),
        ("mon-fri 08:00-20:00", "2026-03-18 07:59:59", None),
        ("mon-fri 08:00-20:00", "2026-03-18 19:59:59", "2026-03-18 08:00"),
        ("mon-fri 08:00-20:00", "2026-03-18 20:00", None),
        ("mon-fri 08:00-20:00", "2026-03-21 12:00", None),
        ("MON-FRI 8:00-20:00", "2026-03-18 10:32", "2026-03-18 08:00"),
        ("wed 08:00-12:00, wed 13:00-17:00", "2026-03-18 12:30", None),
        ("wed 08:00-12:00, wed 13:00-17:00", "2026-03-18 13:30", "2026-03-18 13:00"),
        ("sat 10:00-02:00", "2026-03-21 23:59:59", "2026-03-21 10:00"),
        ("sat 10:00-02:00", "2026-03-22 01:59:59", "2026-03-21 10:00"),
        ("sat 10:00-02:00", "2026-03-22 02:00", None),
        ("sat 10:00-02:00", "2026-03-21 01:00", None),
        ("sun 20:00-06:00", "2026-03-23 05:00", "2026-03-22 20:00"),
        ("fri-mon 09:00-17:00", "2026-03-22 12:00", "2026-03-22 09:00"),
        ("fri-mon 09:00-17:00", "2026-03-24 12:00", None),
        ("wed 10:00-09:59", "2026-03-19 09:58", "2026-03-18 10:00"),
        ("wed 00:00-24:00", "2026-03-18 23:59:59", "2026-03-18 00:00"),
        ("wed 00:00-24:00", "2026-03-19 00:00", None),
        # spans that overlap or touch are one
        ("wed 08:00-12:00, wed 11:00-17:00", "2026-03-18 16:00", "2026-03-18 08:00"),
        ("wed 08:00-12:00, wed 12:00-17:00", "2026-03-18 16:00", "2026-03-18 08:00"),
        ("tue 18:00-24:00, wed 00:00-06:00", "2026-03-18 03:00", "2026-03-17 18:00"),
        ("mon-wed 00:00-24:00", "2026-03-18 10:32", "2026-03-16 00:00"),
        # spring leaps from 2 to 3 on the 29th, autumn falls from 3 to 2 on the 25th of October
        ("sat 22:00-05:00", "2026-03-29 04:59", "2026-03-28 22:00"),
        ("sat 22:00-05:00", "2026-03-29 05:00", None),
        ("sun 02:30-05:00", "2026-03-29 03:29:59", None),
        ("sun 02:30-05:00", "2026-03-29 03:30", "2026-03-29 03:30"),
        ("sat 22:00-05:00", "2026-10-25 04:59", "2026-10-24 22:00"),
        ("sat 22:00-05:00", "2026-10-25 05:00", None),
        ("sun 08:00-20:00", "2026-10-25 08:00", "2026-10-25 08:00"),
        ("sat-sun 00:00-24:00", "2026-10-25 12:00", "2026-10-24 00:00"),
        ("", "2026-03-18 10:32", "1970-01-01 01:00"),
        (" , ", "2026-03-18 10:32", "1970-01-01 01:00"),
    ],
)
def test_a_place_is_open_since(text: str, moment: str, since: str | None) -> None:
    assert hours(text).open_since(at(moment), ZONE) == (at(since) if since else None)


def test_hours_are_those_of_the_place() -> None:
    shop = hours("wed 08:00-20:00")

    assert shop.open_since(at("2026-03-18 04:00"), ZoneInfo("Asia/Taipei")) == at("2026-03-18 01:00")


def test_a_place_that_never_closes_does_not_open_anew_at_midnight() -> None:
    """It once did: a silence that lasted over midnight was over at 00:00, and began again at 00:05."""
    shop = hours("mon-sun 00:00-24:00")
    midnight = at("2026-03-19 00:00")

    for now in (midnight - 1, midnight, midnight + 4 * MINUTE):
        since = shop.open_since(Instant(now), ZONE)
        assert since is not None
        assert now - since >= 6 * DAY


@given(st.integers(0, 7 * 24 * 60 * 60), st.sampled_from(["2026-03-27", "2026-07-01", "2026-10-23"]))
def test_a_place_that_is_open_has_been_open_ever_since(second: int, day: str) -> None:
    shop = hours("mon-fri 08:00-20:00, fri 19:00-03:00, sat 10:00-02:30, sun 00:00-24:00")
    now = Instant(at(day) + second * 1000)

    since = shop.open_since(now, ZONE)

    if since is not None:
        assert since <= now
        assert shop.open_since(since, ZONE) == since
        assert shop.open_since(Instant(since - 1), ZONE) is None
        assert shop.open_since(Instant((since + now) // 2), ZONE) == since, iso(since)
    assert shop.open_since(Instant(now - now % HOUR), ZONE) in (since, None) or since is None


def test_hours_are_shown_as_they_were_written() -> None:
    assert str(hours("Mon-Fri 08:00-20:00")) == "Mon-Fri 08:00-20:00"
    assert str(OpeningHours()) == ""


def test_days_over_the_week_s_end_are_spelled_out() -> None:
    assert hours("sat-mon 22:00-01:30").spans == (Span(5, 1320, 1530), Span(6, 1320, 1530), Span(0, 1320, 1530))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("always", "'always' cannot be read; write opening hours such as mon-fri 08:00-20:00, sat 10:00-02:00"),
        ("mon-fri", "'mon-fri' cannot be read"),
        ("mon-fri 8-20", "'mon-fri 8-20' cannot be read"),
        ("mon-fri 08:00 - 20:00", "cannot be read"),
        ("mon-fri 08:00-20:00; sat 10:00-12:00", "cannot be read"),
        ("08:00-20:00", "cannot be read"),
        ("montag 08:00-20:00", "'montag 08:00-20:00' cannot be read"),
        ("mon 08:00-20:00, hét 08:00-20:00", "'hét 08:00-20:00' cannot be read"),
        ("mon ٠8:00-20:00", "cannot be read"),
        ("mit 08:00-20:00", "'mit 08:00-20:00': write the days as mon, tue, wed, thu, fri, sat, sun"),
        ("mon-xyz 08:00-20:00", "write the days as"),
        ("mon 24:00-02:00", "'mon 24:00-02:00': write times from 00:00 to 24:00"),
        ("mon 08:00-24:01", "write times from 00:00 to 24:00"),
        ("mon 08:60-20:00", "write times from 00:00 to 24:00"),
        ("mon 08:00-20:75", "write times from 00:00 to 24:00"),
        ("mon 08:00-08:00", "write times from 00:00 to 24:00"),
    ],
)
def test_hours_that_cannot_be_read_are_answered_with_an_example(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)):
        parse_opening_hours(text)


def test_what_is_no_text_is_left_to_the_setting_s_type() -> None:
    assert parse_opening_hours(OpeningHours()) == OpeningHours()
    assert parse_opening_hours(7) == 7


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("", "2026-03-18 10:00", "2026-03-19 10:00", 24.0),
        ("", "2026-03-19 10:00", "2026-03-18 10:00", 0.0),
        ("mon-fri 08:00-20:00", "2026-03-18 10:00", "2026-03-18 11:30", 1.5),
        ("mon-fri 08:00-20:00", "2026-03-18 10:00", "2026-03-19 09:00", 11.0),
        ("mon-fri 08:00-20:00", "2026-03-20 19:00", "2026-03-23 09:00", 2.0),
        ("sat 10:00-02:00", "2026-03-22 01:00", "2026-03-22 12:00", 1.0),
        ("wed 08:00-12:00, wed 11:00-17:00", "2026-03-18 00:00", "2026-03-19 00:00", 9.0),
        ("wed 08:00-17:00, wed 11:00-12:00", "2026-03-18 00:00", "2026-03-19 00:00", 9.0),
        ("sat 22:00-05:00", "2026-03-28 12:00", "2026-03-29 12:00", 6.0),
        ("sat 22:00-05:00", "2026-10-24 12:00", "2026-10-25 12:00", 8.0),
        ("mon 08:00-09:00", "2020-01-01 00:00", "2026-03-18 00:00", 9.0),
    ],
)
def test_open_hours_are_added_up(text: str, start: str, end: str, expected: float) -> None:
    assert hours(text).open_between(at(start), at(end), ZONE) == expected * HOUR
