"""One owner process per SQLite file."""

import fcntl
import os
from pathlib import Path

from lahmadaemon.errors import ConfigurationError


def own(database: Path) -> int:
    """Own the database file for as long as the returned descriptor is open, at most as long as this process lives.

    Raises ConfigurationError, naming the owner, when somebody else does. The lock file lies beside the database and is
    never removed: removing it would let two owners lock two different files.
    """
    path = database.with_name(f"{database.name}.lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.read(descriptor, 20).decode(errors="replace").strip() or "unknown"
        os.close(descriptor)
        raise ConfigurationError(
            f"{database} belongs to a running lahmadaemon (process {owner}); stop that one first, "
            "or give this one another LAHMA_STATE_FOLDER"
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor
