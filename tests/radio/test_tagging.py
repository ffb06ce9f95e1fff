"""What only days of listening tell: probes by their rhythm, players nobody switched off, networks of the house."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.clock import HOUR, MINUTE, SECOND, Instant, instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.sessions import Listening, Session
from lahmadaemon.radio.tagging import proxied
from lahmadaemon.radio.tagging_days import Days
from tests.radio.builders import classed, digest, listening

BUDAPEST = ZoneInfo("Europe/Budapest")


def at(text: str) -> Instant:
    """By the clock on the wall in Budapest: `10-14 09:30`, of 2026."""
    return instant(datetime.fromisoformat(f"2026-{text}").replace(tzinfo=BUDAPEST))


def heard(start: str, seconds: float, name: str = "anna", near: str | None = None) -> Listening:
    begun = at(start) / SECOND
    return replace(listening(begun, begun + seconds, name), neighbourhood=digest(near) if near else None)


def between(start: str, end: str, name: str = "anna") -> Listening:
    return heard(start, (at(end) - at(start)) / SECOND, name)


def classes(sessions: Iterable[Session], name: str = "anna") -> list[set[str]]:
    return [set(session.classes) for session in sessions if session.identity == digest(name)]


def visits(*minutes: float, day: str = "10-14", name: str = "anna", near: str | None = None) -> list[Listening]:
    """One visit an hour from 08:00, of so many minutes."""
    return [heard(f"{day} {8 + i:02}:00", length * 60, name, near) for i, length in enumerate(minutes)]


def test_six_visits_of_one_length_in_a_day_are_a_probes() -> None:
    assert classes(classed(visits(10, 9.9, 10.2, 9.6, 10, 10.9))) == [{"probe"}] * 6


@pytest.mark.parametrize(
    "lengths",
    [
        pytest.param([10, 10, 10, 10, 10], id="five are too few"),
        pytest.param([10, 10.2, 9.9], id="somebody whose three visits happen to be alike"),
        pytest.param([10, 10, 10, 10, 10, 10, 25], id="one in seven is of another length"),
        pytest.param([10, 10, 10, 10, 8.9, 11.1], id="two are off by more than a tenth"),
        pytest.param([40, 40, 40, 40, 40, 40], id="whoever stays so long listens"),
        pytest.param([0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9], id="under a minute everything looks alike"),
    ],
)
def test_people_whose_visits_are_a_little_alike_are_none(lengths: list[float]) -> None:
    assert classes(classed(visits(*lengths))) == [set()] * len(lengths)


def test_ten_visits_may_have_a_stray_one_among_them() -> None:
    assert classes(classed(visits(*[10] * 9, 3))) == [{"probe"}] * 10


def test_neighbours_with_one_player_who_look_in_by_turns_are_a_probe_together() -> None:
    found = classed([*visits(10, 9.8, name="one", near="rack"), *afternoon("two"), *afternoon("three", 4)])

    assert [classes(found, name) for name in ("one", "two", "three")] == [[{"probe"}] * 2] * 3


def afternoon(name: str, hours: int = 2, player: str | None = None) -> list[Listening]:
    own = [replace(each, started_at=Instant(each.started_at + hours * HOUR), ended_at=Instant(each.ended_at + hours * HOUR))
           for each in visits(10.1, 10.3, name=name, near="rack")]  # fmt: skip
    return [replace(each, user_agent=player) for each in own] if player else own


def test_neighbours_with_other_players_are_neighbours_only() -> None:
    found = classed(
        [*visits(10, 9.8, name="one", near="rack"), *afternoon("two", 2, "A/1"), *afternoon("three", 4, "B/1")]
    )

    assert [classes(found, name) for name in ("one", "two", "three")] == [[set()] * 2] * 3


def test_somebody_real_next_door_to_a_probe_stays_a_listener() -> None:
    real = [*visits(47, name="real", near="rack")]
    found = classed([*visits(*[10] * 12, name="probe", near="rack"), *real])

    assert classes(found, "probe") == [{"probe"}] * 12
    assert classes(found, "real") == [set()]


def test_a_block_of_flats_that_hears_the_same_show_is_no_probe() -> None:
    flats = [heard("10-14 20:00", 1500 + i, f"flat {i}", "flats") for i in range(12)]

    assert {each for session in classed(flats) for each in session.classes} == set()


def test_a_probe_is_one_on_the_edges_of_its_days_too() -> None:
    """The service was begun at ten in the evening: two visits on that day, eight on the next."""
    late = [heard("10-13 22:00", 600), heard("10-13 23:55", 600)]
    found = classed([*late, *visits(*[10] * 8), heard("10-16 08:00", 600)])

    assert classes(found) == [*[{"probe"}] * 10, set()]


def test_a_probe_that_always_comes_again_too_soon_for_another_session_is_found_in_its_intervals() -> None:
    rounds = [heard(f"10-14 {8 + i // 12:02}:{i % 12 * 5:02}", 200) for i in range(60)]
    found = classed(rounds)

    assert len(found) == 1
    assert classes(found) == [{"probe"}]


def test_a_player_that_loses_its_line_for_a_moment_every_ten_minutes_is_none() -> None:
    broken = [heard(f"10-14 {8 + i // 6:02}:{i % 6 * 10:02}", 590) for i in range(40)]

    assert classes(classed(broken)) == [set()]


def test_a_visit_that_goes_on_is_a_probes_while_it_is_no_longer_than_one() -> None:
    now = replace(heard("10-14 20:00", 300), is_open=True)

    assert classes(classed([*visits(*[10] * 8), now])) == [{"probe"}] * 9


TWO_DAYS = [between("10-13 00:00", "10-13 20:00"), between("10-14 02:00", "10-14 22:00")]


def test_twenty_hours_on_two_days_are_a_player_nobody_switched_off() -> None:
    assert classes(classed(TWO_DAYS)) == [{"always_on"}] * 2


@pytest.mark.parametrize(
    "listened",
    [
        pytest.param([between("10-13 00:00", "10-13 19:59"), TWO_DAYS[1]], id="a minute less on one of them"),
        pytest.param([TWO_DAYS[1]], id="one day only"),
        pytest.param([TWO_DAYS[1], between("10-17 00:00", "10-17 23:00")], id="two days that are three apart"),
        pytest.param(
            [between(f"10-{day} 08:00", f"10-{day} 19:00") for day in range(10, 20)],
            id="a café, eleven hours every day",
        ),
        pytest.param([between("10-13 12:00", "10-14 20:00")], id="through a night and a day"),
    ],
)
def test_who_listens_less_is_a_listener(listened: Sequence[Listening]) -> None:
    assert classes(classed(listened)) == [set()] * len(listened)


def test_reconnecting_does_not_hide_who_is_always_on() -> None:
    hourly = [between(f"10-{13 + i // 24} {i % 24:02}:00", f"10-{13 + i // 24} {i % 24:02}:55") for i in range(48)]

    assert classes(classed(hourly)) == [{"always_on"}] * 48


def test_a_bad_day_between_two_long_ones_is_of_the_same_run() -> None:
    days = [
        between("10-13 00:00", "10-13 23:00"),
        between("10-14 09:00", "10-14 12:00"),
        between("10-15 01:00", "10-15 23:59"),
    ]

    assert classes(classed(days)) == [{"always_on"}] * 3


def test_what_the_same_player_did_before_and_after_is_listening() -> None:
    before, after = between("10-11 10:00", "10-11 11:00"), between("10-16 10:00", "10-16 11:00")

    assert classes(classed([before, *TWO_DAYS, after])) == [set(), {"always_on"}, {"always_on"}, set()]


def test_a_session_that_was_on_for_days_is_out_as_a_whole() -> None:
    assert classes(classed([between("10-12 18:00", "10-15 06:00")])) == [{"always_on"}]


@pytest.mark.parametrize(
    ("sunday", "monday", "found"),
    [
        pytest.param(("03-29 00:00", 19.2), ("03-30 00:00", 20), {"always_on"}, id="of 23 hours, 19:10 are enough"),
        pytest.param(("03-29 00:00", 19.1), ("03-30 00:00", 20), set(), id="and less is not"),
        pytest.param(("10-25 00:00", 20.9), ("10-26 00:00", 20), {"always_on"}, id="of 25 hours it takes 20:50"),
        pytest.param(("10-25 00:00", 20.8), ("10-26 00:00", 20), set(), id="and twenty are too few"),
    ],
)
def test_the_days_of_the_change_have_hours_of_their_own(
    sunday: tuple[str, float], monday: tuple[str, float], found: set[str]
) -> None:
    days = [heard(start, hours * 3600) for start, hours in (sunday, monday)]

    assert classes(classed(days)) == [found] * 2


def test_the_day_that_still_runs_is_measured_by_what_is_over_of_it() -> None:
    """At ten in the morning a forgotten player has ten hours of today; it must not count until the evening."""
    yesterday, today = (
        between("10-13 00:00", "10-13 23:50"),
        replace(between("10-14 00:10", "10-14 10:00"), is_open=True),
    )

    assert classes(classed([yesterday, today], until=at("10-14 10:00"))) == [{"always_on"}] * 2
    assert classes(classed([yesterday, between("10-14 00:10", "10-14 07:00")], until=at("10-14 10:00"))) == [set()] * 2


def private(name: str, start: str = "10-14 09:00", network: str = "studio") -> Listening:
    return replace(heard(start, 3600, name), internal=True, network=digest(network))


def public(count: int) -> list[Listening]:
    return [heard("10-14 09:00", 3600, f"listener {i}") for i in range(count)]


def test_private_addresses_are_internal() -> None:
    found = classed([private("desk"), private("mixer", network="other"), *public(3)])

    assert (classes(found, "desk"), classes(found, "mixer")) == ([{"internal"}], [{"internal"}])


def test_where_most_come_from_one_private_address_it_is_a_proxys_and_nobody_is_left_out() -> None:
    everybody = [private(f"behind {i}", network="proxy") for i in range(9)]
    found = classed([*everybody, *public(3)])

    assert {each for session in found for each in session.classes} == set()


def test_a_house_full_of_players_each_at_its_own_address_is_no_proxy() -> None:
    house = [private(f"desk {i}", network=f"desk {i}") for i in range(9)]
    found = classed([*house, *public(5)])

    assert classes(found, "desk 3") == [{"internal"}]


def test_a_machine_that_reconnects_all_day_does_not_look_like_a_proxy() -> None:
    check = [private("check", f"10-14 {hour:02}:00", "container") for hour in range(0, 20, 2)]

    assert classes(classed([*check, *public(2)]), "check") == [{"internal"}] * 10


def test_a_proxy_is_one_on_the_days_it_stands_in_between() -> None:
    """Mended in the night: the day after is right again, and tells the studio from listeners."""
    before = [private(f"behind {i}", "10-13 09:00", "proxy") for i in range(4)]
    found = classed([*before, private("studio", network="proxy"), *public(4)])

    assert classes(found, "behind 1") == [set()]
    assert classes(found, "studio") == [{"internal"}]
    day = periods.day(datetime(2026, 10, 13).date(), BUDAPEST)  # noqa: DTZ001 - a date
    assert proxied(found, Days(BUDAPEST, day.start, day.end)) == {datetime(2026, 10, 13).toordinal()}  # noqa: DTZ001


@pytest.mark.parametrize("name", ["probe", "internal"])
def test_networks_that_the_settings_name_are_out_whatever_else_is_the_case(name: str) -> None:
    named = [replace(each, listed=name) for each in public(6)]

    assert {frozenset(session.classes) for session in classed(named)} == {frozenset({name})}


def test_a_session_may_be_in_several_classes() -> None:
    days = [replace(each, user_agent="Icecast 2.4.4", listed="probe") for each in TWO_DAYS]

    assert classes(classed(days)) == [{"always_on", "probe", "relay"}] * 2


def test_classes_do_not_hang_on_the_order_of_what_was_heard() -> None:
    everything = [*visits(*[10] * 8), *TWO_DAYS, *public(4), private("desk")]
    shuffled = Random(3).sample(everything, len(everything))

    assert [(s.identity, s.classes) for s in classed(shuffled)] == [
        (s.identity, s.classes) for s in classed(everything)
    ]


@pytest.mark.parametrize("sigma", [0.4, 1.5])
def test_people_with_habits_are_no_probes_however_often_they_come(sigma: float) -> None:
    """A thousand people in flats of three with one player, each with a usual stay of their own, some ten times a day."""
    chance, crowd = Random(1), list[Listening]()
    for person in range(1000):
        usual, moment = chance.lognormvariate(6.6, 1), at("10-14 06:00") / SECOND
        for _ in range(max(1, round(chance.gammavariate(2, 3)))):
            stay = usual * chance.lognormvariate(0, sigma)
            moment += 130 + chance.expovariate(1 / 5000)
            here = listening(moment, moment + stay, f"p{person}")
            crowd.append(replace(here, neighbourhood=digest(f"house {person // 3}")))
            moment += stay

    assert [session for session in classed(crowd) if "probe" in session.classes] == []


def test_days_are_told_in_the_zone_of_the_station() -> None:
    days = Days(BUDAPEST, at("10-10 00:00"), at("10-30 00:00"))

    assert days.of(at("10-14 00:00")) == days.of(at("10-14 23:59")) == datetime(2026, 10, 14).toordinal()  # noqa: DTZ001
    assert [days.passed(days.of(at(f"{day} 12:00"))) / HOUR for day in ("10-24", "10-25", "10-30")] == [24, 25, 0]
    assert days.of(at("10-25 00:00") + 25 * HOUR - 1) == days.of(at("10-25 00:00"))
    assert timedelta(milliseconds=days.passed(days.of(at("10-13 00:00")))) == timedelta(days=1)
    assert len(days.known(at("10-13 23:59"), at("10-14 00:00") + MINUTE)) == 2
