"""A real daemon and its backups: one while it runs, one before its schema changes, none of which a restore can lose."""

import asyncio
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from lahmadaemon.store.backups import backups_in
from lahmadaemon.store.copying import verified
from lahmadaemon.store.migrating import head, migrate
from tests.system.process import environment, started

pytestmark = pytest.mark.slow


def old_store(database: Path) -> None:
    migrate(URL.create("sqlite", database=str(database)), "0009")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("INSERT INTO radio_polls VALUES ('rigo', 1, 1, 30000, 'valid', 1, 1, 1, 5, 0)")
        connection.commit()


async def ends(folder: Path, *command: str) -> int:
    async with started(environment(folder), folder=folder, program=("-m", "lahmadaemon", *command)) as process:
        return await process.ended()


async def revision(path: Path) -> str | None:
    return (await asyncio.to_thread(verified, path)).revision


async def test_an_upgrade_keeps_a_way_back_and_a_running_daemon_is_copied_and_not_replaced(tmp_path: Path) -> None:
    database = tmp_path / "state" / "lahmadaemon.db"
    await asyncio.to_thread(old_store, database)

    async with started(environment(tmp_path), folder=tmp_path) as daemon:
        await daemon.heard("store.backed_up_before_migrating", revision="0009", to_revision=head())
        await daemon.heard("daemon.ready")
        assert await ends(tmp_path, "backup", "--to", str(tmp_path / "now.db")) == 0
        assert await ends(tmp_path, "restore", str(tmp_path / "now.db")) == 2
        daemon.send(signal.SIGTERM)
        assert await daemon.ended() == 0

    [before] = await asyncio.to_thread(backups_in, tmp_path / "state" / "backups")
    assert (before.before, await revision(before.path)) == (head(), "0009")
    assert await revision(tmp_path / "now.db") == head()
    assert await ends(tmp_path, "restore", str(before.path)) == 0
    assert await revision(database) == "0009"
    assert await ends(tmp_path, "doctor") == 0
