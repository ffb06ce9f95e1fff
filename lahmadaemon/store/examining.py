"""What is wrong with an SQLite store, in words. Changes nothing; not for the process that has the store open. Blocking."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from lahmadaemon.store.lock import owner
from lahmadaemon.store.looking import beside, integrity, is_ours, look, revision
from lahmadaemon.store.migrating import head

_MAGIC = b"SQLite format 3\0"
_HEADER = 100
"""Bytes. Offsets in it are those of SQLite's file format, section 1.3."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `broken`: the store is not to be relied on."""

    words: str
    broken: bool = False


def examine(database: Path) -> list[Finding]:
    """Everything that can be told, as far as one gets."""
    findings = [*_of_owner(database)]
    try:
        size = database.stat().st_size
        head_of_file = _read_head(database)
    except OSError as error:
        return [*findings, Finding(f"{database} cannot be read: {error.strerror or error}", broken=True)]
    if not size:
        return [*findings, Finding(f"{database} is empty: every byte of it is gone", broken=True)]
    if not head_of_file.startswith(_MAGIC):
        what = "its beginning was overwritten, or it is no SQLite database at all"
        return [*findings, Finding(f"{database} does not begin as a database does: {what}", broken=True)]
    findings += _of_length(database, size, head_of_file)
    try:
        with closing(look(database)) as connection:
            return [*findings, *_of_schema(connection), *_of_pages(connection), *_of_references(connection)]
    except sqlite3.Error as error:
        return [*findings, Finding(f"it cannot be read any further: {error}", broken=True)]


def _of_owner(database: Path) -> Iterator[Finding]:
    running = owner(database)
    yield Finding(f"a daemon runs on it (process {running})" if running else "no daemon runs on it")
    log = beside(database, "-wal")
    if running is None and log.exists() and log.stat().st_size:
        kib = log.stat().st_size >> 10
        yield Finding(
            f"the last daemon was killed: {kib} KiB lie in {log.name} beside it, and are read in at the next start"
        )


def _read_head(database: Path) -> bytes:
    with database.open("rb") as file:
        return file.read(_HEADER)


def _of_length(database: Path, size: int, head_of_file: bytes) -> Iterator[Finding]:
    """Only where the header vouches for its own count, and nothing waits in the log beside it."""
    page = int.from_bytes(head_of_file[16:18], "big")
    page, pages = (65536 if page == 1 else page), int.from_bytes(head_of_file[28:32], "big")
    if beside(database, "-wal").exists() or head_of_file[24:28] != head_of_file[92:96] or size >= page * pages:
        return
    yield Finding(f"{database} was cut: {pages} pages were written, {size // max(page, 1)} are there", broken=True)


def _of_schema(connection: sqlite3.Connection) -> Iterator[Finding]:
    if not is_ours(connection):
        yield Finding("it is a database of another program", broken=True)
        return
    found = revision(connection)
    if found is None:
        yield Finding("it has no schema: nothing was ever kept in it", broken=True)
    elif found > head():
        yield Finding(f"schema {found} is newer than this program knows ({head()}); upgrade lahmadaemon", broken=True)
    else:
        later = "" if found == head() else f"; the next start brings it to {head()}, after a backup"
        yield Finding(f"schema {found}{later}")


def _of_pages(connection: sqlite3.Connection) -> Iterator[Finding]:
    """The whole first; only where that finds something each table is asked, for a page does not say whose it is."""
    lines = integrity(connection, 1)
    if not lines:
        yield Finding("every page of it is whole")
        return
    found = False
    for (table,) in list(connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")):
        faults: dict[str, list[str]] = defaultdict(list)
        for line in _told_of(connection, table):
            faults[_whose(line, table)].append(line)
        for whose, told in faults.items():
            found = True
            count = f"{len(told)} faults or more, such as" if len(told) > 1 else "a fault"
            yield Finding(f"{whose}: {count}: {told[0]}", broken=True)
    if not found:
        yield Finding(f"no table, but the file: {lines[0].splitlines()[-1]}", broken=True)


def _told_of(connection: sqlite3.Connection, table: str) -> list[str]:
    try:
        lines = [str(line) for (line,) in connection.execute(f"PRAGMA integrity_check('{table}')")]
    except sqlite3.Error as error:
        return [str(error)]
    return [part for line in lines for part in line.splitlines() if part != "ok" and not part.startswith("***")]


def _whose(line: str, table: str) -> str:
    """An index that disagrees with its table can be made anew of it."""
    found = re.search(r"index (\S+)$", line)
    return f"index {found[1]}" if found else f"table {table}"


def _of_references(connection: sqlite3.Connection) -> Iterator[Finding]:
    dangling = {str(table) for table, *_ in connection.execute("PRAGMA foreign_key_check")}
    for table in sorted(dangling):
        yield Finding(f"table {table}: rows point to rows that are gone", broken=True)
