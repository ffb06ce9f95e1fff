"""A backup of an SQLite store before its schema is changed. Blocking."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import structlog
from sqlalchemy.engine import URL

from lahmadaemon.errors import UpstreamError
from lahmadaemon.store.copying import OUTCOME, copy
from lahmadaemon.store.looking import is_ours, look, revision
from lahmadaemon.store.migrating import head

log = structlog.get_logger()

Placing = Callable[[str], Path]
"""Where the backup goes that is made ahead of this revision."""


def secure(url: URL, place: Placing) -> None:
    """Nothing where there is nothing to change. Raises UpstreamError where none can be made: then nothing is changed."""
    if url.get_backend_name() != "sqlite" or not _is_older(database := Path(url.database or "")):
        return
    target = place(head())
    try:
        copied = copy(database, target)
    except UpstreamError as error:
        raise UpstreamError(
            f"the schema is not changed, for there must be a backup first: {error}; make room, or set LAHMA_BACKUP__FOLDER",
            outcome=OUTCOME,
        ) from error
    log.info("store.backed_up_before_migrating", path=str(target), revision=copied.revision, to_revision=head())


def _is_older(database: Path) -> bool:
    """Whether it is a store of ours that will be migrated. What cannot be read is for the migration to complain about."""
    try:
        if not database.stat().st_size:
            return False
        with closing(look(database)) as connection:
            found = revision(connection) if is_ours(connection) else None
    except (OSError, sqlite3.Error):
        return False
    return found is not None and found < head()
