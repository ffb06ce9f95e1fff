"""A backup back in the store's place: nothing is ever lost by it, whoever dies meanwhile; and one before each migration."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from lahmadaemon.clock import Instant
from lahmadaemon.errors import ConfigurationError, HopelessError, UpstreamError
from lahmadaemon.store import before_migrating, restoring
from lahmadaemon.store.copying import copy, verified
from lahmadaemon.store.database import open_store
from lahmadaemon.store.lock import own
from lahmadaemon.store.migrating import head, migrate
from tests.fakes.clock import START
from tests.upkeep import stores

NOW = Instant(START)
ASIDE = "lahma.db.before-restore-20261021T175700Z"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return stores.filled(tmp_path / "state" / "lahma.db")


@pytest.fixture
def backup(database: Path, tmp_path: Path) -> Path:
    made = copy(database, tmp_path / "b" / "a.db").path
    with closing(sqlite3.connect(database)) as connection:
        stores.add_crossings(connection, stores.MANY, 7)
    return made


def test_the_store_is_what_the_backup_was_and_what_was_there_lies_beside(database: Path, backup: Path) -> None:
    aside = restoring.restore(backup, database, NOW)

    assert aside == database.with_name(ASIDE)
    assert stores.crossings_in(database) == stores.MANY
    assert stores.crossings_in(aside) == stores.MANY + 7
    assert oct(database.stat().st_mode & 0o777) == "0o600"
    assert verified(backup).revision == head()


def test_what_lies_in_the_log_beside_the_store_goes_aside_with_it(database: Path, backup: Path) -> None:
    with closing(sqlite3.connect(database)) as writer, closing(sqlite3.connect(database)) as reader:
        writer.execute("PRAGMA journal_mode = wal")
        reader.execute("SELECT count(*) FROM radio_polls").fetchone()
        stores.add_crossings(writer, 9000, 1)
        kept = {ending: database.with_name(database.name + ending).read_bytes() for ending in ("", "-wal")}
    for ending, content in kept.items():  # as a killed daemon leaves it
        database.with_name(database.name + ending).write_bytes(content)

    aside = restoring.restore(backup, database, NOW)

    assert aside is not None
    assert not database.with_name("lahma.db-wal").exists()
    assert stores.crossings_in(database) == stores.MANY
    assert stores.crossings_in(aside) == stores.MANY + 8


@pytest.mark.parametrize("harm", [stores.cut, stores.zeros, stores.noise, stores.emptied, stores.letter, Path.unlink])
def test_whatever_has_become_of_the_store_a_backup_comes_back(
    database: Path, backup: Path, harm: Callable[[Path], None]
) -> None:
    harm(database)
    restoring.restore(backup, database, NOW)
    assert stores.crossings_in(database) == stores.MANY


def test_a_running_daemon_keeps_its_store(database: Path, backup: Path) -> None:
    before = database.read_bytes()
    lock = own(database)
    try:
        with pytest.raises(ConfigurationError, match="belongs to a running lahmadaemon"):
            restoring.restore(backup, database, NOW)
    finally:
        os.close(lock)
    assert database.read_bytes() == before


@pytest.mark.parametrize("harm", [stores.cut, stores.zeros, stores.noise, stores.emptied, stores.letter])
def test_a_bad_backup_is_refused_before_anything_is_touched(
    database: Path, backup: Path, harm: Callable[[Path], None]
) -> None:
    harm(backup)
    with pytest.raises(HopelessError, match=r"damaged|cannot be read|no store"):
        restoring.restorable(backup)


def test_a_backup_of_a_newer_lahmadaemon_is_refused_with_a_clear_word(database: Path, backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(ConfigurationError, match=r"schema 9999, newer than this program knows \(0\d+\); upgrade"):
        restoring.restorable(backup)


async def test_a_death_at_any_moment_leaves_a_store_or_the_word_that_there_was_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Died before the first rename the old one is there; between the renames none is, and a start is refused; then the new."""

    class Died(BaseException):
        pass

    outcomes = []
    rename, replace = Path.rename, Path.replace
    for deaths_after in range(4):
        folder = tmp_path / str(deaths_after)
        database = await stores.in_thread(stores.filled, folder / "lahma.db")
        await asyncio.to_thread(database.with_name("lahma.db-wal").touch)
        backup = (await asyncio.to_thread(copy, database, folder / "b" / "a.db")).path
        await asyncio.to_thread(database.with_name("lahma.db-wal").touch)
        left = [deaths_after]

        def dying(self: Path, target: Path, do: Callable[..., Path] = rename, left: list[int] = left) -> Path:
            if not self.name.endswith(".half"):
                if not left[0]:
                    raise Died
                left[0] -= 1
            return do(self, target)

        monkeypatch.setattr(Path, "rename", dying)
        monkeypatch.setattr(Path, "replace", lambda self, target, dying=dying: dying(self, target, replace))
        with suppress(Died):
            await asyncio.to_thread(restoring.restore, backup, database, NOW)
        monkeypatch.undo()
        try:
            async with open_store(stores.url_of(database)):
                outcomes.append("opens")
        except ConfigurationError as error:
            outcomes.append("refused" if "there was a store at" in str(error) else str(error))
        await asyncio.to_thread(restoring.restore, backup, database, Instant(NOW + 5000))
        assert stores.crossings_in(database) == stores.MANY
        assert list(folder.glob("*.before-restore-*"))
    assert outcomes == ["opens", "refused", "refused", "opens"]


def older(path: Path) -> Path:
    migrate(stores.url_of(path), "0012")
    return path


async def test_before_a_migration_a_backup_is_made_and_named_so(tmp_path: Path) -> None:
    database = await stores.in_thread(older, tmp_path / "lahma.db")
    target = tmp_path / "b" / "before.db"
    asked = []

    def place(revision: str) -> Path:
        asked.append(revision)
        return target

    with capture_logs() as logs:
        async with open_store(stores.url_of(database), place):
            pass

    assert asked == [head()]
    assert (await asyncio.to_thread(verified, target)).revision == "0012"
    assert [line["event"] for line in logs] == ["store.backed_up_before_migrating", "store.migrated"]
    async with open_store(stores.url_of(database), place):  # nothing to change, nothing to copy
        assert asked == [head()]


async def test_without_a_backup_nothing_is_migrated(tmp_path: Path) -> None:
    database = await stores.in_thread(older, tmp_path / "lahma.db")
    await asyncio.to_thread((tmp_path / "b").write_text, "in the way")

    with pytest.raises(
        UpstreamError, match=r"schema is not changed, .* backup first: .*; make room, or set LAHMA_BACKUP__"
    ):
        async with open_store(stores.url_of(database), lambda _: tmp_path / "b" / "a.db"):
            raise AssertionError("not reached")
    assert (await asyncio.to_thread(verified, database)).revision == "0012"


@pytest.mark.parametrize("make", [lambda path: None, Path.touch, stores.letter, stores.filled])
def test_no_backup_is_made_where_nothing_of_ours_is_changed(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "lahma.db")
    before_migrating.secure(stores.url_of(tmp_path / "lahma.db"), lambda _: tmp_path / "b.db")
    assert not (tmp_path / "b.db").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_makes_belongs_to_the_daemon(database: Path, tmp_path: Path) -> None:
    """People type `sudo lahmadaemon restore`: a store of root's own would be shut to the daemon."""
    for path in (database.parent, database):
        os.chown(path, 12345, 12345)
    backup = copy(database, database.parent / "backups" / "a.db").path
    database.with_name("lahma.db.lock").unlink()

    restoring.restore(backup, database, NOW)

    made = (database, database.with_name("lahma.db.lock"), backup, backup.parent)
    assert {path.name: path.stat().st_uid for path in made} == dict.fromkeys((path.name for path in made), 12345)
