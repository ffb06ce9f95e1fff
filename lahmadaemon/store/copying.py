"""Copies of an SQLite store: whole, of one moment, looked through before they count. Blocking; needs nothing but the file."""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from lahmadaemon import atomic
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.store.looking import integrity, is_ours, look, revision

HALF = ".half"
"""A copy that is not whole yet is called `.NAME.half`."""
SPARE = 16 * 1024 * 1024
"""Bytes that must be left after a copy."""
OUTCOME = "backup"


@dataclass(frozen=True)
class Copied:
    """A copy that was looked through; bytes."""

    path: Path
    size: int
    revision: str | None


def copy(database: Path, target: Path, owner: Path | None = None) -> Copied:
    """A copy of this moment, while others write and are not kept waiting; without what was deleted, which lies about in
    the file itself. Written beside the target, synced, looked through, and only then given its name. It belongs to whom
    the store (or `owner`) belongs.

    Raises UpstreamError where it cannot be made now (what was there before stays), HopelessError where the store is damaged.
    """
    half = target.with_name(f".{target.name}{HALF}")
    try:
        if not target.parent.exists():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            atomic.belong(target.parent, owner or database)
        _make_empty(half)
        try:
            _vacuum(database, half)
            found = _looked_through(half)
            atomic.belong(half, owner or database)
            atomic.put(half, target)
        except BaseException:
            with suppress(OSError):
                half.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _unwritten(target, error.strerror or str(error)) from error
    return Copied(target, found.size, found.revision)


def verified(path: Path) -> Copied:
    """The copy, looked through to its last page. Raises HopelessError where it is damaged, cut or none of ours."""
    try:
        with closing(look(path)) as connection:
            if not is_ours(connection):
                raise HopelessError(f"{path} is no store of lahmadaemon", outcome=OUTCOME)
            if wrong := integrity(connection, 3):
                raise HopelessError(f"{path} is damaged: {'; '.join(wrong)}", outcome=OUTCOME)
            return Copied(path, path.stat().st_size, revision(connection))
    except (sqlite3.Error, OSError) as error:
        raise HopelessError(f"{path} cannot be read: {error}", outcome=OUTCOME) from error


def _looked_through(half: Path) -> Copied:
    try:
        found = verified(half)
    except HopelessError as error:  # the store was read without an error: this is the disk it was written to
        raise UpstreamError(
            f"the backup just written is not good, and was thrown away: {error}", outcome=OUTCOME
        ) from error
    if found.revision is None:
        raise UpstreamError("there is nothing in the store yet", outcome=OUTCOME)
    return found


def _vacuum(database: Path, half: Path) -> None:
    """As one reader of one moment (SQLite, VACUUM INTO); in WAL mode readers keep no writer waiting."""
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as one:
            one.execute("PRAGMA busy_timeout = 5000")
            one.execute("PRAGMA trusted_schema = off")
            _room_for(one, half)
            one.execute("VACUUM INTO ?", (str(half),))
    except sqlite3.OperationalError as error:
        raise _unwritten(half, str(error)) from error
    except sqlite3.DatabaseError as error:
        raise HopelessError(
            f"the store is damaged: {error}; `lahmadaemon doctor` says how badly and what to do", outcome="store"
        ) from error


def _room_for(connection: sqlite3.Connection, half: Path) -> None:
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    wanted, left = (pages - free) * size + SPARE, shutil.disk_usage(half.parent).free
    if left < wanted:
        raise _unwritten(half, f"it needs {wanted >> 20} MiB, and {left >> 20} MiB are free")


def _make_empty(half: Path) -> None:
    """For the owner alone from the first byte on. SQLite writes into an empty file as into none."""
    half.unlink(missing_ok=True)
    os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _unwritten(target: Path, why: str) -> UpstreamError:
    return UpstreamError(f"no backup could be written into {target.parent}: {why}", outcome=OUTCOME)
