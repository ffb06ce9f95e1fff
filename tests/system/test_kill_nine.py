"""kill -9 at random moments while polling at 20 Hz: nothing is lost, nothing is doubled, the file is whole."""

import asyncio
import json
import os
import random
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from email.utils import formatdate
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy.engine import URL
from starlette.types import Receive, Scope, Send

from lahmadaemon.clock import Instant
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.radio.azuracast import payload
from lahmadaemon.radio.azuracast.door import Door
from lahmadaemon.radio.folding import fold
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.snapshot import Snapshot, Totals
from lahmadaemon.radio.store import Poll, RadioStore
from lahmadaemon.store.database import open_for_reading, open_store
from tests.system.process import environment, started

BEGAN = 1_792_605_423
STEP = 30
SECRET = "the same in every life"
EVERY_MS = 50


def rows_at(poll: int) -> list[dict[str, Any]]:
    """Who is connected at the station's n-th poll: forty people who come and go at their own rhythms, some reconnecting."""
    now = BEGAN + poll * STEP
    rows = []
    for person in range(40):
        rhythm = 3 + person
        if poll % rhythm in {1, 2} and person % 4:
            continue  # away
        began = BEGAN + (poll // rhythm) * rhythm * STEP + person % STEP if person % 4 else BEGAN - 3600 * person
        rows.append({
            "ip": f"198.51.100.{person}", "user_agent": f"Player/{person % 7}", "hash": f"{person:032x}",
            "mount_name": "/radio.mp3", "connected_on": min(began, now), "connected_until": now,
            "device": {"is_bot": person == 7}, "location": {"country": "HU", "description": "Budapest, HU"},
        })  # fmt: skip
    return rows


class Station:
    """Every listeners request is the next poll of the story. It remembers nobody, which must harm nothing."""

    def __init__(self) -> None:
        self.poll = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if b"start=" in scope["query_string"]:
            body: object = []
        elif scope["path"].endswith("/listeners"):
            self.poll += 1
            body = rows_at(self.poll)
        else:
            body = {"listeners": {"total": 40, "unique": 40}}
        headers = [
            (b"content-type", b"application/json"),
            (b"date", formatdate(BEGAN + self.poll * STEP, usegmt=True).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(body).encode()})


def kept_polls(path: Path) -> Iterator[tuple[int, int]]:
    """(the station's poll number, our moment) of every poll the store has acknowledged."""
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        for at, polled_at in database.execute(
            "SELECT at, polled_at FROM radio_polls WHERE outcome = 'valid' ORDER BY polled_at"
        ):
            yield (at // 1000 - BEGAN) // STEP, polled_at


async def undisturbed(folder: Path, story: list[tuple[int, int]]) -> Path:
    """The same polls folded by one life without accidents."""
    path = folder / "undisturbed.db"
    door = Door(Pseudonyms(SECRET.encode()))
    async with open_store(URL.create("sqlite", database=str(path))) as store:
        radio = RadioStore(store, "test")
        standing = await radio.standing()
        for number, polled_at in story:
            connections, _ = door.admit(payload.rows(json.dumps(rows_at(number)).encode()))
            at = Instant((BEGAN + number * STEP) * 1000)
            folded = fold(standing, Snapshot(Instant(polled_at), at, 0, 0, connections, Totals(40, 40)), EVERY_MS)
            poll = Poll(Instant(polled_at), at, EVERY_MS, folded.outcome, len(connections), 40, 40, 0, 0)
            await radio.record(poll, folded.opened, folded.closed)
            standing = folded.standing
    return path


def connections_of(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return list(
            database.execute(
                "SELECT digest, started_at, identity, first_seen_at, last_seen_at, missed_at, ended_at, mount, user_agent, is_bot"
                " FROM radio_connections ORDER BY digest, started_at"
            )
        )


async def figures_of(path: Path, until: int) -> dict[str, Any]:
    async with open_for_reading(URL.create("sqlite", database=str(path))) as store:
        period = Period("all", Instant((BEGAN - STEP) * 1000), Instant((BEGAN + until * STEP) * 1000))
        report = await Reporter(RadioStore(store, "test"), RadioSettings(), ZoneInfo("UTC")).report(period, period.end)
    told = report.as_json()
    # The station's clock shows a day in October: what was killed saw that it is not ours, the other has no clock.
    told["anomalies"] = [each for each in told["anomalies"] if each["kind"] != "clock_skew"]
    told["flags"] = [flag for flag in told["flags"] if flag != "clock_skew"]
    return told


NURSERY = """
import os, sys
import lahmadaemon.daemon
from lahmadaemon.cli import main

for _ in sys.stdin:
    if child := os.fork():
        print(child, flush=True)
        os.waitpid(child, 0)
    else:
        raise SystemExit(main(["run"]))
"""
"""The daemon over and over, each a process of its own: what is imported already need not be for every life."""


@asynccontextmanager
async def nursery(environ: Mapping[str, str], folder: Path) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """Yields what brings a daemon to life; its number is a process's. Its lives must have ended before."""
    mother = await asyncio.create_subprocess_exec(
        sys.executable, "-c", NURSERY, env=dict(environ), cwd=folder,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert mother.stdin is not None
    assert mother.stdout is not None
    born, wish = mother.stdout, mother.stdin

    async def life() -> int:
        wish.write(b"\n")
        return int(await born.readline())

    try:
        yield life
    finally:
        wish.close()
        await mother.wait()


@pytest.mark.timeout(900)
async def test_fifty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    station = Station()
    database = tmp_path / "state" / "lahmadaemon.db"
    async with standing_in(station) as url:
        settings = environment(
            tmp_path,
            LAHMA_SECRET_KEY=SECRET,
            LAHMA_RADIO__STATIONS__TEST__URL=url,
            LAHMA_RADIO__STATIONS__TEST__API_KEY="0123456789abcdef:secret",
            LAHMA_RADIO__SNAPSHOT_EVERY=f"{EVERY_MS}ms",
            LAHMA_RADIO__EXPORT_EVERY="0",
        )
        async with nursery(settings, tmp_path) as life:
            for _ in range(50):
                number = await life()
                await _polls(station, station.poll + chance.randint(1, 6))
                await asyncio.sleep(chance.random() * EVERY_MS / 1000)  # anywhere within a turn, also within a commit
                os.kill(number, signal.SIGKILL)
        async with started(settings, folder=tmp_path) as daemon:
            await _polls(station, station.poll + 5)
            async with httpx.AsyncClient() as client:
                assert (await client.get(f"{await daemon.address()}/health/live")).status_code == 200
            daemon.send(signal.SIGTERM)
            assert await daemon.ended() == 0

    story = list(kept_polls(database))
    assert len(story) > 100
    assert len({number for number, _ in story}) == len(story), "a poll was kept twice"
    calm = await undisturbed(tmp_path, story)
    assert connections_of(database) == connections_of(calm)
    assert await figures_of(database, station.poll) == await figures_of(calm, station.poll)


async def _polls(station: Station, number: int) -> None:
    async with asyncio.timeout(120):
        while station.poll < number:  # noqa: ASYNC110 - another process moves it
            await asyncio.sleep(0.002)
