"""Refused files, where they lie: how they are called, and how they come back without anything being lost."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from lahmadaemon.errors import Refused
from lahmadaemon.visitors.failed import FailedFile, failed_files
from lahmadaemon.visitors.settings import FolderSettings, VisitorsSettings

MEMORY = Path("/dev/shm")
"""Another file system than the one of the tests' own folders."""
NON_UTF8 = os.fsdecode(b"caf\xe9.json")


def refused(folder: Path, name: str = "a.json", content: str = "[", archive: Path | None = None) -> FailedFile:
    """A file that was put away as one that is wrong."""
    folder.mkdir(exist_ok=True)
    shelf = (archive or folder) / "failed" / "2026-11-22"
    shelf.mkdir(parents=True, exist_ok=True)
    stem, _, ending = name.rpartition(".")
    put_away = f"{stem}__0123456789ab.{ending}"
    (shelf / put_away).write_text(content)
    (shelf / f"{put_away}.reason.txt").write_text(f"{name} was refused\n".encode("utf-8", "replace").decode())
    settings = VisitorsSettings(folders={"door": FolderSettings(path=folder, archive=archive)})
    return next(file for file in failed_files(settings) if file.path.name == put_away)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """An archive on another file system."""
    if not MEMORY.is_dir() or MEMORY.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system here")
    folder = MEMORY / f"lahmadaemon-{uuid.uuid4().hex}"
    folder.mkdir()
    yield folder
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    folder.rmdir()


def test_a_file_comes_back_under_its_own_name_and_its_reason_goes(tmp_path: Path) -> None:
    file = refused(tmp_path / "door")

    assert file.put_back() == tmp_path / "door" / "a.json"
    assert (tmp_path / "door" / "a.json").read_text() == "["
    assert list((tmp_path / "door" / "failed").rglob("*.*")) == []


def test_a_file_comes_back_from_an_archive_on_another_file_system(tmp_path: Path, elsewhere: Path) -> None:
    """Story: `visitors retry` ended in "Invalid cross-device link"."""
    file = refused(tmp_path / "door", archive=elsewhere)

    assert file.put_back().read_text() == "["
    assert not file.path.exists()


@pytest.mark.parametrize("far", [False, True])
def test_a_file_that_is_there_already_is_never_overwritten(
    tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, far: bool
) -> None:
    """Story: it was looked for first, and a camera that wrote in between lost its file."""
    file = refused(tmp_path / "door", archive=elsewhere if far else None)
    (tmp_path / "door" / "a.json").write_text("the camera's new one")
    exists = Path.exists
    monkeypatch.setattr(Path, "exists", lambda self, **more: self.name != "a.json" and exists(self, **more))  # not yet

    with pytest.raises(Refused, match=r"a\.json is there already; move one"):
        file.put_back()

    assert (tmp_path / "door" / "a.json").read_text() == "the camera's new one"
    assert file.path.read_text() == "["
    assert file.reason == "a.json was refused"


def test_a_file_that_has_gone_meanwhile_is_said_so(tmp_path: Path) -> None:
    file = refused(tmp_path / "door")
    file.path.unlink()

    with pytest.raises(Refused, match=r"cannot put .*a__0123456789ab.json back into .*door: No such file"):
        file.put_back()


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("a.json", "a.json"), ("a.json", "a__0123456789ab.json"), ("a.json", "0123456789ab"),
        (NON_UTF8, NON_UTF8), (NON_UTF8, r"caf\xe9.json"), (NON_UTF8, r"caf\xe9__0123456789ab.json"),
        ("\x1b[31m.json", r"\x1b[31m.json"), ("大門.json", "大門.json"),
    ],
)  # fmt: skip
def test_a_file_goes_by_its_name_as_it_is_and_as_it_is_shown(tmp_path: Path, name: str, asked: str) -> None:
    file = refused(tmp_path / "door", name)

    assert file.is_called(asked)
    assert not file.is_called("b.json")
    assert file.put_back().name == name


def test_a_reason_is_fit_for_a_terminal(tmp_path: Path) -> None:
    file = refused(tmp_path / "door")
    file.path.with_name(f"{file.path.name}.reason.txt").write_bytes(b"one:\n  \x1b[31mred \xff\n")

    assert file.reason == "one:\n  \\x1b[31mred \N{REPLACEMENT CHARACTER}"
