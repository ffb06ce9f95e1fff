"""Databases that begin migrated: the migrations take longer than most tests, so they run once and are copied from then on."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import URL

from lahmadaemon.store import database
from lahmadaemon.store.database import Store, open_store
from lahmadaemon.store.engines import migrator
from lahmadaemon.store.migrating import migrate

_file: list[bytes] = []
_statements: list[str] = []
_fresh: set[URL] = set()
"""Made here, and not opened yet: `open_store` need not look whether there is anything to migrate."""


def begin_migrated(url: URL) -> None:
    """What `migrate` would make of an empty database; blocking, as that is."""
    if url.get_backend_name() == "sqlite":
        _copied(Path(url.database or ""))
    elif _statements:
        _told_again(url)
    else:
        _statements.extend(_overheard(url))
    is_migrated(url)


def is_migrated(url: URL) -> None:
    """Whoever opens it next need not look."""
    _fresh.add(url)


@asynccontextmanager
async def new_store(path: Path) -> AsyncIterator[Store]:
    """An open, empty store in a new SQLite file."""
    url = URL.create("sqlite", database=str(path))
    await asyncio.to_thread(begin_migrated, url)
    async with open_store(url) as opened:
        yield opened


def _migrate(url: URL) -> None:
    if url in _fresh:
        _fresh.remove(url)
    else:
        migrate(url)


vars(database)["migrate"] = _migrate


def _copied(path: Path) -> None:
    if _file:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_file[0])
        return
    migrate(URL.create("sqlite", database=str(path)))
    with closing(sqlite3.connect(path)) as made:
        _file.append(made.serialize())


def _told_again(url: URL) -> None:
    engine = migrator(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(";\n".join(_statements))
    engine.dispose()


def _overheard(url: URL) -> list[str]:
    """Migrates it, and listens to what the database is told that is no question."""
    told: list[str] = []

    def listen(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if not statement.lstrip().upper().startswith("SELECT"):
            assert not parameters, f"cannot be told again without its values: {statement}"
            told.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        migrate(url)
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    return told
