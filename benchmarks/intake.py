"""From dropped files to committed crossings: our intake beside the naive loop and the floor, in one run on this machine.

    python benchmarks/intake.py [--files 10000] [--singles 200]

naive   file by file: read, json.loads, one INSERT per record, one commit, rename (as the older program, without its pause of 5 s)
floor   read and json.loads every file, one bulk insert, one commit; the files stay where they are
ours    the daemon's own scan: checked reading, strict parsing, hashing, 512 files a transaction, each file moved after its commit

And for single files, renamed into place while the service runs: how long from the rename to the commit.
"""

import argparse
import asyncio
import json
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from zoneinfo import ZoneInfo

import structlog
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import URL

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import SystemClock
from lahmadaemon.store.database import open_store
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.supervision.supervisor import Supervisor
from lahmadaemon.visitors.intake.folder import Folder
from lahmadaemon.visitors.intake.hints import Hints
from lahmadaemon.visitors.intake.intake import Camera, Intake
from lahmadaemon.visitors.intake.opening import OpeningHours
from lahmadaemon.visitors.intake.silence import Patience
from lahmadaemon.visitors.intake.store import CameraStore

ZONE = ZoneInfo("Europe/Budapest")
BEGAN = datetime(2026, 10, 1, tzinfo=ZONE)
TABLE = """CREATE TABLE crossings (camera TEXT, at TEXT, person INTEGER, direction INTEGER, frame INTEGER, file TEXT,
PRIMARY KEY (camera, at, person, direction, frame)) WITHOUT ROWID"""
INSERT = "INSERT INTO crossings VALUES ('lobby', ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
Way = Callable[[Path, Path], int]


class Nobody:
    """A desk where no one sits."""

    def raise_alarm(self, condition: Condition, subject: str, **detail: str | float) -> None:
        return

    def clear_alarm(self, condition: Condition, subject: str, **detail: str | float) -> None:
        return


def content(chance: random.Random, moment: datetime) -> str:
    """A file as the cameras' own generator writes it: one to eight records."""
    time_ = f"{moment:%Y%m%d%H%M%S}"
    return json.dumps([
        {"ID": chance.randint(1, 99), "inOut": chance.randint(0, 2), "time": time_,
         "frameNumber": chance.randint(1, 5000), "outputTime": time_}
        for _ in range(chance.randint(1, 8))
    ])  # fmt: skip


def drop(folder: Path, files: int) -> None:
    chance = random.Random(7)
    folder.mkdir()
    for number in range(files):
        moment = BEGAN + timedelta(seconds=2 * number)
        (folder / f"{moment:%Y%m%d%H%M%S}.json").write_text(content(chance, moment))


def opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("PRAGMA synchronous = full")
    connection.execute(TABLE)
    return connection


def naive(folder: Path, database: Path) -> int:
    connection = opened(database)
    done = folder / "processed"
    done.mkdir()
    for path in sorted(folder.glob("*.json")):
        connection.execute("BEGIN")
        for row in json.loads(path.read_text()):
            connection.execute(INSERT, (row["time"], row["ID"], row["inOut"], row["frameNumber"], path.name))
        connection.execute("COMMIT")
        path.rename(done / path.name)
    return int(connection.execute("SELECT count(*) FROM crossings").fetchone()[0])


def floor(folder: Path, database: Path) -> int:
    connection = opened(database)
    rows = [
        (row["time"], row["ID"], row["inOut"], row["frameNumber"], path.name)
        for path in sorted(folder.glob("*.json"))
        for row in json.loads(path.read_bytes())
    ]
    connection.execute("BEGIN")
    connection.executemany(INSERT, rows)
    connection.execute("COMMIT")
    return int(connection.execute("SELECT count(*) FROM crossings").fetchone()[0])


def camera(folder: Path) -> Camera:
    patience = Patience(300_000, 0, OpeningHours(), ZONE)
    return Camera("lobby", Folder(folder), ZONE, patience, scan_every=600.0, incomplete_after=60.0, max_age=0.0)


def ours(folder: Path, database: Path) -> int:
    async def take() -> int:
        async with open_store(URL.create("sqlite", database=str(database))) as store:
            began = time.perf_counter()
            await Intake(camera(folder), CameraStore(store, "lobby"), SystemClock(), Nobody()).turn()
            took.append(time.perf_counter() - began)
        counted = sqlite3.connect(database).execute("SELECT count(*) FROM visitor_crossings").fetchone()
        return int(counted[0])

    return asyncio.run(take())


took: list[float] = []
"""Of ours, without the opening of the store: the others open nothing of the kind."""


def backlog(files: int) -> None:
    table = Table("way", "files", "crossings", "seconds", "files/s", "crossings/s", "of the floor")
    speeds: dict[str, float] = {}
    ways: dict[str, Way] = {"floor": floor, "naive": naive, "ours": ours}
    for name, way in ways.items():
        with tempfile.TemporaryDirectory(prefix="lahmadaemon-bench-") as place:
            drop(Path(place) / "in", files)
            began = time.perf_counter()
            crossings = way(Path(place) / "in", Path(place) / "store.db")
            seconds = took[-1] if name == "ours" else time.perf_counter() - began
        speeds[name] = files / seconds
        table.add_row(
            name, f"{files:,}", f"{crossings:,}", f"{seconds:.2f}", f"{files / seconds:,.0f}",
            f"{crossings / seconds:,.0f}", f"{speeds[name] / speeds['floor']:.2f}",
        )  # fmt: skip
    Console().print(table)


async def latencies(folder: Path, database: Path, singles: int) -> list[float]:
    """Milliseconds from the rename to the commit."""
    clock, chance, found = SystemClock(), random.Random(7), []
    board = HealthBoard(clock)
    async with open_store(URL.create("sqlite", database=str(database))) as store:
        intake = Intake(camera(folder), CameraStore(store, "lobby"), clock, Nobody())
        supervisor = Supervisor([intake, Hints({folder: intake})], clock, board)
        running = asyncio.create_task(supervisor.run())
        await asyncio.sleep(1.0)
        # what the commit wakes first is the move, so that the file is gone a moment after it is safe
        for number in range(singles):
            moment = BEGAN + timedelta(seconds=2 * number)
            half, whole = folder / ".half", folder / f"{moment:%Y%m%d%H%M%S}.json"
            half.write_text(content(chance, moment))
            began = time.perf_counter()
            half.rename(whole)
            while whole.exists():  # noqa: ASYNC110 - nobody else tells when it has gone
                await asyncio.sleep(0.001)
            found.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(chance.uniform(0.02, 0.1))
        supervisor.stop()
        await running
    return found


def single(singles: int) -> None:
    place = Path(tempfile.mkdtemp(prefix="lahmadaemon-bench-"))
    try:
        (place / "in").mkdir()
        found = asyncio.run(latencies(place / "in", place / "store.db", singles))
    finally:
        shutil.rmtree(place)
    table = Table("single files", "median", "p99", "worst")
    table.add_row(
        f"{singles}", f"{median(found):.0f} ms", f"{quantiles(found, n=100)[98]:.0f} ms", f"{max(found):.0f} ms"
    )
    Console().print(table)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--files", type=int, default=10_000)
    arguments.add_argument("--singles", type=int, default=200)
    options = arguments.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("warning"))
    backlog(options.files)
    single(options.singles)


if __name__ == "__main__":
    main()
