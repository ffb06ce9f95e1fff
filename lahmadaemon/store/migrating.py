"""Brings the schema up to date at start, by Alembic; refuses files that are not ours and schemas newer than this program."""

import contextlib
import sqlite3
from pathlib import Path

import structlog
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL

from lahmadaemon.errors import ConfigurationError
from lahmadaemon.store.engines import migrator
from lahmadaemon.store.looking import APPLICATION_ID, is_ours, look

log = structlog.get_logger()

_FOLDER = Path(__file__).parent / "migrations"


_HEAD = max(path.name.split("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def head() -> str:
    """The newest revision this program knows: revisions are numbered files, counted once."""
    return _HEAD


def refuse_newer(what: str, found: str) -> None:
    """`found`: the schema of `what`. Raises ConfigurationError where it is a newer lahmadaemon's."""
    if found > head():
        raise ConfigurationError(
            f"{what} has schema {found}, newer than this program knows ({head()}); upgrade lahmadaemon"
        )


def migrate(url: URL, target: str | None = None) -> None:
    """Upgrade the database to `target` (default: the newest revision). Blocking; call it in a thread.

    Raises ConfigurationError for a foreign SQLite file and for a schema from a newer lahmadaemon.
    """
    target = target or head()
    if url.get_backend_name() == "sqlite":
        _prepare(Path(url.database or ""))
    engine = migrator(url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":  # on SQLite the transaction is the lock
                connection.execute(text("SELECT pg_advisory_xact_lock(:ours)"), {"ours": APPLICATION_ID})
            found = current(connection)
            if found is not None:
                refuse_newer("the store", found)
            if found is not None and found != target and connection.dialect.name == "postgresql":
                log.warning("store.migrating_without_backup", from_revision=found, to_revision=target)
            if found != target:
                _upgrade(connection, target)
                log.info("store.migrated", from_revision=found, to_revision=target)
    finally:
        engine.dispose()


def current(connection: Connection) -> str | None:
    """The database's revision; None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _upgrade(connection: Connection, target: str) -> None:
    # Alembic costs half a second and some 20 MB: only a start that changes the schema pays for it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def _prepare(path: Path) -> None:
    """Make the folder and, private to the owner, the file; refuse a file of another program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        return
    try:
        with contextlib.closing(look(path)) as connection:
            ours = is_ours(connection)
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        raise ConfigurationError(
            f"{path} cannot be read as a SQLite database ({error}); move it aside to start anew, or ask `lahmadaemon doctor`"
        ) from error
    if tables and not ours:
        raise ConfigurationError(f"{path} is a database of another program; set LAHMA_STORE__URL to another file")
