"""Moves files so that nothing is ever overwritten and nothing is lost, also from one file system to another. Blocking."""

import errno
import os
import shutil
from pathlib import Path

LONGEST_NAME = 255
"""Bytes, on every file system Linux has."""
MOVING = ".moving"
"""A file on its way to another file system is called `.NAME.moving` in its own folder meanwhile."""
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS}


def fitting(name: str, ending: str) -> str:
    """The name with this ending, cut where the file system cuts: bytes, not characters."""
    if len(name) + len(ending) <= LONGEST_NAME // 4:  # a sign has four bytes at most
        return name + ending
    return os.fsdecode(os.fsencode(name)[: LONGEST_NAME - len(ending)]) + ending


def move(source: str, target: str) -> None:
    """The file itself, or a copy that is safely on the disk. Raises FileExistsError where the target is taken."""
    try:
        os.link(source, target, follow_symlinks=False)  # the one way to a name that does not take another's place
    except OSError as error:
        if error.errno == errno.EXDEV:
            _copy(source, target)
        elif error.errno in _NO_LINKS:
            if os.path.lexists(target):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target) from error
            os.rename(source, target)  # noqa: PTH104 - bytes that are no UTF-8 pass through strings unharmed
            return
        else:
            raise
    Path(source).unlink()


def _copy(source: str, target: str) -> None:
    folder, name = os.path.split(target)
    half = os.path.join(folder, fitting(f".{name}", ".tmp"))  # noqa: PTH118 - as above
    try:
        shutil.copyfile(source, half, follow_symlinks=False)
        with Path(half).open("rb") as file:
            os.fsync(file.fileno())
        move(half, target)
    except OSError:
        Path(half).unlink(missing_ok=True)
        raise


def give_back(path: str, home: str) -> None:
    """Into its folder again, under its own name or, where that is taken by now, under one that will be read, too."""
    try:
        move(path, home)
    except FileExistsError:
        stem, ending = os.path.splitext(home)  # noqa: PTH122 - as above
        folder, name = os.path.split(stem)
        move(path, os.path.join(folder, fitting(name, f"~{os.lstat(path).st_ino}{ending}")))  # noqa: PTH118
