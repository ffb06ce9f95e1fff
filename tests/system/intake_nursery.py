"""Lives of an intake, each ended by kill -9: run as a program of its own, whose forks start in milliseconds.

`python -m tests.system.intake_nursery FOLDER LIVES FILES SEED`: drops files the way careless and careful cameras do, beside an
intake that is killed again and again; then lets one live until nothing is left.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.engine import URL

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
from tests.fakes.alarms import FakeAlarms

ZONE = ZoneInfo("Europe/Budapest")
BEGAN = datetime(2026, 3, 18, 6, tzinfo=ZONE)
BAD = (b'{"ID": 1}', b'[{"ID": 1, "ID": 2}]', b"[NaN]", b"")
Row = dict[str, object]


@dataclass(frozen=True)
class Drop:
    """A file of the plan. `how`: renamed into place, written in two halves, or at once; `rows` None: a bad one."""

    name: str
    content: bytes
    rows: list[Row] | None
    how: str


def plan(files: int, seed: int) -> Iterator[Drop]:
    """One in ten is a copy of an earlier one under a new name, one in twenty is bad, one in five comes in two halves."""
    chance = random.Random(seed)
    earlier: list[Drop] = []
    for number in range(files):
        name = f"{BEGAN + timedelta(seconds=number):%Y%m%d%H%M%S}.json"
        how = chance.choices(("rename", "halves", "plain"), (6, 2, 2))[0]
        if earlier and chance.random() < 0.1:
            copied = chance.choice(earlier)
            yield Drop(name, copied.content, copied.rows, how)
            continue
        if chance.random() < 0.05:
            yield Drop(name, chance.choice(BAD), None, "plain")
            continue
        rows: list[Row] = [
            {"ID": chance.randint(1, 99), "inOut": chance.randint(0, 2), "time": name[:14],
             "frameNumber": chance.randint(1, 5000), "outputTime": name[:14]}
            for _ in range(chance.randint(1, 8))
        ]  # fmt: skip
        earlier.append(Drop(name, json.dumps(rows).encode(), rows, how))
        yield earlier[-1]


async def live(folder: Path, *, until_done: bool) -> None:
    """One life: the intake of the daemon, with its hints, under its supervisor."""
    clock, board = SystemClock(), HealthBoard(SystemClock())
    watched = Folder(folder / "in", folder / "archive")
    camera = Camera(
        "lobby", watched, ZONE, Patience(300_000, 0, OpeningHours(), ZONE),
        scan_every=0.2, incomplete_after=1.0, max_age=0.0,
    )  # fmt: skip
    async with open_store(URL.create("sqlite", database=str(folder / "lahmadaemon.db"))) as store:
        intake = Intake(camera, CameraStore(store, "lobby"), clock, FakeAlarms())
        supervisor = Supervisor([intake, Hints({watched.path: intake})], clock, board)
        running = asyncio.ensure_future(supervisor.run())
        while not until_done or any((folder / "in").glob("*.json")):  # noqa: ASYNC110 - nobody tells when all is done
            await asyncio.sleep(0.05)
        supervisor.stop()
        await running


def born(folder: Path, *, until_done: bool = False) -> int:
    """Fork a life; the child never returns."""
    if child := os.fork():
        return child
    code = 1
    try:
        asyncio.run(live(folder, until_done=until_done))
        code = 0
    finally:
        os._exit(code)


def put(place: Path, drop: Drop, halves: list[Drop]) -> None:
    target = place / drop.name
    if drop.how == "rename":
        hidden = place / f".{drop.name}.tmp"
        hidden.write_bytes(drop.content)
        hidden.rename(target)
    elif drop.how == "halves":
        target.write_bytes(drop.content[: len(drop.content) // 2])
        halves.append(drop)
    else:
        target.write_bytes(drop.content)


def finish(place: Path, halves: list[Drop]) -> None:
    """The writers of the half-written ones come back; where the patience is over, they write the file anew."""
    while halves:
        drop = halves.pop()
        (place / drop.name).write_bytes(drop.content)


def lying(place: Path) -> int:
    return sum(1 for _ in place.iterdir())


def wait_for_work(place: Path) -> None:
    """Until the first file is taken away."""
    before, until = lying(place), time.monotonic() + 5.0
    while lying(place) >= before and time.monotonic() < until:
        time.sleep(0.002)


def main(folder: Path, lives: int, files: int, seed: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    chance, place = random.Random(seed), folder / "in"
    place.mkdir()
    drops, share = list(plan(files, seed)), -(-files // lives)
    halves: list[Drop] = []
    worked = done = 0
    for number in range(lives):
        mine = drops[number * share : (number + 1) * share]
        for drop in mine[::2]:
            put(place, drop, halves)
        child = born(folder)
        if chance.random() < 0.2:  # an early death, perhaps before anything was begun
            time.sleep(chance.uniform(0.0, 0.3))
        else:
            wait_for_work(place)
        finish(place, halves)
        for drop in mine[1::2]:
            put(place, drop, halves)
            time.sleep(chance.uniform(0.0, 0.008))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        before, done = done, sum(1 for _ in (folder / "archive").rglob("*.json"))
        worked += done > before
    (folder / "worked").write_text(str(worked))
    finish(place, halves)
    _, status = os.waitpid(born(folder, until_done=True), 0)
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
