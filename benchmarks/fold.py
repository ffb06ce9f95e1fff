"""From response bytes to committed: our fold beside the naive list scan and the plain way, in one run on this machine.

    python benchmarks/fold.py [--sizes 100,1000,10000,100000]

naive   for each row, scan a list of listeners for its address (what the older script does); folding only, nothing is stored
plain   json.loads of the whole answer, then one upsert per row with bare sqlite3, one transaction
ours    typed decode, door, fold, one transaction with the changes (SQLAlchemy on aiosqlite, as the daemon does it)

Each poll changes 1 % of the rows (half leave, half come). Times are medians over polls, in milliseconds.
"""

import argparse
import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import URL

from lahmadaemon.clock import Instant
from lahmadaemon.radio.azuracast import payload
from lahmadaemon.radio.azuracast.door import Door
from lahmadaemon.radio.folding import fold
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.snapshot import Snapshot, Totals
from lahmadaemon.radio.store import Poll, RadioStore
from lahmadaemon.store.database import open_store

NOW = 1_792_605_423
EVERY = 30
CHANGING = 0.01
NAIVE_LIMIT = 10_000  # quadratic: ten times more would take minutes


def row(number: int, began: int, now: int) -> dict[str, Any]:
    """A row of about 700 bytes, as AzuraCast 0.23 writes it."""
    return {
        "ip": f"198.51.{number // 250 % 250}.{number % 250}",
        "user_agent": f"Mozilla/5.0 (Linux; Android 14; Pixel {number}) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/130.0.0.0 Mobile Safari/537.36",
        "hash": f"{number:032x}",
        "mount_is_local": True,
        "mount_name": "/radio.mp3 (192kbps MP3)",
        "connected_on": began,
        "connected_until": now,
        "connected_time": now - began,
        "device": {
            "client": "Chrome Mobile 130.0, Android 14", "is_browser": True, "is_mobile": True, "is_bot": False,
            "browser_family": "Chrome Mobile", "os_family": "Android",
        },
        "location": {
            "description": "Budapest, Budapest, HU", "region": "Budapest", "city": "Budapest", "country": "HU",
            "lat": 47.4925, "lon": 19.0514,
        },
    }  # fmt: skip


def answers(size: int, polls: int) -> Iterator[tuple[int, bytes]]:
    """(server's clock, body) of each poll."""
    present = {number: NOW - number % 7200 for number in range(size)}
    fresh = size
    for poll in range(polls):
        now = NOW + poll * EVERY
        if poll:
            for number in list(present)[: max(1, int(size * CHANGING / 2))]:
                del present[number]
                present[fresh] = now - fresh % EVERY
                fresh += 1
        yield now, json.dumps([row(number, began, now) for number, began in present.items()]).encode()


def naive(bodies: list[tuple[int, bytes]], folder: Path) -> list[float]:
    """The list scan; decoding is not counted."""
    listeners: list[dict[str, Any]] = []
    times = []
    for _, body in bodies:
        decoded = json.loads(body)
        began = time.perf_counter()
        for each in decoded:
            for known in listeners:
                if known["ip"] == each["ip"] and known["agent"] == each["user_agent"]:
                    if each["connected_time"] < known["sessions"][-1]:
                        known["sessions"].append(each["connected_time"])
                    else:
                        known["sessions"][-1] = each["connected_time"]
                    break
            else:
                listeners.append({"ip": each["ip"], "agent": each["user_agent"], "sessions": [each["connected_time"]]})
        times.append(time.perf_counter() - began)
    return times


def plain(bodies: list[tuple[int, bytes]], folder: Path) -> list[float]:
    """Everything decoded, every row upserted."""
    connection = sqlite3.connect(folder / "plain.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("PRAGMA synchronous = full")
    columns = "hash TEXT, began INTEGER, ip TEXT, agent TEXT, country TEXT, seen INTEGER"
    connection.execute(f"CREATE TABLE listening ({columns}, PRIMARY KEY (hash, began))")
    times = []
    for now, body in bodies:
        began = time.perf_counter()
        rows = [
            (r["hash"], r["connected_on"], r["ip"], r["user_agent"], r["location"]["country"], now)
            for r in json.loads(body)
        ]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO listening VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET seen = excluded.seen", rows
        )
        connection.execute("COMMIT")
        times.append(time.perf_counter() - began)
    connection.close()
    return times


def ours(bodies: list[tuple[int, bytes]], folder: Path) -> list[float]:
    """The daemon's own way."""
    return asyncio.run(_ours(bodies, folder))


async def _ours(bodies: list[tuple[int, bytes]], folder: Path) -> list[float]:
    times = []
    async with open_store(URL.create("sqlite", database=str(folder / "ours.db"))) as store:
        radio = RadioStore(store, "benchmark")
        door = Door(Pseudonyms(b"a secret of a benchmark"))
        standing = await radio.standing()
        for now, body in bodies:
            began = time.perf_counter()
            at = Instant(now * 1000)
            connections, _ = door.admit(payload.rows(body))
            folded = fold(standing, Snapshot(at, at, 0, 0, connections, Totals(len(connections), 0)), EVERY * 1000)
            poll = Poll(at, at, EVERY * 1000, folded.outcome, len(connections), None, None, 0, 0)
            await radio.record(poll, folded.opened, folded.closed)
            standing = folded.standing
            times.append(time.perf_counter() - began)
    return times


def measure(way: Callable[[list[tuple[int, bytes]], Path], list[float]], size: int) -> float:
    """Median milliseconds of a poll after the first, which meets everybody for the first time."""
    bodies = list(answers(size, 4 if size > 10_000 else 8))
    with tempfile.TemporaryDirectory(prefix="lahmadaemon-bench-") as folder:
        return median(way(bodies, Path(folder))[1:]) * 1000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sizes", default="100,1000,10000,100000")
    sizes = [int(size) for size in arguments.parse_args().sizes.split(",")]
    table = Table("listeners", "naive fold", "plain way", "ours", "naive / ours", "plain / ours", "ours / ours before")
    before = 0.0
    for size in sizes:
        slow = measure(naive, size) if size <= NAIVE_LIMIT else None
        usual, mine = measure(plain, size), measure(ours, size)
        table.add_row(
            f"{size:,}", f"{slow:,.1f} ms" if slow else "(quadratic)", f"{usual:,.1f} ms", f"{mine:,.1f} ms",
            f"{slow / mine:,.1f}×" if slow else "", f"{usual / mine:.1f}×", f"{mine / before:.1f}×" if before else "",
        )  # fmt: skip
        before = mine
    Console().print(table)


if __name__ == "__main__":
    main()
