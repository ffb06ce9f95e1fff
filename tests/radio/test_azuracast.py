"""An AzuraCast server on the loopback is asked, and every way it can fail is told apart and told what to do about."""

import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from lahmadaemon.clock import SECOND
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.radio.azuracast import source as azuracast
from lahmadaemon.radio.azuracast.source import AzuraCast
from lahmadaemon.radio.snapshot import Totals
from tests.fakes.clock import START, FakeClock
from tests.fakes.scripted_azuracast import Poll, Reply, ScriptedStation
from tests.radio.azuracast_sources import KEY, LISTENERS, PLAYING, server, source_at
from tests.radio.raw_server import saying
from tests.samples import sample, told

BROKEN = Reply(sample("azuracast/errors/502_bad_gateway.html"), 502)
FIX_KEY = "LAHMA_RADIO__STATIONS__MAIN__API_KEY"
FIX_STATION = "LAHMA_RADIO__STATIONS__MAIN__STATION"
FIX_URL = "LAHMA_RADIO__STATIONS__MAIN__URL"
MEANINGS: dict[str, tuple[type[Exception], str, str]] = {
    "403_not_logged_in.json": (HopelessError, "key_wrong", FIX_KEY),
    "403_not_logged_in_0.12.3.json": (HopelessError, "key_wrong", FIX_KEY),
    "403_plain_for_curl.txt": (HopelessError, "key_wrong", FIX_KEY),
    "302_login_page_0.15.2.html": (HopelessError, "key_wrong", FIX_KEY),
    "403_permission_denied.json": (HopelessError, "permission_missing", "View Station Reports"),
    "404_station.json": (HopelessError, "station_unknown", FIX_STATION),
    "404_no_extra_data.json": (HopelessError, "station_unknown", FIX_STATION),
    "429_rate_limit.json": (UpstreamError, "rate_limited", "429"),
    "400_analytics.json": (UpstreamError, "invalid", "400"),
    "500_php_memory.html": (UpstreamError, "server_error", "500"),
    "502_bad_gateway.html": (UpstreamError, "server_error", "502"),
    "200_object_instead_of_array.json": (UpstreamError, "invalid", "not a list of listeners"),
    "200_null.json": (UpstreamError, "invalid", "not a list of listeners"),
}


@asynccontextmanager
async def asking(
    clock: FakeClock, *polls: Poll, station: str = "1"
) -> AsyncIterator[tuple[AzuraCast, ScriptedStation]]:
    script = ScriptedStation(polls)
    async with standing_in(script) as url, source_at(url, clock, station) as source:
        yield source, script


async def refusal(clock: FakeClock, listeners: Reply) -> UpstreamError | HopelessError:
    """What a snapshot raises where the listeners are answered so."""
    async with saying(server(listeners)) as url, source_at(url, clock) as source:
        try:
            await source.snapshot()
        except (UpstreamError, HopelessError) as trouble:
            told_off = trouble
        else:
            pytest.fail("the snapshot was believed")
    assert KEY not in str(told_off)
    assert "?" not in str(told_off)
    return told_off


async def test_a_snapshot_says_who_listens_and_what_the_server_counts(clock: FakeClock) -> None:
    async with saying(server(LISTENERS)) as url, source_at(url, clock) as source:
        snapshot = await source.snapshot()

    assert {key[1] // SECOND for key in snapshot.connections} == {
        row["connected_on"] for row in json.loads(LISTENERS.body)
    }
    assert (len(snapshot.connections), snapshot.dropped) == (13, 0)
    assert snapshot.totals == Totals(14, 13, "Europe/Budapest")
    assert snapshot.polled_at == START


async def test_the_key_goes_in_a_header_and_never_in_the_address(clock: FakeClock) -> None:
    async with asking(clock, Poll(LISTENERS, PLAYING), station="pogacsa_radio") as (source, script):
        await source.snapshot()

    assert [asked.path for asked in script.requests] == [
        "/api/station/pogacsa_radio/listeners",
        "/api/nowplaying/pogacsa_radio",
    ]
    for asked in script.requests:
        assert asked.headers["x-api-key"] == KEY
        assert "authorization" not in asked.headers
        assert asked.query == ""
        assert asked.headers["accept"] == "application/json"
        assert "curl" not in asked.headers["user-agent"].lower()  # that would make its errors plain text


async def test_who_was_there_at_the_last_poll_is_recognised(clock: FakeClock) -> None:
    async with saying(server(LISTENERS)) as url, source_at(url, clock) as source:
        first, second = await source.snapshot(), await source.snapshot()

    assert all(second.connections[key] is connection for key, connection in first.connections.items())


def test_every_sample_of_an_error_is_looked_at() -> None:
    assert MEANINGS.keys() == {case["file"] for case in told("azuracast/errors/index.json")}


@pytest.mark.parametrize("case", told("azuracast/errors/index.json"), ids=lambda case: case["file"])
async def test_every_failure_is_told_apart_and_says_what_to_do(clock: FakeClock, case: dict[str, Any]) -> None:
    kind, outcome, hint = MEANINGS[case["file"]]

    trouble = await refusal(clock, Reply(sample(f"azuracast/errors/{case['file']}"), case["status"], case["headers"]))

    assert type(trouble) is kind
    assert trouble.outcome == outcome
    assert hint in str(trouble)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_server_that_has_moved_to_https_says_what_to_write_instead(clock: FakeClock, status: int) -> None:
    location = "https://radio.example.org/api/station/1/listeners?signature=abc#x"

    trouble = await refusal(clock, Reply(b"", status, {"Location": location}))

    assert isinstance(trouble, HopelessError)
    assert trouble.outcome == "moved"
    assert f"sends us to https://radio.example.org: put the final address into {FIX_URL}" in str(trouble)
    assert "signature" not in str(trouble)


@pytest.mark.parametrize(
    ("location", "named"),
    [
        ("https://other.example.org/", "https://other.example.org/"),
        ("https://user:password@other.example.org/radio", "https://other.example.org/radio"),
        ("/somewhere", "/somewhere"),
        ("", "elsewhere"),
    ],
)
async def test_wherever_we_are_sent_is_named_without_secrets(clock: FakeClock, location: str, named: str) -> None:
    trouble = await refusal(clock, Reply(b"", 302, {"Location": location}))

    assert f"sends us to {named}: " in str(trouble)


@pytest.mark.parametrize("page", [b"<html>Checking your browser", b"\n  <!doctype html><title>Forbidden</title>"])
async def test_a_guard_s_page_is_not_azuracast_s_refusal_and_passes(clock: FakeClock, page: bytes) -> None:
    """Story: one page of a content network's guard, and a station was not measured again until somebody restarted us."""
    trouble = await refusal(clock, Reply(page, 403, {"Content-Type": "text/html"}))

    assert isinstance(trouble, UpstreamError)
    assert "API_KEY" in str(trouble)


@pytest.mark.parametrize("location", ["/login", "/login/", "https://radio.example.org/login", "/login?next=%2Fapi"])
async def test_a_login_page_means_that_the_key_is_wrong(clock: FakeClock, location: str) -> None:
    assert (await refusal(clock, Reply(b"", 302, {"Location": location}))).outcome == "key_wrong"


async def test_no_redirect_is_followed_with_the_key(clock: FakeClock) -> None:
    redirect = Reply(b"", 302, {"Location": "/elsewhere/listeners"})
    async with asking(clock, Poll(redirect, PLAYING)) as (source, script):
        with pytest.raises(UpstreamError):
            await source.snapshot()

    assert [asked.path for asked in script.requests] == ["/api/station/1/listeners"]


async def test_a_server_that_asks_for_patience_is_believed(clock: FakeClock) -> None:
    trouble = await refusal(clock, Reply(b"{}", 503, {"Retry-After": "17"}))

    assert isinstance(trouble, UpstreamError)
    assert (trouble.outcome, trouble.retry_after) == ("server_error", 17)


async def test_a_page_that_is_not_azuracast_s_may_be_its_proxy_and_passes(clock: FakeClock) -> None:
    trouble = await refusal(clock, Reply(b"<html>not found</html>", 404, {"Content-Type": "text/html"}))

    assert isinstance(trouble, UpstreamError)
    assert trouble.outcome == "invalid"


async def test_an_answer_cut_short_is_invalid(clock: FakeClock) -> None:
    body = sample("azuracast/polls/06_listeners.truncated.json")

    assert (await refusal(clock, Reply(body, 200, {"Content-Length": "7990"}))).outcome == "invalid"


async def test_a_server_that_is_not_there_is_unreachable(clock: FakeClock) -> None:
    async with saying({}) as url:
        pass
    async with source_at(url, clock) as source:
        with pytest.raises(UpstreamError) as trouble:
            await source.snapshot()

    assert trouble.value.outcome == "unreachable"


async def test_a_list_beyond_the_limit_is_refused(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(azuracast, "LISTENERS_LIMIT", len(LISTENERS.body) - 1)
    packed = Reply(gzip.compress(LISTENERS.body), 200, {"Content-Encoding": "gzip"})

    for listeners in (LISTENERS, packed):
        trouble = await refusal(clock, listeners)
        assert (type(trouble), trouble.outcome) == (UpstreamError, "invalid")
        assert "more than" in str(trouble)


async def test_a_list_of_exactly_the_limit_is_read(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(azuracast, "LISTENERS_LIMIT", len(LISTENERS.body))
    async with saying(server(LISTENERS)) as url, source_at(url, clock) as source:
        assert len((await source.snapshot()).connections) == 13


@pytest.mark.parametrize(
    "playing",
    [
        BROKEN,
        Reply(sample("azuracast/errors/403_permission_denied.json"), 403),
        Reply(sample("azuracast/errors/404_station.json"), 404),
        Reply(b"", 302, {"Location": "/login"}),
        Reply(b"[]"),
        Reply(b"<html>"),
        Reply(gzip.compress(b" " * 5_000_000 + PLAYING.body), 200, {"Content-Encoding": "gzip"}),
    ],
    ids=["502", "403", "404", "302", "a list", "html", "too much"],
)
async def test_without_now_playing_a_snapshot_is_still_worth_having(clock: FakeClock, playing: Reply) -> None:
    async with saying(server(LISTENERS, playing)) as url, source_at(url, clock) as source:
        with capture_logs() as logs:
            snapshot = await source.snapshot()

    assert (len(snapshot.connections), snapshot.totals) == (13, None)
    [event] = logs
    assert (event["event"], event["station"], event["log_level"]) == ("radio.totals_unknown", "main", "warning")
    assert KEY not in str(event)


async def test_that_now_playing_fails_is_told_once_until_it_works_again(clock: FakeClock) -> None:
    polls = [Poll(LISTENERS, playing) for playing in (BROKEN, BROKEN, PLAYING, BROKEN, BROKEN)]
    told_at = []
    async with asking(clock, *polls) as (source, _):
        for number in range(len(polls)):
            with capture_logs() as logs:
                await source.snapshot()
            told_at += [number for event in logs if event["event"] == "radio.totals_unknown"]

    assert told_at == [0, 3]


async def test_a_failed_list_does_not_even_ask_for_now_playing(clock: FakeClock) -> None:
    async with asking(clock, Poll(BROKEN, PLAYING)) as (source, script):
        with pytest.raises(UpstreamError):
            await source.snapshot()

    assert len(script.requests) == 1
