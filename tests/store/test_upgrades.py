"""From each schema there ever was, every table with rows in it: the upgrade keeps all of them, and makes a backup first."""

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from lahmadaemon.store.copying import verified
from lahmadaemon.store.database import open_store
from lahmadaemon.store.looking import integrity
from lahmadaemon.store.migrating import head, migrate
from tests.store.test_migrations import REVISIONS

Rows = dict[str, list[dict[str, Any]]]
_VALUES: Mapping[str, Any] = {"TEXT": "text", "BLOB": b"\x00bytes\xff", "BOOLEAN": 1}


def url_of(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


def tables(connection: sqlite3.Connection) -> list[str]:
    named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return sorted(name for (name,) in named if name != "alembic_version")


def rows_of(connection: sqlite3.Connection) -> Rows:
    connection.row_factory = sqlite3.Row
    return {name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')] for name in tables(connection)}


def value(kind: str, number: int) -> Any:
    """Of every kind something, and each number its own."""
    made = _VALUES.get(kind.upper(), number)
    return f"{made} {number}" if isinstance(made, str) else made + bytes([number]) if isinstance(made, bytes) else made


def fill(path: Path) -> None:
    """Two rows more in every table, with every column that may be empty empty in the second."""
    with closing(sqlite3.connect(path)) as connection:
        for table in tables(connection):
            (there,) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()
            columns = list(connection.execute(f'PRAGMA table_info("{table}")'))
            for number in (there + 1, there + 2):
                row = [
                    None if number == there + 2 and not required and not key else value(kind, number)
                    for _, _, kind, required, _, key in columns
                ]
                connection.execute(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(row))})', row)
        connection.commit()


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One store as it was under each revision, which went through all before."""
    folder = tmp_path_factory.mktemp("history")
    found = {}
    now = folder / "now.db"
    for revision in REVISIONS:
        migrate(url_of(now), revision)
        fill(now)
        found[revision] = folder / f"{revision}.db"
        with closing(sqlite3.connect(now)) as connection:
            found[revision].write_bytes(connection.serialize())
    return found


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_row_of_every_earlier_schema_comes_along(history: dict[str, Path], tmp_path: Path, revision: str) -> None:
    path, backup = tmp_path / "lahma.db", tmp_path / "before.db"

    async def daemon_starts() -> None:
        async with open_store(url_of(path), lambda _: backup):
            pass

    path.write_bytes(history[revision].read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        before = rows_of(connection)
    assert before
    assert all(before.values())

    asyncio.run(daemon_starts())

    with closing(sqlite3.connect(path)) as connection:
        assert integrity(connection) == []
        after = rows_of(connection)
    assert after.keys() >= before.keys()
    for table, rows in before.items():
        assert [{name: row[name] for name in rows[0]} for row in after[table]] == rows, table
    if revision == head():
        assert not backup.exists()
    else:
        assert verified(backup).revision == revision
