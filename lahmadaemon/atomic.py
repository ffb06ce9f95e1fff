"""Files that are there whole or not at all."""

import os
import threading
from contextlib import suppress
from pathlib import Path


def write(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Into a temporary neighbour that nobody beyond `mode` (and the umask) can ever read, synced, then renamed.

    Raises OSError, and leaves what was there before.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        temporary.unlink(missing_ok=True)  # of an earlier process with our number, perhaps with another mode
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):  # what went wrong first is what must be told
            temporary.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def put(written: Path, path: Path) -> None:
    """Give a file that somebody has written beside `path` its name, once it is safely on the disk. Raises OSError."""
    descriptor = os.open(written, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    written.replace(path)
    _settle(path.parent)


def belong(path: Path, like: Path) -> None:
    """What root makes for the daemon is the daemon's: the owner of `like` becomes the owner. Raises OSError."""
    if os.geteuid() == 0:
        found = like.stat()
        os.chown(path, found.st_uid, found.st_gid)


def _settle(folder: Path) -> None:
    with suppress(OSError):  # some network folders cannot be synced; the file is whole all the same
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
