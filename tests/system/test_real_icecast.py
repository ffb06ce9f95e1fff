"""A real Icecast with a real encoder and real listeners: what is measured is what happened."""

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from lahmadaemon.clock import SystemClock
from lahmadaemon.errors import HopelessError
from lahmadaemon.http import open_client
from lahmadaemon.radio.icecast.source import Icecast
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.settings import StationSettings
from lahmadaemon.radio.snapshot import OnAir, Snapshot
from tests.system.process import environment, started
from tests.system.real_icecast import MP3, OGG, PASSWORD, PATIENCE, SOURCE_PASSWORD, on_the_air
from tests.system.test_commands import say

PSEUDONYMS = Pseudonyms(b"a secret of the tests")


@asynccontextmanager
async def asking(url: str, **settings: Any) -> AsyncIterator[Icecast]:
    told = {"kind": "icecast", "url": url, "password": SecretStr(PASSWORD)} | settings
    async with open_client() as client:
        yield Icecast("pogacsa", StationSettings(**told), client, SystemClock(), PSEUDONYMS)


def station(url: str, **more: str) -> dict[str, str]:
    told = {"KIND": "icecast", "URL": url, "PASSWORD": PASSWORD} | more
    return {f"LAHMA_RADIO__STATIONS__POGACSA__{name}": value for name, value in told.items()} | {
        "LAHMA_RADIO__SNAPSHOT_EVERY": "1s"
    }


def players(snapshot: Snapshot) -> list[tuple[str, str]]:
    return sorted((connection.mount, connection.user_agent) for connection in snapshot.connections.values())


async def test_everybody_at_a_real_server_is_seen_with_mount_player_and_beginning(tmp_path: Path) -> None:
    async with on_the_air(tmp_path) as (server, audience), asking(server.url) as source:
        began = time.time()
        for mount, player in (
            ("/radio.mp3", b"A/1"),
            ("/radio.mp3", b"A/1"),
            ("/radio.ogg", b"A/1"),
            ("/radio.mp3", None),
        ):
            await audience.joins(mount, player)
        await asyncio.sleep(2)
        first = await source.snapshot()
        await asyncio.sleep(1.1)
        second = await source.snapshot(list(first.connections))

    assert players(first) == [("/radio.mp3", ""), ("/radio.mp3", "A/1"), ("/radio.mp3", "A/1"), ("/radio.ogg", "A/1")]
    assert all(abs(key[1] / 1000 - began) <= 2 for key in first.connections)
    assert second.connections.keys() == first.connections.keys()
    assert first.totals is not None
    assert (first.totals.total, first.totals.unique) == (4, 2)
    assert first.epoch == second.epoch
    assert first.epoch is not None
    assert abs(first.epoch / 1000 - began) < 20
    assert abs(first.skew or 9999) <= 1100


SAID = [
    ({"song": "Űrhajó Klub - 1", "charset": "UTF-8"}, ("Űrhajó Klub", "1")),
    ({"song": "Űrhajó Klub - 2"}, ("Űrhajó Klub", "2")),  # as encoders do that say no alphabet
    ({"song": "-"}, ("", "")),
    ({"song": "1984"}, ("", "1984")),
]


async def test_what_plays_is_told_of_ogg_and_of_mp3_whatever_its_alphabet(tmp_path: Path) -> None:
    async with on_the_air(tmp_path) as (server, _):
        async with asking(server.url, mounts=("/radio.ogg",)) as source:
            await plays(source, ("Kőbányai Műhely", "Őszi adás #41"))
        async with asking(server.url, mounts=("/radio.mp3",)) as source:
            for told, expected in SAID:
                await server.title("/radio.mp3", **told)
                await plays(source, expected)


async def plays(source: Icecast, expected: tuple[str, str]) -> None:
    """Wait until the server says so: it hears of a song with the next sound."""
    async with asyncio.timeout(PATIENCE):
        while (now := (await source.snapshot()).on_air) != OnAir(online=True, artist=expected[0], title=expected[1]):
            assert now
            await asyncio.sleep(0.2)


async def test_no_player_s_name_can_spoil_a_snapshot(tmp_path: Path) -> None:
    """What Icecast makes of these is its own affair; that somebody with such a player listens must be seen."""
    names = [b"\xef\xbf\xbf", b"a\x01b", b"\xed\xa0\x80", b"\xff\xfe", b"<&\"'>", b"&#1;", b"]]>", b"x" * 3000]
    async with on_the_air(tmp_path) as (server, audience), asking(server.url) as source:
        for name in names:
            await audience.joins("/radio.mp3", name)
        await server.until("<listeners>8</listeners>")
        snapshot = await source.snapshot()

    assert len(snapshot.connections) == len(names)


async def test_the_public_statistics_serve_an_encoder_s_own_password_whatever_plays(tmp_path: Path) -> None:
    login = {"user": "source", "password": SecretStr(SOURCE_PASSWORD)}
    async with on_the_air(tmp_path) as (server, audience):
        await audience.joins("/radio.mp3")
        async with asking(server.url) as admin:
            whole = await admin.snapshot()
        await server.title("/radio.mp3", song=".5")
        async with asking(server.url, mounts=("/radio.mp3",), **login) as source:
            snapshot = await source.snapshot(list(whole.connections))
        async with asking(server.url, **login) as source:
            with pytest.raises(HopelessError, match="__POGACSA__MOUNTS names"):
                await source.snapshot()

    assert snapshot.connections.keys() == whole.connections.keys()
    assert snapshot.epoch == whole.epoch


async def test_a_wrong_password_is_said_clearly_and_not_tried_again(tmp_path: Path) -> None:
    async with (
        on_the_air(tmp_path) as (server, _),
        started(environment(tmp_path, **station(server.url, PASSWORD="canary")), folder=tmp_path) as daemon,
    ):
        failed = await daemon.heard("service.failed", service="radio.snapshot.pogacsa")

    assert "correct LAHMA_RADIO__STATIONS__POGACSA__PASSWORD" in failed["reason"]
    assert "canary" not in str(daemon.events)


def kept(folder: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(folder / "state" / "lahmadaemon.db")) as database:
        database.row_factory = sqlite3.Row
        rows = database.execute("select * from radio_connections order by first_seen_at, started_at")
        return [dict(row) for row in rows]


def polled(folder: Path) -> tuple[float, float]:
    """The first and the last valid poll, in seconds."""
    with closing(sqlite3.connect(folder / "state" / "lahmadaemon.db")) as database:
        first, last = database.execute("select min(at), max(at) from radio_polls where outcome = 'valid'").fetchone()
        return first / 1000, last / 1000


async def until(folder: Path, wanted: int, still_open: int) -> list[dict[str, Any]]:
    """The connections, once so many are kept and so many of them are open."""
    async with asyncio.timeout(30):
        while True:
            rows = kept(folder)
            if (len(rows), sum(row["ended_at"] is None for row in rows)) == (wanted, still_open):
                return rows
            await asyncio.sleep(0.1)


async def test_an_evening_with_leaving_a_restart_of_ours_and_one_of_the_server_s(tmp_path: Path) -> None:
    listened = 0.0  # seconds, by who they are: anna and bela share an address and a player
    async with on_the_air(tmp_path) as (server, audience):
        settings = environment(tmp_path, **station(server.url))
        for _ in ("anna", "bela"):
            await audience.joins("/radio.mp3")
        cili = await audience.joins("/radio.ogg", b"Telephone/2.0")
        async with started(settings, folder=tmp_path) as daemon:
            await daemon.heard("radio.measuring")
            began, _ = polled(tmp_path)  # nothing before the first poll counts
            await asyncio.sleep(3)
            await cili.leave()
            left = time.time()
            listened += left - began
            await until(tmp_path, 3, 2)
        await audience.joins("/radio.mp3", b"Dora/1")  # while nobody measures: the daemon was killed
        dora_came = time.time()
        async with started(settings, folder=tmp_path):
            await until(tmp_path, 4, 3)  # anna and bela are who they were
            await asyncio.sleep(3)
            await server.stop()
            fell = time.time()
            listened += (fell - began) + (fell - dora_came)
            await audience.all_leave()
            await server.start()
            await server.encode(MP3, OGG)
            await audience.joins("/radio.mp3")
            await audience.joins("/radio.mp3", b"Dora/1")
            back = time.time()
            rows = await until(tmp_path, 6, 2)
            await asyncio.sleep(3)
    listened += 2 * (polled(tmp_path)[1] - back)

    before, again = rows[:4], rows[4:]
    assert len({row["digest"] for row in rows}) == 6
    assert sorted(row["mount"] for row in before) == ["/radio.mp3"] * 3 + ["/radio.ogg"]
    for row in before:
        ended = left if row["user_agent"] == "Telephone/2.0" else fell
        assert abs(row["ended_at"] / 1000 - ended) <= 2.5
    assert {row["identity"] for row in again} == {r["identity"] for r in before if r["user_agent"] != "Telephone/2.0"}
    assert all(row["started_at"] / 1000 >= int(fell) for row in again)
    await the_figures_agree(tmp_path, listened)


async def the_figures_agree(folder: Path, listened: float) -> None:
    """This machine is internal, hence only in the gross figures; the evening is short, hence a minimum of a second."""
    said = await say(
        folder, "report", "day", "--json", LAHMA_RADIO__MINIMUM_SESSION="1s", LAHMA_RADIO__SESSION_GAP="2s"
    )
    [day] = json.loads(said.out)["days"].values()

    assert (day["gross"]["cume"], day["gross"]["peak"], day["gross"]["connections"]) == (3, 2, 6)
    assert day["gross"]["tlh"] * 3600 == pytest.approx(listened, abs=8)
