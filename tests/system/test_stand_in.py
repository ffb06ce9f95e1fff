"""The stand-in for AzuraCast over real HTTP: the shapes of 0.23.7, its refusals, and the troubles it can be told to have."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from lahmadaemon.clock import HOUR, SECOND
from lahmadaemon.demo.audience import Audience
from lahmadaemon.demo.azuracast import AzuraCast
from lahmadaemon.demo.faults import Fault
from lahmadaemon.demo.stand_in import standing_in
from tests.fakes.clock import START, FakeClock
from tests.fakes.scripted_azuracast import Poll, Reply, ScriptedStation

BUDAPEST = ZoneInfo("Europe/Budapest")
KEY = "0123456789abcdef:0123456789abcdef0123456789abcdef"
OTHER_KEY = "fedcba9876543210:fedcba9876543210fedcba9876543210"
LISTENERS = "/api/station/1/listeners"
NOW_PLAYING = "/api/nowplaying/1"


@dataclass
class Station:
    """The server, its clock, and somebody who asks it."""

    server: AzuraCast
    clock: FakeClock
    client: httpx.AsyncClient

    async def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = (await self.client.get(LISTENERS)).raise_for_status().json()
        return rows

    async def now_playing(self) -> dict[str, Any]:
        told: dict[str, Any] = (await self.client.get(NOW_PLAYING)).raise_for_status().json()
        return told


def who(rows: list[dict[str, Any]]) -> set[tuple[str, int]]:
    return {(row["hash"], row["connected_on"]) for row in rows}


@pytest.fixture
async def station() -> AsyncIterator[Station]:
    clock = FakeClock()
    server = AzuraCast(clock, Audience(1, BUDAPEST, start=START), KEY, other_key=OTHER_KEY)
    async with (
        standing_in(server) as url,
        httpx.AsyncClient(base_url=url, headers={"X-API-Key": KEY}, timeout=60) as client,
    ):
        yield Station(server, clock, client)


async def test_rows_have_the_keys_of_azuracast(station: Station) -> None:
    rows = await station.rows()

    [keys] = {tuple(row) for row in rows}
    assert keys == (
        "ip", "user_agent", "hash", "mount_is_local", "mount_name", "connected_on", "connected_until", "connected_time",
        "device", "location",
    )  # fmt: skip
    [device] = {tuple(row["device"]) for row in rows}
    assert device == ("client", "is_browser", "is_mobile", "is_bot", "browser_family", "os_family")
    [location] = {tuple(row["location"]) for row in rows}
    assert location == ("description", "region", "city", "country", "lat", "lon")


async def test_rows_keep_the_promises_of_azuracast(station: Station) -> None:
    rows = await station.rows()

    assert len({row["hash"] for row in rows}) == len(rows) > 30
    assert {row["connected_until"] for row in rows} == {START // SECOND}
    assert all(row["connected_until"] - row["connected_on"] == row["connected_time"] for row in rows)
    assert [row["connected_on"] for row in rows] == sorted(row["connected_on"] for row in rows)


async def test_who_stays_keeps_the_row_and_others_come_and_go(station: Station) -> None:
    before = who(await station.rows())
    await station.clock.advance(600)
    after = who(await station.rows())

    assert len(before & after) > 20
    assert before - after
    assert after - before


async def test_totals_count_connections_and_unique_counts_rows(station: Station) -> None:
    rows, told = await station.rows(), await station.now_playing()

    assert told["listeners"]["unique"] == len(rows)
    assert told["listeners"]["total"] == len(rows) + 1  # two tills of one café
    assert sum(mount["listeners"]["unique"] for mount in told["station"]["mounts"]) == len(rows)
    assert {mount["name"] for mount in told["station"]["mounts"]} == {row["mount_name"] for row in rows}


async def test_a_recorded_show_is_told_by_artist_and_a_live_one_by_its_host(station: Station) -> None:
    recorded = await station.now_playing()
    await station.clock.advance(1800)
    live = await station.now_playing()

    assert recorded["now_playing"]["song"]["artist"] == "Bicikliút"
    assert recorded["now_playing"]["remaining"] > 0
    assert recorded["live"] == {"is_live": False, "streamer_name": "", "broadcast_start": None, "art": None}
    assert live["live"]["is_live"] is True
    assert live["live"]["streamer_name"] == live["now_playing"]["streamer"] == "Padlásszoba"
    assert live["now_playing"]["playlist"] == ""
    assert [row["song"]["artist"] for row in live["song_history"]] == ["Rigófütty Rádió", "Bicikliút", "Kertmozi"]
    assert live["now_playing"]["sh_id"] > live["song_history"][0]["sh_id"] > recorded["now_playing"]["sh_id"]


async def test_before_a_live_show_the_server_cannot_know_what_is_next(station: Station) -> None:
    before = await station.now_playing()
    await station.clock.advance(200)
    jingle = await station.now_playing()

    assert before["playing_next"]["playlist"] == jingle["now_playing"]["playlist"] == "Jingle Station ID"
    assert jingle["playing_next"] is None


async def test_keys_are_tried_in_the_order_of_azuracast(station: Station) -> None:
    del station.client.headers["X-API-Key"]

    for headers, query in [
        ({"Authorization": f"Bearer {KEY}"}, ""),
        ({"X-API-Key": KEY}, ""),
        ({}, f"?api_key={KEY}"),
        ({"Authorization": "Bearer no-key-at-all", "X-API-Key": KEY}, ""),
        ({"Authorization": f"Bearer {KEY}", "X-API-Key": "wrong:one"}, "?api_key=wrong:two"),
    ]:
        assert (await station.client.get(LISTENERS + query, headers=headers)).status_code == 200, (headers, query)


async def test_a_station_answers_to_its_number_and_to_its_short_name(station: Station) -> None:
    by_number, by_name = await station.rows(), await station.client.get("/api/station/rigofutty_radio/listeners")

    assert by_name.json() == by_number


async def test_refusals_say_their_type(station: Station) -> None:
    for path, key, status, kind in [
        (LISTENERS, "", 403, "NotLoggedInException"),
        (LISTENERS, "wrong:key", 403, "NotLoggedInException"),
        (LISTENERS, OTHER_KEY, 403, "PermissionDeniedException"),
        ("/api/station/2/listeners", KEY, 404, "NotFoundException"),
        ("/api/nowplaying/nobody", "", 404, "NotFoundException"),
    ]:
        refused = await station.client.get(path, headers={"X-API-Key": key})
        told = refused.json()
        assert tuple(told) == ("code", "type", "message", "formatted_message", "extra_data", "success")
        assert (refused.status_code, told["code"], told["type"], told["success"]) == (status, status, kind, False)


async def test_somebody_called_curl_is_refused_in_plain_text(station: Station) -> None:
    refused = await station.client.get(LISTENERS, headers={"X-API-Key": "", "User-Agent": "curl/8.5"})

    assert refused.status_code == 403
    assert refused.headers["content-type"].startswith("text/plain")


async def test_the_time_is_the_servers(station: Station) -> None:
    station.server.faults.skew = 3

    told = (await station.client.get("/api/time")).json()

    assert told == {
        "timestamp": START // SECOND + 3,
        "utc_datetime": "2026-10-21 5:57:03",
        "utc_date": "October 21, 2026",
        "utc_time": "5:57pm",
        "utc_json": "2026-10-21T17:57:03.000000Z",
    }


async def test_every_answer_is_dated_by_the_servers_clock_alone(station: Station) -> None:
    station.server.faults.skew = -7

    for path in (LISTENERS, NOW_PLAYING, "/api/time", "/api/station/2/listeners", "/nowhere"):
        [date] = (await station.client.get(path)).headers.get_list("date")
        assert parsedate_to_datetime(date).timestamp() == START // SECOND - 7


async def test_a_clock_set_wrong_shows_in_the_rows_but_moves_none_that_is_there(station: Station) -> None:
    right = await station.rows()
    station.server.faults.skew = 40
    wrong = await station.rows()

    assert [row["connected_on"] for row in wrong] == [row["connected_on"] for row in right]
    assert {row["connected_until"] for row in wrong} == {START // SECOND + 40}


async def test_a_fault_spoils_one_listeners_answer_and_now_playing_none(station: Station) -> None:
    for fault, status, body in [
        (Fault.SERVER_ERROR, 500, "<b>Fatal"),
        (Fault.BAD_GATEWAY, 502, "<html>"),
        (Fault.EMPTY, 200, "[]"),
        (Fault.NULL, 200, "null"),
        (Fault.OBJECT, 200, '{"message"'),
        (Fault.HTML, 200, "<!doctype html>"),
    ]:
        station.server.faults.next(fault)
        told, spoilt, again = await station.now_playing(), await station.client.get(LISTENERS), await station.rows()
        assert (spoilt.status_code, spoilt.text[: len(body)]) == (status, body)
        assert len(again) == told["listeners"]["unique"] > 0


async def test_faults_come_in_the_order_they_were_asked_for(station: Station) -> None:
    station.server.faults.next(Fault.NULL, Fault.EMPTY)

    assert [(await station.client.get(LISTENERS)).text for _ in range(2)] == ["null", "[]"]


async def test_a_truncated_answer_breaks_off_in_the_middle(station: Station) -> None:
    station.server.faults.next(Fault.TRUNCATED)

    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        await station.client.get(LISTENERS)
    assert await station.rows()


async def test_a_slow_answer_comes_when_its_time_has_passed(station: Station) -> None:
    station.server.faults.next(Fault.SLOW)

    asking = asyncio.create_task(station.client.get(LISTENERS))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(asking), 0.1)
    await station.clock.advance(20)

    assert (await asking).status_code == 200


async def test_a_slow_answer_is_dropped_when_nobody_waits_for_it(station: Station) -> None:
    station.server.faults.next(Fault.SLOW)

    with pytest.raises(httpx.ReadTimeout):
        await station.client.get(LISTENERS, timeout=httpx.Timeout(60, read=0.1))


async def test_after_a_mass_reset_everybody_is_there_with_a_new_row(station: Station) -> None:
    before = {row["hash"]: row["connected_on"] for row in await station.rows()}
    await station.clock.advance(30)
    station.server.faults.next(Fault.MASS_RESET)
    after = {row["hash"]: row["connected_on"] for row in await station.rows()}

    assert len(before.keys() & after.keys()) > 0.9 * len(before)
    [reopened] = set(after.values())
    assert 0 < reopened - START // SECOND <= 30


async def test_while_the_sync_is_frozen_the_same_people_seem_to_listen_on_and_on(station: Station) -> None:
    before = await station.rows()
    station.server.faults.frozen = True
    await station.clock.advance(1800)
    frozen, told = await station.rows(), await station.now_playing()
    station.server.faults.frozen = False
    await station.clock.advance(30)
    thawed, told_again = await station.rows(), await station.now_playing()

    assert who(frozen) == who(before)
    assert {row["connected_until"] for row in frozen} == {START // SECOND + 1800}
    assert (told["is_online"], told["now_playing"]["sh_id"], told["listeners"]["total"]) == (False, 0, 0)
    assert who(thawed) != who(before)
    assert told_again["is_online"] is True


async def test_a_day_that_passed_unasked_is_caught_up_with(station: Station) -> None:
    await station.clock.advance(24 * HOUR / SECOND)

    assert len(await station.rows()) > 30
    assert (await station.now_playing())["is_online"] is True


def poll(rows: str, **listeners: Any) -> Poll:
    return Poll(Reply(rows.encode(), **listeners), Reply(f'{{"poll": {rows}}}'.encode()))


async def test_a_scripted_station_tells_its_polls_in_turn_and_the_last_for_ever() -> None:
    scripted = ScriptedStation([poll("[1]"), poll("[2]", status=503, headers={"Retry-After": "30"}), poll("[3]")])

    async with standing_in(scripted) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        first = await client.get(NOW_PLAYING)
        told = [(await client.get(LISTENERS), await client.get(NOW_PLAYING)) for _ in range(4)]

    assert first.json() == {"poll": [1]}
    assert [listeners.text for listeners, _ in told] == ["[1]", "[2]", "[3]", "[3]"]
    assert [now_playing.json()["poll"] for _, now_playing in told] == [[1], [2], [3], [3]]
    assert (told[1][0].status_code, told[1][0].headers["retry-after"]) == (503, "30")


async def test_a_scripted_station_remembers_what_it_was_asked() -> None:
    scripted = ScriptedStation([poll("[]")])

    async with standing_in(scripted) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        await client.get(LISTENERS, params={"api_key": "a:b"}, headers={"Accept": "application/json"})

    [asked] = scripted.requests
    assert (asked.path, asked.query, asked.headers["accept"]) == (LISTENERS, "api_key=a%3Ab", "application/json")


async def test_a_scripted_answer_shorter_than_it_says_is_broken_off() -> None:
    scripted = ScriptedStation([poll("[", headers={"Content-Length": "7990"}), poll("[]")])

    async with standing_in(scripted) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(LISTENERS)
        assert (await client.get(LISTENERS)).json() == []
