"""Saves what can be read of a damaged SQLite store into a new one. The damaged files are only copied. Blocking."""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.engine import URL

from lahmadaemon.errors import HopelessError
from lahmadaemon.store.copying import copy
from lahmadaemon.store.looking import beside, revision
from lahmadaemon.store.migrating import head, migrate, refuse_newer
from lahmadaemon.store.recovering import recovered
from lahmadaemon.store.restoring import held

_AT_ONCE = 500
_KINDS: dict[str, type] = {"TEXT": str, "BLOB": bytes}
"""Of a declared type; all others of ours are whole numbers."""


@dataclass(frozen=True)
class Saved:
    """Of one table; `whole`: it was read from one end to the other without a fault."""

    table: str
    rows: int
    whole: bool


def salvage(damaged: Path, target: Path) -> list[Saved]:
    """What each table gave. Raises ConfigurationError where a daemon runs, HopelessError where nothing can be read."""
    with held(damaged), TemporaryDirectory(dir=target.absolute().parent, prefix=".salvage-") as folder:
        work = Path(folder) / "damaged.db"
        for ending in ("", "-wal"):
            if beside(damaged, ending).exists():
                shutil.copyfile(beside(damaged, ending), beside(work, ending))
        fresh = Path(folder) / "fresh.db"
        migrate(URL.create("sqlite", database=str(fresh)), _revision(work))
        sources = [work, *recovered(work, Path(folder) / "recovered.db")]
        with closing(_opened(fresh)) as into:
            saved = [_table(name, into, sources) for name in _tables(into)]
        if not any(each.rows for each in saved):
            raise HopelessError(f"not a single row of {damaged} can be read; restore a backup")
        copy(fresh, target)
    return saved


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA writable_schema = on")  # else a file that is shorter than it says is not read at all
    connection.text_factory = lambda raw: raw.decode(errors="replace")
    return connection


def _revision(work: Path) -> str:
    try:
        with closing(_opened(work)) as connection:
            found = revision(connection)
    except sqlite3.Error:
        found = None
    if found is None or not found.isdigit():
        return head()
    refuse_newer("the store", found)
    return found


def _tables(connection: sqlite3.Connection) -> list[str]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in names if name != "alembic_version" and not name.startswith("sqlite_")]


def _table(name: str, into: sqlite3.Connection, sources: Sequence[Path]) -> Saved:
    """From all sources: what one gives twice, or two of them give, is there once, by its key."""
    described = list(into.execute(f'PRAGMA table_info("{name}")'))
    columns = [str(row[1]) for row in described]
    kinds = [_KINDS.get(str(row[2]).upper(), int) for row in described]
    order = [str(row[1]) for row in sorted((row for row in described if row[5]), key=lambda row: row[5])]
    insert = f'INSERT OR IGNORE INTO "{name}" VALUES ({", ".join("?" * len(columns))})'  # noqa: S608 - our own names
    whole = False
    for source in sources:
        with closing(_opened(source)) as connection:
            for descending in (False, True):
                reading = _Reading(connection, name, columns, order, descending=descending)
                for batch in reading.batches():
                    into.execute("BEGIN")
                    into.executemany(insert, [row for row in batch if _is_sound(row, kinds)])
                    into.execute("COMMIT")
                whole = whole or reading.ended
                if reading.ended:
                    break
    (count,) = into.execute(f'SELECT count(*) FROM "{name}"').fetchone()  # noqa: S608
    return Saved(name, count, whole)


def _is_sound(row: Sequence[Any], kinds: Sequence[type]) -> bool:
    """A page of rubbish may read like rows; of what is no number where one belongs nobody could make anything."""
    return all(value is None or isinstance(value, kind) for value, kind in zip(row, kinds, strict=True))


class _Reading:
    """A table from one end as far as it can be read; from the other end there may be more."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        table: str,
        columns: Sequence[str],
        order: Sequence[str],
        *,
        descending: bool,
    ) -> None:
        way = " DESC" if descending else ""
        named = ", ".join(f'"{column}"' for column in columns)
        ordered = ", ".join(f'"{column}"{way}' for column in order)
        self._query = f'SELECT {named} FROM "{table}" ORDER BY {ordered}'  # noqa: S608 - our own names
        self._connection = connection
        self.ended = False

    def batches(self) -> Iterator[list[tuple[Any, ...]]]:
        """Rows; ends where nothing more can be read."""
        batch: list[tuple[Any, ...]] = []
        try:
            for row in self._connection.execute(self._query):
                batch.append(row)
                if len(batch) == _AT_ONCE:
                    yield batch
                    batch = []
            self.ended = True
        except sqlite3.Error:
            self.ended = False
        yield batch
