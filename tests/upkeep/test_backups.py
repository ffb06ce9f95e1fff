"""Backups: whole, of one moment, good before they count; where they cannot be made that is said, and nobody else suffers."""

import asyncio
import errno
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lahmadaemon.building.upkeep import _copied
from lahmadaemon.clock import DAY, HOUR, Instant, instant
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.store.backups import Backup, backups_in, name_of, newest_good, outlived
from lahmadaemon.store.copying import Copied, copy, verified
from lahmadaemon.store.migrating import head
from lahmadaemon.supervision.health import State
from lahmadaemon.upkeep.backup import AGAIN, SETTLED, BackupService
from lahmadaemon.upkeep.disk import Usage
from lahmadaemon.upkeep.settings import BackupSettings
from tests.fakes.clock import START, FakeClock
from tests.fakes.house import keeping
from tests.upkeep import stores
from tests.visitors.test_more_faults import small_disk


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir()}


def test_a_copy_is_whole_for_its_owner_alone_and_leaves_nothing_beside(tmp_path: Path) -> None:
    database = stores.filled(tmp_path / "state" / "lahma.db")

    copied = copy(database, tmp_path / "backups" / "a.db")

    assert (copied.revision, copied.size) == (head(), copied.path.stat().st_size)
    assert stores.crossings_in(copied.path) == stores.MANY
    assert modes(tmp_path / "backups") == {"a.db": "0o600"}
    assert oct((tmp_path / "backups").stat().st_mode & 0o777) == "0o700"


def test_a_copy_is_of_one_moment_while_somebody_writes_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    database = stores.filled(tmp_path / "lahma.db")
    with closing(sqlite3.connect(database, timeout=0)) as writer:
        writer.execute("PRAGMA journal_mode = wal")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM radio_polls")  # under way: no part of any moment yet
        copied = copy(database, tmp_path / "a.db")
        writer.rollback()
        stores.add_crossings(writer, stores.MANY, 10)

        assert stores.crossings_in(copied.path) == stores.MANY
        assert stores.crossings_in(copy(database, tmp_path / "b.db").path) == stores.MANY + 10
    with closing(sqlite3.connect(copied.path)) as one:
        assert one.execute("SELECT count(*) FROM radio_polls").fetchone() == (1,)


def test_what_was_deleted_is_not_in_a_copy(tmp_path: Path) -> None:
    database = stores.filled(tmp_path / "lahma.db")
    secret = b"somebody who is to be forgotten"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA secure_delete = off")
        connection.execute("INSERT INTO alert_mutes VALUES (?, 1, 1, 'me')", (secret.decode(),))
        connection.commit()
        connection.execute("DELETE FROM alert_mutes")
        connection.commit()
    assert secret in database.read_bytes()

    assert secret not in copy(database, tmp_path / "a.db").path.read_bytes()


@pytest.mark.parametrize("harm", [stores.cut, stores.zeros, stores.noise, stores.emptied, stores.letter])
def test_a_damaged_copy_is_never_called_good(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    backup = copy(stores.filled(tmp_path / "lahma.db"), tmp_path / name_of(Instant(START))).path
    harm(backup)

    with pytest.raises(HopelessError, match=r"is damaged|cannot be read|is no store of lahmadaemon"):
        verified(backup)
    assert newest_good(tmp_path) is None


@pytest.mark.parametrize("harm", [stores.cut, stores.zeros])
def test_a_damaged_store_is_called_so_and_its_backups_stay(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    database = stores.filled(tmp_path / "lahma.db")
    harm(database)

    with pytest.raises((HopelessError, UpstreamError), match=r"store is damaged|not good"):
        copy(database, tmp_path / "b" / "a.db")
    assert list((tmp_path / "b").iterdir()) == []


def test_80_a_backup_has_no_place_on_a_full_disk_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = stores.filled(tmp_path / "lahma.db")
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(10**9, 10**9 - 2**20, 2**20))

    with pytest.raises(UpstreamError, match=r"no backup could be written into .*: it needs 16 MiB, and 1 MiB are free"):
        copy(database, tmp_path / "b" / "a.db")
    assert list((tmp_path / "b").iterdir()) == []


def test_80_a_disk_that_fills_while_a_backup_is_written_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = stores.filled(tmp_path / "lahma.db")
    before = copy(database, tmp_path / "b" / "a.db").path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("lahmadaemon.atomic.put", full)
    with pytest.raises(UpstreamError, match="No space left on device"):
        copy(database, tmp_path / "b" / "a.db")

    assert {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()} == {"a.db": before}


@pytest.mark.slow
def test_80_on_a_disk_that_really_is_full_nothing_half_made_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count of what is free says there is room, as on a disk with a quota: SQLite itself finds out."""
    database = stores.filled(tmp_path / "lahma.db", 20_000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(10**12, 0, 10**12))
    with small_disk(tmp_path / "disk", "size=600k") as disk:
        with pytest.raises(UpstreamError, match=r"no backup could be written into .*full"):
            copy(database, disk / "a.db")
        assert list(disk.iterdir()) == []


@pytest.mark.parametrize("taken", ["folder", "file"])
def test_80_a_place_that_is_taken_is_left_as_it_is(tmp_path: Path, taken: str) -> None:
    database = stores.filled(tmp_path / "lahma.db")
    if taken == "folder":
        (tmp_path / "b" / "a.db").mkdir(parents=True)
    else:
        (tmp_path / "b").write_text("I was here first")

    with pytest.raises(UpstreamError, match="no backup could be written into"):
        copy(database, tmp_path / "b" / "a.db")

    assert taken == "folder" or (tmp_path / "b").read_text() == "I was here first"
    assert taken == "file" or [path.name for path in (tmp_path / "b").iterdir()] == ["a.db"]


def days_of_backups(count: int, now: int = START) -> list[Backup]:
    return [Backup(Path(name_of(Instant(now - i * DAY))), Instant(now - i * DAY)) for i in range(count)]


def test_the_newest_seven_stay_and_one_of_each_of_four_weeks() -> None:
    known = days_of_backups(60)

    gone = outlived(known, keep=7, weekly=4, now=Instant(START))

    stayed = [datetime.fromtimestamp(each.made_at / 1000, UTC) for each in known if each not in gone]
    assert [f"{day:%a %m-%d}" for day in stayed] == [
        "Wed 10-21", "Tue 10-20", "Mon 10-19", "Sun 10-18", "Sat 10-17", "Fri 10-16", "Thu 10-15", "Sun 10-11", "Sun 10-04",
    ]  # fmt: skip


def test_of_those_made_before_a_change_the_newest_stays_for_its_weeks() -> None:
    new = [Backup(Path(f"{age}.db"), Instant(START - age * DAY), before="0014") for age in (3, 20)]

    assert outlived([*days_of_backups(3), *new], keep=7, weekly=4, now=Instant(START)) == [new[1]]
    assert outlived(new, keep=7, weekly=4, now=Instant(START + 40 * DAY)) == new


def test_names_are_moments_and_strangers_are_left_alone(tmp_path: Path) -> None:
    at = instant(datetime(2026, 11, 29, 2, 30, tzinfo=UTC))
    for name in (name_of(at), name_of(Instant(at - HOUR), "0014"), "holiday.db", "lahmadaemon-later.db"):
        (tmp_path / name).touch()

    assert [(each.path.name, each.made_at, each.before) for each in backups_in(tmp_path)] == [
        ("lahmadaemon-20261129T023000Z.db", at, None),
        ("lahmadaemon-20261129T013000Z-before-0014.db", at - HOUR, "0014"),
    ]
    assert backups_in(tmp_path / "nowhere") == []


class Copier:
    """Writes something that is as good as a backup, or fails as often as it is told to; remembers what it wrote."""

    def __init__(self, *troubles: Exception) -> None:
        self.troubles = list(troubles)
        self.made: list[str] = []

    async def __call__(self, database: Path, target: Path) -> Copied:
        if self.troubles:
            raise self.troubles.pop(0)
        await asyncio.to_thread(target.parent.mkdir, exist_ok=True)
        await asyncio.to_thread(target.touch)
        self.made.append(target.name)
        return Copied(target, 1, head())


def service(folder: Path, clock: FakeClock, copier: Copier, **settings: object) -> BackupService:
    return BackupService(folder / "lahma.db", folder / "b", BackupSettings.model_validate(settings), clock, copier)


async def test_one_is_made_a_day_and_a_restart_makes_no_more(tmp_path: Path, clock: FakeClock) -> None:
    copier = Copier()
    async with keeping(clock, service(tmp_path, clock, copier)):
        await clock.advance(2 * 86400 + SETTLED)
        assert len(copier.made) == 3
    async with keeping(clock, again := service(tmp_path, clock, copier)):
        await clock.advance(SETTLED)
        assert len(copier.made) == 3
        assert again.last_good is not None
        await clock.advance(86400)
        assert len(copier.made) == 4


async def test_80_a_backup_that_fails_is_a_stumble_told_once_and_tried_again_soon(
    tmp_path: Path, clock: FakeClock
) -> None:
    full = UpstreamError("no backup could be written into /b: disk full", outcome="backup")
    copier = Copier(full, full)
    async with keeping(clock, service(tmp_path, clock, copier)) as house:
        await clock.advance(SETTLED)
        assert house.state("house.backup") is State.DEGRADED
        await clock.advance(AGAIN)
        assert house.state("house.backup") is State.DEGRADED
        await clock.advance(AGAIN)
        assert (house.state("house.backup"), len(copier.made)) == (State.RUNNING, 1)


async def test_old_ones_go_only_after_a_new_one_is_good(tmp_path: Path, clock: FakeClock) -> None:
    for each in days_of_backups(40, START - 2 * DAY):
        (tmp_path / "b").mkdir(exist_ok=True)
        (tmp_path / "b" / each.path.name).touch()
    copier = Copier(UpstreamError("full"))
    async with keeping(clock, service(tmp_path, clock, copier, keep=2, keep_weekly=0)):
        await clock.advance(SETTLED)
        assert len(list((tmp_path / "b").iterdir())) == 40
        await clock.advance(AGAIN)
        assert len(list((tmp_path / "b").iterdir())) == 2


@pytest.mark.slow
async def test_80_a_place_that_is_too_slow_is_given_up_and_its_process_is_gone(tmp_path: Path) -> None:
    with pytest.raises(UpstreamError, match="took too long"):
        await _copied(0.01, tmp_path / "lahma.db", tmp_path / "a.db")
    database = await stores.in_thread(stores.filled, tmp_path / "lahma.db")
    copied = await _copied(60.0, database, tmp_path / "a.db")
    assert copied.revision == head()
    await asyncio.to_thread(stores.zeros, database)
    with pytest.raises(HopelessError, match="store is damaged") as caught:
        await _copied(60.0, database, tmp_path / "b.db")
    assert caught.value.outcome == "store"
