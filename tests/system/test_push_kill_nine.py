"""kill -9 at random moments of a sender at work: every window arrives, in order, and what comes again is the same to the byte."""

import asyncio
import json
import multiprocessing
import random
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import URL

from lahmadaemon.clock import Clock, Instant, SystemClock
from lahmadaemon.demo.faster_clock import FasterClock
from lahmadaemon.demo.partner import PATH, Partner, Received, Trouble
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.http import open_client
from lahmadaemon.store.database import open_store
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.supervision.supervisor import Supervisor
from lahmadaemon.visitors.push import windows
from lahmadaemon.visitors.push.sender import PushService
from lahmadaemon.visitors.push.settings import PushSettings
from tests.fakes.alarms import FakeAlarms
from tests.visitors_push.builders import IN, at, crossed

ZONE = ZoneInfo("Europe/Budapest")
KILLS = 60
SPEED = 300.0
"""A window of ten seconds ends every 33 ms, and pauses of a second are over in 3."""
EVERY = 10.0
BEGAN = at("2026-10-21T18:00:00")
WORST = Instant(BEGAN + 3 * 3_600_000)


def hurried(machine: Clock, origin: int) -> FasterClock:
    """The same story for every life: its time goes on while nobody lives."""
    return FasterClock(SPEED, Instant(BEGAN + round((machine.now() - origin) * SPEED)), machine=machine)


def live(database: str, url: str, origin: int) -> None:
    """One life of a sender; a crossing comes every ten seconds of its time, kept in its own transactions."""

    async def living() -> None:
        clock = hurried(SystemClock(), origin)
        settings = PushSettings(url=url, every=EVERY, settle=0.0)
        async with open_store(URL.create("sqlite", database=database)) as store, open_client() as client:
            sender = PushService("park", settings, store, client, clock, ZONE, FakeAlarms())
            supervisor = Supervisor([sender], SystemClock(), HealthBoard(SystemClock()), pace=clock)
            await supervisor.run()

    asyncio.run(living())


@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # from 3.12 on, where threads are about
async def test_sixty_kills_lose_no_window_change_no_byte_and_keep_the_order(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    fork = multiprocessing.get_context("fork")  # everything is imported already: a life costs milliseconds
    database, origin = tmp_path / "push.db", SystemClock().now()
    there = Partner(hurried(SystemClock(), origin))
    async with open_store(URL.create("sqlite", database=str(database))) as store:
        ticks = range(BEGAN, WORST, 7_000)  # people come all the evening; reports count those who had come by then
        await crossed(store, "north", *[(Instant(tick), IN) for tick in ticks])
    async with standing_in(there) as url:
        for number in range(KILLS + 1):
            life = fork.Process(target=live, args=(str(database), url + PATH, origin), daemon=True)
            life.start()
            seen = len(there.received)
            if number % 4 == 3:  # a life among troubles
                there.next(*chance.sample([Trouble.CUT_SHORT, Trouble.SERVER_ERROR, Trouble.TRUNCATED], 2))
            await _until_received(there, seen + chance.randint(1, 6 if number < KILLS else 40))
            await asyncio.sleep(chance.random() * 0.03)  # anywhere within an attempt, also within a commit
            assert life.pid is not None
            assert life.is_alive(), "it ended by itself"
            life.kill()
            await asyncio.to_thread(life.join, 10)
            assert life.exitcode == -signal.SIGKILL
    _judge(there.received, database)


async def _until_received(there: Partner, many: int) -> None:
    async with asyncio.timeout(120):
        while len(there.received) < many:  # noqa: ASYNC110 - another process makes it so
            await asyncio.sleep(0.001)


def _judge(received: list[Received], database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kept = list(connection.execute("SELECT window_end, key, body, state FROM visitor_pushes ORDER BY window_end"))
    bodies: dict[str, set[bytes]] = {}
    for each in received:
        bodies.setdefault(each.key, set()).add(each.body)
    assert all(len(found) == 1 for found in bodies.values()), "bytes changed between two tries"

    first_receipts = list(bodies)  # a dict keeps the order in which its keys came
    assert first_receipts == [key for _, key, _, _ in kept][: len(first_receipts)], (
        "a window is missing, or out of order"
    )
    assert all(bodies[key] == {body} for _, key, body, _ in kept if key in bodies)
    ends = [end for end, _, _, _ in kept]
    assert ends == windows.ends(ends[0] - 1, ends[-1], round(EVERY * 1000), ZONE), "a window was never written"
    counts = [int(json.loads(body)[1]["TagValue"]) for _, _, body, _ in kept]
    assert all(count <= -(-(end - BEGAN) // 7_000) for count, end in zip(counts, ends, strict=True)), "not yet happened"
    assert counts == sorted(counts), "what was counted once is counted for the rest of the day"
    delivered = [key for _, key, _, state in kept if state == "delivered"]
    assert set(delivered) <= set(bodies), "called delivered and never received"
    assert len(first_receipts) > 2 * KILLS
    repeats = len(received) - len(first_receipts)
    assert repeats > 0, "no kill hit an attempt: the test shows nothing"
