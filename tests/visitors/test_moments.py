"""A camera's wall-clock times: what they mean, and which do not exist."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.clock import Instant, iso, local
from lahmadaemon.visitors.intake.parsing import Bounds, Parsed, moment, parse
from tests.visitors.builders import ZONE, record, written


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("20260318103000", "2026-03-18T09:30:00Z"),
        ("20260718103000", "2026-07-18T08:30:00Z"),
        ("20240229120000", "2024-02-29T11:00:00Z"),
        ("20000229000000", "2000-02-28T23:00:00Z"),
        ("19700101010000", "1970-01-01T00:00:00Z"),
        ("19691231235959", "1969-12-31T22:59:59Z"),
        ("20380119041408", "2038-01-19T03:14:08Z"),
        ("21000228235959", "2100-02-28T22:59:59Z"),
        ("20261025013000", "2026-10-24T23:30:00Z"),
        ("20261025023000", "2026-10-25T00:30:00Z"),
        ("20261025030000", "2026-10-25T02:00:00Z"),
        ("20260329015959", "2026-03-29T00:59:59Z"),
        ("20260329020000", "2026-03-29T01:00:00Z"),
        ("20260329023000", "2026-03-29T01:30:00Z"),
        ("20260329030000", "2026-03-29T01:00:00Z"),
    ],
)
def test_a_local_time_is_an_instant_also_where_it_comes_twice_or_never(text: str, meant: str) -> None:
    """Twice: the first is meant. Never: it is read as if spring had not leapt."""
    found, day = moment(text, ZONE)

    assert (iso(found), day) == (meant, f"{text[:4]}-{text[4:6]}-{text[6:8]}")


@pytest.mark.parametrize(
    "text",
    ["20260318240000", "20260318235960", "20261231235960", "20260318106000", "20260229120000", "21000229000000",
     "20260431000000", "20261301000000", "20260001000000", "20260100000000", "00000101000000", "20181399257799",
     "99999999999999", "00000000000000"],
)  # fmt: skip
def test_a_time_that_no_clock_shows_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"does not exist$"):
        moment(text, ZONE)


@pytest.mark.parametrize("zone", ["Europe/Budapest", "Asia/Taipei", "Pacific/Kiritimati", "America/St_Johns", "UTC"])
@pytest.mark.parametrize("text", ["00010101000000", "99991231235959"])
def test_the_ends_of_the_calendar_are_a_time_or_none_in_every_zone(text: str, zone: str) -> None:
    parsed = parse(written(record(time=text)), Bounds(ZoneInfo(zone), Instant(-(2**62)), Instant(2**62)))

    assert len(parsed.crossings) + len(parsed.bad) == 1
    assert all(bad.reason.endswith("does not exist") for bad in parsed.bad)


def test_a_day_that_begins_at_one_o_clock_begins_all_the_same() -> None:
    """Beirut leaps at midnight: 00:30 does not exist there, and still belongs to the day it names."""
    found, day = moment("20260329003000", beirut := ZoneInfo("Asia/Beirut"))

    assert (day, local(found, beirut)) == ("2026-03-29", datetime(2026, 3, 29, 1, 30, tzinfo=beirut))


def test_one_zone_s_answer_is_not_another_s() -> None:
    assert moment("20260318103000", ZONE)[0] - moment("20260318103000", ZoneInfo("Asia/Taipei"))[0] == 7 * 3_600_000


def test_the_future_is_the_future_even_in_the_hour_that_comes_twice() -> None:
    now = moment("20261025023000", ZONE)[0]
    bounds = Bounds(ZONE, Instant(0), Instant(now + 300_000))

    assert len(parse(written(record(time="20261025023459")), bounds).crossings) == 1
    assert parse(written(), bounds) == Parsed((), ())
    assert len(parse(written(record(time="20261025023501")), bounds).bad) == 1
