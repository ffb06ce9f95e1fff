"""The store: transactions for writing, one at a time; connections for reading, beside it."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from lahmadaemon.errors import ConfigurationError, HopelessError, LahmaError, UpstreamError
from lahmadaemon.store import engines
from lahmadaemon.store.before_migrating import Placing, secure
from lahmadaemon.store.lock import note_kept, own
from lahmadaemon.store.migrating import current, head, migrate


class Store:
    """Every write must be idempotent by a natural key: a write whose caller was cancelled may have landed."""

    def __init__(self, reader: AsyncEngine, writer: AsyncEngine | None = None, place: "Place | None" = None) -> None:
        self._reader = reader
        self._writer = writer
        self._place = place
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the block's good end, rolled back on anything else, cancellation included.

        Raises UpstreamError when the disk is full or the file is locked for long, HopelessError when it is damaged.
        """
        if self._writer is None:
            raise HopelessError("this store was opened for reading only")
        async with self._turn:
            if self._place is not None:
                await asyncio.to_thread(self._place.check)
            try:
                async with self._writer.begin() as connection:
                    yield connection
            except (DBAPIError, PoolTimeout) as error:
                raise translated(error) from error

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One consistent view of the data."""
        try:
            async with self._reader.connect() as connection:
                yield connection
        except (DBAPIError, PoolTimeout) as error:
            raise translated(error) from error


def translated(error: DBAPIError | PoolTimeout) -> Exception:
    """A driver's error in the house's words; a mistake of our own, in SQL or in what we hand over, stays what it is."""
    if isinstance(error, PoolTimeout):
        return UpstreamError("the store does not answer: all its connections are busy", outcome="store")
    state = getattr(error.orig, "sqlstate", None) or ""
    if error.connection_invalidated or (isinstance(error, OperationalError) and _code(error) != sqlite3.SQLITE_ERROR):
        return UpstreamError(f"the store does not answer: {error.orig}", outcome="store")
    if type(error) is DatabaseError or state.startswith("XX"):
        return HopelessError(
            f"the store is damaged: {error.orig}; stop the daemon and restore a backup (`doctor` says which)",
            outcome="store",
        )
    return error


def _code(error: DBAPIError) -> int | None:
    """SQLite's number for the kind of error; None from PostgreSQL."""
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _unopened(url: URL, error: DBAPIError | OSError) -> LahmaError:
    """A server that is not up yet, a lock, a full disk: nobody starts us again after what is called a wrong setting."""
    passing = {None, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
    reason = error.orig if isinstance(error, DBAPIError) else error
    message = f"the store at {url.render_as_string()} cannot be opened: {reason}"
    if isinstance(error, OperationalError) and _code(error) in passing:
        return UpstreamError(message, outcome="store")
    return ConfigurationError(message)


@asynccontextmanager
async def open_store(url: URL, backup: Placing | None = None) -> AsyncIterator[Store]:
    """Own the store: lock it, bring its schema up to date (after a backup, where it is told the place), open it.

    Raises ConfigurationError where it cannot be ours, UpstreamError where trying again may help.
    """
    place: Place | None = None
    async with AsyncExitStack() as stack:
        try:
            if url.get_backend_name() == "sqlite":
                path = Path(url.database or "")
                await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
                owned = await asyncio.to_thread(own, path)
                stack.callback(os.close, owned)
            if backup is not None:
                await asyncio.to_thread(secure, url, backup)
            await asyncio.to_thread(migrate, url)
            if url.get_backend_name() == "sqlite":
                await asyncio.to_thread(note_kept, owned)
                place = await asyncio.to_thread(Place, path)
        except (DBAPIError, OSError) as error:
            raise _unopened(url, error) from error
        writer, reader = await asyncio.to_thread(engines.writer, url), await asyncio.to_thread(engines.reader, url)
        stack.push_async_callback(writer.dispose)
        stack.push_async_callback(reader.dispose)
        yield Store(reader, writer, place)


class Place:
    """Where an SQLite file lies: what is written after it was deleted, moved or emptied nobody will ever read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity = self._look()

    def _look(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return (found.st_dev, found.st_ino) if found.st_size else None

    def check(self) -> None:
        """Raises UpstreamError where the file is not the one that was opened."""
        if self._look() != self._identity:
            raise UpstreamError(
                f"the store's file {self._path} was deleted, moved or emptied; put it back, or restart with a backup",
                outcome="store",
            )


@asynccontextmanager
async def open_for_reading(url: URL) -> AsyncIterator[Store]:
    """Read beside a running daemon. Raises ConfigurationError where there is nothing to read, or of another version."""
    await _there(url)
    async with AsyncExitStack() as stack:
        reader = await asyncio.to_thread(engines.reader, url)
        stack.push_async_callback(reader.dispose)
        store = Store(reader)
        await _of_this_version(store, url)
        yield store


@asynccontextmanager
async def open_beside(url: URL) -> AsyncIterator[Store]:
    """Read, and write a little, beside a running daemon, which stays the owner: its lock is not taken, nothing is
    migrated, and the database's own lock makes writers take turns. Raises ConfigurationError as `open_for_reading`."""
    await _there(url)
    async with AsyncExitStack() as stack:
        writer, reader = await asyncio.to_thread(engines.writer, url), await asyncio.to_thread(engines.reader, url)
        stack.push_async_callback(writer.dispose)
        stack.push_async_callback(reader.dispose)
        store = Store(reader, writer)
        await _of_this_version(store, url)
        yield store


async def _there(url: URL) -> None:
    if url.get_backend_name() == "sqlite" and not await asyncio.to_thread(Path(url.database or "").is_file):
        raise ConfigurationError(
            f"there is no data yet at {url.database}; start `lahmadaemon run` first, or set LAHMA_STATE_FOLDER"
        )


async def _of_this_version(store: Store, url: URL) -> None:
    try:
        async with store.read() as connection:
            found = await connection.run_sync(current)
    except LahmaError as error:
        raise ConfigurationError(f"the store at {url.render_as_string()} cannot be read: {error}") from error
    if found != head():
        newer = found is not None and found > head()
        way = "upgrade lahmadaemon" if newer else "start `lahmadaemon run` to upgrade it"
        raise ConfigurationError(f"the store has schema {found}, this program wants {head()}; {way}")
