"""Every database that was ever ours comes to the schema the program knows, with all it holds; others are left alone."""

import asyncio
import hashlib
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

import lahmadaemon.building.social_room  # so that every room's tables are known
import lahmadaemon.daemon  # noqa: F401
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.store import migrating
from lahmadaemon.store.database import open_for_reading, open_store
from lahmadaemon.store.migrating import current, head, migrate
from lahmadaemon.store.schema import metadata

_CONFIG = Config()
_CONFIG.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
SCRIPTS = ScriptDirectory.from_config(_CONFIG)
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]

OF_0001 = {
    "radio_polls": [
        {
            "station": "lahma", "polled_at": 1_792_605_420_123, "at": 1_792_605_420_000, "every": 30_000, "outcome": "valid",
            "rows": 1, "total": 1, "unique_total": None, "latency": 20, "skew": -123,
        },
    ],
    "radio_connections": [
        {
            "station": "lahma", "digest": b"\x00digest\xff", "started_at": 1_792_605_400_000, "identity": b"\xfeidentity",
            "network": b"network\x80",
            "first_seen_at": 1_792_605_420_000, "last_seen_at": None, "missed_at": None, "ended_at": None,
            "mount": "/radio.mp3", "user_agent": "KitchenRadio/1.0", "is_bot": False, "is_mobile": True, "internal": False,
            "located": True, "country": "HU", "city": "Pécs", "ip": None,
        },
    ],
}  # fmt: skip
"""Rows as revision 0001 kept them; in words of its own, since the tables of today have moved on."""


def fill(connection: Connection) -> None:
    for table, rows in OF_0001.items():
        names = list(rows[0])
        columns, values = ", ".join(f'"{name}"' for name in names), ", ".join(f":{name}" for name in names)
        connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), rows)


def kept(connection: Connection) -> dict[str, list[dict[str, object]]]:
    """The rows of 0001's tables, in 0001's columns."""
    found = {}
    for table, rows in OF_0001.items():
        columns = ", ".join(f'"{name}"' for name in rows[0])
        found[table] = [
            {name: type(rows[0][name])(value) if value is not None else None for name, value in row._mapping.items()}  # type: ignore[call-arg]
            for row in connection.execute(text(f"SELECT {columns} FROM {table}"))
        ]
    return found


def shape(connection: Connection) -> dict[str, object]:
    """Everything about our tables that a comparison with the metadata leaves out."""
    seen = inspect(connection)
    return {
        table: (
            [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in seen.get_columns(table)],
            seen.get_pk_constraint(table),
            sorted((i["name"], tuple(i["column_names"]), i["unique"]) for i in seen.get_indexes(table)),
        )
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


def fingerprints(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_the_newest_revision_is_the_one_alembic_finds() -> None:
    assert [head()] == SCRIPTS.get_heads()


def test_revisions_form_one_numbered_line() -> None:
    assert [f"{number:04}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS
    assert [SCRIPTS.get_revision(each).down_revision for each in REVISIONS] == [None, *REVISIONS[:-1]]


def test_an_empty_database_becomes_what_the_tables_say(url: URL, engine: Engine) -> None:
    migrate(url)

    with engine.connect() as connection:
        assert current(connection) == head()
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        migrated = shape(connection)
        metadata.drop_all(connection)
        metadata.create_all(connection)
        assert migrated == shape(connection)


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_earlier_database_comes_to_the_same_and_keeps_its_rows(url: URL, engine: Engine, revision: str) -> None:
    migrate(url, "0001")
    with engine.begin() as connection:
        fill(connection)
    migrate(url, revision)

    with capture_logs() as logs:
        migrate(url)

    told = [(line["from_revision"], line["to_revision"]) for line in logs if line["event"] == "store.migrated"]
    assert told == ([] if revision == head() else [(revision, head())])
    with engine.connect() as connection:
        assert current(connection) == head()
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert kept(connection) == OF_0001


def test_a_second_run_changes_nothing(url: URL, engine: Engine) -> None:
    migrate(url)
    with engine.begin() as connection:
        fill(connection)
        before = shape(connection)

    with capture_logs() as logs:
        migrate(url)

    assert logs == []
    with engine.connect() as connection:
        assert (shape(connection), kept(connection)) == (before, OF_0001)


def test_a_migration_that_breaks_leaves_nothing_behind(url: URL, engine: Engine) -> None:
    if url.get_backend_name() == "sqlite":
        Path(url.database or "").parent.mkdir()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE radio_exports (in_the_way INTEGER)"))

    with pytest.raises(DBAPIError, match="radio_exports"):
        migrate(url)  # 0001 goes well, 0002 does not

    with engine.connect() as connection:
        assert (current(connection), inspect(connection).get_table_names()) == (None, ["radio_exports"])


def from_the_future(url: URL, engine: Engine) -> None:
    migrate(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))


async def test_a_newer_schema_is_refused(url: URL, engine: Engine) -> None:
    await asyncio.to_thread(from_the_future, url, engine)

    with pytest.raises(ConfigurationError, match=r"schema 9999, newer than .* \(0\d+\); upgrade lahmadaemon"):
        async with open_store(url):
            raise AssertionError("not reached")
    with pytest.raises(ConfigurationError, match=r"schema 9999, this program wants \d+; upgrade lahmadaemon"):
        async with open_for_reading(url):
            raise AssertionError("not reached")


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_the_database_of_another_program_is_refused_and_left_alone(sqlite_url: URL, mode: str) -> None:
    path = Path(sqlite_url.database or "")
    path.parent.mkdir()
    foreign = sqlite3.connect(path)
    foreign.execute(f"PRAGMA journal_mode = {mode}")
    foreign.execute("CREATE TABLE songs (name TEXT)")
    foreign.commit()
    foreign.close()
    before = fingerprints(path.parent)

    with pytest.raises(ConfigurationError, match="is a database of another program; set LAHMA_STORE__URL"):
        migrate(sqlite_url)

    assert fingerprints(path.parent) == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(sqlite_url: URL) -> None:
    path = Path(sqlite_url.database or "")
    path.parent.mkdir()
    path.write_text("shopping list: flour, salt, yeast\n" * 100)
    before = fingerprints(path.parent)

    with pytest.raises(ConfigurationError, match=r"cannot be read as a SQLite database .* move it aside"):
        migrate(sqlite_url)

    assert fingerprints(path.parent) == before
