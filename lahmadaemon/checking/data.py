"""The store's health, as far as it can be seen from beside a running daemon. Changes nothing."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL

from lahmadaemon.checking.finding import Finding, Level
from lahmadaemon.clock import Clock
from lahmadaemon.errors import LahmaError
from lahmadaemon.store.database import open_for_reading
from lahmadaemon.store.looking import beside, revision
from lahmadaemon.store.migrating import head

LONGEST_LOOK = 10.0
"""Seconds SQLite may look through its pages."""
LARGE_LOG = 256 * 1024 * 1024
"""Bytes of write-ahead log: somebody has been reading for a long time."""
RESTORE = "`lahmadaemon doctor` says how; restore a backup: docs/upgrade.md"


async def store(url: URL, clock: Clock) -> list[Finding]:
    """Whether it opens, its schema, its size, its pages."""
    if url.get_backend_name() == "sqlite":
        return await asyncio.to_thread(lambda: list(_sqlite(Path(url.database or ""), clock)))
    try:
        async with open_for_reading(url):
            return [Finding(Level.WELL, "store", f"{url.render_as_string()} answers, schema {head()}")]
    except LahmaError as error:
        return [Finding(Level.BROKEN, "store", str(error), "is the database up, and has the daemon been started once?")]


def _sqlite(path: Path, clock: Clock) -> Iterator[Finding]:
    if not path.exists():
        yield Finding(Level.PLAIN, "store", f"{path} is made at the first start")
        return
    try:
        # not read-only, which would leave its log behind; nothing is written all the same
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=5)) as connection:
            connection.execute("PRAGMA query_only = on")
            yield from _schema(connection)
            yield _pages(connection, clock)
    except sqlite3.Error as error:
        damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        yield Finding(
            Level.BROKEN, "store", f"{path}: {error}", RESTORE if damaged else f"may you read and write {path}?"
        )
        return
    log = beside(path, "-wal")
    waiting = log.stat().st_size if log.exists() else 0
    yield Finding(Level.WELL, "store", f"{_size(path.stat().st_size)}, and {_size(waiting)} of write-ahead log")
    if waiting > LARGE_LOG:
        yield Finding(Level.WARNING, "store", "its log grows", "does a program hold it open and read? End that one")


def _schema(connection: sqlite3.Connection) -> Iterator[Finding]:
    found = revision(connection)
    if found is None:
        yield Finding(Level.BROKEN, "store", "this is no store of lahmadaemon, or an emptied one", RESTORE)
    elif found == head():
        yield Finding(Level.WELL, "store", f"schema {found}")
    elif found > head():
        todo = "install the newer lahmadaemon again, or restore a backup from before"
        yield Finding(Level.BROKEN, "store", f"schema {found}; this program knows {head()} only", todo)
    else:
        yield Finding(Level.PLAIN, "store", f"schema {found}, brought to {head()} at the next start")


def _pages(connection: sqlite3.Connection, clock: Clock) -> Finding:
    until = clock.monotonic() + LONGEST_LOOK
    connection.set_progress_handler(lambda: clock.monotonic() > until, 100_000)
    try:
        said = [row[0] for row in connection.execute("PRAGMA quick_check(3)")]
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return Finding(Level.PLAIN, "store", f"too large to be looked through in {LONGEST_LOOK:g} s")
    if said == ["ok"]:
        return Finding(Level.WELL, "store", "its pages are whole")
    return Finding(Level.BROKEN, "store", f"damaged: {'; '.join(said)}", RESTORE)


def _size(size: int) -> str:
    return f"{size / 2**20:.1f} MiB"
