"""One owner process per SQLite file."""

import fcntl
import os
from pathlib import Path

from lahmadaemon.errors import ConfigurationError
from lahmadaemon.store.looking import beside

KEPT = " keeps a store"
"""Behind the owner's number in the lock file, once there is a database."""


def own(database: Path) -> int:
    """Own the database file for as long as the returned descriptor is open, at most as long as this process lives.

    Raises ConfigurationError, naming the owner, when somebody else does, and where there was a database and is none any
    more. The lock file lies beside it and is never removed: removing it would let two owners lock two different files.
    """
    descriptor, noted = _locked(database)
    if noted.endswith(KEPT) and not (database.exists() and database.stat().st_size):
        os.close(descriptor)
        raise ConfigurationError(
            f"there was a store at {database}, and it is gone or empty: restore it from a backup (`lahmadaemon restore`), "
            f"or delete {beside(database, '.lock').name} beside it to begin anew"
        )
    _note(descriptor, KEPT if noted.endswith(KEPT) else "")
    return descriptor


def hold(database: Path) -> int:
    """Keep every daemon away while the file itself is exchanged or looked through, whatever has become of it.

    Raises ConfigurationError where one runs.
    """
    return _locked(database)[0]


def owner(database: Path) -> str | None:
    """The number of the process that owns it now; None where nobody does."""
    if not beside(database, ".lock").exists():
        return None
    descriptor = os.open(beside(database, ".lock"), os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _noted_owner(os.pread(descriptor, 40, 0).decode(errors="replace"))
    finally:
        os.close(descriptor)
    return None


def _locked(database: Path) -> tuple[int, str]:
    try:
        descriptor = os.open(beside(database, ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError:
        raise ConfigurationError(
            f"{database} belongs to another user; do this as the user who runs the daemon"
        ) from None
    noted = os.pread(descriptor, 40, 0).decode(errors="replace")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ConfigurationError(
            f"{database} belongs to a running lahmadaemon (process {_noted_owner(noted)}); stop that one first, "
            "or give this one another LAHMA_STATE_FOLDER"
        ) from None
    return descriptor, noted


def _noted_owner(noted: str) -> str:
    return noted.removesuffix(KEPT).strip() or "unknown"


def note_kept(descriptor: int) -> None:
    """There is a database now; from here on its absence is no first start."""
    _note(descriptor, KEPT)


def _note(descriptor: int, mark: str) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}{mark}".encode(), 0)
