"""When planned slots fall, on every kind of night."""

from datetime import date, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.clock import HOUR, MINUTE, Instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.shows import arcsi_payload as payload
from lahmadaemon.radio.shows.grid import CALENDAR, SPECIAL_DAY, Grid, Planned, moment, planned
from tests.radio_grid.builders import BUDAPEST, at, grid, shown, slot
from tests.samples import sample, told

ROWS = payload.shows(sample("arcsi/show_schedule.json"))[0]
RARE = payload.rare_shows(sample("arcsi/cms_page_3721.json"))
SPECIAL = payload.special_day(sample("arcsi/cms_page_3679.json"))
NEW_YORK = ZoneInfo("America/New_York")


def test_the_sample_week_has_exactly_its_eighteen_airings() -> None:
    assert SPECIAL is not None
    week = periods.week(date(2026, 10, 19), BUDAPEST)
    known = payload.grid(ROWS, RARE, {date(2026, 10, 24): SPECIAL})
    expected = told("arcsi/expected_week_2026-W43.json")["airings"]
    ids = {row.key: row.id for row in ROWS}

    found = [each for each in planned(known, BUDAPEST, week.start, week.end) if each.start >= week.start]

    assert [
        (ids.get(each.slug or ""), each.name, each.slug or "", each.start, each.end, each.source) for each in found
    ] == [
        (one["show_id"], one["name"], one["slug"], 1000 * one["start_epoch"], 1000 * one["end_epoch"], one["source"])
        for one in expected
    ]


def test_what_still_runs_from_the_week_before_is_planned_whole() -> None:
    week = periods.week(date(2026, 10, 19), BUDAPEST)

    first = planned(payload.grid(ROWS, RARE, {}), BUDAPEST, week.start, week.end)[0]

    assert (first.name, first.start, first.end) == ("Hétfő Hajnal", at("2026-10-18 23:00"), at("2026-10-19 01:00"))


@pytest.mark.parametrize(
    ("begins", "ends", "hours"),
    [("22:00", "00:00", 2), ("22:30", "00:30", 2), ("23:00", "22:00", 23), ("20:00", "20:00", 24)],
)
def test_an_end_at_or_before_the_beginning_is_the_next_days(begins: str, ends: str, hours: float) -> None:
    [found] = planned(grid(slot(3, begins, ends)), BUDAPEST, at("2026-10-21 23:30"), at("2026-10-21 23:31"))

    assert found.end - found.start == hours * HOUR


def test_case_2_a_slot_in_the_hour_that_spring_leaves_out_is_left_out() -> None:
    known = grid(
        slot(7, "01:00", "02:00", "Before"), slot(7, "02:00", "03:00", "Nowhere"), slot(7, "03:00", "04:00", "After"),
    )  # fmt: skip

    found = planned(known, BUDAPEST, at("2026-03-29 00:00"), at("2026-03-30 00:00"))

    assert shown(found) == ["Sun 01:00+0100 – 03:00+0200 Before", "Sun 03:00+0200 – 04:00+0200 After"]
    assert [each.end - each.start for each in found] == [HOUR, HOUR]


@pytest.mark.parametrize(
    ("begins", "ends", "minutes"),
    [
        ("02:30", "03:30", 30),
        ("01:30", "02:30", 30),
        ("02:15", "02:45", None),
        ("01:00", "04:00", 120),
        ("22:00", "02:30", 240),
    ],
)
def test_case_2_a_slot_that_touches_the_missing_hour_keeps_what_is_left_of_it(
    begins: str, ends: str, minutes: int | None
) -> None:
    weekday = 6 if begins > ends else 7

    found = planned(grid(slot(weekday, begins, ends)), BUDAPEST, at("2026-03-28 12:00"), at("2026-03-29 12:00"))

    assert [(each.end - each.start) / MINUTE for each in found] == ([] if minutes is None else [minutes])


@pytest.mark.parametrize(
    ("begins", "ends", "hours"),
    [
        ("02:00", "03:00", 2),
        ("01:00", "04:00", 4),
        ("01:00", "02:00", 1),
        ("02:30", "03:00", 1.5),
        ("03:00", "04:00", 1),
    ],
)
def test_case_3_over_the_hour_that_autumn_gives_twice_a_slot_has_its_real_length(
    begins: str, ends: str, hours: float
) -> None:
    found = planned(grid(slot(7, begins, ends)), BUDAPEST, at("2026-10-25 00:00"), at("2026-10-26 00:00"))

    assert [(each.end - each.start) / HOUR for each in found] == [hours]


def test_case_3_slots_that_follow_each_other_leave_no_gap_on_either_night() -> None:
    halves = [f"{hour:02}:{minute:02}" for hour in range(6) for minute in (0, 30)]
    known = grid(*(slot(7, *pair, f"From {pair[0]}") for pair in pairwise(halves)))

    for day, hours in (("2026-03-29", 4.5), ("2026-10-25", 6.5)):
        found = planned(known, BUDAPEST, at(f"{day} 00:00"), at(f"{day} 05:30"))

        assert [each.start for each in found[1:]] == [each.end for each in found[:-1]]
        assert sum(each.end - each.start for each in found) == hours * HOUR


@pytest.mark.parametrize(
    ("day", "wall", "expected"),
    [
        ("2026-03-29", "02:00", "2026-03-29 03:00+02:00"),
        ("2026-03-29", "02:59:59", "2026-03-29 03:00+02:00"),
        ("2026-03-29", "03:00", "2026-03-29 03:00+02:00"),
        ("2026-10-25", "02:30", "2026-10-25 02:30+02:00"),
        ("2026-10-25", "03:00", "2026-10-25 03:00+01:00"),
    ],
)
def test_a_wall_time_has_one_instant_also_where_it_has_none_or_two(day: str, wall: str, expected: str) -> None:
    assert moment(date.fromisoformat(day), time.fromisoformat(wall), BUDAPEST) == at(expected)


def test_a_zone_that_jumps_over_midnight_begins_its_day_where_it_lands() -> None:
    cairo = ZoneInfo("Africa/Cairo")  # on 2026-04-24 its clocks go from 00:00 to 01:00

    assert moment(date(2026, 4, 24), time(0, 30), cairo) == at("2026-04-24 01:00", cairo)


def test_the_same_grid_falls_elsewhere_in_another_zone() -> None:
    known = grid(slot(7, "02:00", "03:00"))

    [found] = planned(known, NEW_YORK, at("2026-10-25 00:00", NEW_YORK), at("2026-10-25 12:00", NEW_YORK))

    assert (found.start, found.end) == (at("2026-10-25 02:00", NEW_YORK), at("2026-10-25 03:00", NEW_YORK))


def test_two_shows_in_one_slot_are_both_planned() -> None:
    known = grid(slot(3, "20:00", "21:00", "One"), slot(3, "20:00", "21:00", "Another"))

    found = planned(known, BUDAPEST, at("2026-10-21 20:00"), at("2026-10-21 21:00"))

    assert [each.name for each in found] == ["Another", "One"]


def test_a_special_day_replaces_the_weekday_and_no_other() -> None:
    ordinary, special = slot(6, "16:00", "18:00", "Dub Kert"), slot(6, "22:00", "00:00", "Éjszakai Tánc")
    known = Grid(weekly=(ordinary,), days={date(2026, 10, 24): (special,)})

    found = planned(known, BUDAPEST, at("2026-10-19 00:00"), at("2026-11-02 00:00"))

    assert [(each.name, each.start) for each in found] == [
        ("Éjszakai Tánc", at("2026-10-24 22:00")), ("Dub Kert", at("2026-10-31 16:00")),
    ]  # fmt: skip


def test_a_special_day_may_be_empty() -> None:
    known = Grid(weekly=(slot(6, "16:00", "18:00"),), days={date(2026, 10, 24): ()})

    assert planned(known, BUDAPEST, at("2026-10-24 00:00"), at("2026-10-25 00:00")) == []


def test_dated_airings_stand_beside_the_weekly_ones() -> None:
    dated = Planned(at("2026-10-21 19:00"), at("2026-10-21 20:00"), None, "Concert", source=CALENDAR)
    known = Grid(weekly=(slot(3, "20:00", "21:00"),), dated=(dated,))

    found = planned(known, BUDAPEST, at("2026-10-21 00:00"), at("2026-10-22 00:00"))

    assert [each.source for each in found] == [CALENDAR, "grid"]


def test_the_edges_of_a_range_belong_to_nobody_who_only_touches_them() -> None:
    known = grid(slot(3, "20:00", "21:00"))

    assert planned(known, BUDAPEST, at("2026-10-21 21:00"), at("2026-10-21 22:00")) == []
    assert planned(known, BUDAPEST, at("2026-10-21 19:00"), at("2026-10-21 20:00")) == []
    assert len(planned(known, BUDAPEST, Instant(at("2026-10-21 21:00") - 1), at("2026-10-21 22:00"))) == 1


def test_case_39_the_week_of_an_airing_is_the_one_in_which_it_starts() -> None:
    """Sunday 23:00 to Monday 01:00 overlaps two weeks, and starts in one."""
    known = grid(slot(7, "23:00", "01:00"))
    weeks = [periods.week(date(2026, 10, day), BUDAPEST) for day in (19, 26)]

    overlapping = [planned(known, BUDAPEST, week.start, week.end) for week in weeks]
    starting = [
        [each for each in found if week.start <= each.start] for found, week in zip(overlapping, weeks, strict=True)
    ]

    assert [len(found) for found in overlapping] == [2, 2]
    assert [len(found) for found in starting] == [1, 1]


def test_special_slots_say_that_they_are() -> None:
    assert SPECIAL is not None
    known = payload.grid(ROWS, RARE, {date(2026, 10, 24): SPECIAL})

    found = planned(known, BUDAPEST, at("2026-10-24 00:00"), at("2026-10-25 00:00"))

    assert {each.source for each in found} == {SPECIAL_DAY}
    assert [each.slug for each in found] == [None, "dub-kert", None]
