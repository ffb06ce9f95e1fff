"""The SQLite file itself: whose it is, who may read it, and what happens when it is locked, full or damaged."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from lahmadaemon.errors import ConfigurationError, HopelessError, UpstreamError
from lahmadaemon.store import engines
from lahmadaemon.store.database import Store, open_for_reading, open_store
from lahmadaemon.store.looking import APPLICATION_ID

_ANOTHER = """
import asyncio, sys
from sqlalchemy import text
from sqlalchemy.engine import URL
from lahmadaemon.store.database import open_store

async def own():
    async with open_store(URL.create("sqlite", database=sys.argv[1])) as store:
        async with store.write() as connection:
            await connection.execute(text("CREATE TABLE things (name TEXT PRIMARY KEY)"))
            await connection.execute(text("INSERT INTO things VALUES ('committed')"))
        async with store.write() as connection:
            await connection.execute(text("INSERT INTO things VALUES ('under way')"))
            print("owned", flush=True)
            await asyncio.Event().wait()

asyncio.run(own())
"""


def path_of(url: URL) -> Path:
    return Path(url.database or "")


@contextmanager
def another_owner(url: URL) -> Iterator["subprocess.Popen[str]"]:
    """Another process that owns the store, has written one thing and is about to write another."""
    command = [sys.executable, "-c", _ANOTHER, str(url.database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            while (line := process.stdout.readline()) != "owned\n":
                assert line, "it died early"
            yield process
        finally:
            process.kill()


async def put(store: Store, *names: str) -> None:
    async with store.write() as connection:
        await connection.execute(text("CREATE TABLE IF NOT EXISTS things (name TEXT PRIMARY KEY)"))
        for name in names:
            await connection.execute(text("INSERT INTO things VALUES (:name)"), {"name": name})


async def kept(store: Store) -> set[str]:
    async with store.read() as connection:
        return set(await connection.scalars(text("SELECT name FROM things")))


async def test_the_files_are_for_their_owner_alone(sqlite_url: URL) -> None:
    async with open_store(sqlite_url) as store:
        await put(store, "tea")

        found = {path.name: oct(path.stat().st_mode & 0o777) for path in path_of(sqlite_url).parent.iterdir()}

    names = ["lahmadaemon.db", "lahmadaemon.db-shm", "lahmadaemon.db-wal", "lahmadaemon.db.lock"]
    assert found == dict.fromkeys(names, "0o600")


async def test_a_closed_store_is_one_file_and_its_lock(sqlite_url: URL) -> None:
    async with open_store(sqlite_url) as store:
        await put(store, "tea")
        await kept(store)

    assert {path.name for path in path_of(sqlite_url).parent.iterdir()} == {"lahmadaemon.db", "lahmadaemon.db.lock"}


async def pragmas(store: Store, engine: str) -> dict[str, object]:
    found = {}
    async with store.write() if engine == "writer" else store.read() as connection:
        for name in (
            "journal_mode", "synchronous", "foreign_keys", "busy_timeout", "trusted_schema", "cell_size_check", "temp_store",
            "journal_size_limit", "query_only", "application_id",
        ):  # fmt: skip
            found[name] = await connection.scalar(text(f"PRAGMA {name}"))
    return found


async def test_the_manners_of_connections_are_in_force(sqlite_url: URL) -> None:
    async with open_store(sqlite_url) as store:
        writer, reader = await pragmas(store, "writer"), await pragmas(store, "reader")

    safe = {"trusted_schema": 0, "temp_store": 2, "busy_timeout": 5000, "journal_mode": "wal"}
    full, megabytes = 2, 1024 * 1024
    assert writer.items() >= {
        **safe, "synchronous": full, "foreign_keys": 1, "cell_size_check": 1, "journal_size_limit": 64 * megabytes,
        "query_only": 0, "application_id": APPLICATION_ID,
    }.items()  # fmt: skip
    assert reader.items() >= {**safe, "query_only": 1}.items()


async def test_a_connection_made_after_a_cancelled_write_has_the_same_manners(sqlite_url: URL) -> None:
    async with open_store(sqlite_url) as store:
        before = await pragmas(store, "writer")
        task = asyncio.create_task(put(store, "tea"))
        for _ in range(5):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

        assert await pragmas(store, "writer") == before


async def test_a_write_takes_the_lock_when_it_begins(sqlite_url: URL) -> None:
    async with open_store(sqlite_url) as store:
        await put(store, "tea")
        with closing(sqlite3.connect(path_of(sqlite_url), timeout=0, isolation_level=None)) as other:
            async with store.write() as connection:
                await connection.scalar(text("SELECT count(*) FROM things"))
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    other.execute("BEGIN IMMEDIATE")
            other.execute("BEGIN IMMEDIATE")
            assert await kept(store) == {"tea"}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections that wait for a lock for 20 ms instead of five seconds."""
    shorter = tuple("busy_timeout = 20" if "busy_timeout" in pragma else pragma for pragma in engines._PRAGMAS)
    assert shorter != engines._PRAGMAS
    monkeypatch.setattr(engines, "_PRAGMAS", shorter)


@pytest.mark.usefixtures("impatient")
async def test_a_file_locked_for_long_is_trouble_that_passes(sqlite_url: URL) -> None:
    async with open_store(sqlite_url) as store:
        await put(store, "tea")
        with closing(sqlite3.connect(path_of(sqlite_url), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")

            with pytest.raises(UpstreamError, match="does not answer: database is locked") as caught:
                await put(store, "coffee")
            assert caught.value.outcome == "store"
            assert await kept(store) == {"tea"}

        await put(store, "coffee")
        assert await kept(store) == {"tea", "coffee"}


@pytest.mark.usefixtures("impatient")
async def test_a_file_locked_at_the_start_is_no_wrong_setting(sqlite_url: URL) -> None:
    async with open_store(sqlite_url):
        pass
    with closing(sqlite3.connect(path_of(sqlite_url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(UpstreamError, match="cannot be opened: database is locked"):
            async with open_store(sqlite_url):
                raise AssertionError("not reached")

    async with open_store(sqlite_url):
        pass


async def test_a_full_disk_is_trouble_that_passes_and_takes_the_write_back(sqlite_url: URL) -> None:
    async with open_store(sqlite_url) as store:
        await put(store, "tea")
        async with store.write() as connection:
            pages = await connection.scalar(text("PRAGMA page_count"))
            await connection.execute(text(f"PRAGMA max_page_count = {pages}"))

        with pytest.raises(UpstreamError, match="database or disk is full"):
            await put(store, "coffee", "x" * 100_000)
        assert await kept(store) == {"tea"}

        async with store.write() as connection:
            await connection.execute(text("PRAGMA max_page_count = 1000000"))
        await put(store, "coffee")
        assert await kept(store) == {"tea", "coffee"}


async def test_a_damaged_page_is_hopeless_and_says_what_to_do(sqlite_url: URL) -> None:
    async with open_store(sqlite_url) as store:
        await put(store, "tea")
        async with store.read() as connection:
            page = await connection.scalar(text("SELECT rootpage FROM sqlite_master WHERE name = 'things'"))
            size = await connection.scalar(text("PRAGMA page_size"))
    assert page is not None
    assert size is not None
    with path_of(sqlite_url).open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)

    async with open_store(sqlite_url) as store:
        with pytest.raises(
            HopelessError, match=r"store is damaged: .* malformed; stop the daemon and restore a backup"
        ):
            await kept(store)
        with pytest.raises(HopelessError, match="store is damaged"):
            await put(store, "coffee")


async def test_a_second_owner_is_refused_with_the_name_of_the_first(sqlite_url: URL) -> None:
    async with open_store(sqlite_url) as store:
        await put(store, "tea")

        with pytest.raises(ConfigurationError, match=rf"belongs to a running lahmadaemon \(process {os.getpid()}\)"):
            async with open_store(sqlite_url):
                raise AssertionError("not reached")

        await put(store, "coffee")  # the refused one has let go of nothing that was not its own
        with pytest.raises(ConfigurationError, match="belongs to"):
            async with open_store(sqlite_url):
                raise AssertionError("not reached")


@pytest.mark.slow
async def test_an_owner_in_another_process_is_named_and_its_data_can_be_read(sqlite_url: URL) -> None:
    with another_owner(sqlite_url) as other:
        with pytest.raises(ConfigurationError, match=rf"\(process {other.pid}\); stop that one first"):
            async with open_store(sqlite_url):
                raise AssertionError("not reached")

        async with open_for_reading(sqlite_url) as store:
            assert await kept(store) == {"committed"}


@pytest.mark.slow
async def test_what_a_killed_owner_committed_is_there_and_its_lock_is_free(sqlite_url: URL) -> None:
    with another_owner(sqlite_url) as other:
        other.send_signal(signal.SIGKILL)
        other.wait()

    async with open_for_reading(sqlite_url) as store:
        assert await kept(store) == {"committed"}
    async with open_store(sqlite_url) as store:
        assert await kept(store) == {"committed"}
        await put(store, "after")
        assert await kept(store) == {"committed", "after"}


async def test_nothing_to_read_is_said_and_nothing_is_made(sqlite_url: URL) -> None:
    with pytest.raises(ConfigurationError, match="there is no data yet"):
        async with open_for_reading(sqlite_url):
            raise AssertionError("not reached")

    assert not path_of(sqlite_url).parent.exists()


async def test_a_folder_that_cannot_be_made_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    url = URL.create("sqlite", database=str(tmp_path / "file" / "state" / "lahmadaemon.db"))

    with pytest.raises(ConfigurationError, match=r"cannot be opened: .*Not a directory"):
        async with open_store(url):
            raise AssertionError("not reached")
