"""Faults of docs/faults.md that need real time or a real process: floods of files, signals at work, locks, scarce machines."""

import asyncio
import gc
import json
import signal
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psutil
import pytest
from sqlalchemy.engine import URL

from lahmadaemon.clock import DAY, MINUTE, SystemClock
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.store.database import open_store
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.supervision.lag import LagMeter
from lahmadaemon.supervision.supervisor import Supervisor
from lahmadaemon.visitors.intake import hints as hints_module
from lahmadaemon.visitors.intake.folder import Folder
from lahmadaemon.visitors.intake.hints import Hints
from lahmadaemon.visitors.intake.intake import Camera, Intake
from lahmadaemon.visitors.intake.opening import OpeningHours
from lahmadaemon.visitors.intake.silence import Patience
from lahmadaemon.visitors.intake.store import CameraStore
from tests.fakes.alarms import FakeAlarms
from tests.system.process import environment, started

ZONE = ZoneInfo("Europe/Budapest")
MEGABYTE = 1024 * 1024


def content(number: int) -> bytes:
    """A file of two, of yesterday: the first came in, the second went out."""
    moment = datetime.now(ZONE) - timedelta(days=1)
    row = {"time": f"{moment:%Y%m%d}120000", "outputTime": "", "frameNumber": number}
    return json.dumps([{"ID": 1, "inOut": 0, **row}, {"ID": 2, "inOut": 1, **row}]).encode()


def pour(folder: Path, numbers: Sequence[int]) -> None:
    """So many files, as fast as they can be written; half of them renamed into place."""
    for number in numbers:
        path = folder / f"{number:014}.json"
        if number % 2:
            path.write_bytes(content(number))
        else:
            hidden = folder / f".{number}"
            hidden.write_bytes(content(number))
            hidden.rename(path)


def kept(database: Path) -> tuple[int, int]:
    """Files and crossings in the store."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as store:
        (files,) = store.execute("SELECT count(*) FROM visitor_files").fetchone()
        (crossings,) = store.execute("SELECT count(*) FROM visitor_crossings").fetchone()
    return files, crossings


async def until(condition: Callable[[], object], seconds: float = 120.0) -> None:
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - files tell nobody
            await asyncio.sleep(0.02)


def camera(folder: Path) -> Camera:
    patience = Patience(5 * MINUTE, DAY, OpeningHours(), ZONE)
    return Camera("lobby", Folder(folder), ZONE, patience, scan_every=1.0, incomplete_after=60.0, max_age=0.0)


class Lag:
    """The longest time for which the loop did nothing else: `worst` by the clock, `busiest` by what its thread worked, which the
    machine's other work does not lengthen (by the clock it was 0.3 s once, on two cores with five at work)."""

    def __init__(self) -> None:
        self.worst = self.busiest = 0.0
        gc.collect()
        gc.freeze()  # to look for garbage among what thousands of tests have left takes 0.2 s, and is none of ours

    async def measure(self) -> None:
        while True:
            asleep_since, worked = time.monotonic(), time.thread_time()
            await asyncio.sleep(0.01)
            self.worst = max(self.worst, time.monotonic() - asleep_since - 0.01)
            self.busiest = max(self.busiest, time.thread_time() - worked)


async def test_14_ten_thousand_files_at_once_are_all_kept_and_keep_nobody_else_waiting(tmp_path: Path) -> None:
    folder, database, files = tmp_path / "in", tmp_path / "lahma.db", 10_000
    folder.mkdir()
    await asyncio.to_thread(pour, folder, range(files))
    lag = Lag()
    async with open_store(URL.create("sqlite", database=str(database))) as store:
        intake = Intake(camera(folder), CameraStore(store, "lobby"), SystemClock(), FakeAlarms())
        before = psutil.Process().memory_info().rss
        measuring = asyncio.create_task(lag.measure())
        await intake.turn()
        measuring.cancel()
        grown = psutil.Process().memory_info().rss - before

    assert await asyncio.to_thread(kept, database) == (files, 2 * files)
    assert len(list((folder / "processed").glob("*/*.json"))) == files
    assert lag.busiest < 0.1
    assert lag.worst < 1
    assert grown < 30 * MEGABYTE


async def test_15_a_burst_that_the_kernel_s_queue_does_not_hold_is_kept_through_the_scans(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """8,000 files while the watcher is at work: every second bunch of its events is thrown away, as an overflow would."""
    folder, database, files = tmp_path / "in", tmp_path / "lahma.db", 8_000
    folder.mkdir()
    heard = Hints._pass_on
    bunches = {"lost": 0, "heard": 0}

    def overflowing(self: Hints, batch: set[Any]) -> None:
        lost = bunches["lost"] <= bunches["heard"]
        bunches["lost" if lost else "heard"] += bool(batch)
        if not lost:
            heard(self, batch)

    monkeypatch.setattr(hints_module.Hints, "_pass_on", overflowing)
    async with open_store(URL.create("sqlite", database=str(database))) as store:
        clock, board = SystemClock(), HealthBoard(SystemClock())
        watched = camera(folder)
        intake = Intake(watched, CameraStore(store, "lobby"), clock, FakeAlarms())
        supervisor = Supervisor([intake, Hints({folder: intake}), LagMeter(clock, board)], clock, board)
        running = asyncio.create_task(supervisor.run())
        await asyncio.wait_for(intake.caught_up.wait(), 10)
        await asyncio.to_thread(pour, folder, range(files))
        await until(lambda: kept(database)[0] == files and not any(folder.glob("*.json")))
        supervisor.stop()
        assert await running == 0

    assert kept(database) == (files, 2 * files)
    assert bunches["lost"] > 0


def counting(tmp_path: Path, **more: str) -> dict[str, str]:
    """The settings of a daemon with one camera, and its folder."""
    (tmp_path / "lobby").mkdir(exist_ok=True)
    return environment(
        tmp_path, LAHMA_VISITORS__FOLDERS__LOBBY__PATH=str(tmp_path / "lobby"), LAHMA_VISITORS__SCAN_EVERY="1s", **more
    )


async def test_59_a_store_locked_for_a_second_is_waited_for_and_for_longer_is_told_and_loses_nothing(
    tmp_path: Path,
) -> None:
    """A store locked for a minute is the same: every attempt gives up after five seconds, and there is a next one."""
    database = tmp_path / "state" / "lahmadaemon.db"
    async with started(counting(tmp_path), folder=tmp_path) as daemon:
        await daemon.heard("visitors.folder_scanned")
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            pour(tmp_path / "lobby", range(10))
            await asyncio.sleep(1)
            other.execute("ROLLBACK")
            await until(lambda: kept(database) == (10, 20))
            assert "service.stumbled" not in daemon.names()

            other.execute("BEGIN IMMEDIATE")
            pour(tmp_path / "lobby", range(10, 20))
            stumbled = await daemon.heard("service.stumbled", service="visitors.intake.lobby")
            other.execute("ROLLBACK")
        await until(lambda: kept(database) == (20, 40))
        await daemon.heard("service.recovered", service="visitors.intake.lobby")
        daemon.send(signal.SIGTERM)
        assert await daemon.ended() == 0

    assert "database is locked" in stumbled["error"]


async def test_65_a_stop_that_insists_in_the_middle_of_many_files_leaves_the_rest_for_the_next_start(
    tmp_path: Path,
) -> None:
    """One signal alone lets the intake finish what it has begun to look through, for ten seconds at most."""
    folder, database, files, batch = tmp_path / "lobby", tmp_path / "state" / "lahmadaemon.db", 6000, 512
    environ = counting(tmp_path)
    await asyncio.to_thread(pour, folder, range(files))
    async with started(environ, folder=tmp_path) as daemon:
        await until(lambda: len(list(folder.glob("*.json"))) < files)
        daemon.send(signal.SIGTERM)
        await daemon.heard("daemon.stopping")
        daemon.send(signal.SIGTERM)
        assert await daemon.ended() == 0
    left = len(list(folder.glob("*.json")))
    in_store, crossings = kept(database)
    assert 0 < left < files, "it was stopped in the middle"
    assert files - left <= in_store <= files - left + batch, "what was moved was kept before; a batch may be kept only"
    assert crossings == 2 * in_store

    async with started(environ, folder=tmp_path) as daemon:
        await until(lambda: not any(folder.glob("*.json")))
        daemon.send(signal.SIGTERM)
        assert await daemon.ended() == 0
    assert kept(database) == (files, 2 * files)


async def test_65_a_stop_while_the_partner_thinks_waits_for_the_answer_and_the_report_is_delivered(
    tmp_path: Path,
) -> None:
    database = tmp_path / "state" / "lahmadaemon.db"
    there = Slow(2.0)
    async with standing_in(there) as url:
        environ = counting(
            tmp_path,
            LAHMA_VISITORS__PUSHES__PARK__URL=f"{url}/report",
            LAHMA_VISITORS__PUSHES__PARK__EVERY="10s",
            LAHMA_VISITORS__PUSHES__PARK__SETTLE="0s",
        )
        now = datetime.now(ZONE)
        row = {"ID": 1, "inOut": 0, "time": f"{now:%Y%m%d}000000", "outputTime": "", "frameNumber": 1}
        (tmp_path / "lobby" / "a.json").write_text(json.dumps([row]))
        async with started(environ, folder=tmp_path) as daemon:
            await asyncio.wait_for(there.asked.wait(), 20)
            daemon.send(signal.SIGTERM)
            assert await daemon.ended() == 0
    with closing(sqlite3.connect(database)) as store:
        states = {state for (state,) in store.execute("SELECT state FROM visitor_pushes")}

    assert states == {"delivered"}
    assert "daemon.insisting" not in daemon.names()


class Slow:
    """A partner that takes its time over every answer."""

    def __init__(self, seconds: float) -> None:
        self.asked = asyncio.Event()
        self._seconds = seconds

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.set()
        await asyncio.sleep(self._seconds)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": b'{"Desc": "Success"}'})


CARELESS = """
import asyncio, threading
from lahmadaemon import daemon, logs
from lahmadaemon.clock import SystemClock
from lahmadaemon.settings import read_settings
from lahmadaemon.supervision.service import Service

def break_(where):
    raise ZeroDivisionError(where)

class Careless(Service):
    name = "careless"

    async def run(self, lifeline):
        lifeline.beat()
        asyncio.get_running_loop().call_soon(break_, "in a callback")
        threading.Thread(target=break_, args=("in a thread",)).start()
        await lifeline.wait(None)

async def main():
    loaded = read_settings(None)
    logs.configure(loaded.settings.log)
    ended = await daemon.run(loaded.settings, SystemClock(), daemon.Doorbell(), lambda house: [Careless()])
    return ended.code

raise SystemExit(asyncio.run(main()))
"""


async def test_68_an_exception_nobody_waits_for_is_told_and_ends_nothing(tmp_path: Path) -> None:
    async with started(environment(tmp_path), program=("-c", CARELESS), folder=tmp_path) as daemon:
        await daemon.heard("daemon.ready")
        spoken = await daemon.heard("library.spoke", logger="asyncio")
        crashed = await daemon.heard("daemon.thread_crashed")
        daemon.send(signal.SIGTERM)
        assert await daemon.ended() == 0

    assert "in a callback" in spoken["exception"]
    assert "in a thread" in crashed["exception"]
    assert daemon.words == []


SCARCE = """
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
from lahmadaemon.cli import main
raise SystemExit(main(["run"]))
"""


async def test_69_with_few_open_files_everything_works(tmp_path: Path) -> None:
    environ = counting(tmp_path)
    pour(tmp_path / "lobby", range(5))
    async with started(environ, program=("-c", SCARCE, "32"), folder=tmp_path) as daemon:
        await daemon.heard("daemon.ready")
        await until(lambda: not any((tmp_path / "lobby").glob("*.json")))
        daemon.send(signal.SIGTERM)
        assert await daemon.ended() == 0

    assert "service.stumbled" not in daemon.names()
    assert kept(tmp_path / "state" / "lahmadaemon.db") == (5, 10)


async def test_69_with_too_few_open_files_it_stumbles_and_ends_well_and_the_next_start_counts(tmp_path: Path) -> None:
    environ = counting(tmp_path)
    pour(tmp_path / "lobby", range(5))
    async with started(environ, program=("-c", SCARCE, "12"), folder=tmp_path) as daemon:
        await daemon.heard("service.stumbled")
        daemon.send(signal.SIGTERM)
        assert await daemon.ended() == 0

    async with started(environ, folder=tmp_path) as daemon:
        await daemon.heard("daemon.ready")
        await until(lambda: not any((tmp_path / "lobby").glob("*.json")))
        daemon.send(signal.SIGTERM)
        assert await daemon.ended() == 0
    assert kept(tmp_path / "state" / "lahmadaemon.db") == (5, 10)


CROWDED = """
import asyncio, os, resource
from contextlib import asynccontextmanager
from lahmadaemon import daemon, logs
from lahmadaemon.clock import SystemClock
from lahmadaemon.settings import read_settings

taken, open_house = [], daemon.open_house

@asynccontextmanager
async def crowded(*given):
    async with open_house(*given) as house:
        yield house
        try:
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))
        except OSError:
            pass

async def main():
    loaded = read_settings(None)
    logs.configure(loaded.settings.log)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    return await daemon.run(loaded.settings, SystemClock(), daemon.Doorbell())

daemon.open_house = crowded
ended = asyncio.run(main())
for descriptor in taken:
    os.close(descriptor)
raise SystemExit(ended.code)
"""


async def test_69_a_stop_needs_no_open_file_that_is_not_open_yet(tmp_path: Path) -> None:
    """What closes the house was loaded only then, and it ended as a broken one where no descriptor was free for that."""
    async with started(environment(tmp_path), program=("-c", CROWDED), folder=tmp_path) as daemon:
        await daemon.heard("daemon.ready")
        daemon.send(signal.SIGTERM)
        assert await daemon.ended() == 0
    assert "daemon.stopped" in daemon.names()


async def test_84_where_the_locale_knows_no_chinese_folders_cameras_names_and_logs_are_whole(tmp_path: Path) -> None:
    folder = tmp_path / "人流"
    folder.mkdir()
    (folder / "訪客.json").write_bytes(content(1))
    (folder / "壞😀.json").write_text('{"一": 1}', "utf-8")
    environ = environment(
        tmp_path,
        LC_ALL="C",
        LAHMA_VISITORS__FOLDERS__LOBBY__PATH=str(folder),
        LAHMA_VISITORS__FOLDERS__LOBBY__CAMERA="大門",
        LAHMA_VISITORS__SCAN_EVERY="1s",
        LAHMA_VISITORS__INCOMPLETE_AFTER="1s",
    )
    async with started(environ, folder=tmp_path) as daemon:
        refused = await daemon.heard("visitors.file_refused")
        await until(lambda: not any(folder.glob("*.json")))
        daemon.send(signal.SIGTERM)
        assert await daemon.ended() == 0
    with closing(sqlite3.connect(tmp_path / "state" / "lahmadaemon.db")) as store:
        files = set(store.execute("SELECT camera, name, status FROM visitor_files"))

    assert files == {("大門", "訪客.json", "stored"), ("大門", "壞😀.json", "rejected")}
    assert (refused["camera"], refused["file"]) == ("大門", "壞😀.json")
    [reason] = (folder / "failed").glob("*/壞😀__*.reason.txt")
    assert "壞😀.json of camera 大門" in reason.read_text("utf-8")
