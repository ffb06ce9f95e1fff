"""Files people take away: named, typed columns, harmless cells, whole or not at all."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.clock import SECOND
from lahmadaemon.radio import files, periods
from lahmadaemon.radio.breakdown import excluded
from lahmadaemon.radio.figures import Rules, figures, net
from lahmadaemon.radio.files import Table, as_csv, as_parquet, sessions_table, totals_table
from lahmadaemon.radio.reports import PeriodReport
from lahmadaemon.radio.sessions import chain
from tests.radio.builders import classed, digest, listening

BUDAPEST = ZoneInfo("Europe/Budapest")
DAY = periods.day(date(2026, 10, 14), BUDAPEST)
MIDNIGHT = DAY.start / SECOND
SESSIONS = classed(
    [
        listening(MIDNIGHT - 1800, MIDNIGHT + 1800, "anna"),
        listening(MIDNIGHT + 3600, MIDNIGHT + 3630, "bela", located=False, ip=None),
        listening(MIDNIGHT + 4000, MIDNIGHT + 4600, "robot", user_agent="Icecast 2.4", is_bot=True, is_open=True),
    ],
    120 * SECOND,
)
REPORT = PeriodReport(
    DAY, figures(net(SESSIONS), DAY, Rules()), figures(SESSIONS, DAY, Rules()), 0.97531234, ("gaps", "x"),
    excluded=excluded(SESSIONS, DAY, Rules()),
)  # fmt: skip
TYPES = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    datetime: pa.timestamp("ms", tz="UTC"),
}


def sessions(*, rows: bool = True) -> Table:
    return sessions_table("main", DAY, SESSIONS if rows else [], Rules(), BUDAPEST)


def totals(*, rows: bool = True) -> Table:
    return totals_table("main", [REPORT] if rows else [])


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def read_parquet(content: bytes) -> pa.Table:
    return pq.read_table(pa.BufferReader(content))


def cell(value: str) -> str:
    [row] = read_csv(as_csv(Table({"user_agent": str}, [{"user_agent": value}])))
    return row["user_agent"]


def test_the_csv_of_sessions_has_a_header_and_a_row_for_each() -> None:
    content = as_csv(sessions())

    assert content.splitlines()[0].decode() == (
        "station,listener,started_at,ended_at,seconds_listened,hours_inside,connections,valid,classes,still_listening,"
        "country,city,mount,user_agent"
    )
    anna, bela, robot = read_csv(content)
    assert anna == {
        "station": "main", "listener": digest("anna").hex(), "started_at": "2026-10-13T23:30:00+02:00",
        "ended_at": "2026-10-14T00:30:00+02:00", "seconds_listened": "3600.0", "hours_inside": "0.5", "connections": "1",
        "valid": "True", "classes": "", "still_listening": "False", "country": "HU", "city": "Budapest",
        "mount": "/radio.mp3", "user_agent": "KitchenRadio/1.0",
    }  # fmt: skip
    assert (bela["valid"], bela["country"]) == ("False", "")
    assert (robot["classes"], robot["still_listening"]) == ("bot relay", "True")


def test_the_csv_of_totals_has_a_net_and_a_gross_row() -> None:
    content = as_csv(totals())

    assert content.splitlines()[0].decode() == (
        "station,period,kind,cume,ss,as,tlh,aas,atsl,tsl,peak,long_listeners,short_listeners,networks,unknown_locations,"
        "connections,connections_per_listener,coverage,flags,"
        "excluded_bot_listeners,excluded_bot_sessions,excluded_bot_tlh,"
        "excluded_relay_listeners,excluded_relay_sessions,excluded_relay_tlh,"
        "excluded_probe_listeners,excluded_probe_sessions,excluded_probe_tlh,"
        "excluded_always_on_listeners,excluded_always_on_sessions,excluded_always_on_tlh,"
        "excluded_internal_listeners,excluded_internal_sessions,excluded_internal_tlh"
    )
    clean, everything = read_csv(content)
    assert (clean["period"], clean["kind"], clean["cume"], clean["tlh"]) == ("2026-10-14", "net", "1", "0.5")
    assert (everything["kind"], everything["cume"], everything["tlh"]) == ("gross", "2", "0.666667")
    assert (clean["coverage"], clean["flags"]) == ("0.975312", "gaps x")
    assert [clean[f"excluded_bot_{each}"] for each in ("listeners", "sessions", "tlh")] == ["1", "1", "0.166667"]
    assert [clean[f"excluded_probe_{each}"] for each in ("listeners", "sessions", "tlh")] == ["0", "0", "0.0"]


def test_a_csv_without_rows_still_has_its_header() -> None:
    assert as_csv(totals(rows=False)).count(b"\r\n") == 1


def test_lines_end_as_rfc_4180_says_and_text_is_utf_8() -> None:
    content = as_csv(Table({"city": str}, [{"city": 'Pécs, "a;b"\nÓváros'}]))

    assert content == 'city\r\n"Pécs, ""a;b""\nÓváros"\r\n'.encode()


@pytest.mark.parametrize(
    "evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://example.net","x")']
)
def test_text_that_a_spreadsheet_would_run_is_made_harmless(evil: str) -> None:
    assert cell(evil) == f"'{evil}"


@pytest.mark.parametrize(
    "harmless", ["", "KitchenRadio/1.0", "a=b", "1+1", "203.0.113.7", "'quoted'", "Mozilla/5.0 (X11; Linux)"]
)
def test_other_text_stays_as_it_is(harmless: str) -> None:
    assert cell(harmless) == harmless


def test_numbers_below_nought_stay_numbers() -> None:
    [row] = read_csv(as_csv(Table({"n": int, "x": float}, [{"n": -1, "x": -0.5}])))

    assert row == {"n": "-1", "x": "-0.5"}


@given(st.text(st.characters(codec="utf-8")))
def test_no_text_begins_like_a_formula_and_none_breaks_the_file(text: str) -> None:
    table = Table({"a": str, "b": str}, [{"a": text, "b": "here"}, {"a": "next", "b": text}])

    first, second = read_csv(as_csv(table))
    assert first["b"] == "here"
    assert second["a"] == "next"
    assert first["a"] == second["b"]
    assert first["a"][:1] not in {"=", "+", "-", "@", "\t", "\r"}
    assert first["a"].removeprefix("'") == text.removeprefix("'")


@pytest.mark.parametrize("table", [sessions(), totals(), sessions(rows=False), totals(rows=False)])
def test_parquet_has_the_same_columns_and_types_also_without_rows(table: Table) -> None:
    read = read_parquet(as_parquet(table))

    assert read.schema.names == list(table.columns)
    assert [field.type for field in read.schema] == [TYPES[kind] for kind in table.columns.values()]
    assert read.num_rows == len(table.rows)


def test_parquet_gives_back_what_was_written() -> None:
    anna, bela, robot = read_parquet(as_parquet(sessions())).to_pylist()

    assert anna["started_at"] == datetime(2026, 10, 13, 21, 30, tzinfo=UTC)
    assert (anna["hours_inside"], anna["connections"], anna["valid"]) == (0.5, 1, True)
    assert bela["country"] is None
    assert robot["classes"] == "bot relay"
    assert read_parquet(as_parquet(totals())).column("cume").to_pylist() == [1, 2]


def test_an_hour_that_comes_twice_is_two_hours_in_parquet_and_in_csv() -> None:
    autumn = periods.day(date(2026, 10, 25), BUDAPEST)
    first, second = (autumn.start / SECOND + hours * 3600 for hours in (2.5, 3.5))
    table = sessions_table("main", autumn, chain([listening(first, second)], 0), Rules(), BUDAPEST)

    [told] = read_csv(as_csv(table))
    assert (told["started_at"], told["ended_at"]) == ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00")
    [row] = read_parquet(as_parquet(table)).to_pylist()
    assert (row["ended_at"] - row["started_at"]).total_seconds() == 3600


def test_sessions_stand_in_the_order_they_began() -> None:
    connections = [
        listening(MIDNIGHT + start, MIDNIGHT + start + 60, name) for start, name in [(90, "a"), (10, "b"), (50, "c")]
    ]
    table = sessions_table("main", DAY, chain(connections, 0), Rules(), BUDAPEST)

    assert [row["listener"] for row in table.rows] == [digest(name).hex() for name in "bca"]


def test_a_session_of_a_minute_is_valid_and_a_shorter_one_is_not() -> None:
    connections = [listening(MIDNIGHT, MIDNIGHT + 60, "anna"), listening(MIDNIGHT + 1, MIDNIGHT + 60.999, "bela")]
    table = sessions_table("main", DAY, chain(connections, 0), Rules(), BUDAPEST)

    assert [row["valid"] for row in table.rows] == [True, False]


def test_every_figure_has_a_column() -> None:
    named: dict[str, Any] = REPORT.net.as_json()

    assert named.keys() <= files.TOTAL_COLUMNS.keys()
    assert {key: type(value) for key, value in named.items()} == {key: files.TOTAL_COLUMNS[key] for key in named}
