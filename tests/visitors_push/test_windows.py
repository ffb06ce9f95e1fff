"""The grid of windows: through nights on which the clock is set, in zones without midnight, at any moment."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant, local
from lahmadaemon.visitors.push import windows
from tests.visitors_push.builders import ZONE, at

EVERY = 5 * MINUTE
CAIRO, LORD_HOWE, HAVANA = ZoneInfo("Africa/Cairo"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/Havana")


def shown(found: list[Instant], zone: ZoneInfo = ZONE) -> list[str]:
    return [windows.shown(end, zone)[11:] for end in found]


def test_windows_end_on_the_round_minutes_of_the_local_clock() -> None:
    found = windows.ends(at("2026-03-18T10:02"), at("2026-03-18T10:15"), EVERY, ZONE)

    assert shown(found) == ["10:05:00+01:00", "10:10:00+01:00", "10:15:00+01:00"]


def test_an_end_is_later_than_what_it_comes_after() -> None:
    assert windows.next_end(at("2026-03-18T10:05"), EVERY, ZONE) == at("2026-03-18T10:10")


def test_the_night_of_23_hours_skips_the_hour_there_is_not() -> None:
    found = windows.ends(at("2026-03-29T01:00"), at("2026-03-29T04:00"), HOUR, ZONE)

    assert shown(found) == ["03:00:00+02:00", "04:00:00+02:00"]


def test_the_night_of_25_hours_has_windows_in_both_hours() -> None:
    found = windows.ends(at("2026-10-25T01:30"), at("2026-10-25T03:00"), HOUR // 2, ZONE)

    assert shown(found) == [
        "02:00:00+02:00", "02:30:00+02:00", "02:00:00+01:00", "02:30:00+01:00", "03:00:00+01:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-03-18", 24)], ids=["23", "25", "24"]
)
def test_a_day_has_as_many_windows_as_its_length_holds_and_all_are_its_own(day: str, hours: int) -> None:
    start, end = windows.span(day, ZONE)
    found = windows.ends(start, end, EVERY, ZONE)

    assert end - start == hours * HOUR
    assert len(found) == len(set(found)) == hours * 12
    assert {windows.day_of(each, ZONE) for each in found} == {day}


def test_midnight_s_window_is_of_the_day_that_ends() -> None:
    assert windows.day_of(at("2026-03-19T00:00"), ZONE) == "2026-03-18"
    assert windows.day_of(at("2026-03-19T00:05"), ZONE) == "2026-03-19"


def test_where_there_is_no_midnight_the_day_begins_at_one() -> None:
    start, end = windows.span("2025-04-25", CAIRO)
    found = windows.ends(at("2025-04-24T23:50", CAIRO), at("2025-04-25T01:05", CAIRO), EVERY, CAIRO)

    assert windows.shown(start, CAIRO) == "2025-04-25T01:00:00+03:00"
    assert end - start == 23 * HOUR
    assert shown(found, CAIRO) == ["23:55:00+02:00", "01:00:00+03:00", "01:05:00+03:00"]
    assert [windows.day_of(each, CAIRO) for each in found] == ["2025-04-24", "2025-04-24", "2025-04-25"]


def test_a_grid_need_not_divide_an_hour() -> None:
    found = windows.ends(at("2026-03-29T00:30"), at("2026-03-29T07:00"), 90 * MINUTE, ZONE)

    assert shown(found) == ["01:30:00+01:00", "03:00:00+02:00", "04:30:00+02:00", "06:00:00+02:00"]


def test_a_clock_that_is_set_by_half_an_hour_keeps_the_grid() -> None:
    found = windows.ends(at("2026-04-05T01:00", LORD_HOWE), at("2026-04-05T03:00", LORD_HOWE), HOUR, LORD_HOWE)

    assert shown(found, LORD_HOWE) == ["02:00:00+10:30", "03:00:00+10:30"]


STARTS = st.integers(int(at("2020-01-01T00:00")), int(at("2030-01-01T00:00")))
CHANGES = st.sampled_from(
    [
        (zone, at(moment, zone))
        for zone, moments in {
            ZONE: ["2026-03-29T01:59", "2026-10-25T02:59"],
            CAIRO: ["2025-04-24T23:59", "2025-10-30T23:30"],
            LORD_HOWE: ["2026-04-05T01:40", "2026-10-04T01:59"],
            HAVANA: ["2026-03-07T23:59", "2026-11-01T00:30"],
        }.items()
        for moment in moments
    ]
)
GRIDS = st.sampled_from([10 * SECOND, EVERY, 15 * MINUTE, 45 * MINUTE, HOUR, 90 * MINUTE, 6 * HOUR, DAY])


@given(CHANGES, st.integers(-30 * HOUR, 30 * HOUR), GRIDS)
def test_around_any_change_the_next_end_is_the_first_moment_the_clock_shows_one(
    change: tuple[ZoneInfo, Instant], away: int, every: int
) -> None:
    zone, moment = change
    after = moment + away
    end = windows.next_end(after, every, zone)

    step = min(every, 10 * SECOND) if every < EVERY else EVERY
    first = after - after % step + step
    on_grid = (each for each in range(first, first + 3 * DAY, step) if _reads(each, every, zone))
    assert end == next(on_grid)


def _reads(instant: int, every: int, zone: ZoneInfo) -> bool:
    wall = local(instant, zone).replace(tzinfo=None)
    return (wall - wall.replace(hour=0, minute=0, second=0, microsecond=0)) % timedelta(
        milliseconds=every
    ) == timedelta(0)


@given(STARTS, st.integers(0, 2 * DAY), st.integers(0, DAY), GRIDS)
def test_windows_of_two_spans_are_those_of_the_whole(start: int, first: int, second: int, every: int) -> None:
    middle, end = start + first, start + first + second
    whole = windows.ends(start, end, every, ZONE)

    assert whole == windows.ends(start, middle, every, ZONE) + windows.ends(middle, end, every, ZONE)
    assert whole == sorted(set(whole))


@given(CHANGES, st.integers(-30 * HOUR, 30 * HOUR), GRIDS)
def test_a_fresh_start_finds_the_newest_window_and_only_it(
    change: tuple[ZoneInfo, Instant], away: int, every: int
) -> None:
    zone, moment = change
    now = Instant(moment + away)
    (newest,) = windows.due(None, now, every, zone)

    assert newest <= now < windows.next_end(newest, every, zone)


def test_windows_are_made_up_for_at_most_a_day_back() -> None:
    now = at("2026-03-18T10:02")

    assert len(windows.due(at("2026-03-10T10:00"), now, EVERY, ZONE)) == 288
    assert windows.due(now, now, EVERY, ZONE) == []
    assert windows.due(at("2027-01-01T00:00"), now, EVERY, ZONE) == []


def test_what_is_caught_up_is_all_or_each_day_s_last_or_only_the_newest() -> None:
    due = windows.ends(at("2026-03-17T22:00"), at("2026-03-18T02:00"), HOUR, ZONE)

    assert windows.caught_up(due, "all", ZONE) == due
    assert windows.caught_up(due, "latest", ZONE) == [at("2026-03-18T00:00"), at("2026-03-18T02:00")]
    assert windows.caught_up(due, "none", ZONE) == [at("2026-03-18T02:00")]
    assert windows.caught_up([], "none", ZONE) == []


def test_a_window_is_called_by_its_end_with_or_without_an_offset() -> None:
    assert windows.parse("2026-11-22T10:05", ZONE) == at("2026-11-22T10:05")
    assert windows.parse("2026-10-25T02:30:00+01:00", ZONE) == at("2026-10-25T02:30 again")
    assert windows.parse(windows.shown(at("2026-10-25T02:30"), ZONE), ZONE) == at("2026-10-25T02:30")
