"""Folders and files: there, ours, closed to others, with room left."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from lahmadaemon.checking.finding import Finding, Level
from lahmadaemon.configuration import Given
from lahmadaemon.settings import Loaded
from lahmadaemon.visitors.settings import FolderSettings

LITTLE, HARDLY_ANY = 0.10, 0.05
"""Shares of a disk."""
DOORS = stat.S_IRWXG | stat.S_IRWXO
AS_SERVICE = "run it as the service's user: sudo -u lahmadaemon, or lahmadaemon-cli"


def places(loaded: Loaded) -> Iterator[Finding]:
    """State, disk, exports, cameras, secrets. Blocking."""
    settings = loaded.settings
    state = settings.state_folder
    yield from _state(state)
    exports = settings.radio.export_folder
    for folder in [state, *([exports] if exports else []), *(each.path for each in settings.visitors.folders.values())]:
        if folder.is_dir():
            yield from _room_left(folder)
    if exports and settings.radio.stations and not _writable(exports):
        yield Finding(Level.BROKEN, "exports", f"{exports} cannot be written", f"chown it to {_me()}")
    for name, camera in settings.visitors.folders.items():
        yield from _camera(name, camera)
    for name, given in sorted(loaded.given.items()):
        yield from _open_secret(name, given, loaded)


def _state(folder: Path) -> Iterator[Finding]:
    about = "state folder"
    if not folder.exists():
        yield Finding(Level.PLAIN, about, f"{folder.absolute()} is made at the first start")
        return
    found = folder.stat()
    if os.geteuid() == 0 != found.st_uid:
        yield Finding(
            Level.WARNING, about, "you are root, and the daemon is not: rights are not really tried", AS_SERVICE
        )
    if not _writable(folder):
        yield Finding(Level.BROKEN, about, f"{folder} cannot be written by {_me()}", f"chown -R {_me()} {folder}")
        return
    ajar = [path for path in (folder, *_private(folder)) if path.stat().st_mode & DOORS]
    for path in ajar:
        mode = stat.S_IMODE(path.stat().st_mode)
        yield Finding(Level.WARNING, about, f"{path} is open to others ({mode:o})", f"chmod go= {path}")
    if not ajar:
        yield Finding(Level.WELL, about, f"{folder} is ours, and closed to others")


def _private(folder: Path) -> Iterator[Path]:
    for pattern in ("*.db", "*.db-wal", "secret.key", "telegram.session"):
        yield from sorted(folder.glob(pattern))


def _room_left(folder: Path) -> Iterator[Finding]:
    disk, about = shutil.disk_usage(folder), f"disk of {folder}"
    share, left = disk.free / disk.total, f"{disk.free / 2**30:.1f} GiB free, {disk.free / disk.total:.0%}"
    if share >= LITTLE:
        yield Finding(Level.WELL, about, left)
    else:
        level = Level.BROKEN if share < HARDLY_ANY else Level.WARNING
        yield Finding(level, about, left, "free some: where the disk is full nothing can be kept")
    inodes = os.statvfs(folder)
    if inodes.f_files and inodes.f_favail / inodes.f_files < HARDLY_ANY:
        yield Finding(Level.WARNING, about, "hardly an inode is left", "remove small files nobody needs")


def _camera(name: str, camera: FolderSettings) -> Iterator[Finding]:
    """Files are read, and moved away: for that the folder itself must be ours to write."""
    about, path = f"camera {name}", camera.path
    setting = f"LAHMA_VISITORS__FOLDERS__{name.upper()}__PATH"
    try:
        found = path.stat()
    except OSError as error:
        yield Finding(Level.BROKEN, about, f"{path}: {error.strerror}", f"make or mount it, or correct {setting}")
        return
    if not stat.S_ISDIR(found.st_mode):
        yield Finding(Level.BROKEN, about, f"{path} is no folder", f"correct {setting}")
    elif not os.access(path, os.R_OK | os.X_OK):
        yield Finding(
            Level.BROKEN, about, f"{path} cannot be read by {_me()}", "chgrp cameras, chmod 2770: docs/install.md"
        )
    elif not _writable(camera.archive or path) or not _writable(path):
        todo = "chgrp cameras, chmod 2770; under systemd also ReadWritePaths=: docs/install.md"
        yield Finding(Level.BROKEN, about, f"files cannot be moved out of {path} by {_me()}", todo)
    elif found.st_mode & stat.S_ISVTX and found.st_uid != os.geteuid() != 0:
        yield Finding(Level.BROKEN, about, f"{path} lets nobody move others' files (sticky)", f"chmod -t {path}")
    else:
        with os.scandir(path) as entries:
            waiting = sum(1 for entry in entries if entry.is_file(follow_symlinks=False))
        yield Finding(Level.WELL, about, f"{path}: files can be read and moved; {waiting} there now")


def _open_secret(name: str, given: Given, loaded: Loaded) -> Iterator[Finding]:
    """A secret in a file that everybody on this machine can read."""
    path = Path(given.origin.removeprefix("file "))
    if given.value in loaded.secrets and path.is_file() and path.stat().st_mode & stat.S_IRWXO:
        yield Finding(Level.WARNING, "secrets", f"{name} is in {path}, which everybody may read", f"chmod o= {path}")


def _writable(path: Path) -> bool:
    """The archive may still have to be made: then its parent counts."""
    there = next((each for each in (path, *path.parents) if each.exists()), path)
    return os.access(there, os.W_OK | os.X_OK)


def _me() -> str:
    return f"uid {os.geteuid()}"
