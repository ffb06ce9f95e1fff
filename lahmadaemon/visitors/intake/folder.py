"""A camera's folder on the disk: look, read, put away. Blocking; called in the folder's own thread.

Nothing here follows a link, trusts a name or a file's own times, and nothing is ever overwritten or deleted.
"""

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from lahmadaemon.errors import UpstreamError
from lahmadaemon.visitors.intake.moving import MOVING, fitting, give_back, move

PROCESSED, FAILED = "processed", "failed"
REASON = ".reason.txt"
_HOW = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""Not followed where it has become a link, not waited for where it has become a pipe."""
_NOTHING_GOES = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ESTALE}


class Look(NamedTuple):
    """A file as it lay there: two equal looks mean that nothing was done to it in between."""

    name: str
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int


@dataclass(frozen=True)
class Scan:
    """The whole folder at one moment."""

    looks: tuple[Look, ...]
    odd: tuple[str, ...] = ()
    """Names of files that are left alone: links, pipes, devices."""
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """Names that are listed, but not to be looked at, and why."""


class FileUnreadable(Exception):  # noqa: N818 - what happened, said of the file
    """It may not be read, or what lies there is no plain file; others may."""


class FileTooLarge(Exception):  # noqa: N818
    """More bytes than are ever read."""


class Folder:
    """One watched folder. Files that are done go into `processed` and `failed`, by default below it."""

    def __init__(self, path: Path, archive: Path | None = None, *, max_size: int = 8 * 1024 * 1024) -> None:
        self.path = path
        self._place = f"{path}/"
        self._archive = archive or path
        self._made = ""
        self._max_size = max_size

    def scan(self) -> Scan:
        """Everything that could be a camera's file, the oldest name first. Raises UpstreamError where there is no folder."""
        looks, odd, unreadable = [], [], {}
        try:
            with os.scandir(self.path) as entries:
                for entry in entries:
                    try:
                        if entry.name.startswith(".") and entry.name.endswith(MOVING):
                            give_back(
                                entry.path, self._place + entry.name[1 : -len(MOVING)]
                            )  # a crash left it half-way
                        elif is_candidate(entry.name):
                            found = entry.stat(follow_symlinks=False)
                            if stat.S_ISREG(found.st_mode):
                                looks.append(_look_at(entry.name, found))
                            elif not stat.S_ISDIR(found.st_mode):
                                odd.append(entry.name)
                    except FileNotFoundError:
                        continue  # gone since the folder was listed
                    except OSError as error:
                        unreadable[entry.name] = error.strerror or str(error)
        except OSError as error:
            raise UpstreamError(
                f"the folder {self.path} cannot be read: {error.strerror or error}", outcome="folder"
            ) from error
        return Scan(tuple(sorted(looks, key=lambda look: look.name)), tuple(sorted(odd)), unreadable)

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
            descriptor = os.open(self._place + look.name, _HOW)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise FileUnreadable(error.strerror or str(error)) from error
        try:
            content = os.read(descriptor, look.size + 1)
            found = os.fstat(descriptor)  # last: whatever was done to it since the look shows here
        except OSError as error:
            raise FileUnreadable(error.strerror or str(error)) from error
        finally:
            os.close(descriptor)
        return content if _look_at(look.name, found) == look and len(content) == look.size else None

    def put_away(
        self, name: str, where: str, day: str, digest: bytes, reason: str | None = None, seen: Look | None = None
    ) -> bool:
        """Move a file that is done into `where`/`day`; false where it is gone, or is not what was `seen` any more: it
        was written anew, nobody has read that yet, and it will be looked at.

        The content's fingerprint in the new name keeps files of one name apart, so that nothing is overwritten.
        Raises UpstreamError where it has to stay; outcome `disk` where others would fare no better.
        """
        source, shelf = self._place + name, f"{self._archive}/{where}/{day}"
        target, made = f"{shelf}/{_new_name(name, digest)}", self._made == shelf
        beside = None if reason is None else Path(shelf, fitting(_new_name(name, digest), REASON))
        try:
            if not _is_still(source, seen):  # first: where the folder itself is gone, it must not be made anew
                return False
            if not made:
                Path(shelf).mkdir(parents=True, exist_ok=True)
                self._made = shelf
            if beside is not None and reason is not None:
                beside.write_text(reason, "utf-8")
            if self._take_away(source, target, seen):
                return True
            if beside is not None:
                beside.unlink(missing_ok=True)
        except FileNotFoundError:
            self._made = ""  # the file is gone; or the shelf is, where it was made some time ago
            return made and self.put_away(name, where, day, digest, reason, seen)
        except OSError as error:
            raise UpstreamError(
                f"files stay in {self.path}: cannot move them to {shelf}: {error.strerror or error}",
                outcome="disk" if error.errno in _NOTHING_GOES else "file",
            ) from error
        return False

    def _take_away(self, source: str, target: str, seen: Look | None) -> bool:
        """A writer may have replaced the file in the last moment: what was taken is looked at once more, out of its reach."""
        try:
            os.rename(source, target)  # noqa: PTH104 - for a hundred thousand files; a Path costs as much as the move
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
        else:
            if _is_still(target, seen):
                return True
            give_back(target, source)
            return False
        hidden = self._place + fitting(f".{os.path.basename(source)}", MOVING)  # noqa: PTH119 - as above
        os.rename(source, hidden)  # noqa: PTH104
        try:
            if _is_still(hidden, seen):
                with suppress(FileExistsError):  # an earlier try got so far; it is the same to the byte
                    move(hidden, target)
                Path(hidden).unlink(missing_ok=True)
                return True
        except OSError:
            give_back(hidden, source)
            raise
        give_back(hidden, source)
        return False


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


def _is_still(path: str, seen: Look | None) -> bool:
    """Whether it is what was looked at, to the last write; a move changes the time of the entry, not that of the content."""
    found = os.lstat(path)
    return seen is None or (found.st_ino, found.st_size, found.st_mtime_ns) == (seen.inode, seen.size, seen.mtime_ns)


def _new_name(name: str, digest: bytes) -> str:
    stem, dot, ending = name.rpartition(".")
    return fitting(stem, f"__{fingerprint(digest)}{dot}{ending}")


def fingerprint(digest: bytes) -> str:
    """How a content's digest begins, in hex: the part of it that stands in names."""
    return digest.hex()[:12]
