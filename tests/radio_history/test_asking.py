"""How AzuraCast is asked for its history, and what its answers and refusals are taken for."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from structlog.testing import capture_logs

from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.radio.azuracast import payload
from lahmadaemon.radio.source import Historian, History
from tests.fakes.clock import START, FakeClock
from tests.fakes.scripted_azuracast import Poll, Reply, ScriptedStation
from tests.radio.azuracast_sources import source_at
from tests.samples import sample

LATER = Instant(START + 10 * MINUTE)
"""20:07 in Budapest, when the evening's history was asked for."""
EVENING = (Instant(START - 7 * MINUTE), Instant(START + 7 * MINUTE))
"""19:50 to 20:04."""
RANGE = (1_792_605_000, 1_792_605_839)


async def asked(
    reply: Reply, start: Instant = EVENING[0], end: Instant = EVENING[1], now: int = LATER
) -> tuple[History, ScriptedStation]:
    station = ScriptedStation([Poll(reply, reply)])
    async with standing_in(station) as url, source_at(url, FakeClock(now)) as source:
        assert isinstance(source, Historian)
        source._skew = 0
        return await source.history(start, end), station


def rows(*told: dict[str, Any]) -> Reply:
    return Reply(json.dumps([{"hash": "a" * 32, "ip": "203.0.113.7", **row} for row in told]).encode())


def row(start: int, end: int | None) -> dict[str, Any]:
    return {"connected_on": start, "connected_until": end}


async def test_the_range_is_asked_with_its_offset_to_the_last_second_and_ungrouped() -> None:
    found, station = await asked(Reply(sample("azuracast/history/listeners_1950_2004.json")))

    [question] = station.requests
    assert question.query == (
        "start=2026-10-21T17%3A50%3A00%2B00%3A00&end=2026-10-21T18%3A03%3A59%2B00%3A00&unique=false"
    )
    assert question.headers["x-api-key"]
    assert (found.start, found.end, found.dropped) == (*EVENING, 0)
    assert len(found.connections) == 40


async def test_case_22_rows_at_the_edges_are_known_for_cut() -> None:
    found, _ = await asked(Reply(sample("azuracast/history/listeners_1950_2004.json")))

    assert sum(each.start_clipped for each in found.connections) == 11
    assert sum(each.end_clipped for each in found.connections) == 13
    assert {each.connection.started_at for each in found.connections if each.start_clipped} == {EVENING[0]}
    assert {each.ended_at for each in found.connections if each.end_clipped} == {EVENING[1] - SECOND}


async def test_nothing_that_is_still_to_come_is_asked_for() -> None:
    """An end in the future would make everybody who is there now listen until then."""
    found, station = await asked(rows(), end=Instant(LATER + DAY), now=LATER + 42 * SECOND)

    assert found.end == LATER
    assert parse_qs(station.requests[0].query)["end"] == ["2026-10-21T18:06:59+00:00"]


async def test_the_future_is_what_the_server_calls_so() -> None:
    """Its clock is an hour behind ours: what is past for us is not for it."""
    behind = {"Content-Type": "application/json", "Date": "Wed, 21 Oct 2026 17:07:12 GMT"}
    station = ScriptedStation([Poll(rows(), rows())])
    station._reply = lambda path: Reply(b"{}" if path.endswith("time") else b"[]", headers=behind)  # type: ignore[method-assign]
    async with standing_in(station) as url, source_at(url, FakeClock(LATER)) as source:
        found = await source.history(Instant(START - 3 * HOUR), LATER)

    assert found.end == LATER - HOUR
    assert [each.path for each in station.requests] == ["/api/time", "/api/station/1/listeners"]


async def test_a_range_of_which_no_minute_is_over_is_not_asked_for_at_all() -> None:
    found, station = await asked(rows(), start=Instant(LATER + SECOND), end=Instant(LATER + MINUTE))

    assert station.requests == []
    assert (found.start, found.end, list(found.connections)) == (LATER, LATER, [])


async def test_case_38_rows_that_end_before_they_begin_or_never_are_dropped_and_counted() -> None:
    start, _ = RANGE
    found, _ = await asked(rows(row(start + 9, start + 8), row(start + 9, None), {}, row(start + 9, start + 9)))

    assert (len(found.connections), found.dropped) == (1, 3)


async def test_one_odd_row_does_not_cost_a_list_of_thousands() -> None:
    start, _ = RANGE
    good = [{**row(start + number % 700, start + 800), "hash": f"{number:032x}"} for number in range(3000)]
    found, _ = await asked(
        rows(*good[:1500], {"connected_on": "soon"}, {"user_agent": 7, **row(start, start)}, *good[1500:])
    )

    assert (len(found.connections), found.dropped) == (3000, 2)


def test_a_live_list_with_one_odd_row_is_still_a_list() -> None:
    told = payload.rows(b'[{"connected_on":5,"hash":"a"},{"connected_on":[]},null,{"connected_on":6,"hash":"b"}]')

    assert [each.connected_on for each in told] == [5, None, None, 6]


@pytest.mark.parametrize("told", [row(RANGE[0] - 1, RANGE[0] + 5), row(RANGE[0] + 5, RANGE[1] + 1)])
async def test_an_answer_for_another_time_is_none(told: dict[str, Any]) -> None:
    """A cache that forgets the query answers with who listens now."""
    with pytest.raises(UpstreamError, match="not for the time that was asked") as refusal:
        await asked(rows(told))

    assert refusal.value.outcome == "invalid"


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(sample("azuracast/errors/500_php_memory.html"), 500), "server_error"),
        (Reply(sample("azuracast/errors/502_bad_gateway.html"), 502), "server_error"),
        (Reply(sample("azuracast/errors/200_null.json")), "invalid"),
    ],
)
async def test_what_breaks_big_questions_is_trouble_that_passes(reply: Reply, outcome: str) -> None:
    with pytest.raises(UpstreamError) as refusal, capture_logs() as events:
        await asked(reply)

    assert refusal.value.outcome == outcome
    assert "start=" not in str(refusal.value)
    assert "start=" not in str(events)


async def test_a_right_that_is_missing_needs_a_human() -> None:
    with pytest.raises(HopelessError):
        await asked(Reply(sample("azuracast/errors/403_permission_denied.json"), 403))
