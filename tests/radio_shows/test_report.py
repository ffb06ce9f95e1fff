"""A week's table: every line with its figures, how much was measured, and why it is counted there."""

import json

from lahmadaemon.clock import Instant
from lahmadaemon.radio.figures import Rules
from lahmadaemon.radio.sessions import Session, chain
from lahmadaemon.radio.shows.grid import Slot
from lahmadaemon.radio.shows.log.entries import Entry
from lahmadaemon.radio.shows.report import ShowReport, show_report
from lahmadaemon.radio.shows.tables import AIRING_COLUMNS, SHOW_COLUMNS, airings_table, shows_table
from tests.radio.builders import listening
from tests.radio_shows.builders import (
    AMBIENT,
    BUDAPEST,
    ROCKET,
    WORKSHOP,
    at,
    live,
    log,
    recorded,
    slot,
    told,
    week_of,
)

GRID = (slot(3, "19:00", "20:00", WORKSHOP), slot(3, "20:00", "22:00", ROCKET), slot(5, "20:00", "21:00", WORKSHOP))


def heard(who: str, start: str, end: str, classes: frozenset[str] = frozenset()) -> Session:
    [session] = chain([listening(at(start) / 1000, at(end) / 1000, who)], 0)
    return Session(session.connections, session.intervals, classes)


def evening() -> list[Entry]:
    return log(
        ("2026-10-19 00:00", AMBIENT),
        ("2026-10-21 19:00", recorded("Kőbányai Műhely", "#41")),
        ("2026-10-21 20:00", live("Űrhajó Klub")),
        ("2026-10-21 22:00", live("Vendég DJ")),
        ("2026-10-21 23:00", AMBIENT),
        ("2026-10-25 23:30", live("Űrhajó Klub")),
        ("2026-10-26 00:30", AMBIENT),
        end="2026-10-27 00:00",
    )


ALL = (
    heard("anna", "2026-10-21 18:00", "2026-10-21 23:30"),
    heard("bela", "2026-10-21 20:00", "2026-10-21 22:00"),
    heard("bela", "2026-10-25 23:30", "2026-10-26 00:30"),
    heard("robot", "2026-10-21 19:00", "2026-10-21 23:00", frozenset({"bot"})),
)


def week(entries: list[Entry] | None = None, grid: tuple[Slot, ...] = GRID, measured: float = 1.0) -> ShowReport:
    found = told(evening() if entries is None else entries, *grid)
    return show_report(week_of("2026-10-21"), found, ALL, lambda *_: measured, Rules(), flags=("gaps",))


def test_every_show_has_a_line_the_most_listened_to_first_and_unmatched_names_last() -> None:
    report = week()

    assert [(line.key, line.airings, line.hours) for line in report.shows] == [
        ("urhajo-klub", 2, 3.0),
        ("kobanyai-muhely", 1, 1.0),
        ("unmatched: Vendég DJ", 1, 1.0),
    ]
    rocket = report.shows[0]
    assert (rocket.net.tlh, rocket.net.listeners, rocket.net.aas) == (5.0, 2, 5 / 3)
    assert (rocket.gross.tlh, rocket.gross.listeners) == (7.0, 3)


def test_an_airing_over_the_end_of_the_week_counts_whole_and_once() -> None:
    report = week()

    last = report.airings[-1]
    assert (last.airing.start, last.line.hours, last.line.net.tlh) == (at("2026-10-25 23:30"), 1.0, 1.0)
    after = show_report(week_of("2026-10-26"), told(evening(), of="2026-10-26"), ALL, lambda *_: 1.0, Rules())
    assert after.shows == ()


def test_the_total_counts_people_once() -> None:
    report = week()

    assert (report.total.net.listeners, report.total.hours, report.total.airings) == (2, 5.0, 4)
    assert report.total.net.tlh == sum(line.net.tlh for line in report.shows)


def test_what_was_no_show_is_told_beside_and_not_in_the_total() -> None:
    rest = {line.key: line for line in week().rest}

    assert set(rest) == {"off air"}
    assert rest["off air"].net.tlh == 1.5  # anna before seven and after eleven


def test_a_planned_show_that_was_not_heard_is_named() -> None:
    assert [(each.name, each.start) for each in week().not_aired] == [("Kőbányai Műhely", at("2026-10-23 20:00"))]


def test_how_much_was_measured_and_why_it_is_counted_here_stand_beside_the_figures() -> None:
    silent = [entry for entry in evening() if entry.since != at("2026-10-21 20:00")]
    report = week(silent, measured=0.25)

    [rocket] = [line for line in report.shows if line.key == "urhajo-klub"]
    assert (rocket.coverage, rocket.heard) == (0.25, 1 / 3)
    assert rocket.as_json()["reasons"] == {"planned: no log": 2.0, "as aired: live host": 1.0}
    assert rocket.as_json()["coverage"] == 0.25


def test_programs_get_a_show_by_its_slug_and_week_and_everything_else_beside() -> None:
    document = json.loads(json.dumps(week().document(airings=True)))

    assert list(document["shows"]) == ["2026-W43"]
    shows = document["shows"]["2026-W43"]
    assert list(shows) == ["urhajo-klub", "kobanyai-muhely", "unmatched: Vendég DJ"]
    assert {"tlh", "listeners", "aas", "peak", "completion_50", "completion_90"} < set(shows["urhajo-klub"]["net"])
    assert document["flags"]["2026-W43"] == ["gaps"]
    assert document["total"]["2026-W43"]["net"]["listeners"] == 2
    assert [each["show"] for each in document["not_aired"]["2026-W43"]] == ["kobanyai-muhely"]
    first = document["airings"]["2026-W43"][0]
    assert (first["show"], first["episode"], first["start"], first["planned_start"], first["late_minutes"]) == (
        "kobanyai-muhely", "#41", "2026-10-21T17:00:00Z", "2026-10-21T17:00:00Z", 0.0,
    )  # fmt: skip
    assert "airings" not in week().document()


def test_a_week_without_anything_is_an_empty_table() -> None:
    nothing = told([], until="2026-10-19 00:00")
    report = show_report(week_of("2026-10-21"), nothing, (), lambda *_: 0.0, Rules())

    assert (report.shows, report.airings, report.total.hours, report.total.coverage) == ((), (), 0.0, 0.0)


def test_files_have_a_row_for_net_and_one_for_gross_in_typed_columns() -> None:
    shows = shows_table("lahma", week())
    airings = airings_table("lahma", week(), BUDAPEST)

    assert [(row["show"], row["type"], row["kind"]) for row in shows.rows[:2]] == [
        ("urhajo-klub", "show", "net"),
        ("urhajo-klub", "show", "gross"),
    ]
    assert {row["type"] for row in shows.rows} == {"show", "unmatched", "off air"}
    assert [row["type"] for row in airings.rows][-1] == "not aired"
    assert airings.rows[0]["start"].isoformat() == "2026-10-21T19:00:00+02:00"
    for table, columns in ((shows, SHOW_COLUMNS), (airings, AIRING_COLUMNS)):
        for row in table.rows:
            assert list(row) == list(columns)
            assert all(value is None or isinstance(value, columns[name]) for name, value in row.items())


def test_since_is_an_instant_of_the_table_too() -> None:
    found = told(evening(), *GRID)
    report = show_report(
        week_of("2026-10-21"), found, ALL, lambda *_: 1.0, Rules(), since=Instant(at("2026-10-21 21:00"))
    )

    assert {line.key: line.net.tlh for line in report.shows} == {
        "urhajo-klub": 3.0, "kobanyai-muhely": 0.0, "unmatched: Vendég DJ": 1.0,
    }  # fmt: skip


def test_what_was_strange_about_a_part_is_told_of_its_shows_alone() -> None:
    ten = at("2026-10-21 21:00")
    report = show_report(
        week_of("2026-10-21"), told(evening(), *GRID), ALL, lambda *_: 1.0, Rules(),
        strange=lambda start, end: ("frozen",) if start <= ten < end else (),
    )  # fmt: skip

    assert {line.key: line.flags for line in report.shows} == {
        "urhajo-klub": ("frozen",), "kobanyai-muhely": (), "unmatched: Vendég DJ": (),
    }  # fmt: skip
    assert report.total.flags == ("frozen",)
    assert [row["flags"] for row in shows_table("lahma", report).rows][:3] == ["frozen", "frozen", ""]
