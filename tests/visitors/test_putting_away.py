"""Files that are done are moved, never overwritten, never lost, and not moved where somebody wrote them anew."""

import errno
import os
from pathlib import Path

import pytest

from lahmadaemon.errors import UpstreamError
from lahmadaemon.visitors.intake.folder import FAILED, PROCESSED, Folder, Look, shown
from tests.visitors.test_folder import STRANGE_NAMES, put

DIGEST = bytes(range(32))
DAY = "2026-03-18"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "in").mkdir()
    return Folder(tmp_path / "in")


def tree(path: Path) -> dict[str, bytes]:
    """Every file below, and what is in it."""
    return {str(each.relative_to(path)): each.read_bytes() for each in path.rglob("*") if each.is_file()}


def test_a_file_goes_into_its_day_with_its_fingerprint(folder: Folder) -> None:
    put(folder, "a.json", b"[1]")

    assert folder.put_away("a.json", PROCESSED, DAY, DIGEST) is True

    assert tree(folder.path) == {"processed/2026-03-18/a__000102030405.json": b"[1]"}


def test_a_file_that_is_wrong_has_its_reason_beside_it(folder: Folder) -> None:
    put(folder, "a.json", b"[")

    folder.put_away("a.json", FAILED, DAY, DIGEST, "it ends in the middle: 大門\n")

    assert tree(folder.path) == {
        "failed/2026-03-18/a__000102030405.json": b"[",
        "failed/2026-03-18/a__000102030405.json.reason.txt": "it ends in the middle: 大門\n".encode(),
    }


def test_an_archive_may_be_elsewhere_and_is_made(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    folder = Folder(tmp_path / "in", tmp_path / "archive/of/the/door")
    put(folder, "a.json", b"[1]")

    folder.put_away("a.json", PROCESSED, DAY, DIGEST)

    assert tree(tmp_path) == {"archive/of/the/door/processed/2026-03-18/a__000102030405.json": b"[1]"}


def test_files_of_one_name_and_different_content_lie_side_by_side(folder: Folder) -> None:
    for content in (b"[1]", b"[2]"):
        put(folder, "a.json", content)
        folder.put_away("a.json", PROCESSED, DAY, content * 10)

    assert sorted(tree(folder.path).values()) == [b"[1]", b"[2]"]


@pytest.mark.parametrize("where", [PROCESSED, FAILED])
@pytest.mark.parametrize("name", [*STRANGE_NAMES, "ő" * 120 + ".json", "門" * 83 + ".json"], ids=shown)
def test_any_name_can_be_put_away(folder: Folder, name: str, where: str) -> None:
    """A long name of more than one byte a sign had once no room for its reason, and stayed, with all files after it."""
    put(folder, name, b"[1]")

    assert folder.put_away(name, where, DAY, DIGEST, "why\n" if where == FAILED else None)
    assert not (folder.path / name).exists()
    assert sorted(tree(folder.path).values()) == [b"[1]", b"why\n"][: 1 + (where == FAILED)]


def test_what_is_gone_is_no_trouble_and_leaves_nothing_behind(folder: Folder) -> None:
    assert folder.put_away("gone.json", FAILED, DAY, DIGEST, "why\n") is False
    assert list(folder.path.iterdir()) == []


def test_a_folder_that_is_gone_is_not_made_anew(folder: Folder) -> None:
    """It once was, so that nobody was told that it is missing."""
    put(folder, "a.json")
    folder.path.rename(folder.path.with_name("unplugged"))

    assert folder.put_away("a.json", PROCESSED, DAY, DIGEST) is False
    assert not folder.path.exists()


@pytest.mark.parametrize("how", ["written anew", "replaced", "grown"])
def test_what_was_written_anew_since_it_was_read_is_left_to_be_read(folder: Folder, how: str) -> None:
    """It was once moved unread, and its crossings were lost."""
    seen = put(folder, "a.json", b"[1]")
    if how == "replaced":
        (folder.path / "new").write_bytes(b"[2]")
        (folder.path / "new").replace(folder.path / "a.json")
    elif how == "grown":
        with (folder.path / "a.json").open("ab") as file:
            file.write(b" ")
    else:
        (folder.path / "a.json").write_bytes(b"[2]")
        os.utime(folder.path / "a.json", ns=(1, 1))
    before = tree(folder.path)

    assert folder.put_away("a.json", FAILED, DAY, DIGEST, "why\n", seen) is False
    assert tree(folder.path) == before


def test_what_is_still_what_was_read_is_moved(folder: Folder) -> None:
    seen = put(folder, "a.json", b"[1]")

    assert folder.put_away("a.json", PROCESSED, DAY, DIGEST, seen=seen)
    assert isinstance(seen, Look)


@pytest.fixture
def _two_disks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder and its archive lie on two file systems: nothing can be renamed from one into the other."""
    real, real_link = os.rename, os.link

    def rename(source: str | Path, target: str | Path) -> None:
        if Path(source).parent != Path(target).parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        real(source, target)

    def link(source: str | Path, target: str | Path, **how: bool) -> None:
        if Path(source).parent != Path(target).parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        real_link(source, target, **how)

    monkeypatch.setattr(os, "rename", rename)
    monkeypatch.setattr(os, "link", link)


@pytest.mark.usefixtures("_two_disks")
@pytest.mark.parametrize("name", ["a.json", *STRANGE_NAMES, "門" * 83 + ".json"], ids=shown)
def test_onto_another_disk_a_file_is_copied_whole_and_then_removed(folder: Folder, name: str) -> None:
    put(folder, name, b"[1]" * 1000)

    assert folder.put_away(name, PROCESSED, DAY, DIGEST)
    assert not (folder.path / name).exists()
    assert list(tree(folder.path).values()) == [b"[1]" * 1000]


@pytest.mark.usefixtures("_two_disks")
def test_a_copy_that_fails_half_way_leaves_the_file_and_is_made_again(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, "a.json", b"[1, 2, 3]")

    def fills_up(source: str, copy: str, **_: object) -> None:
        Path(copy).write_bytes(b"[1")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("shutil.copyfile", fills_up)
        with pytest.raises(UpstreamError, match="No space left on device"):
            folder.put_away("a.json", PROCESSED, DAY, DIGEST)
    assert (folder.path / "a.json").read_bytes() == b"[1, 2, 3]"

    folder.put_away("a.json", PROCESSED, DAY, DIGEST)

    assert tree(folder.path) == {"processed/2026-03-18/a__000102030405.json": b"[1, 2, 3]"}


@pytest.fixture(params=["one disk", "two disks"])
def hurried(request: pytest.FixtureRequest, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A camera writes the file anew in the very moment in which it is moved."""
    if request.param == "two disks":
        request.getfixturevalue("_two_disks")
    moving = os.rename

    def rename(source: str, target: str) -> None:
        if Path(source).name == "a.json":
            monkeypatch.setattr(os, "rename", moving)
            (folder.path / "new").write_bytes(b"[2, 2]")
            (folder.path / "new").rename(folder.path / "a.json")
        moving(source, target)

    monkeypatch.setattr(os, "rename", rename)
    return folder


@pytest.mark.parametrize("where", [PROCESSED, FAILED])
def test_a_file_that_is_replaced_while_it_is_moved_comes_back_to_be_read(hurried: Folder, where: str) -> None:
    """Between the last look and the move a camera's new file was once put away unread, and what was in it was lost."""
    seen = put(hurried, "a.json", b"[1]")

    assert hurried.put_away("a.json", where, DAY, DIGEST, "why\n" if where == FAILED else None, seen) is False
    hurried.scan()

    assert tree(hurried.path) == {"a.json": b"[2, 2]"}


def test_what_comes_back_takes_nobody_s_place(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = put(folder, "a.json", b"[1]")
    real = os.rename

    def rename(source: str, target: str) -> None:
        monkeypatch.setattr(os, "rename", real)
        (folder.path / "a.json").write_bytes(b"[2, 2]")
        real(source, target)
        (folder.path / "a.json").write_bytes(b"[3, 3, 3]")

    monkeypatch.setattr(os, "rename", rename)

    assert folder.put_away("a.json", PROCESSED, DAY, DIGEST, None, seen) is False
    assert sorted(tree(folder.path).values()) == [b"[2, 2]", b"[3, 3, 3]"]
    assert len(folder.scan().looks) == 2


@pytest.mark.parametrize("error", [errno.EROFS, errno.EACCES, errno.ENOSPC, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize(("where", "call"), [(os, "rename"), (Path, "mkdir"), (Path, "write_text")])
def test_a_file_that_cannot_be_moved_stays_and_it_is_said_where_and_why(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, error: int, where: object, call: str
) -> None:
    put(folder, "a.json", b"[1]")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(where, call, refuse)

    with pytest.raises(UpstreamError) as caught:
        folder.put_away("a.json", FAILED, DAY, DIGEST, "why\n")

    assert str(caught.value) == (
        f"files stay in {folder.path}: cannot move them to {folder.path}/failed/2026-03-18: {os.strerror(error)}"
    )
    assert (folder.path / "a.json").read_bytes() == b"[1]"


def test_a_shelf_that_somebody_took_away_is_made_anew(folder: Folder) -> None:
    put(folder, "a.json", b"[1]")
    put(folder, "b.json", b"[2]")
    folder.put_away("a.json", PROCESSED, DAY, DIGEST)
    (folder.path / "processed").rename(folder.path / "kept")

    assert folder.put_away("b.json", PROCESSED, DAY, DIGEST)

    assert sorted(tree(folder.path)) == [
        "kept/2026-03-18/a__000102030405.json",
        "processed/2026-03-18/b__000102030405.json",
    ]


def test_a_file_where_the_archive_should_be_is_trouble_and_is_left_alone(folder: Folder) -> None:
    put(folder, "a.json", b"[1]")
    (folder.path / "processed").write_bytes(b"mine")

    with pytest.raises(UpstreamError, match="files stay in"):
        folder.put_away("a.json", PROCESSED, DAY, DIGEST)

    assert tree(folder.path) == {"a.json": b"[1]", "processed": b"mine"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_trouble(folder: Folder) -> None:
    put(folder, "a.json")
    folder.path.chmod(0o555)
    try:
        with pytest.raises(UpstreamError, match="Permission denied"):
            folder.put_away("a.json", PROCESSED, DAY, DIGEST)
    finally:
        folder.path.chmod(0o755)
