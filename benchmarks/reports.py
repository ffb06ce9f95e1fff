"""How long reports take at a busy station: a year of five million connections on SQLite, beside DuckDB on Parquet.

    python benchmarks/reports.py [--connections 5000000] [--folder FOLDER] [--days 3]

fresh   read, chained, classed and counted from single connections, as for a period that is not settled yet
kept    as the daemon answers for a settled period
duckdb  the same sessions and gross figures asked of the connections in Parquet (needs `pip install duckdb`; else left out)

The year is made up, seeded, and built once for each number and schema (some minutes; FOLDER keeps it). To measure reading a
year of kept days without making 365 of them, the days that are not among the first `--days` are kept with a made day's content.
"""

import argparse
import asyncio
import os
import platform
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from a_busy_year import ENDS, STATION, ZONE, build
from beside_duckdb import Beside
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import URL

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import PeriodReport, Reporter
from lahmadaemon.radio.rollups.ledger import Keeping
from lahmadaemon.radio.rollups.worker import Worker
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.shows.reporter import show_reporter
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.store.database import Store, open_store

T = TypeVar("T")
NOW = Instant(ENDS + 30 * DAY)
SETTINGS = RadioSettings()
WEEK = periods.week(date(2025, 3, 12), ZONE)
YEAR = [periods.day(date(2025, 1, 1) + timedelta(days=number), ZONE) for number in range(365)]


class Stopwatch:
    """What was measured, in the order in which it was."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.busy: dict[str, float] = {}
        """Of that, this process's own work: what a machine that does other things as well does not change."""

    async def time(self, name: str, work: Callable[[], Awaitable[T]]) -> T:
        began, worked = time.perf_counter(), time.process_time()
        found = await work()
        self.seconds[name], self.busy[name] = time.perf_counter() - began, time.process_time() - worked
        return found


async def longest_block(work: Awaitable[T]) -> tuple[T, float]:
    """What came of it, and the longest time in which the loop could not turn."""
    task = asyncio.ensure_future(work)
    longest, before = 0.0, time.perf_counter()
    while not task.done():
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        longest, before = max(longest, now - before - 0.001), now
    return task.result(), longest


async def keep(keeping: Keeping, worker: Worker, kind: str, period: Period) -> None:
    made = await worker.make(keeping.job(kind, period, NOW))
    await keeping.rollups.keep(kind, period, made.kept, made.hours)


async def keep_the_rest(keeping: Keeping, like: Period) -> None:
    """Every day of the year as if it had been the one that was made."""
    found = (await keeping.rollups.find(like.start, like.end, 0, ["day"])).kept
    assert found is not None
    for day in YEAR:
        other = await keeping.rollups.find(day.start, day.end, 3 * DAY, ["day"])
        if other.kept is None:
            await keeping.rollups.keep("day", day, replace(found, stamp=other.stamp))


async def measure(store: Store, url: URL, days: int, watch: Stopwatch) -> tuple[PeriodReport, float, float]:
    radio = RadioStore(store, STATION)
    reporter, shows = Reporter(radio, SETTINGS, ZONE), show_reporter(store, STATION, ZONE, SETTINGS)
    keeping, worker = Keeping(radio, SETTINGS, ZONE), Worker(url)
    async with store.write() as connection:  # what an earlier run kept
        for table in ("radio_kept", "radio_hours"):
            await connection.exec_driver_sql(f"DELETE FROM {table}")
    some = YEAR[70 : 70 + days]
    await watch.time("a day, fresh", lambda: reporter.report(some[0], NOW))
    week = await watch.time("a week, fresh", lambda: reporter.report(WEEK, NOW))
    await watch.time("a week's shows, fresh", lambda: shows.report(WEEK, NOW))

    async def making() -> None:
        for day in some:
            await keep(keeping, worker, "day", day)

    _, idle = await longest_block(asyncio.sleep(10))
    _, lag = await longest_block(watch.time(f"{days} days, made by the service's process", making))
    await keep(keeping, worker, "week", WEEK)
    await keep(keeping, worker, "shows_week", WEEK)
    await worker.rest()
    await keep_the_rest(keeping, some[0])
    await watch.time("a week, kept", lambda: reporter.report(WEEK, NOW))
    await watch.time("a week's shows, kept", lambda: shows.report(WEEK, NOW))

    async def year() -> None:
        for day in YEAR:
            await reporter.report(day, NOW)

    await watch.time("365 days, kept", year)
    return week, lag, idle


def compare(folder: Path, database: Path, week: PeriodReport, watch: Stopwatch) -> None:
    """The same week, and every day of the year, by DuckDB; the week's figures must agree."""
    beside = Beside(folder, database)
    began = time.perf_counter()
    theirs = beside.figures(WEEK)
    watch.seconds["a week, duckdb"] = time.perf_counter() - began
    ours = (week.gross.cume, week.gross.ss, week.gross.active, round(week.gross.tlh, 3))
    assert theirs == ours, (theirs, ours)
    began = time.perf_counter()
    for day in YEAR[::36]:
        beside.figures(day)
    watch.seconds["365 days, duckdb (from every 36th)"] = (time.perf_counter() - began) / len(YEAR[::36]) * 365


def show(watch: Stopwatch, database: Path, count: int, lag: float, idle: float) -> None:
    table = Table("question", "seconds", "processor", "of fresh")
    fresh = {
        "a week, kept": "a week, fresh",
        "a week, duckdb": "a week, fresh",
        "a week's shows, kept": "a week's shows, fresh",
    }
    for name, seconds in watch.seconds.items():
        ratio = seconds / watch.seconds[fresh[name]] if name in fresh else None
        busy = watch.busy.get(name)
        table.add_row(
            name, f"{seconds:,.3f}", "" if busy is None else f"{busy:,.3f}", "" if ratio is None else f"{ratio:.3f}"
        )
    console = Console()
    console.print(table)
    size = database.stat().st_size
    console.print(
        f"{count:,} connections in {size / 1e9:.2f} GB: {size / count:.0f} bytes each, a year of polls included"
    )
    console.print(
        f"while the process made reports, the loop never stood still for longer than {lag * 1000:.0f} ms "
        f"({idle * 1000:.0f} ms while nothing was done at all)"
    )
    console.print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--connections", type=int, default=5_000_000)
    arguments.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "lahmadaemon-bench-reports")
    arguments.add_argument("--days", type=int, default=3, help="so many days are really made and kept")
    options = arguments.parse_args()
    database = build(options.folder, options.connections)
    watch, url = Stopwatch(), URL.create("sqlite", database=str(database))

    async def run() -> tuple[PeriodReport, float, float]:
        async with open_store(url) as store:
            return await measure(store, url, options.days, watch)

    week, lag, idle = asyncio.run(run())
    if Beside.possible():
        compare(options.folder, database, week, watch)
    else:
        print("without DuckDB beside it: pip install duckdb")
    show(watch, database, options.connections, lag, idle)


if __name__ == "__main__":
    main()
