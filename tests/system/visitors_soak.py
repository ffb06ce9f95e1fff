"""Thirty days of a camera, a partner and the desk in fake time. A program of its own: a test's process grows by what it logs.

`python -m tests.system.visitors_soak FOLDER` ends with 0 where every count was exact, every trouble told once, memory flat.
"""

import asyncio
import gc
import json
import random
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
import structlog
from sqlalchemy.engine import URL

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.desk import Desk
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.clock import HOUR, MINUTE, SECOND, Instant, local
from lahmadaemon.demo.partner import PATH, Partner, Trouble
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.errors import UpstreamError
from lahmadaemon.http import open_client
from lahmadaemon.store.database import open_store
from lahmadaemon.visitors.intake.crossings import DayTotals
from lahmadaemon.visitors.intake.folder import Folder
from lahmadaemon.visitors.intake.intake import Camera, Intake
from lahmadaemon.visitors.intake.opening import OpeningHours
from lahmadaemon.visitors.intake.silence import Patience
from lahmadaemon.visitors.intake.store import CameraStore
from lahmadaemon.visitors.push.sender import PushService
from lahmadaemon.visitors.push.settings import PushSettings
from lahmadaemon.visitors.store import day_totals
from tests.fakes.clock import FakeClock

ZONE = ZoneInfo("Europe/Budapest")
STEP = 3600.0
STEPS = round(30 * 86400 / STEP)
DAY = round(86400 / STEP)
SILENT, GARBLED, DOWN = range(10 * DAY, 10 * DAY + 3), range(12 * DAY, 12 * DAY + 2), range(20 * DAY, 21 * DAY)
"""Steps: three hours without a file, two of garbage, a day without the partner."""
POOL = 6
"""Threads for what blocks."""
GROWTH = 5 * 1024 * 1024
"""Bytes of resident memory between the ninth day and the last; the stand-in for the partner, who remembers everything, has one
million of them."""


class GeneratorCamera:
    """What such a camera's own generator does: for five seconds a file every two, of one to eight random records."""

    def __init__(self, folder: Path) -> None:
        self.counts: Counter[tuple[str, int]] = Counter()
        self._folder = folder
        self._chance = random.Random(2018)
        self._frame = 0

    def burst(self, now: Instant, *, garbled: bool) -> None:
        for second in (4, 2, 0):
            at = local(now - second * SECOND, ZONE)
            name = f"{at:%Y%m%d%H%M%S}"
            ways = [self._chance.randint(0, 2) for _ in range(self._chance.randint(1, 8))]
            rows = [self._record(name, way) for way in ways]
            if not garbled:
                self.counts.update((f"{at:%Y-%m-%d}", way) for way in ways)
            half = self._folder / ".half"
            half.write_text('{"ID": 1}' if garbled else json.dumps(rows))
            half.rename(self._folder / f"{name}.json")

    def _record(self, time: str, way: int) -> dict[str, int | str]:
        self._frame += 1  # so that no two records are the same person twice
        person = self._chance.randint(1, 99)
        return {"ID": person, "inOut": way, "time": time, "frameNumber": self._frame, "outputTime": time}


def used() -> dict[str, int]:
    """What must not grow."""
    gc.collect()
    process = psutil.Process()
    return {
        "memory": process.memory_info().rss,
        "descriptors": process.num_fds(),
        "threads": threading.active_count(),
        "tasks": len(asyncio.all_tasks()),
    }


async def soak(tmp_path: Path) -> None:
    """Raises AssertionError with what is not as it should be."""
    clock, place = FakeClock(), tmp_path / "in"
    place.mkdir()
    camera, partner = GeneratorCamera(place), Partner(clock)
    watched = Camera(
        "lobby", Folder(place), ZONE, Patience(80 * MINUTE, 0, OpeningHours(), ZONE),
        scan_every=10.0, incomplete_after=60.0, max_age=0.0,
    )  # fmt: skip
    early: dict[str, int] = {}
    await all_threads_begun()
    async with (
        open_store(URL.create("sqlite", database=str(tmp_path / "lahmadaemon.db"))) as store,
        open_client() as client,
        standing_in(partner) as url,
    ):
        kept = AlertStore(store)
        desk = Desk(kept, clock, Wording("en", ZONE), ["webhook"])
        intake = Intake(watched, CameraStore(store, "lobby"), clock, desk)
        settings = PushSettings(url=url + PATH, every=STEP, keep_trying=72 * 3600.0)
        push = PushService("mall", settings, store, client, clock, ZONE, desk)
        for step in range(STEPS):
            await clock.advance(STEP)
            partner.always = Trouble.SERVER_ERROR if step in DOWN else None
            if step not in SILENT:
                await asyncio.to_thread(camera.burst, clock.now(), garbled=step in GARBLED)
            await intake.turn()
            for _ in range(2):  # a window is owed at every step, so that an outage is made up for in the end
                with suppress(UpstreamError):
                    await push.turn()
            await desk.turn()
            if step == 9 * DAY:
                early = used()
        late = used()
        totals = await day_totals(store, "0000", "9999")
        told = await kept.opened_between(Instant(0), Instant(clock.now() + HOUR))

    assert (
        Counter({(each.day, way): count for each in totals for way, count in enumerate(ways(each)) if count})
        == camera.counts
    )
    assert Counter(incident.condition for incident in told) == dict.fromkeys(
        (Condition.NO_FILES, Condition.BAD_FILES, Condition.ONLY_INVALID, Condition.PUSH_FAILING), 1
    )
    assert not any(incident.open for incident in told)
    in_order_and_once(partner)
    grown = late["memory"] - early["memory"]
    assert grown < GROWTH, grown
    sys.stdout.write(f"grown by {grown} bytes\n")
    assert all(late[what] <= early[what] for what in ("descriptors", "threads", "tasks")), (early, late)
    assert sorted(path.name for path in place.iterdir()) == ["failed", "processed"]


async def all_threads_begun() -> None:
    """The loop's pool begins a thread whenever none is idle at that very moment, be it on the last day (a run on a busy machine
    ended with one more than on the ninth). All that it may have are begun now: any other one later is a leak."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(POOL))
    together = threading.Barrier(POOL)
    await asyncio.gather(*(asyncio.to_thread(together.wait) for _ in range(POOL)))


def ways(totals: DayTotals) -> tuple[int, int, int]:
    return totals.ins, totals.outs, totals.others


def in_order_and_once(partner: Partner) -> None:
    """Every window was taken once, in order; whatever was sent again was the same to the byte."""
    taken = [report for report in partner.received if report.trouble is None]
    ends = [json.loads(report.body)[0]["EndTime"] for report in taken]
    assert len({report.key for report in taken}) == len(taken) > 30 * 23
    assert ends == sorted(ends)
    bodies: dict[str, set[bytes]] = {}
    for report in partner.received:
        bodies.setdefault(report.key, set()).add(report.body)
    assert all(len(each) == 1 for each in bodies.values())


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("error"))
    asyncio.run(soak(Path(sys.argv[1])))
