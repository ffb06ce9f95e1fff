"""The doctor: finds what is wrong with a store, says it in words, saves what can be saved, and hurts nothing by it."""

import errno
import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lahmadaemon.store import recovering
from lahmadaemon.store.copying import copy, verified
from lahmadaemon.store.examining import examine
from lahmadaemon.store.lock import own
from lahmadaemon.store.migrating import head
from lahmadaemon.store.salvaging import salvage
from tests.upkeep import stores
from tests.upkeep.commanding import Typed

HARMS = {
    stores.cut: "was cut: ",
    stores.zeros: "table visitor_crossings: ",
    stores.noise: "table visitor_crossings: ",
    stores.emptied: "is empty: every byte of it is gone",
    stores.letter: "does not begin as a database does",
}


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.suffix != ".lock"}


def test_a_sound_store_is_well(typed: Typed) -> None:
    stores.filled(typed.database)

    assert typed("doctor") == 0
    assert "BROKEN" not in typed.out
    assert f"ok     schema {head()}" in typed.out
    assert "every page of it is whole" in typed.out
    assert "no daemon runs on it" in typed.out
    assert "there is no good backup" in typed.out


@pytest.mark.parametrize(("harm", "words"), HARMS.items())
def test_each_harm_is_named_and_nothing_is_changed_by_looking(
    typed: Typed, harm: Callable[[Path], None], words: str
) -> None:
    stores.filled(typed.database)
    harm(typed.database)
    before = everything(typed.folder)

    assert typed("doctor") == 1

    broken = [line for line in typed.out.splitlines() if line.startswith("BROKEN")]
    assert any(words in line for line in broken), typed.out
    assert "lahmadaemon doctor --salvage FILE" in typed.out
    assert everything(typed.folder) == before


def test_the_newest_good_backup_is_named_and_a_bad_newer_one_is_not(typed: Typed) -> None:
    stores.filled(typed.database)
    assert typed("backup") == 0
    good = next((typed.folder / "backups").iterdir())
    bad = good.with_name("lahmadaemon-20990101T000000Z.db")
    bad.write_bytes(good.read_bytes())
    stores.cut(bad)
    stores.zeros(typed.database)

    assert typed("doctor") == 1
    assert f"the newest good backup is {good}, of 20" in typed.out
    assert "lahmadaemon restore FILE" in typed.out


def test_a_damaged_index_is_told_from_a_damaged_table(tmp_path: Path) -> None:
    database = stores.filled(tmp_path / "lahma.db")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA writable_schema = on")
        connection.execute(
            "UPDATE sqlite_master SET sql = 'CREATE INDEX ix_radio_polls_station_outcome_at ON radio_polls (station, \"rows\")'"
            " WHERE name = 'ix_radio_polls_station_outcome_at'"
        )
        connection.commit()

    broken = [each.words for each in examine(database) if each.broken]

    assert broken
    assert all(words.startswith("index ix_radio_polls_station_outcome_at: ") for words in broken), broken


def test_a_killed_daemon_s_log_and_a_running_daemon_are_told(tmp_path: Path) -> None:
    database = stores.filled(tmp_path / "lahma.db")
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("PRAGMA journal_mode = wal")
        stores.add_crossings(writer, 9000, 1)
        lock = own(database)
        running = [each.words for each in examine(database)]
        os.close(lock)
        killed = [each.words for each in examine(database)]

    assert running[0] == f"a daemon runs on it (process {os.getpid()})"
    assert killed[0] == "no daemon runs on it"
    assert "the last daemon was killed" in killed[1]
    assert not any(each.broken for each in examine(database))


def test_a_store_of_another_program_or_a_newer_version_is_called_so(tmp_path: Path) -> None:
    database = stores.filled(tmp_path / "lahma.db")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert [each.words for each in examine(database) if each.broken] == [
        f"schema 9999 is newer than this program knows ({head()}); upgrade lahmadaemon"
    ]
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA application_id = 1")
    assert "it is a database of another program" in [each.words for each in examine(database) if each.broken]


def test_what_can_be_read_is_saved_and_comes_back(typed: Typed, tmp_path: Path) -> None:
    stores.filled(typed.database)
    stores.zeros(typed.database)
    before = everything(typed.folder)

    assert typed("doctor", "--salvage", tmp_path / "saved.db") == 1

    saved = stores.crossings_in(tmp_path / "saved.db")
    assert stores.MANY * 0.9 < saved < stores.MANY
    assert f"visitor_crossings: {saved:,} rows, some are lost" in typed.out
    assert "radio_polls: 1 rows\n" in typed.out
    assert everything(typed.folder) == before
    assert verified(tmp_path / "saved.db").revision == head()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []

    assert typed("restore", tmp_path / "saved.db") == 0
    assert typed("doctor") == 0
    assert stores.crossings_in(typed.database) == saved


@pytest.mark.parametrize("harm", [stores.cut, stores.noise])
def test_of_a_cut_or_overwritten_store_the_rest_is_saved(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    database = stores.filled(tmp_path / "lahma.db")
    harm(database)

    saved = {each.table: each for each in salvage(database, tmp_path / "saved.db")}

    assert not saved["visitor_crossings"].whole
    assert 100 < stores.crossings_in(tmp_path / "saved.db") < stores.MANY


def test_of_a_sound_store_everything_is_saved_with_what_lies_in_its_log(tmp_path: Path) -> None:
    database = stores.filled(tmp_path / "lahma.db")
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("PRAGMA journal_mode = wal")
        stores.add_crossings(writer, 9000, 5)
        assert all(each.whole for each in salvage(database, tmp_path / "saved.db"))
    assert stores.crossings_in(tmp_path / "saved.db") == stores.MANY + 5


@pytest.mark.parametrize("harm", [stores.emptied, stores.letter])
def test_where_nothing_can_be_read_that_is_said(typed: Typed, tmp_path: Path, harm: Callable[[Path], None]) -> None:
    stores.filled(typed.database)
    harm(typed.database)

    assert typed("doctor", "--salvage", tmp_path / "saved.db") == 1
    assert "not a single row of" in typed.err
    assert not (tmp_path / "saved.db").exists()


def test_nothing_is_salvaged_under_a_running_daemon_or_over_another_file(typed: Typed, tmp_path: Path) -> None:
    stores.filled(typed.database)
    (tmp_path / "mine.db").write_text("mine")
    assert typed("doctor", "--salvage", tmp_path / "mine.db") == 2
    assert (tmp_path / "mine.db").read_text() == "mine"
    lock = own(typed.database)
    assert typed("doctor", "--salvage", tmp_path / "saved.db") == 2
    os.close(lock)
    assert "stop that one first" in typed.err


def test_sqlite_s_own_recovery_is_used_where_the_tool_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the tool: it tells of rows that nobody else could read, of one twice, and of rubbish."""
    database = stores.filled(tmp_path / "lahma.db")
    stores.zeros(database)
    script = """BEGIN;
        CREATE TABLE visitor_crossings(camera, at, person, direction, frame, file, more);
        INSERT INTO visitor_crossings VALUES('door', 7, 1, 1, 1, x'00', 'a line
.shell echo hacked > hacked
and another');
        INSERT INTO visitor_crossings VALUES('door', 7, 1, 1, 1, x'00', NULL);
        INSERT INTO visitor_crossings VALUES('door', 'never', 1, 1, 1, x'00', NULL);
        INSERT INTO nowhere VALUES(1);
        COMMIT;
    """
    tool = tmp_path / "bin" / "sqlite3"
    tool.parent.mkdir()
    tool.write_text(f"#!/bin/sh\ncat <<'END'\n{script}\nEND\n")
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")

    salvage(database, tmp_path / "saved.db")

    with closing(sqlite3.connect(tmp_path / "saved.db")) as connection:
        found = connection.execute(
            "SELECT at, more FROM visitor_crossings WHERE at < 100 OR typeof(at) = 'text'"
        ).fetchall()
    assert found == [(7, "a line\n.shell echo hacked > hacked\nand another")]


def test_a_tool_without_recovery_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "sqlite3"
    tool.write_text("#!/bin/sh\necho 'sql error: no such table: sqlite_dbpage' >&2\nexit 1\n")
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert list(recovering.recovered(tmp_path / "lahma.db", tmp_path / "r.db")) == []


def test_a_server_s_store_is_its_administrator_s(typed: Typed) -> None:
    typed.set(LAHMA_STORE__URL="postgresql://somebody@127.0.0.1/lahma")
    for command, instead in (
        (("backup",), "pg_dump"),
        (("doctor",), "pg_amcheck"),
        (("restore", "x.db"), "pg_restore"),
    ):
        assert typed(*command) == 2
        assert instead in typed.err


def test_what_is_not_there_yet_is_said(typed: Typed) -> None:
    for command in ("backup", "doctor"):
        assert typed(command) == 2
        assert "there is no data yet" in typed.err


def test_a_backup_goes_where_it_is_told_and_over_nobody(typed: Typed, tmp_path: Path) -> None:
    stores.filled(typed.database)
    assert typed("backup", "--to", tmp_path / "a.db") == 0
    assert "looked through and good" in typed.out
    assert "The secret key is not in it" in typed.out
    assert typed("backup", "--to", tmp_path / "a.db") == 2
    assert "is there already" in typed.err


CLOSED = "/srv/closed/a.db"


def test_a_place_that_is_closed_to_the_service_s_user_is_named(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    """`sudo lahmadaemon backup --to FILE` works as the service's user; as root this can only be feigned."""
    stores.filled(typed.database)
    own = os.stat

    def walled(path: Any, *arguments: Any, **named: Any) -> os.stat_result:
        if os.fspath(path) == CLOSED:
            raise PermissionError(errno.EACCES, "Permission denied", CLOSED)
        return own(path, *arguments, **named)

    monkeypatch.setattr(os, "stat", walled)
    for command in (("backup", "--to"), ("restore",)):
        assert typed(*command, CLOSED) == 2
        assert typed.err == f"lahmadaemon: {CLOSED} is closed to the user this runs as; name a place that is not\n"


def test_an_older_backup_is_restored_and_the_key_is_spoken_of(typed: Typed, tmp_path: Path) -> None:
    stores.filled(typed.database)
    backup = copy(typed.database, tmp_path / "a.db").path
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0012'")
        connection.commit()

    assert typed("restore", backup) == 0
    assert f"The next start brings it to schema {head()}." in typed.out
    assert "secret.key" in typed.out
    assert "What was there before is in" in typed.out


def test_a_store_of_a_newer_version_is_refused_by_an_older_daemon_with_a_clear_word(typed: Typed) -> None:
    """Downgrading: exit code 2, so that systemd does not try for ever; what is kept stays as it is."""
    stores.filled(typed.database)
    with closing(sqlite3.connect(typed.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    assert typed("run") == 2
    assert f"the store has schema 9999, newer than this program knows ({head()}); upgrade lahmadaemon" in typed.err
    assert verified(typed.database).revision == "9999"
    assert stores.crossings_in(typed.database) == stores.MANY
