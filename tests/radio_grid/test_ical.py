"""A calendar as a programme: recurrences, exceptions, both nights of the change."""

import contextlib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.shows import file, ical
from lahmadaemon.radio.shows.grid import CALENDAR, Grid, Show
from tests.radio_grid.builders import BUDAPEST, at, shown

OCTOBER, NOVEMBER = at("2026-10-19 00:00"), at("2026-11-02 00:00")


def calendar(*events: str) -> bytes:
    """Events by their lines; each gets a number of its own."""
    inside = [
        f"BEGIN:VEVENT\nUID:{number}@example.org\nDTSTAMP:20260101T000000Z\n{event}\nEND:VEVENT"
        for number, event in enumerate(events)
    ]
    return (
        "\r\n".join(["BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example//Station//EN", *inside, "END:VCALENDAR\n"])
        .replace("\n", "\r\n")
        .replace("\r\r", "\r")
        .encode()
    )


def weekly(
    rule: str = "FREQ=WEEKLY", start: str = "20260107T200000", end: str = "20260107T210000", more: str = ""
) -> str:
    zone = "TZID=Europe/Budapest"
    return f"SUMMARY:Űrhajó Klub\nDTSTART;{zone}:{start}\nDTEND;{zone}:{end}\nRRULE:{rule}{more}"


def airings(*events: str, since: str = "2026-10-19 00:00", until: str = "2026-11-02 00:00") -> list[str]:
    grid = ical.parse(calendar(*events), BUDAPEST, at(since), at(until))
    return shown(sorted(grid.dated, key=lambda each: each.start))


def test_a_weekly_event_stays_at_its_wall_time_over_the_change() -> None:
    assert airings(weekly()) == ["Wed 20:00+0200 – 21:00+0200 Űrhajó Klub", "Wed 20:00+0100 – 21:00+0100 Űrhajó Klub"]


def test_each_show_is_known_by_its_summary() -> None:
    grid = ical.parse(calendar(weekly(), weekly(rule="FREQ=WEEKLY;BYDAY=SA")), BUDAPEST, OCTOBER, NOVEMBER)

    assert grid.shows == (Show("urhajo-klub", "Űrhajó Klub"),)
    assert {(each.slug, each.source) for each in grid.dated} == {("urhajo-klub", CALENDAR)}


def test_an_event_through_the_night_of_the_change_has_its_real_length() -> None:
    through = weekly(start="20260104T010000", end="20260104T040000")

    assert airings(through, until="2026-10-26 00:00") == ["Sun 01:00+0200 – 04:00+0100 Űrhajó Klub"]
    assert airings(through, since="2026-03-29 00:00", until="2026-03-30 00:00") == [
        "Sun 01:00+0100 – 04:00+0200 Űrhajó Klub"
    ]


def test_exdate_takes_one_out_and_an_override_moves_one() -> None:
    excluded = weekly(more="\nEXDATE;TZID=Europe/Budapest:20261021T200000")
    assert airings(excluded) == ["Wed 20:00+0100 – 21:00+0100 Űrhajó Klub"]

    moved = weekly() + (
        "\nEND:VEVENT\nBEGIN:VEVENT\nUID:0@example.org\nDTSTAMP:20260101T000000Z\nSUMMARY:Űrhajó Klub"
        "\nRECURRENCE-ID;TZID=Europe/Budapest:20261021T200000"
        "\nDTSTART;TZID=Europe/Budapest:20261022T213000\nDTEND;TZID=Europe/Budapest:20261022T230000"
    )
    assert airings(moved)[0] == "Thu 21:30+0200 – 23:00+0200 Űrhajó Klub"
    assert len(airings(moved)) == 2


def test_until_is_the_last_moment_also_across_the_change() -> None:
    """20:00 in Budapest is 18:00Z in summer and 19:00Z in winter; UNTIL is told in UTC."""
    assert len(airings(weekly("FREQ=WEEKLY;UNTIL=20261021T180000Z"))) == 1
    assert len(airings(weekly("FREQ=WEEKLY;UNTIL=20261021T175959Z"))) == 0
    assert len(airings(weekly("FREQ=WEEKLY;UNTIL=20261028T190000Z"))) == 2
    assert len(airings(weekly("FREQ=WEEKLY;UNTIL=20261028T185959Z"))) == 1


def test_every_second_thursday_of_the_month_and_a_count() -> None:
    monthly = weekly("FREQ=MONTHLY;BYDAY=-1TH", "20260129T200000", "20260129T210000")

    assert airings(monthly) == ["Thu 20:00+0100 – 21:00+0100 Űrhajó Klub"]
    assert airings(weekly("FREQ=WEEKLY;COUNT=3")) == []


def test_times_without_a_zone_are_the_stations_and_those_of_another_zone_are_converted() -> None:
    floating = "SUMMARY:Dub Kert\nDTSTART:20261021T160000\nDTEND:20261021T180000"
    elsewhere = "SUMMARY:London Calling\nDTSTART;TZID=Europe/London:20261021T160000\nDURATION:PT1H"
    utc = "SUMMARY:Zulu\nDTSTART:20261021T160000Z\nDTEND:20261021T170000Z"

    assert airings(floating, elsewhere, utc) == [
        "Wed 16:00+0200 – 18:00+0200 Dub Kert",
        "Wed 17:00+0200 – 18:00+0200 London Calling",
        "Wed 18:00+0200 – 19:00+0200 Zulu",
    ]


def test_a_calendar_with_a_zone_of_its_own_making_is_read_by_it() -> None:
    own = (
        b"BEGIN:VTIMEZONE\r\nTZID:Studio\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        b"TZOFFSETFROM:+0300\r\nTZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT"
    )
    event = "SUMMARY:Dub Kert\nDTSTART;TZID=Studio:20261021T160000\nDTEND;TZID=Studio:20261021T170000"
    text = calendar(event).replace(b"BEGIN:VEVENT", own, 1)

    [airing] = ical.parse(text, BUDAPEST, OCTOBER, NOVEMBER).dated

    assert airing.start == at("2026-10-21 13:00+00:00")


def test_whole_days_cancelled_events_and_those_without_a_name_are_no_airings() -> None:
    times = "DTSTART:20261021T160000\nDTEND:20261021T180000"
    holiday = "SUMMARY:Holiday\nDTSTART;VALUE=DATE:20261023\nDTEND;VALUE=DATE:20261024"

    assert (
        airings(holiday, f"SUMMARY:Off\nSTATUS:CANCELLED\n{times}", times, "SUMMARY:Short\nDTSTART:20261021T160000")
        == []
    )


def test_an_event_over_the_edge_of_two_weeks_is_one_airing() -> None:
    over = "SUMMARY:Hétfő Hajnal\nDTSTART:20261025T230000\nDTEND:20261026T010000"

    assert airings(over) == ["Sun 23:00+0100 – 01:00+0100 Hétfő Hajnal"]
    assert airings(over, since="2026-10-26 00:00") == []


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=DAILY;BYMINUTE=0,10,20", "FREQ=DAILY;BYSECOND=1"]
)
def test_a_rule_that_would_fill_the_memory_is_refused_by_the_events_name(rule: str) -> None:
    with pytest.raises(ValueError, match="Űrhajó Klub: it repeats by the minute or second"):
        airings(weekly(rule))


@pytest.mark.slow
def test_too_many_airings_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 5000 airings"):
        airings(
            *[
                weekly("FREQ=HOURLY", f"20260107T{hour:02}0000", f"20260107T{hour:02}3000").replace(
                    "Klub", f"Klub {hour}"
                )
                for hour in range(20)
            ]
        )


BROKEN = [
    weekly().replace("DTSTART;", "DTSTART}"),
    weekly("FREQ=MONTH=Y"),
    weekly("FREQ=MONTHLY;BYDAY=71TH"),
    weekly(start="70260107T200000"),
    weekly(end="00260107T210000"),
    weekly(start="00260107T200000", end="00260107T210000"),
    weekly().replace("TZID=Europe/Budapest:20260107T2", "TZID=Europe/:20260107T2"),
    "SUMMARY:X\nDTSTART:20261021T160000\nDURATION:-PT1H",
]


@pytest.mark.timeout(5)
@pytest.mark.parametrize("event", BROKEN)
def test_a_damaged_event_is_refused_at_once_and_in_our_words(event: str) -> None:
    """Found by damaging calendars at random: the libraries raised what they pleased, or walked through centuries."""
    with contextlib.suppress(ValueError):
        airings(event)


@pytest.mark.parametrize("content", [b"", b"BEGIN:VCALENDAR", b"\xff\xfe", b"hello", calendar("DTSTART:never")])
def test_what_is_no_calendar_is_a_stumble_that_names_the_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "programme.ics"
    path.write_bytes(content)

    with pytest.raises(UpstreamError, match=r"LAHMA_RADIO__SHOWS__FILE.*programme\.ics"):
        file.read_file(path, BUDAPEST, OCTOBER, OCTOBER)


async def test_a_calendar_file_is_read_from_the_first_asked_week_to_the_end_of_the_next(tmp_path: Path) -> None:
    path = tmp_path / "programme.ics"
    path.write_bytes(calendar(weekly()))

    grid = await file.ProgrammeFile(path, BUDAPEST).read(at("2026-10-21 12:00"), at("2026-10-12 00:00"))

    assert [each.start for each in sorted(grid.dated, key=lambda each: each.start)] == [
        at(f"2026-10-{day} 20:00") for day in (14, 21, 28)
    ]


def test_an_empty_calendar_plans_nothing() -> None:
    assert ical.parse(calendar(), ZoneInfo("UTC"), OCTOBER, NOVEMBER) == Grid()
