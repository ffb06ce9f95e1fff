"""Looks at an SQLite file without changing it, or leaving anything beside it. Blocking."""

import sqlite3
from pathlib import Path

APPLICATION_ID = 0x1A4A0001
"""Marks an SQLite file as ours (`PRAGMA application_id`)."""
SIDES = ("-wal", "-shm")
"""What SQLite keeps beside a database in WAL mode: together they are one set, and are moved together."""


def beside(path: Path, ending: str) -> Path:
    """The file that SQLite, or we, keep under the database's name and an ending."""
    return path.with_name(path.name + ending)


def look(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises sqlite3.Error.

    Looking at a database in WAL mode leaves two files beside it, unless it is known that nobody writes to it.
    """
    how = "mode=ro" if beside(path, "-wal").exists() else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None)
    connection.execute("PRAGMA trusted_schema = off")
    return connection


def is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the file bears our mark. Raises sqlite3.Error."""
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    return bool(mark == APPLICATION_ID)


def revision(connection: sqlite3.Connection) -> str | None:
    """The schema's; None before the first. Raises sqlite3.Error."""
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'")
    if there.fetchone() is None:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def integrity(connection: sqlite3.Connection, most: int = 100) -> list[str]:
    """What SQLite finds wrong, in its words; empty where all is well. Raises sqlite3.Error where it cannot even look."""
    lines = [str(line) for (line,) in connection.execute(f"PRAGMA integrity_check({int(most)})")]
    return [] if lines == ["ok"] else lines
