"""From a day in the store to a frozen report: our running totals beside the original's way, in one run on this machine.

    python benchmarks/push.py [--sizes 1000,100000,1000000] [--windows 61]

whole day   SELECT every crossing of the day, count directions in memory (what the older script does); nothing is stored
pass        our own catch-up after a pause: one grouped pass over the day, per report written by it
count       our counting alone: the running totals, without the few crossings that came after the window's end
ours        the whole of it, as the daemon does it: count, bytes, row, one committed transaction

The day's crossings are spread evenly over its first 23 hours and four cameras; those of the last 20 seconds lie after the
window's end, as they do when a report is written. Times are the least disturbed of all windows, in milliseconds: disks and
neighbours add to a few milliseconds what they like.
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import URL

from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant
from lahmadaemon.store.database import open_store
from lahmadaemon.visitors.push import payload, windows
from lahmadaemon.visitors.push.counting.store import Counted
from lahmadaemon.visitors.push.settings import PushSettings
from lahmadaemon.visitors.push.store import PushStore

ZONE = ZoneInfo("Europe/Budapest")
DAY_NAME = "2026-10-21"
CAMERAS = ("east", "north", "south", "west")
SETTLE = 20 * SECOND
MOST_ALLOWED = 1.5


def fill(path: Path, size: int, start: int, end: int) -> None:
    """A day's crossings from `start` to `end`, and the totals the intake would have kept with them."""
    step = (end - start) / size
    rows = [
        (CAMERAS[number % 4], start + int(number * step), number, number * 7 % 3 % 2, number, b"file")
        for number in range(size)
    ]
    with sqlite3.connect(path) as database:
        database.executemany(
            'INSERT INTO visitor_crossings (camera, "at", person, direction, frame, file) VALUES (?, ?, ?, ?, ?, ?)',
            rows,
        )
        database.execute(
            "INSERT INTO visitor_days SELECT camera, ?, sum(direction = 0), sum(direction = 1), sum(direction = 2),"
            ' min("at"), max("at") FROM visitor_crossings GROUP BY camera',
            [DAY_NAME],
        )
    database.close()


def whole_day(path: Path, start: int) -> float:
    """Seconds of the original's way."""
    database = sqlite3.connect(path)
    began = time.perf_counter()
    found = database.execute('SELECT * FROM visitor_crossings WHERE "at" >= ? ORDER BY "at"', [start]).fetchall()
    came = len([row for row in found if row[3] == 0])
    went = len([row for row in found if row[3] == 1])
    assert max(came - went, 0) + came + went > 0
    took = time.perf_counter() - began
    database.close()
    return took


async def measured(folder: Path, size: int, many: int) -> dict[str, float]:
    """Seconds of each way at its best, by its name."""
    path = folder / "push.db"
    midnight = windows.span(DAY_NAME, ZONE)[0]
    start, last = midnight, midnight + 23 * HOUR
    ends = [Instant(last - number) for number in range(many)]  # each its own window, all at the end of the day
    async with open_store(URL.create("sqlite", database=str(path))) as store:
        await asyncio.to_thread(fill, path, size, start, last + SETTLE)
        outbox, counted = PushStore(store, "bench"), Counted(ZONE, None)
        body = partial(payload.body, settings=PushSettings(url="https://partner.example/"), zone=ZONE)
        times: dict[str, list[float]] = {"whole day": [], "pass": [], "count": [], "ours": []}
        for end in ends:
            began = time.perf_counter()
            async with store.read() as connection:
                assert await counted.totals(connection, [end])
            times["count"].append(time.perf_counter() - began)
            began = time.perf_counter()
            assert await outbox.write([end], "SS-007", counted, body, end, Instant(end + DAY))
            times["ours"].append(time.perf_counter() - began)
        for _ in range(3):
            times["whole day"].append(await asyncio.to_thread(whole_day, path, midnight))
            grid = windows.ends(start, last, 5 * MINUTE, ZONE)
            began = time.perf_counter()
            async with store.read() as connection:
                assert len(await counted.totals(connection, grid)) == len(grid)
            times["pass"].append((time.perf_counter() - began) / len(grid))
    return {way: min(found) for way, found in times.items()}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sizes", default="1000,100000,1000000")
    arguments.add_argument("--windows", type=int, default=61)
    options = arguments.parse_args()
    table = Table("crossings", "whole day", "pass", "count", "ours", "whole day / ours", "ours / smallest")
    with tempfile.TemporaryDirectory(prefix="lahmadaemon-bench-") as folder:
        asyncio.run(
            measured(Path(folder), 100, 3)
        )  # statements are compiled and modules imported once, by nobody's time
    smallest: float | None = None
    ratio = 1.0
    for size in [int(size) for size in options.sizes.split(",")]:
        with tempfile.TemporaryDirectory(prefix="lahmadaemon-bench-") as folder:
            found = asyncio.run(measured(Path(folder), size, options.windows))
        smallest = smallest or found["ours"]
        ratio = found["ours"] / smallest
        table.add_row(
            f"{size:,}", *(f"{found[way] * 1000:,.2f} ms" for way in ("whole day", "pass", "count", "ours")),
            f"{found['whole day'] / found['ours']:,.1f}×", f"{ratio:.2f}×",
        )  # fmt: skip
    Console().print(table)
    Console().print(
        f"largest to smallest: {ratio:.2f}× ({'within' if ratio <= MOST_ALLOWED else 'MORE THAN'} {MOST_ALLOWED}×)"
    )


if __name__ == "__main__":
    main()
