"""The figures of a period by hand-computed tables: SS, AS, TLH, AAS, CUME, ATSL, TSL, peak, long and short, net and gross."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.clock import HOUR, SECOND, Instant, instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.figures import Figures, Rules, figures, net, peak
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.sessions import Listening, Session
from tests.radio.builders import classed, listening

GAP = 120 * SECOND
BUDAPEST = ZoneInfo("Europe/Budapest")
AN_HOUR = Period("an hour", Instant(3600 * SECOND), Instant(7200 * SECOND))
PEOPLE = [
    listening(3600, 5400, "anna"),
    listening(6000, 6300, "anna"),
    listening(3000, 3900, "bela"),
    listening(7000, 7600, "cili", located=False),
    listening(4000, 4059.999, "dora"),
    listening(4000, 4060, "emil"),
    listening(3600, 7200, "robot", is_bot=True),
]


def sessions(*connections: Listening) -> list[Session]:
    return classed(connections, GAP)


def gross(*connections: Listening, period: Period = AN_HOUR, since: Instant | None = None) -> Figures:
    return figures(sessions(*connections), period, Rules(), since)


def on(day: date, start: str, end: str, name: str = "anna", following: date | None = None) -> Listening:
    """Somebody's listening by the clock on the wall in Budapest."""
    edges = (f"{day} {start}", f"{following or day} {end}")
    began, ended = (instant(datetime.fromisoformat(edge).replace(tzinfo=BUDAPEST)) / SECOND for edge in edges)
    return listening(began, ended, name)


def test_the_gross_figures_of_an_hour() -> None:
    found = gross(*PEOPLE)

    assert (found.cume, found.ss, found.active, found.peak) == (5, 5, 6, 3)
    assert (found.long_listeners, found.short_listeners) == (4, 1)
    assert (found.unknown_locations, found.connections) == (1, 7)
    assert found.tlh == pytest.approx(6260 / 3600)
    assert found.aas == pytest.approx(6260 / 3600)
    assert found.atsl == pytest.approx(6260 / 3600 / 6)
    assert found.tsl == pytest.approx(6260 / 3600 / 5)


def test_the_net_figures_of_an_hour_leave_out_who_is_in_a_class() -> None:
    found = figures(net(sessions(*PEOPLE)), AN_HOUR, Rules())

    assert (found.cume, found.ss, found.active, found.peak) == (4, 4, 5, 2)
    assert (found.long_listeners, found.short_listeners) == (3, 1)
    assert (found.unknown_locations, found.connections) == (1, 6)
    assert found.tlh == pytest.approx(2660 / 3600)
    assert found.atsl == pytest.approx(2660 / 3600 / 5)
    assert found.tsl == pytest.approx(2660 / 3600 / 4)


def test_nobody_makes_figures_of_nought() -> None:
    assert set(gross().as_json().values()) == {0}


def test_figures_have_the_names_others_rely_on() -> None:
    assert gross(listening(3600, 3700)).as_json() == {
        "cume": 1, "ss": 1, "as": 1, "tlh": 0.027778, "aas": 0.027778, "atsl": 0.027778, "tsl": 0.027778, "peak": 1,
        "long_listeners": 0, "short_listeners": 0, "networks": 1, "unknown_locations": 0, "connections": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "valid", "long"),
    [(0, 0, 0), (59.999, 0, 0), (60, 1, 0), (299.999, 1, 0), (300, 1, 1), (301, 1, 1)],
)
def test_sixty_seconds_make_a_session_and_three_hundred_a_long_one(seconds: float, valid: int, long: int) -> None:
    found = gross(listening(4000, 4000 + seconds))

    assert (found.cume, found.ss, found.active, found.long_listeners) == (valid, valid, valid, long)
    assert found.short_listeners == 1 - valid
    assert found.tlh * 3600 == pytest.approx(seconds if valid else 0)


def test_the_rules_are_settings() -> None:
    found = figures(sessions(listening(4000, 4010)), AN_HOUR, Rules(minimum=10_000, long=10_000))

    assert (found.active, found.long_listeners) == (1, 1)


@pytest.mark.parametrize(
    ("start", "end", "inside", "starts"),
    [
        (3541, 3601, 1, 0),
        (3000, 3600, 0, 0),
        (3599, 7201, 3600, 0),
        (3600, 3660, 60, 1),
        (7199, 7300, 1, 1),
        (7200, 7300, 0, 0),
    ],
)
def test_a_session_is_valid_before_it_is_clipped(start: float, end: float, inside: float, starts: int) -> None:
    found = gross(listening(start, end))

    assert found.tlh * 3600 == pytest.approx(inside)
    assert (found.active, found.ss) == (int(inside > 0), starts)


def test_a_long_session_is_long_in_every_period_it_touches() -> None:
    assert gross(listening(3000, 3610)).long_listeners == 1


def test_gaps_of_a_visit_are_neither_listening_nor_another_session() -> None:
    found = gross(listening(4000, 4030), listening(4150, 4180))

    assert (found.active, found.ss, found.connections, found.peak) == (1, 1, 2, 1)
    assert found.tlh * 3600 == pytest.approx(60)
    assert gross(listening(4000, 4030), listening(4151, 4181)).active == 0


def test_two_mounts_of_one_listener_count_once() -> None:
    found = gross(listening(4000, 4600), listening(4300, 4900))

    assert (found.active, found.peak, found.connections) == (1, 1, 2)
    assert found.tlh * 3600 == pytest.approx(900)


def test_who_also_had_a_valid_session_is_no_short_listener() -> None:
    assert gross(listening(4000, 4010), listening(5000, 5100)).short_listeners == 0
    assert gross(listening(4000, 4010), listening(5000, 5010)).short_listeners == 1


def test_a_short_session_outside_the_period_makes_nobody_short() -> None:
    assert gross(listening(3590, 3600), listening(7200, 7210)).short_listeners == 0
    assert gross(listening(3590, 3601)).short_listeners == 1


def test_a_connection_that_ended_as_the_period_began_was_not_inside_it() -> None:
    assert gross(listening(3000, 3600)).connections == 0
    assert gross(listening(3000, 3600.001)).connections == 1
    assert gross(listening(3600, 3600)).connections == 1
    assert gross(listening(7200, 7300)).connections == 0


def test_a_session_that_began_without_length_just_before_the_period_started_there() -> None:
    visit = [listening(3599, 3599), listening(3650, 3750)]
    before = Period("the hour before", Instant(0), AN_HOUR.start)

    assert (gross(*visit).ss, gross(*visit).active) == (0, 1)
    assert (gross(*visit, period=before).ss, gross(*visit, period=before).active) == (1, 0)


def test_the_peak_is_the_most_listeners_at_one_instant() -> None:
    assert gross(listening(4000, 4100, "a"), listening(4050, 4200, "b"), listening(4099, 4300, "c")).peak == 3


def test_ends_come_before_starts() -> None:
    assert gross(listening(4000, 4100, "a"), listening(4100, 4200, "b")).peak == 1
    assert gross(listening(4000, 4100, "a"), listening(4099.999, 4200, "b")).peak == 2


@pytest.mark.parametrize(
    ("start", "end", "highest"), [(3000, 3600, 0), (3000, 3601, 1), (7200, 7300, 0), (7199, 7300, 1)]
)
def test_the_peak_lies_inside_the_period(start: float, end: float, highest: int) -> None:
    assert peak(sessions(listening(start, end)), AN_HOUR.start, AN_HOUR.end) == highest


def test_a_session_without_length_is_no_peak() -> None:
    assert peak(sessions(listening(4000, 4000)), AN_HOUR.start, AN_HOUR.end) == 0


def test_nothing_counts_from_before_measuring_began() -> None:
    since = Instant(5400 * SECOND)
    found = gross(*PEOPLE, since=since)

    # anna's second visit and cili's began since; the robot was there already
    assert (found.cume, found.ss, found.active, found.peak) == (3, 2, 3, 2)
    assert found.tlh * 3600 == pytest.approx(300 + 200 + 1800)
    assert found.aas == pytest.approx(2300 / 3600)
    assert found.short_listeners == 0
    assert found.connections == 3


def test_who_came_days_before_measuring_began_counts_from_then() -> None:
    found = gross(listening(-3 * 86400, 5460), since=Instant(5400 * SECOND))

    assert found.tlh * 3600 == pytest.approx(60)
    assert (found.active, found.ss, found.long_listeners) == (1, 0, 1)


def test_measuring_that_began_long_ago_or_never_changes_nothing() -> None:
    assert gross(*PEOPLE, since=Instant(0)) == gross(*PEOPLE, since=None) == gross(*PEOPLE)


def test_a_session_over_midnight_is_one_session_of_both_days_and_starts_on_the_first() -> None:
    first, second = (periods.day(date(2026, 10, day), BUDAPEST) for day in (14, 15))
    night = on(date(2026, 10, 14), "23:30", "01:00", following=date(2026, 10, 15))

    before, after = gross(night, period=first), gross(night, period=second)
    assert before.tlh == pytest.approx(0.5)
    assert after.tlh == pytest.approx(1)
    assert (before.active, after.active, before.ss, after.ss) == (1, 1, 1, 0)
    assert gross(night, period=periods.week(date(2026, 10, 14), BUDAPEST)).active == 1


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 10, 24), 24)],
)
def test_a_day_in_which_the_clocks_change_is_averaged_over_its_own_hours(day: date, hours: int) -> None:
    period = periods.day(day, BUDAPEST)
    everybody = listening(period.start / SECOND - HOUR, period.end / SECOND + HOUR)

    found = gross(everybody, period=period)
    assert found.tlh == pytest.approx(hours)
    assert found.aas == pytest.approx(1)
    assert gross(listening(period.start / SECOND, period.start / SECOND + 3600), period=period).aas == pytest.approx(
        1 / hours
    )


def test_the_night_without_two_o_clock_and_the_night_with_two_of_them() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)

    assert gross(on(spring, "01:00", "04:00"), period=periods.day(spring, BUDAPEST)).tlh == pytest.approx(2)
    assert gross(on(autumn, "01:00", "04:00"), period=periods.day(autumn, BUDAPEST)).tlh == pytest.approx(4)


def test_a_week_over_new_year_is_one_week() -> None:
    week = periods.week(date(2027, 1, 1), BUDAPEST)
    midnight = on(date(2026, 12, 31), "23:00", "01:00", following=date(2027, 1, 1))

    assert week.label == "2026-W53"
    assert gross(midnight, period=week).tlh == pytest.approx(2)
    assert gross(midnight, period=week).aas == pytest.approx(2 / 168)


def test_several_listeners_of_one_household_are_one_network() -> None:
    kitchen, phone = (
        listening(4000, 4100, "kitchen", household="home"),
        listening(4000, 4100, "phone", household="home"),
    )
    short, other = listening(4000, 4010, "short", household="elsewhere"), listening(4000, 4100, "other")

    found = gross(kitchen, phone, short, other)
    assert (found.cume, found.networks) == (3, 2)


def test_a_listener_is_located_when_any_of_their_connections_is() -> None:
    lost, found = listening(4000, 4100, located=False), listening(5000, 5100)

    assert gross(lost).unknown_locations == 1
    assert gross(lost, found).unknown_locations == 0


def test_of_a_period_before_measuring_began_nothing_is_told_not_even_connections() -> None:
    """Who was there at the first poll had come before it; that day has no files, since nobody knows anything of it."""
    assert gross(listening(0, 9000), since=Instant(8000 * SECOND)) == gross()
