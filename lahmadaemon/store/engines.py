"""Engines with the manners a daemon needs: SQLite in WAL with one writer, readers that can only read; PostgreSQL alike."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from lahmadaemon.store.looking import APPLICATION_ID

READERS = 4
CONNECT_TIMEOUT = "10"
"""Seconds for a PostgreSQL that accepts and then says nothing; meanwhile not even a stop is heard."""
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
_SILENT: dict[str, Any] = {"hide_parameters": True}
"""Errors do not quote what was to be written: it may hold addresses, and errors are logged."""
_PRAGMAS = (
    "foreign_keys = on",
    "journal_mode = wal",
    "synchronous = full",  # a commit we acknowledged survives power loss
    "busy_timeout = 5000",
    "temp_store = memory",
    "trusted_schema = off",
    "cell_size_check = on",
    "journal_size_limit = 67108864",
)


def writer(url: URL) -> AsyncEngine:
    """One connection, whose transactions take the write lock when they begin (so none fails half-way with BUSY)."""
    engine = create_async_engine(_with_driver(url, _DRIVERS), pool_size=1, max_overflow=0, **_SILENT)
    _teach(engine.sync_engine, "BEGIN IMMEDIATE", _PRAGMAS)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine.pool, "invalidate", _give_up_the_lock)
    return engine


def _give_up_the_lock(connection: Any, _record: Any, _error: BaseException | None) -> None:
    """A connection whose statement was cancelled is closed, but its cursor keeps the transaction, and with it the lock,
    until somebody collects the garbage: everybody else finds the database locked, by nobody. So it is rolled back first.

    Through aiosqlite's own queue, as its `stop()` does: `rollback()` would have to be awaited, and nobody can here.
    """
    driver = connection.driver_connection
    driver._tx.put_nowait((None, driver._conn.rollback))  # noqa: SLF001 - see above


def reader(url: URL) -> AsyncEngine:
    """A few connections that cannot write."""
    options: dict[str, Any] = {**_SILENT}
    if url.get_backend_name() == "postgresql":
        # SQLite's readers see one moment from their first statement on; PostgreSQL's must be told to
        options["execution_options"] = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
    engine = create_async_engine(_with_driver(url, _DRIVERS), pool_size=READERS, max_overflow=0, **options)
    _teach(
        engine.sync_engine,
        "BEGIN",
        ("busy_timeout = 5000", "query_only = on", "temp_store = memory", "trusted_schema = off"),
    )
    return engine


def migrator(url: URL) -> Engine:
    """A plain engine for the schema, for use in a thread of its own."""
    drivers = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
    engine = create_engine(_with_driver(url, drivers), **_SILENT)
    _teach(engine, "BEGIN IMMEDIATE", (*_PRAGMAS, f"application_id = {APPLICATION_ID}"))
    return engine


def _with_driver(url: URL, drivers: Mapping[str, str]) -> URL:
    kind = url.get_backend_name()
    if kind == "postgresql" and "connect_timeout" not in url.query:
        url = url.update_query_dict({"connect_timeout": CONNECT_TIMEOUT})
    return url.set(drivername=drivers[kind])


def _teach(engine: Engine, begin: str, pragmas: tuple[str, ...]) -> None:
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _opened(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGINs come too late and too weak
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Any) -> None:
        connection.exec_driver_sql(begin)
