"""From a real store to the week's table, and to its files."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from lahmadaemon.clock import Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.shows.exporting import WeekExporter, week_exporter
from lahmadaemon.radio.shows.report import ShowReport
from lahmadaemon.radio.shows.reporter import measured as measured_share
from lahmadaemon.radio.shows.reporter import show_reporter
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.radio.truth.anomalies.store import anomalies
from lahmadaemon.radio.vouched.store import amended, spans
from lahmadaemon.store.database import Store
from tests.radio_shows.builders import BUDAPEST, NIGHT, ROCKET, WORKSHOP, at, entry, live, slot, week_of
from tests.radio_shows.stored import STATION, aired, listened, measured, planned


async def report(store: Store, now: str, day: str = "2026-10-21") -> ShowReport:
    return await show_reporter(store, STATION, BUDAPEST, RadioSettings()).report(week_of(day), at(now))


async def test_a_week_is_told_from_what_was_measured_heard_and_planned(store: Store) -> None:
    await measured(store, "2026-10-21 00:00", "2026-10-22 00:00")
    await listened(store, "anna", "2026-10-21 19:30", "2026-10-21 21:00")
    await aired(store, entry(at("2026-10-21 20:00"), at("2026-10-21 22:00"), live("Űrhajó Klub")))
    await planned(store, slot(3, "19:00", "20:00", WORKSHOP), slot(3, "20:00", "22:00", ROCKET))

    found = await report(store, "2026-10-21 23:00")

    assert {line.key: (line.net.tlh, line.heard) for line in found.shows} == {
        "urhajo-klub": (1.0, 1.0), "kobanyai-muhely": (0.5, 0.0),
    }  # fmt: skip
    assert [line.coverage for line in found.shows] == [1.0, 1.0]
    assert found.flags == ("measuring_began", "in_progress")


async def test_what_was_planned_before_anybody_measured_is_no_airing(store: Store) -> None:
    await measured(store, "2026-10-21 12:00", "2026-10-21 23:00")
    await planned(store, slot(1, "20:00", "22:00", ROCKET), slot(3, "20:00", "22:00", ROCKET))

    [airing] = (await report(store, "2026-10-21 23:00")).airings

    assert airing.airing.start == at("2026-10-21 20:00")


async def test_a_week_without_polls_says_so(store: Store) -> None:
    await planned(store, slot(1, "20:00", "22:00", ROCKET))

    found = await report(store, "2026-10-21 23:00")

    assert (found.flags, found.shows) == (("no_data",), ())


async def test_a_show_of_sunday_night_has_its_listeners_of_monday_morning(store: Store) -> None:
    await measured(store, "2026-10-25 12:00", "2026-10-26 12:00")
    await listened(store, "anna", "2026-10-25 23:00", "2026-10-26 01:00")
    await listened(store, "bela", "2026-10-26 00:30", "2026-10-26 02:00")
    await aired(store, entry(at("2026-10-25 23:00"), at("2026-10-26 02:00"), live("Éjjeli Műszak")))

    [line] = (await report(store, "2026-10-26 12:00")).shows

    assert (line.hours, line.net.tlh, line.net.listeners, line.coverage) == (3.0, 3.5, 2, 1.0)
    assert (await report(store, "2026-10-26 12:00", day="2026-10-26")).shows == ()


async def test_a_show_on_air_now_is_told_as_far_as_it_has_come(store: Store) -> None:
    await measured(store, "2026-10-21 19:00", "2026-10-21 21:00")
    await listened(store, "anna", "2026-10-21 20:00", "2026-10-21 21:00")
    await aired(store, entry(at("2026-10-21 20:00"), at("2026-10-21 21:00"), live("Űrhajó Klub")))
    await planned(store, slot(3, "20:00", "22:00", ROCKET))

    [line] = (await report(store, "2026-10-21 21:00")).shows

    assert (line.hours, line.net.aas) == (1.0, 1.0)


def exporter(store: Store, folder: Path, *formats: str) -> WeekExporter:
    return week_exporter(store, STATION, BUDAPEST, RadioSettings(), folder, formats or ("csv",))


@pytest.mark.slow
async def test_a_week_s_files_hold_its_shows_and_its_airings(store: Store, tmp_path: Path) -> None:
    await measured(store, "2026-10-21 19:00", "2026-10-21 22:00")
    await listened(store, "anna", "2026-10-21 20:00", "2026-10-21 21:00")
    await aired(store, entry(at("2026-10-21 20:00"), at("2026-10-21 22:00"), live("=Űrhajó Klub")))

    with capture_logs() as logs:
        written = await exporter(store, tmp_path, "csv", "parquet", "legacy").export(
            date(2026, 10, 21), at("2026-10-26 12:00")
        )

    assert {str(path.relative_to(tmp_path)) for path in written} == {
        "lahma_2026-W43_shows.csv", "lahma_2026-W43_airings.csv",
        "shows/week=2026-W43/lahma.parquet", "airings/week=2026-W43/lahma.parquet",
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO((tmp_path / "lahma_2026-W43_shows.csv").read_text())))
    assert [(row["show"], row["kind"], row["tlh"]) for row in rows if row["type"] == "unmatched"] == [
        ("unmatched: =Űrhajó Klub", "net", "1.0"),
        ("unmatched: =Űrhajó Klub", "gross", "1.0"),
    ]
    assert rows[0]["name"] == "'=Űrhajó Klub", "a spreadsheet would run it"
    [told] = [line for line in logs if line["event"] == "radio.shows_exported"]
    assert (told["week"], told["shows"], told["unmatched"], told["listened_hours"]) == ("2026-W43", 1, 1, 1.0)


async def test_weeks_are_written_until_they_have_settled_and_again_when_their_data_changed(
    store: Store, tmp_path: Path
) -> None:
    await measured(store, "2026-10-15 12:00", "2026-10-15 13:00")
    weeks = exporter(store, tmp_path)
    first, second, third = date(2026, 10, 12), date(2026, 10, 19), date(2026, 10, 26)

    assert await weeks.due(at("2026-10-21 12:00")) == [first, second]
    await weeks.export_due(at("2026-10-21 12:00"))
    assert await weeks.due(at("2026-10-21 12:00")) == [second], "it still runs"
    await weeks.export_due(at("2026-10-26 11:00"))
    assert await weeks.due(at("2026-10-26 11:00")) == [second, third], "the night of Sunday may have been cut short"
    await weeks.export_due(at("2026-10-26 13:00"))
    assert await weeks.due(at("2026-10-26 13:00")) == [third]

    async with store.write() as connection:
        row = {"station": STATION, "hour": at("2026-10-15 12:00"), "noted_at": at("2026-10-27 04:00")}
        await connection.execute(amended.insert(), [row])
    assert await weeks.due(at("2026-10-27 05:00")) == [first, third]


async def test_only_ended_weeks_are_written_when_that_is_asked(store: Store, tmp_path: Path) -> None:
    await measured(store, "2026-10-15 12:00", "2026-10-15 13:00")

    await exporter(store, tmp_path).export_due(at("2026-10-21 12:00"), ended_only=True)

    assert sorted(path.name for path in tmp_path.glob("*.csv")) == [
        "lahma_2026-W42_airings.csv", "lahma_2026-W42_shows.csv",
    ]  # fmt: skip


async def test_nothing_is_due_of_a_station_that_was_never_measured(store: Store, tmp_path: Path) -> None:
    assert await exporter(store, tmp_path).due(at("2026-10-21 12:00")) == []


async def test_a_folder_that_cannot_be_written_is_no_end_of_the_service(store: Store, tmp_path: Path) -> None:
    await measured(store, "2026-10-21 12:00", "2026-10-21 13:00")
    (tmp_path / "out").write_text("a file where a folder should be")

    with pytest.raises(UpstreamError, match="cannot write into"):
        await exporter(store, tmp_path / "out").export_due(at("2026-10-21 13:00"))
    assert await RadioStore(store, STATION).exported() == {}


async def test_days_and_weeks_are_noted_side_by_side(store: Store, tmp_path: Path) -> None:
    await measured(store, "2026-10-21 12:00", "2026-10-21 13:00")

    await exporter(store, tmp_path).export_due(at("2026-10-21 13:00"))

    assert set(await RadioStore(store, STATION).exported()) == {"2026-W43"}


async def test_the_night_of_a_clock_change_is_an_hour_longer(store: Store) -> None:
    await measured(store, "2026-10-25 00:00", "2026-10-25 12:00")
    await listened(store, "anna", "2026-10-25 01:00", "2026-10-25 04:00")
    await aired(store, entry(at("2026-10-25 01:00"), at("2026-10-25 04:00"), live("Éjjeli Műszak")))
    await planned(store, slot(7, "01:00", "04:00", NIGHT))

    [line] = (await report(store, "2026-10-25 12:00")).shows

    assert (line.hours, line.net.tlh, line.net.aas, line.net.completion_90) == (4.0, 4.0, 1.0, 1.0)


def test_what_was_measured_of_a_stretch_is_what_is_outside_the_gaps() -> None:
    share = measured_share([(Instant(10), Instant(20)), (Instant(30), Instant(50))])

    told = {
        (0, 10): 1.0,
        (0, 20): 0.5,
        (12, 18): 0.0,
        (15, 35): 0.5,
        (0, 60): 0.5,
        (45, 55): 0.5,
        (20, 30): 1.0,
        (5, 5): 0.0,
    }
    assert {span: share(Instant(span[0]), Instant(span[1])) for span in told} == told
    assert measured_share([])(Instant(0), Instant(1)) == 1.0


async def test_what_others_vouch_for_and_what_was_strange_is_told_with_the_week(store: Store) -> None:
    await measured(store, "2026-10-19 00:00", "2026-10-21 19:00")
    await aired(store, entry(at("2026-10-21 20:00"), at("2026-10-21 22:00"), live("Űrhajó Klub")))
    async with store.write() as connection:
        span = {"start": at("2026-10-21 19:00"), "end": at("2026-10-26 00:00"), "origin": "history", "noted_at": 1}
        await connection.execute(spans.insert(), [span | {"station": STATION}])
        reset = {"began_at": at("2026-10-21 21:00"), "ended_at": at("2026-10-21 21:00"), "detail": "{}"}
        await connection.execute(anomalies.insert(), [reset | {"station": STATION, "kind": "source_reset"}])

    found = await report(store, "2026-10-26 12:00")

    assert found.flags == ("source_reset", "reconciled")
    [line] = found.shows
    assert (line.coverage, line.flags) == (1.0, ("source_reset",))


async def test_a_server_whose_clock_is_ahead_has_shows_to_the_last_poll(store: Store) -> None:
    """The demo's time runs faster than ours: its kept data was all still to come, and the table empty."""
    await measured(store, "2026-10-21 19:00", "2026-10-21 22:10")
    await aired(store, entry(at("2026-10-21 20:00"), at("2026-10-21 22:00"), live("Űrhajó Klub")))

    found = await report(store, "2026-10-21 12:00")

    assert ([line.hours for line in found.shows], found.flags) == ([2.0], ("measuring_began", "in_progress"))


async def test_between_an_import_of_years_ago_and_the_first_poll_nothing_was_measured(
    store: Store, tmp_path: Path
) -> None:
    """Story: an import made every week since one that was told, and written: planned shows without a listener."""
    await planned(store, slot(3, "20:00", "22:00", ROCKET))
    async with store.write() as connection:
        span = {"start": at("2026-09-16 12:00"), "end": at("2026-09-17 12:00"), "origin": "import", "noted_at": 1}
        await connection.execute(spans.insert(), [span | {"station": STATION}])
    await measured(store, "2026-10-21 19:00", "2026-10-21 23:00")

    assert (await report(store, "2026-10-26 12:00", day="2026-09-16")).flags != ("no_data",)
    assert (await report(store, "2026-10-26 12:00", day="2026-10-07")).flags == ("no_data",)
    await exporter(store, tmp_path).export_due(at("2026-10-26 14:00"))

    assert sorted(path.name for path in tmp_path.glob("*_shows.csv")) == [
        "lahma_2026-W38_shows.csv", "lahma_2026-W43_shows.csv", "lahma_2026-W44_shows.csv",
    ]  # fmt: skip
    assert await exporter(store, tmp_path).due(at("2026-10-26 14:00")) == [date(2026, 10, 26)]
