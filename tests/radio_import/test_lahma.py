"""Reading the older script's files."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.clock import HOUR, SECOND, local
from lahmadaemon.errors import Refused
from lahmadaemon.radio.importing import lahma

SAMPLES = Path(__file__).parent.parent / "samples/legacy"
NAME = "lahma_2022-09-14_2200.csv"
BUDAPEST = ZoneInfo("Europe/Budapest")


def read(*rows: str, name: str = NAME, hours: float = 24.0) -> lahma.Lines:
    return lahma.read(name, "\n".join([lahma.HEAD, *rows]) + "\n", BUDAPEST, hours)


def test_every_session_of_the_sample_is_read_with_its_day() -> None:
    expected = json.loads((SAMPLES / "lahma_2022-09-14_2200.expected.json").read_text())
    told = [
        (each["ip"], each["location"], round(visit["first_seen_epoch"] * SECOND), round(visit["seconds"] * SECOND))
        for each in expected["listeners"]
        for visit in each["sessions"]
    ]

    lines = lahma.read(NAME, (SAMPLES / NAME).read_text("utf-8"), BUDAPEST)

    found = [(each.address, each.place, each.started_at, each.ended_at - each.started_at) for each in lines.visits]
    assert found == told
    assert len(found) == expected["totals_in_file"]["Total Sessions"] == 29
    assert lines.listeners == expected["totals_in_file"]["Total Listeners"] == 17
    assert lines.wrong == ()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("192.0.2.7;Hungary;[];0;x", "has 5 cells, not 4"),
        (";Hungary;[];0", "names no listener"),
        ("192.0.2.7;Hungary;__import__('os').system('true');0", "its times are not a list"),
        ("192.0.2.7;Hungary;[['10:00:00.00000', datetime.timedelta(weeks=1)]];0", "its times are not a list"),
        ("192.0.2.7;Hungary;[['25:00:00.00000', datetime.timedelta(seconds=1)]];0", "hour must be in 0..23"),
        ("192.0.2.7;Hungary;[['10:00:00.00000', datetime.timedelta(days=3)]];0", "longer than the file's hours"),
        (
            "192.0.2.7;Hungary;[['10:00:00.0', datetime.timedelta(0)], ['09:00:00.0', datetime.timedelta(0)]];0",
            "09:00:00.0 lies outside the file's hours",
        ),
        ("192.0.2.7;Hungary;" + "[" * 100_000 + ";0", "its times are not a list"),
    ],
)
def test_a_wrong_line_is_named_and_the_others_are_read(row: str, reason: str) -> None:
    lines = read("192.0.2.1;Austria;[['08:00:00.00000', datetime.timedelta(seconds=90)]];0", row)

    assert [visit.address for visit in lines.visits] == ["192.0.2.1"]
    ((number, said),) = lines.wrong
    assert number == 3
    assert reason in said


@pytest.mark.parametrize("name", ["lahma.csv", "lahma_2022-13-14_2200.csv", "lahma_2022-09-14_2570.csv", "x_lahma.csv"])
def test_a_name_that_tells_no_moment_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        read(name=name)


def test_another_file_is_refused_by_its_first_line() -> None:
    with pytest.raises(Refused, match="does not begin with"):
        lahma.read(NAME, "name;age\nX;1\n", BUDAPEST)


def test_a_byte_order_mark_of_a_spreadsheet_does_no_harm() -> None:
    assert lahma.read(NAME, "\ufeff" + lahma.HEAD + "\n", BUDAPEST).visits == ()


def test_the_time_of_writing_itself_belongs_to_the_day_before() -> None:
    (visit,) = read("192.0.2.1;N/A;[['22:00:03.32820', datetime.timedelta(seconds=60)]];0").visits

    assert f"{local(visit.started_at, BUDAPEST):%d %H:%M:%S}" == "13 22:00:03"
    assert visit.place is None


def test_in_the_night_that_has_an_hour_twice_later_times_stay_later() -> None:
    row = "192.0.2.1;N/A;[['02:50:00.0', datetime.timedelta(seconds=60)], ['02:10:00.0', datetime.timedelta(0)]];0"

    first, second = read(row, name="lahma_2022-10-30_2200.csv").visits

    assert second.started_at - first.started_at == HOUR // 3


@pytest.mark.parametrize(("written", "length"), [("2022-10-30", 25), ("2022-03-27", 23), ("2022-09-14", 24)])
def test_who_was_there_from_the_first_minute_is_so_also_on_the_days_of_the_change(written: str, length: int) -> None:
    """The day in October has 25 hours: everybody there at ten in the evening seemed to come at its end, and lost the line."""
    row = "203.0.113.11;Hungary;[['22:00:03.32820', datetime.timedelta(seconds=27395)]];1"
    lines = read(row, name=f"lahma_{written}_2200.csv")

    [visit] = lines.visits
    assert visit.started_at - lines.start == 3_328
    assert lines.end - lines.start == length * HOUR + 59_999
    assert lines.wrong == ()
