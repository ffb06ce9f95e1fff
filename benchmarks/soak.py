"""A daemon at the real pace with the whole invented world around it: does anything grow, does anything drag?

    python benchmarks/soak.py [--minutes 60]

One process is the daemon, its bytecode compiled; this one is the world of the demo at the pace of life: a station, three
cameras, a partner, the agency's creators with both platforms, the people who are told, and somebody who opens a page of the
window every ten seconds. In its first hour a camera falls silent, one writes garbage, the partner is down and a creator
changes her password.

lag     by how much a sleep of 100 ms on the daemon's loop was overslept
growth  resident memory and descriptors after the warm-up (a fifth of the time, ten minutes at most) beside those of the end
"""

import argparse
import asyncio
import compileall
import itertools
import multiprocessing
import os
import platform
import signal
import tempfile
import time
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import linear_regression, mean

import httpx
import psutil
import structlog
from rich.console import Console
from rich.table import Table

import lahmadaemon
from lahmadaemon import daemon
from lahmadaemon.clock import SystemClock
from lahmadaemon.configuration import Given, load
from lahmadaemon.demo.stage import Outdoors, outdoors
from lahmadaemon.doorbell import Doorbell
from lahmadaemon.settings import Settings
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.supervision.service import Lifeline, Service
from lahmadaemon.supervision.supervisor import Supervisor

LAG, LOOK, ASK = 0.1, 5.0, 10.0
THINKING = 0.2
"""Seconds the platforms take for an answer."""
PAGES = ("/", "/radio", "/visitors", "/social", "/house", "/health/live", "/metrics", "/api/v1/services")
MB = 2**20
MOST_GROWTH, MOST_LAG, MOST_PROCESSOR = 10.0, 0.1, 5.0
"""MB of resident memory after the warm-up; p99 of the lag in seconds; percent of a core."""


class Sleeper(Service):
    """A guest on the daemon's loop."""

    name = "bench.lag"

    def __init__(self) -> None:
        self.lags = array("d")

    async def run(self, lifeline: Lifeline) -> None:
        while not lifeline.stopping.is_set():
            began = time.perf_counter()
            await asyncio.sleep(LAG)
            self.lags.append(max(0.0, time.perf_counter() - began - LAG))
            lifeline.beat()


class Warnings:
    """What the daemon logged that was more than information: how often each."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()

    def __call__(self, logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        if method != "info":
            self.heard[f"{method} {event['event']} {event.get('service') or event.get('condition') or ''}".strip()] += 1
        raise structlog.DropEvent


def indoors(line: Connection, settings: dict[str, str]) -> None:
    """The daemon, in a process of its own, until SIGTERM; sends its exit code, its lags, its warnings."""
    sleeper, warnings = Sleeper(), Warnings()
    structlog.configure(processors=[warnings], wrapper_class=structlog.make_filtering_bound_logger("info"))
    loaded = load(Settings, {name: Given(value, "soak") for name, value in settings.items()})
    ended = asyncio.run(daemon.run(loaded, SystemClock(), Doorbell(), lambda _: [sleeper]))
    line.send((ended.code, sleeper.lags, warnings.heard))


@dataclass
class Look:
    """At one moment; bytes, seconds."""

    at: float
    resident: int
    busy: float
    descriptors: int
    threads: int
    stored: int


@dataclass
class Found:
    """Of a whole run."""

    looks: list[Look] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    lags: Sequence[float] = ()
    warnings: Counter[str] = field(default_factory=Counter)
    code: int | None = None
    delivered: int = 0
    told: int = 0


def look(process: psutil.Process, state: Path) -> Look:
    with process.oneshot():
        spent = process.cpu_times()
        return Look(
            time.monotonic(), process.memory_info().rss, spent.user + spent.system, process.num_fds(),
            process.num_threads(), sum(each.stat().st_size for each in state.glob("lahmadaemon.db*")),
        )  # fmt: skip


async def watched(process: psutil.Process, state: Path, found: Found) -> None:
    while True:
        found.looks.append(await asyncio.to_thread(look, process, state))
        await asyncio.sleep(LOOK)


async def opened(url: str) -> None:
    """Wait until the window is open."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        while True:
            try:
                await client.get("/health")
            except httpx.TransportError:
                await asyncio.sleep(0.5)
            else:
                return


async def visitor(url: str, found: Found) -> None:
    """Opens one page after the other; what is not answered well is counted."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        for path in itertools.cycle(PAGES):
            await asyncio.sleep(ASK)
            began = time.perf_counter()
            try:
                answer = await client.get(path)
            except httpx.TransportError as error:
                found.refused[f"{path} {type(error).__name__}"] += 1
                continue
            found.answers.append(time.perf_counter() - began)
            if answer.status_code >= 500:
                found.refused[f"{path} {answer.status_code}"] += 1


async def soaked(minutes: float, folder: Path) -> Found:
    found, clock, state = Found(), SystemClock(), folder / "state"
    async with outdoors(clock, folder, thinking=THINKING) as world:
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe()
        settings = world.settings | {"LAHMA_STATE_FOLDER": str(state)}
        process = spawn.Process(target=indoors, args=(theirs, settings))
        process.start()
        assert process.pid is not None
        async with asyncio.timeout(120):
            await opened(world.window)
        life = Supervisor([world.life], clock, HealthBoard(clock))
        tasks = [
            asyncio.create_task(each)
            for each in (life.run(), watched(psutil.Process(process.pid), state, found), visitor(world.window, found))
        ]
        done, _ = await asyncio.wait(tasks, timeout=60 * minutes, return_when=asyncio.FIRST_COMPLETED)
        last_words(world, found)
        for task in tasks[1:]:
            task.cancel()
        os.kill(process.pid, signal.SIGTERM)
        found.code, found.lags, found.warnings = await asyncio.to_thread(ours.recv)
        await asyncio.to_thread(process.join)
        life.stop()
        await tasks[0]
    for task in done:
        task.result()  # why it ended before its time
    return found


def last_words(world: Outdoors, found: Found) -> None:
    found.delivered = sum(each.trouble is None for each in world.partner.received)
    found.told = world.messenger.taken


def percentile(share: float, values: Sequence[float]) -> float:
    ordered = sorted(values) or [float("nan")]
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def rows(found: Found) -> Iterator[tuple[str, str, str]]:
    """What was measured: its name, its value, and whether that is well (nothing where there is no aim)."""
    looks = found.looks
    warm_up = min(600.0, (looks[-1].at - looks[0].at) / 5)
    warm = [each for each in looks if each.at >= looks[0].at + warm_up]
    first, last, hours = warm[0], warm[-1], (warm[-1].at - warm[0].at) / 3600
    tenth = max(1, len(warm) // 10)
    before, after = (mean(each.resident for each in part) / MB for part in (warm[:tenth], warm[-tenth:]))
    slope = linear_regression([each.at for each in warm], [each.resident for each in warm]).slope * 3600 / MB
    busy = 100 * (last.busy - first.busy) / (last.at - first.at)
    yield "watched", f"{(looks[-1].at - looks[0].at) / 60:.0f} min, of them {warm_up / 60:.0f} to warm up", ""
    yield "resident memory, warm → end", f"{before:.1f} → {after:.1f} MB", well(holds=after - before <= MOST_GROWTH)
    yield "   at most; trend", f"{max(each.resident for each in looks) / MB:.1f} MB; {slope:+.1f} MB an hour", ""
    yield "processor", f"{busy:.2f} % of a core", well(holds=busy <= MOST_PROCESSOR)
    descriptors = [max(each.descriptors for each in part) for part in (warm[: len(warm) // 2], warm[len(warm) // 2 :])]
    yield (
        "descriptors, first half → second",
        "{} → {} at most".format(*descriptors),
        well(holds=descriptors[1] <= descriptors[0] + 2),
    )
    yield "threads, warm → end", f"{first.threads} → {last.threads}", well(holds=last.threads <= first.threads + 2)
    grown = (last.stored - first.stored) / MB
    yield (
        "database and its log",
        f"{first.stored / MB:.1f} → {last.stored / MB:.1f} MB, {grown / hours:.2f} MB an hour",
        "",
    )
    lags = [percentile(share, found.lags) for share in (0.5, 0.95, 0.99, 0.999)]
    told = " / ".join(f"{1000 * each:.1f}" for each in [*lags, max(found.lags)])
    yield (
        "loop lag p50 / p95 / p99 / p99.9 / worst",
        f"{told} ms ({len(found.lags):,} sleeps)",
        well(holds=lags[2] <= MOST_LAG),
    )
    answers = [1000 * percentile(share, found.answers) for share in (0.5, 0.95)]
    yield "the window, p50 / p95", "{:.0f} / {:.0f} ms".format(*answers) + f" ({len(found.answers)} answers)", ""
    yield (
        "not answered",
        ", ".join(f"{what} ×{n}" for what, n in found.refused.items()) or "none",
        well(holds=not found.refused),
    )
    yield "reports delivered; messages told", f"{found.delivered}; {found.told}", well(holds=found.delivered > 0)
    yield "exit", f"{found.code}", well(holds=found.code == 0)


def well(*, holds: bool) -> str:
    return "well" if holds else "NOT WELL"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--minutes", type=float, default=60)
    options = arguments.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("error"))
    with redirect_stdout(StringIO()):
        compileall.compile_dir(Path(lahmadaemon.__file__).parent, quiet=2)
    with tempfile.TemporaryDirectory(prefix="lahmadaemon-soak-") as folder:
        found = asyncio.run(soaked(options.minutes, Path(folder)))
    table, told = Table("", "measured", ""), list(rows(found))
    for row in told:
        table.add_row(*row)
    console = Console(width=130)
    console.print(table)
    console.print("Warnings of the daemon: " + ", ".join(f"{what} ×{n}" for what, n in found.warnings.most_common()))
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    console.print(f"{machine}, Python {platform.python_version()}")
    bad = [name for name, _, verdict in told if verdict == well(holds=False)]
    console.print("Verdict: " + (f"NOT WELL: {', '.join(bad)}" if bad else "well"))
    raise SystemExit(bool(bad))


if __name__ == "__main__":
    main()
