"""Puts a backup in the store's place. What was there is kept aside, and a death at any moment loses neither. Blocking."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

from lahmadaemon import atomic
from lahmadaemon.clock import Instant, local
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.store.copying import Copied, copy, verified
from lahmadaemon.store.lock import hold, note_kept
from lahmadaemon.store.looking import SIDES, beside
from lahmadaemon.store.migrating import refuse_newer


def restorable(backup: Path) -> Copied:
    """The backup, looked through. Raises ConfigurationError for one of a newer lahmadaemon, HopelessError for a bad one."""
    if not backup.is_file():
        raise ConfigurationError(f"there is no file {backup}")
    found = verified(backup)
    if found.revision is None:
        raise ConfigurationError(f"{backup} has no schema: nothing was ever kept in it")
    refuse_newer(f"{backup}", found.revision)
    return found


@contextmanager
def held(database: Path) -> Iterator[int]:
    """No daemon runs on it, and none starts meanwhile. Raises ConfigurationError where one runs."""
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = hold(database)
    try:
        atomic.belong(beside(database, ".lock"), database.parent)
        yield descriptor
    finally:
        os.close(descriptor)


def restore(backup: Path, database: Path, now: Instant) -> Path | None:
    """The backup becomes the store; where what was there lies now, if there was anything.

    The store's own file goes first and comes last: whoever dies in between leaves none, and a daemon refuses to begin anew
    where there was one. Raises ConfigurationError where a daemon runs, UpstreamError where there is no room.
    """
    with held(database) as lock:
        arriving = beside(database, ".restoring")
        copy(backup, arriving, database.parent)
        note_kept(lock)
        aside = beside(database, f".before-restore-{local(now, UTC):%Y%m%dT%H%M%SZ}")
        there = [ending for ending in ("", *SIDES) if beside(database, ending).exists()]
        for ending in there:
            beside(database, ending).rename(beside(aside, ending))
        atomic.put(arriving, database)
    return aside if there else None
