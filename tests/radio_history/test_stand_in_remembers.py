"""The stand-in's history over real HTTP: cut at the range, inflated by a future, grouped, forgotten, wiped; songs and plans."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from lahmadaemon.clock import SECOND
from lahmadaemon.demo.audience import Audience
from lahmadaemon.demo.azuracast import AzuraCast
from lahmadaemon.demo.stand_in import standing_in
from tests.fakes.clock import START, FakeClock

BUDAPEST = ZoneInfo("Europe/Budapest")
KEY = "0123456789abcdef:0123456789abcdef0123456789abcdef"
BEGAN = START // SECOND
"""19:57 in Budapest."""


@dataclass
class Station:
    server: AzuraCast
    clock: FakeClock
    client: httpx.AsyncClient

    async def ask(self, what: str = "listeners", **query: Any) -> Any:
        return (await self.client.get(f"/api/station/1/{what}", params=query)).raise_for_status().json()

    async def evening(self, **query: Any) -> list[dict[str, Any]]:
        """20:10 to 20:19:59, of an evening that goes on."""
        asked = {"start": "2026-10-21T20:10:27+02:00", "end": "2026-10-21T20:19:27+02:00", "unique": "false"}
        rows: list[dict[str, Any]] = await self.ask(**(asked | query))
        return rows


@pytest.fixture
async def station() -> AsyncIterator[Station]:
    clock = FakeClock()
    server = AzuraCast(clock, Audience(1, BUDAPEST, start=START), KEY)
    async with standing_in(server) as url, httpx.AsyncClient(base_url=url, headers={"X-API-Key": KEY}) as client:
        await clock.advance(3600)
        yield Station(server, clock, client)


FIRST, LAST = BEGAN + 13 * 60, BEGAN + 22 * 60 + 59


async def test_rows_are_cut_at_whole_minutes(station: Station) -> None:
    rows = await station.evening()

    assert {row["connected_on"] for row in rows} >= {FIRST}
    assert {row["connected_until"] for row in rows} >= {LAST}
    assert all(FIRST <= row["connected_on"] <= row["connected_until"] <= LAST for row in rows)
    assert any(row["connected_on"] > FIRST and row["connected_until"] < LAST for row in rows)
    assert [row["connected_on"] for row in rows] == sorted(row["connected_on"] for row in rows)


async def test_what_was_seen_live_is_remembered_with_its_true_beginning(station: Station) -> None:
    live = {(row["hash"], row["connected_on"]) for row in await station.ask() if row["connected_on"] > BEGAN}
    await station.clock.advance(3600)
    told = {(row["hash"], row["connected_on"]) for row in await station.ask(start="2026-10-21T19:57", unique="false")}

    assert live
    assert live <= told


async def test_an_end_still_to_come_makes_open_rows_last_until_then(station: Station) -> None:
    rows = await station.evening(end="2026-10-21")

    midnight = BEGAN + 4 * 3600 + 3 * 60
    assert {row["connected_until"] for row in rows if row["connected_until"] > BEGAN + 3600} == {midnight - 1}


async def test_grouped_rows_are_one_a_client_with_the_time_it_was_there(station: Station) -> None:
    await station.clock.advance(3 * 3600)
    whole = {"end": "2026-10-21T23:50:00+02:00"}
    rows, grouped = await station.evening(**whole), await station.evening(**whole, unique="true")

    assert len(grouped) == len({row["hash"] for row in rows}) < len(rows)
    assert sum(row["connected_time"] for row in grouped) == sum(row["connected_time"] for row in rows)
    assert any(row["connected_time"] < row["connected_until"] - row["connected_on"] for row in grouped)


async def test_rows_older_than_sixty_days_are_forgotten_and_memory_is_bounded(station: Station) -> None:
    table = station.server._table
    table._ended = [row._replace(since=BEGAN - 70 * 86_400) for row in table._ended]
    await station.clock.advance(600)
    await station.ask()

    assert all(row.since > BEGAN - 60 * 86_400 for row in table._ended)


async def test_with_analytics_no_ip_everything_is_forgotten_four_minutes_after_the_hour(station: Station) -> None:
    station.server.faults.hourly_wipe = True
    await station.clock.advance(3600)
    live = {row["connected_on"] for row in await station.ask()}
    wiped = BEGAN + 67 * 60

    assert min(live) >= wiped
    assert {row["connected_on"] for row in await station.evening(end="2026-10-21T21:57:00+02:00")} >= {min(live)}
    assert await station.evening() == []


async def test_with_analytics_off_there_is_no_history(station: Station) -> None:
    station.server.faults.counts_only = True

    assert await station.evening() == []


async def test_songs_come_newest_first_and_in_pages(station: Station) -> None:
    asked = {"start": "2026-10-21T17:30:00+02:00", "end": "2026-10-21T22:10:00+02:00"}
    songs = await station.ask("history", **asked)
    pages = [await station.ask("history", **asked, per_page=3, page=number) for number in (1, 2, 99)]

    begun = [song["played_at"] for song in songs]
    assert begun == sorted(begun, reverse=True)
    assert len(begun) > 5
    assert (songs[0]["listeners_end"], songs[0]["delta_total"]) == (0, 0)
    assert all(song["listeners_end"] - song["listeners_start"] == song["delta_total"] for song in songs[1:])
    assert {song["song"]["artist"] for song in songs} >= {"Padlásszoba", "Bicikliút", "Kertmozi"}
    assert pages[0]["rows"] + pages[1]["rows"] == songs[:6]
    assert pages[2]["rows"] == []
    assert (pages[0]["total"], pages[0]["total_pages"]) == (len(songs), -(-len(songs) // 3))


async def test_the_plan_is_told_for_a_range_or_from_now_on(station: Station) -> None:
    planned = await station.ask("schedule", start="2026-10-23T20:00:00+02:00", end="2026-10-24T03:00:00+02:00")
    coming = await station.ask("schedule")

    assert [(item["name"], item["type"], item["start"], item["end"]) for item in planned] == [
        ("Mozgólépcső", "streamer", "2026-10-23T20:00:00+02:00", "2026-10-23T22:00:00+02:00"),
        ("Éjjeli Pékség", "streamer", "2026-10-23T23:00:00+02:00", "2026-10-24T01:00:00+02:00"),
    ]
    assert [item["name"] for item in coming if item["is_now"]] == ["Padlásszoba"]
    assert 1 < len(coming) <= 5
