"""SQLite stores with something in them, and the harm that befalls them."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL

from tests.fakes import stores
from tests.fakes.stores import begin_migrated

PAGE = 4096
MANY = 2000
"""Crossings: some thirty pages, so that there is a middle to be hurt."""


def url_of(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


def filled(path: Path, crossings: int = MANY) -> Path:
    """A store of today's schema with polls, connections and crossings in it; blocking."""
    begin_migrated(url_of(path))
    stores._fresh.discard(url_of(path))  # whoever opens it looks, as in life
    path.chmod(0o600)
    path.with_name(f"{path.name}.lock").write_text("1 keeps a store")
    with closing(sqlite3.connect(path)) as connection:
        add_crossings(connection, 0, crossings)
        connection.execute("INSERT INTO radio_polls VALUES ('rigo', 1, 1, 30000, 'valid', 1, 1, 1, 5, 0)")
        connection.execute("INSERT INTO visitor_days VALUES ('door', '2026-10-21', ?, 0, 0, 1, 2)", (crossings,))
        connection.commit()
    return path


def add_crossings(connection: sqlite3.Connection, first: int, count: int) -> None:
    rows = [("door", 1_792_605_420_000 + i, i, 1, i, b"file", None) for i in range(first, first + count)]
    connection.executemany("INSERT INTO visitor_crossings VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.commit()


def crossings_in(path: Path) -> int:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM visitor_crossings").fetchone()[0])


async def in_thread(work: Callable[..., Path], *arguments: object) -> Path:
    return await asyncio.to_thread(work, *arguments)


def _over(path: Path, start: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(content)


def cut(path: Path) -> None:
    """In the middle of a page, so that the last ten are lost."""
    os.truncate(path, path.stat().st_size - 10 * PAGE + 100)


def zeros(path: Path) -> None:
    """A page of a table, in the middle of it."""
    _over(path, _leaf(path) * PAGE, bytes(PAGE))


def noise(path: Path) -> None:
    _over(path, _leaf(path) * PAGE + 40, bytes((7 * i * i + 13) % 256 for i in range(3000)))


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def letter(path: Path) -> None:
    path.write_text("Dear sir or madam, this is no database.\n" * 200)


def _leaf(path: Path) -> int:
    """The place of a leaf of the crossings' tree, the last but five; counted from nought."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
        return int(connection.execute("PRAGMA page_count").fetchone()[0]) - 6
