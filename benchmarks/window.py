"""Whether the window slows the collectors, and how long its pages take, at a house of a year.

    python benchmarks/window.py [--connections 365000] [--every 30] [--seconds 240] [--visitors 4] [--folder FOLDER]

A whole daemon on a year's store measures an invented station and takes in cameras' files at the real pace, while another
process asks its window for every page, picture and route of the API:

quiet   nobody asks
busy    nobody asks, but two other processes reckon as politely as the window's do: what a busy machine costs by itself
alone   one visitor, one question after the other: how long each takes, as this machine sees it; and the processor's time
        that the daemon's own process spent meanwhile
load    so many visitors at once, without a pause; taking turns with quiet and busy

poll    from the source's answer, folded, to the commit          intake  from a file's renaming to its being put away
lag     by how much a sleep of 10 ms on the daemon's loop was overslept

The year is made up, seeded, and built once (some minutes; FOLDER keeps it). Load may make a poll or a file 1.5 times as slow.
"""

import argparse
import asyncio
import itertools
import json
import logging
import multiprocessing
import os
import platform
import random
import shutil
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
import structlog
from a_busy_agency import ALL_YEAR
from a_busy_year import STATION, ZONE
from a_house_of_a_year import CAMERAS, YearsEnd, prepared, settings
from rich.console import Console
from rich.table import Table
from starlette.types import Receive, Scope, Send

from lahmadaemon.clock import SystemClock, local
from lahmadaemon.daemon import House, open_house
from lahmadaemon.demo.audience import Audience
from lahmadaemon.demo.azuracast import AzuraCast
from lahmadaemon.demo.stage import API_KEY
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.supervision.supervisor import Supervisor
from lahmadaemon.systemd import Notifier
from lahmadaemon.web.entrance import Entrance
from lahmadaemon.web.server import ADDRESS_FILE

LAG = 0.01
LISTENERS = 200
AIM, MOST = 0.150, 1.5
TURNS = 6
"""Quiet, busy and load take turns, so that other work on the machine meets both."""
Span = tuple[float, float]
AGAIN, FEWEST, PATIENCE = 20, 5, 2.0
"""Times each question is asked alone: fewer where that takes longer than so many seconds."""
PAGES = (
    "/", "/radio", "/radio?week=2025-W40", "/radio/days/2025-12-31", "/radio/days/2025-10-08", "/visitors", "/social",
    "/social/campaigns/50", f"/social/campaigns/{ALL_YEAR}", "/social/posts/{platform}/{platform_id}", "/house",
)  # fmt: skip
LONG = (
    f"/api/v1/radio/{STATION}/days?from=2025-01-01&to=2025-12-31", f"/api/v1/radio/{STATION}/hours?from=2025-11-01&to=2025-12-31",
    f"/api/v1/radio/{STATION}/weeks?from=2025-01-01&to=2025-12-31", "/api/v1/visitors/days?from=2025-01-01&to=2025-12-31",
    f"/api/metrics/post?campaign_id={ALL_YEAR}",
)  # fmt: skip
FILLED = {
    "station": STATION, "camera": CAMERAS[0], "form": "svg", "name": "web", "number": "1", "campaign_id": f"{ALL_YEAR}",
    "creator_id": "1",
}  # fmt: skip
ELSEWHERE = ("/live", "/connect", "/api/user", "/api/metrics", "/api/facebook", "/api/tiktok")
"""Not asked: what never ends, what leads to a platform, and the older AnalyticsServer's routes."""
_SPAWN = multiprocessing.get_context("spawn")


@dataclass
class Measured:
    """Of one phase."""

    polls: list[float] = field(default_factory=list)
    intake: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)


def outside(line: Connection) -> None:
    """The station's server, in a process of its own; sends its address."""

    async def serve() -> None:
        clock = YearsEnd()
        async with standing_in(AzuraCast(clock, Audience(1, ZONE, LISTENERS, start=clock.now()), API_KEY)) as url:
            line.send(url)
            await asyncio.to_thread(line.poll, None)

    logging.disable()
    asyncio.run(serve())


def cameras(line: Connection, inbox: Path) -> None:
    """Drops a file four times a second; at the end sends (when, how long until it was put away) of all."""
    chance, clock, found = random.Random(7), YearsEnd(), list[tuple[float, float]]()
    while not line.poll(0.25):
        number, folder = len(found), inbox / CAMERAS[len(found) % len(CAMERAS)]
        stamp = f"{local(clock.now(), ZONE):%Y%m%d%H%M%S}"
        records = [
            {"ID": chance.randint(1, 9999), "inOut": chance.randint(0, 1), "time": stamp, "frameNumber": number,
             "outputTime": stamp} for _ in range(chance.randint(1, 8))
        ]  # fmt: skip
        half, whole = folder / ".half", folder / f"{stamp}{number}.json"
        half.write_text(json.dumps(records))
        began = time.monotonic()
        half.rename(whole)
        while whole.exists() and time.monotonic() - began < 30:
            time.sleep(0.001)
        found.append((began, time.monotonic() - began))
    line.send(found)


def reckoners(line: Connection, politeness: int) -> None:
    """Reckons for so many seconds, whenever it is told."""
    os.nice(politeness)
    while (seconds := line.recv()) is not None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            sum(range(10_000))


def visitors(line: Connection) -> None:
    """Asks for each (url, paths, how many at once, seconds or None: each so often); sends (path, status, seconds)."""
    os.nice(15)  # real ones have machines of their own
    while (asked := line.recv()) is not None:
        line.send(asyncio.run(_ask(*asked)))


async def _ask(url: str, paths: Sequence[str], at_once: int, seconds: float | None) -> list[tuple[str, int, float]]:
    found: list[tuple[str, int, float]] = []

    async def ask(client: httpx.AsyncClient, path: str) -> None:
        began = time.perf_counter()
        answer = await client.get(path)
        found.append((path, answer.status_code, time.perf_counter() - began))

    async def one(client: httpx.AsyncClient, number: int, until: float) -> None:
        for path in itertools.cycle(random.Random(number).sample(paths, len(paths))):
            if time.monotonic() >= until:
                return
            await ask(client, path)

    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        if seconds is not None:
            async with asyncio.TaskGroup() as group:
                for number in range(at_once):
                    group.create_task(one(client, number, time.monotonic() + seconds))
            return found
        for path in paths:
            enough = time.monotonic() + PATIENCE
            for number in range(AGAIN):
                if number < FEWEST or time.monotonic() < enough:
                    await ask(client, path)
    return found


@contextmanager
def beside(work: Callable[..., None], *args: object) -> Iterator[Connection]:
    """A process, and the line to it; anything that is sent, or None, ends it."""
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=work, args=(theirs, *args), daemon=True)
    process.start()
    try:
        yield ours
    finally:
        with suppress(OSError):  # it may have ended
            ours.send(None)
        process.join(60)


class Watch:
    """Notes what happens in the daemon, and when."""

    def __init__(self) -> None:
        self.polls: list[tuple[float, float]] = []
        self.lags: list[tuple[float, float]] = []
        record = RadioStore.record

        async def watched(store: RadioStore, *what: Any, **also: Any) -> None:
            began = time.monotonic()
            await record(store, *what, **also)
            self.polls.append((began, time.monotonic() - began))

        RadioStore.record = watched  # type: ignore[method-assign,assignment]
        self.processor: dict[str, list[float]] = defaultdict(list)
        answer = Entrance.__call__

        async def timed(entrance: Entrance, scope: Scope, receive: Receive, send: Send) -> None:
            began = time.process_time()
            await answer(entrance, scope, receive, send)
            query = scope.get("query_string", b"").decode()
            self.processor[scope.get("path", "") + (f"?{query}" if query else "")].append(time.process_time() - began)

        Entrance.__call__ = timed  # type: ignore[method-assign,assignment]

    async def lagging(self) -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(LAG)
            self.lags.append((began, time.monotonic() - began - LAG))

    def within(self, spans: Sequence[tuple[float, float]], intake: Sequence[tuple[float, float]]) -> Measured:
        return Measured(
            *(
                [long for at, long in each if any(since <= at < until for since, until in spans)]
                for each in (self.polls, intake, self.lags)
            )
        )


@asynccontextmanager
async def running(state: Path, inbox: Path, source: str, every: float) -> AsyncIterator[tuple[House, str]]:
    """The daemon, and its window's address."""
    clock = YearsEnd()
    async with open_house(settings(state, inbox, source, every), clock, Notifier()) as house:
        supervisor = Supervisor(house.services, SystemClock(), house.board, pace=clock)
        task = asyncio.create_task(supervisor.run())
        while not (state / ADDRESS_FILE).exists():  # noqa: ASYNC110 - nobody else tells
            await asyncio.sleep(0.05)
        yield house, await asyncio.to_thread((state / ADDRESS_FILE).read_text)
        supervisor.stop()
        await task


async def paths(url: str) -> list[str]:
    """Everything that can be asked for without changing anything, pictures as both kinds of files."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        document = (await client.get("/openapi.json")).json()
        posts = (await client.get(f"/api/v1/social/campaigns/{ALL_YEAR}/posts")).json()["items"]
    known = FILLED | {name: posts[-1][name] for name in ("platform", "platform_id")}
    asked = [path for path, operations in document["paths"].items() if "get" in operations]
    found = [*PAGES, *LONG, "/docs", "/openapi.json", *(path for path in asked if not path.startswith(ELSEWHERE))]
    for name, value in known.items():
        found = [path.replace(f"{{{name}}}", value) for path in found]
    pictures = [path.replace(".svg", ".png") for path in found if path.endswith(".svg")]
    return [path for path in dict.fromkeys([*found, *pictures]) if "{" not in path]


async def measure(
    state: Path, inbox: Path, every: float, seconds: float, at_once: int
) -> tuple[dict[str, Measured], list[Any], dict[str, list[float]], list[Any]]:
    watch = Watch()
    with (
        beside(outside) as source, beside(visitors) as crowd, beside(cameras, inbox) as dropping,
        beside(reckoners, 10) as one, beside(reckoners, 15) as other,
    ):  # fmt: skip
        async with running(state, inbox, await asyncio.to_thread(source.recv), every) as (_, url):
            lagging = asyncio.create_task(watch.lagging())

            async def asked(*what: object) -> list[Any]:
                crowd.send((url, *what))
                found: list[Any] = await asyncio.to_thread(crowd.recv)
                return found

            await asyncio.sleep(60)  # a start is not quiet, and after it the window makes things ahead
            all_of_it, load, turns = await paths(url), list[Any](), defaultdict[str, list[Span]](list)
            for _ in range(TURNS):
                began = time.monotonic()
                await asyncio.sleep(seconds / TURNS)
                turns["quiet"].append((began, time.monotonic()))
                began = time.monotonic()
                for each in (one, other):
                    each.send(seconds / TURNS)
                await asyncio.sleep(seconds / TURNS)
                turns["busy"].append((began, time.monotonic()))
                began = time.monotonic()
                load += await asked(all_of_it, at_once, seconds / TURNS)
                turns["load"].append((began, time.monotonic()))
            watch.processor.clear()
            alone = await asked(all_of_it, 1, None)
            processor = dict(watch.processor)
            lagging.cancel()
            dropping.send(None)
            intake = await asyncio.to_thread(dropping.recv)
            found = {name: watch.within(spans, intake) for name, spans in turns.items()}
    return found, alone, processor, load


def at(share: int, values: Sequence[float]) -> float:
    """A percentile, in milliseconds."""
    return 1000 * (quantiles(values, n=100)[share - 1] if len(values) > 1 else sum(values))


def show(
    found: dict[str, Measured],
    alone: list[Any],
    processor: dict[str, list[float]],
    loaded: list[Any],
    seconds: float,
) -> None:
    console = Console(width=120)
    table = Table("question, alone", "status", "first", "p50 ms", "p95 ms", "processor", "")
    by_path: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for path, status, took in alone:
        by_path[path].append((status, took))
    for path, each in by_path.items():
        took = [one for _, one in each]
        slow = "" if at(95, took) < 1000 * AIM else "slow"
        table.add_row(
            path,
            f"{each[0][0]}",
            f"{1000 * took[0]:.0f}",
            f"{at(50, took):.0f}",
            f"{at(95, took):.0f}",
            f"{at(50, processor.get(path, [0.0])):.0f}",
            slow,
        )
    console.print(table)
    table = Table("", "while", "n", "p50", "p95", "p50 / quiet", f"p95 / quiet (aim: {MOST})")
    for name in ("polls", "intake", "lags"):
        quiet = getattr(found["quiet"], name)
        for when, measured in found.items():
            its = getattr(measured, name)
            ratios = [f"{at(share, its) / at(share, quiet):.2f}" for share in (50, 95)]
            table.add_row(name, when, f"{len(its)}", f"{at(50, its):.1f} ms", f"{at(95, its):.1f} ms", *ratios)
    console.print(table)
    lags = {when: measured.lags for when, measured in found.items()}
    statuses = Counter(status for _, status, _ in loaded)
    console.print(
        f"lag p99 {at(99, lags['quiet']):.0f} ms quiet, {at(99, lags['load']):.0f} ms under load, "
        f"worst {1000 * max(lags['load']):.0f} ms; "
        f"{len(loaded) / seconds:.0f} answers a second under load: {dict(sorted(statuses.items()))}"
    )
    console.print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--connections", type=int, default=365_000)
    arguments.add_argument("--every", type=float, default=30.0, help="seconds between polls")
    arguments.add_argument("--seconds", type=float, default=240.0, help="of quiet, of busy, and of load")
    arguments.add_argument("--visitors", type=int, default=4)
    arguments.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "lahmadaemon-bench-window")
    options = arguments.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("error"))
    year = prepared(options.folder, options.connections)
    with tempfile.TemporaryDirectory(prefix="lahmadaemon-bench-") as place:
        state, inbox = Path(place) / "state", Path(place) / "inbox"
        for folder in (state, *(inbox / camera for camera in CAMERAS)):
            folder.mkdir(parents=True)
        shutil.copy(year, state / "lahmadaemon.db")
        found = asyncio.run(measure(state, inbox, options.every, options.seconds, options.visitors))
    show(*found, options.seconds)


if __name__ == "__main__":
    main()
