"""A file is there whole or not at all, and never readable by more people than it should be."""

import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lahmadaemon import atomic


@contextmanager
def a_disk_with_room_for(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes: the kernel itself makes writing fail."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_the_old_file_and_no_temporary_one(tmp_path: Path) -> None:
    atomic.write(tmp_path / "a.csv", b"old")

    with a_disk_with_room_for(1000), pytest.raises(OSError, match="too large"):
        atomic.write(tmp_path / "a.csv", b"x" * 5000)

    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_bytes() == b"old"


def test_a_file_is_written_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"

    atomic.write(path, b"content")

    assert path.read_bytes() == b"content"
    assert list(path.parent.iterdir()) == [path]


def test_what_was_there_is_replaced_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"older and longer")
    path.chmod(0o644)

    atomic.write(path, b"new", mode=0o600)

    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o600)


def test_a_secret_is_never_readable_by_others_not_even_for_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def look(descriptor: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(descriptor).st_mode))

    monkeypatch.setattr(os, "fsync", look)
    old = os.umask(0)
    try:
        atomic.write(tmp_path / "secret", b"x", mode=0o600)
    finally:
        os.umask(old)

    assert seen[0] == 0o600


def test_a_full_disk_leaves_what_was_there_and_no_rubbish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        atomic.write(path, b"new")

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_rubbish_of_a_killed_run_with_our_number_is_in_nobody_s_way(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for name in {temporary_name(path)}:
        (tmp_path / name).write_bytes(b"half")

    atomic.write(path, b"whole", mode=0o600)

    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


def temporary_name(path: Path) -> str:
    """The name a killed run would have left behind."""
    names = []
    original = os.open

    def spy(name: Path, flags: int, mode: int = 0o777) -> int:
        names.append(Path(name).name)
        return original(name, flags, mode)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", spy)
        atomic.write(path, b"")
    return names[0]


def test_a_folder_that_cannot_be_synced_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = os.fsync

    def only_files(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(22, "Invalid argument")
        original(descriptor)

    monkeypatch.setattr(os, "fsync", only_files)
    atomic.write(tmp_path / "file", b"content")

    assert (tmp_path / "file").read_bytes() == b"content"
