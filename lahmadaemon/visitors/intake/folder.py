"""A camera's folder on the disk: look, read, put away. Blocking; called in the folder's own thread.

Nothing here follows a link, trusts a name or a file's own times, and nothing is ever overwritten or deleted.
"""

import errno
import os
import shutil
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lahmadaemon.errors import UpstreamError

PROCESSED, FAILED = "processed", "failed"
REASON = ".reason.txt"
LONGEST_NAME = 255
"""Bytes, on every file system Linux has."""


@dataclass(frozen=True, slots=True)
class Look:
    """A file as it lay there: two equal looks mean that nothing was done to it in between."""

    name: str
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int


@dataclass(frozen=True)
class Scan:
    """The whole folder at one moment. `identity` changes when the folder itself is another one."""

    identity: tuple[int, int]
    looks: tuple[Look, ...]
    odd: tuple[str, ...]
    """Names of files that are left alone: links, pipes, devices."""


class FileUnreadable(Exception):  # noqa: N818 - what happened, said of the file
    """It may not be read, or what lies there is no plain file; others may."""


class FileTooLarge(Exception):  # noqa: N818
    """More bytes than are ever read."""


class Folder:
    """One watched folder. Files that are done go into `processed` and `failed`, by default below it."""

    def __init__(self, path: Path, archive: Path | None = None, *, max_size: int = 8 * 1024 * 1024) -> None:
        self.path = path
        self._archive = archive or path
        self._made: Path | None = None
        self._max_size = max_size

    def scan(self) -> Scan:
        """Everything that could be a camera's file, the oldest name first. Raises UpstreamError where there is no folder."""
        try:
            found = os.stat(self.path)  # noqa: PTH116 - one call for the kind and the identity
            with os.scandir(self.path) as entries:
                looks, odd = [], []
                for entry in entries:
                    if (look := self._look(entry)) is not None:
                        looks.append(look)
                    elif is_candidate(entry.name) and self._is_odd(entry.name):
                        odd.append(entry.name)
        except OSError as error:
            raise UpstreamError(
                f"the folder {self.path} cannot be read: {error.strerror or error}", outcome="folder"
            ) from error
        return Scan((found.st_dev, found.st_ino), tuple(sorted(looks, key=lambda look: look.name)), tuple(sorted(odd)))

    def _look(self, entry: "os.DirEntry[str]") -> Look | None:
        if not is_candidate(entry.name):
            return None
        try:
            found = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return None  # gone since the folder was listed
        return _look_at(entry.name, found) if stat.S_ISREG(found.st_mode) else None

    def _is_odd(self, name: str) -> bool:
        """Neither a file nor a folder; what has gone since the folder was listed is nothing at all."""
        try:
            mode = os.lstat(self.path / name).st_mode
        except FileNotFoundError:
            return False
        return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))

    def look(self, names: Iterable[str]) -> tuple[Look, ...]:
        """The same for single names, where a hint tells that there is something new."""
        looks = []
        for name in sorted(set(names)):
            try:
                found = os.lstat(self.path / name)
            except OSError:  # gone again, or the folder itself is: the next scan will tell
                continue
            if is_candidate(name) and stat.S_ISREG(found.st_mode):
                looks.append(_look_at(name, found))
        return tuple(looks)

    def read(self, look: Look) -> bytes | None:
        """The whole file, if it is still what was looked at; None where it has changed or gone: look again.

        Raises FileUnreadable and FileTooLarge.
        """
        if look.size > self._max_size:
            raise FileTooLarge(f"{look.size} bytes are more than a file may have ({self._max_size})")
        try:
            # not followed where it has become a link, not waited for where it has become a pipe
            descriptor = os.open(f"{self.path}/{look.name}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise FileUnreadable(error.strerror or str(error)) from error
        try:
            before = os.fstat(descriptor)
            content = os.read(descriptor, look.size + 1)
            after = os.fstat(descriptor)
        except OSError as error:
            raise FileUnreadable(error.strerror or str(error)) from error
        finally:
            os.close(descriptor)
        unchanged = _look_at(look.name, before) == look == _look_at(look.name, after)
        return content if unchanged and len(content) == look.size else None

    def put_away(
        self, name: str, where: str, day: str, digest: bytes, reason: str | None = None, seen: Look | None = None
    ) -> bool:
        """Move a file that is done into `where`/`day`; false where it is gone, or is not what was `seen` any more: it
        was written anew, nobody has read that yet, and it will be looked at. Raises UpstreamError where it has to stay.

        The content's fingerprint in the new name keeps files of one name apart, so that nothing is overwritten.
        """
        source, shelf = f"{self.path}/{name}", self._archive / where / day
        target, made = f"{shelf}/{_new_name(name, digest)}", self._made == shelf
        try:
            found = os.lstat(source)  # first: where the folder itself is gone, it must not be made anew
            if seen is not None and _look_at(name, found) != seen:
                return False
            if not made:
                shelf.mkdir(parents=True, exist_ok=True)
                self._made = shelf
            if reason is not None:
                (shelf / fitting(_new_name(name, digest), REASON)).write_text(reason, "utf-8")
            _move(source, target)
        except FileNotFoundError:
            self._made = None  # the file is gone; or the shelf is, where it was made some time ago
            return made and self.put_away(name, where, day, digest, reason, seen)
        except OSError as error:
            raise UpstreamError(
                f"files stay in {self.path}: cannot move them to {shelf}: {error.strerror or error}", outcome="folder"
            ) from error
        return True


def is_candidate(name: str) -> bool:
    """Whether a camera may have written a file of this name: not hidden, not half-made."""
    return name[-5:].lower() == ".json" and not name.startswith(".")


def shown(name: str) -> str:
    """The name as it can be stored, logged and sent: UTF-8, other bytes and control characters escaped."""
    if name.isascii() and name.isprintable():
        return name
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def _look_at(name: str, found: os.stat_result) -> Look:
    return Look(name, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _new_name(name: str, digest: bytes) -> str:
    stem, dot, ending = name.rpartition(".")
    return fitting(stem, f"__{digest.hex()[:12]}{dot}{ending}")


def fitting(name: str, ending: str) -> str:
    """The name with this ending, cut where the file system cuts: bytes, not characters."""
    if len(name) + len(ending) <= LONGEST_NAME // 4:  # a sign has four bytes at most
        return name + ending
    return os.fsdecode(os.fsencode(name)[: LONGEST_NAME - len(ending)]) + ending


def _move(source: str, target: str) -> None:
    try:
        os.rename(source, target)  # noqa: PTH104 - for a hundred thousand files; a Path costs as much as the move
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        folder, name = os.path.split(target)
        copy = Path(folder, fitting(f".{name}", ".tmp"))
        shutil.copyfile(source, copy, follow_symlinks=False)
        with copy.open("rb") as file:
            os.fsync(file.fileno())
        copy.rename(target)
        Path(source).unlink()
