"""Thirty days of the whole house in fake time, by the quarter of a day: all rooms and stand-ins, the desk, the window.

A program of its own: a test's process grows by what it logs. `python -m tests.system.house_soak FOLDER` prints what grew day
by day, and ends with 0 where all figures were the world's own, every trouble was told once and over, and nothing leaked.
"""

import asyncio
import gc
import itertools
import json
import sys
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import structlog
from structlog.typing import EventDict

from lahmadaemon.clock import MINUTE, SECOND, Instant, SystemClock
from lahmadaemon.configuration import Given, load
from lahmadaemon.daemon import House, open_house
from lahmadaemon.demo.cameras import CAMERAS, drops
from lahmadaemon.demo.stage import ZONE, Outdoors, outdoors
from lahmadaemon.settings import Settings
from lahmadaemon.supervision.service import Lifeline, Service, Stop
from lahmadaemon.supervision.supervisor import Supervisor
from lahmadaemon.systemd import Notifier
from tests.fakes.clock import FakeClock, until
from tests.system import house_truth
from tests.system.house_troubles import ADAY, Troubles
from tests.system.visitors_soak import all_threads_begun

DAYS = 30
STEP = 86400.0 / ADAY
LISTENERS = 8
WARM = 9
"""Days after which nothing may grow any more."""
GROWTH = {"memory": 24 * 2**20, "objects": 20_000, "descriptors": 10, "threads": 6, "tasks": 10}
"""From then to the last day. A month's figures want more room for a moment than a week's, and the stand-ins remember everybody
(7,000 objects); a leak of ten objects a turn would be 24,000. Connections that are kept for a while come and go, and each of
the store's has a thread."""
INTAKES = tuple(f"visitors.intake.{each.name}" for each in CAMERAS)
PUSH = "visitors.push.mall"
"""A turn sends one window, a step makes one: what a trouble has left owing wants more turns than steps."""
EVERY = {
    1: ("radio.snapshot.demo", *INTAKES, PUSH, PUSH, PUSH, "alerts.digest", "alerts.desk", "alerts.webhook"),
    2: ("radio.reconcile.demo", "social.tokens"),
    ADAY: ("social.sync", "radio.programme.demo", "radio.on_air.demo", "radio.retention"),
    3 * ADAY: ("social.collect", "social.stories"),
}
"""Services by the steps between two of their turns."""
PATIENCE = 0.01
"""Real seconds after which somebody may be waiting for the clock."""
LOOK_EVERY = 5 * ADAY
PAGES = ("/", "/radio", "/visitors", "/social", "/house", "/api/v1/alarms", "/metrics", "/health/live")
OVERRIDES = {"LAHMA_VISITORS__PUSHES__MALL__EVERY": "6h", "LAHMA_RADIO__EXPORT_EVERY": "0"}
MEANT = {
    "alert.fired", "service.stumbled", "social.account_incomplete", "social.login_lost", "visitors.push_blocked",
    "visitors.file_refused",
    "radio.reset_seen",  # hours without a poll look like one
}  # fmt: skip
"""Warnings that belong to the troubles."""


class Ear:
    """Hears the log; keeps how often there was more than information."""

    def __init__(self) -> None:
        self.warnings: Counter[str] = Counter()

    def __call__(self, logger: Any, method: str, event: EventDict) -> EventDict:
        if method != "info":
            self.warnings[event["event"]] += 1
        raise structlog.DropEvent


@dataclass
class Soak:
    """What is moved, and what was seen."""

    clock: FakeClock
    world: Outdoors
    house: House
    client: httpx.AsyncClient
    lifelines: dict[str, tuple[Service, Lifeline]]
    crossed: set[house_truth.Crossing] = field(default_factory=set)
    spent: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Processor seconds, by what was at work."""
    stored: list[int] = field(default_factory=list)

    async def done(self, name: str, work: Coroutine[Any, Any, object]) -> None:
        """Wait for it, in real time; where all it waits for is the clock, let so much pass."""
        began = time.process_time()
        task = asyncio.create_task(work, name=name)
        while not (await asyncio.wait({task}, timeout=PATIENCE))[0]:
            if nearest := min((each.due for each in self.clock._sleepers), default=None):
                await self.clock.advance(max(0.0, nearest - self.clock.monotonic()))
        self.spent[name] += time.process_time() - began
        task.result()

    async def turn(self, name: str) -> None:
        service, lifeline = self.lifelines[name]

        async def once() -> None:
            async with lifeline.turn():
                await service.turn()

        await self.done(name, once())

    async def step(self, number: int) -> None:
        cameras = self.world.cameras
        cameras._until = Instant(self.clock.now() - MINUTE)  # a minute's files are enough
        self._note(cameras._until)
        await self.done("world", cameras.turn())
        if number % LOOK_EVERY == ADAY:
            for page in PAGES:
                await self.done("window", self._open(page))
        await self.done("creators", self.world.creators.live(self.client))
        for every, names in EVERY.items():
            if number % every == every - 1:
                for name in names:
                    await self.turn(name)
                    await self.clock.advance(1.0)

    async def _open(self, page: str) -> None:
        answer = await self.client.get(self.world.window + page)
        assert answer.status_code == 200, (page, answer.status_code, answer.text[:500])

    def _note(self, since: Instant) -> None:
        """What the files of the minute hold, where they are whole."""
        cameras = self.world.cameras
        for camera in cameras._cameras:
            if camera.name not in cameras.silent | cameras.garbled:
                for drop in drops(camera, cameras._began, since, self.clock.now(), ZONE):
                    self.crossed |= {
                        (camera.name, row["time"], row["ID"], row["inOut"], row["frameNumber"])
                        for row in json.loads(drop.content)
                    }


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Soak]:
    """The house over the world, nothing in it moving by itself but the window."""
    clock = FakeClock()
    async with (
        outdoors(clock, folder, eventful=False, thinking=0.0, listeners=LISTENERS) as world,
        # a window that is looked at once in five days has hung up in the meantime
        httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_keepalive_connections=0)) as client,
    ):
        given = world.settings | OVERRIDES | {"LAHMA_STATE_FOLDER": str(folder / "state")}
        settings = load(Settings, {name: Given(value, "soak") for name, value in given.items()})
        world.messenger.lines = deque()
        async with open_house(settings, clock, Notifier()) as house:
            window = Supervisor([house.service("web")], SystemClock(), house.board)
            running, never = asyncio.create_task(window.run()), Stop()
            lifelines = {}
            for name in set(itertools.chain.from_iterable(EVERY.values())):
                house.board.enter(name, essential=False)
                service = house.service(name)
                lifelines[name] = service, Lifeline(service, clock, house.board, never)
            await until(lambda: house.board["web"].beaten)
            yield Soak(clock, world, house, client, lifelines)
            window.stop()
            await running


def used() -> dict[str, int]:
    """What must not grow."""
    gc.collect()
    process = psutil.Process()
    return {
        "objects": len(gc.get_objects()),
        "memory": process.memory_info().rss,
        "descriptors": process.num_fds(),
        "threads": threading.active_count(),
        "tasks": len(asyncio.all_tasks()),
    }


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")


async def soaked(folder: Path, ear: Ear) -> None:
    """Raises AssertionError with what is not as it should be."""
    await all_threads_begun()
    async with opened(folder) as soak:
        began, troubles, early = soak.clock.now(), Troubles(soak.world), used()
        for number in range(DAYS * ADAY):
            await soak.clock.advance(STEP - soak.clock.now() / SECOND % STEP)
            troubles.at(number)
            await soak.step(number)
            if number % ADAY == ADAY - 1:
                soak.stored.append(sum(each.stat().st_size for each in (folder / "state").glob("lahmadaemon.db*")))
            if number == WARM * ADAY:
                early = used()
        late = used()
        say("kB a day in the database and its log:", *house_truth.growth(soak.stored))
        say("what was used:", early, late)
        say(
            "seconds of processor:",
            {name: round(spent, 1) for name, spent in sorted(soak.spent.items(), key=lambda each: -each[1])},
        )
        say("warnings that were meant:", dict(ear.warnings))
        await held(soak, began)
        house_truth.nothing_grew(early, late, GROWTH)
        assert ear.warnings.keys() <= MEANT, ear.warnings.keys() - MEANT


async def held(soak: Soak, began: Instant) -> None:
    """All that must be so, however the days went."""
    store, world, now = soak.house.store, soak.world, soak.clock.now()
    await house_truth.crossings_are_the_files(store, soak.crossed)
    heard = await house_truth.connections_are_the_stations(store, world, began, now)
    posts = await house_truth.posts_are_the_creators(store, world)
    await house_truth.troubles_were_told_once_and_are_over(store, world)
    messages = await house_truth.messages_came_exactly_once(store, world)
    reports = house_truth.reports_came_in_order_and_once(world.partner)
    assert reports > DAYS * ADAY - 12
    say(f"{len(soak.crossed)} crossings, {heard} connections, {posts} posts, {reports} reports, {messages} messages")


if __name__ == "__main__":
    heard_of = Ear()
    structlog.configure(processors=[heard_of], wrapper_class=structlog.make_filtering_bound_logger("info"))
    asyncio.run(soaked(Path(sys.argv[1]), heard_of))
