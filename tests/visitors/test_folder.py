"""A real folder with everything that can lie in one: what is seen, what is read, what is left alone."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from lahmadaemon.errors import UpstreamError
from lahmadaemon.visitors.intake.folder import FileTooLarge, FileUnreadable, Folder, Look, shown

NON_UTF8 = os.fsdecode(b"caf\xe9.json")
STRANGE_NAMES = [
    "two\nlines.json", "\u202egnp.json", "-rf.json", "ő" * 125 + ".json", "x" * 250 + ".json", " .json", "a b.json",
    "20181399257799.json", "大門.json", "UPPER.JSON", "Mixed.Json", "quote'\".json", "\x1b[31mred.json", NON_UTF8,
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "in").mkdir()
    return Folder(tmp_path / "in", max_size=1000)


def put(folder: Folder, name: str, content: bytes = b"[]") -> Look:
    """A file as it lies there now."""
    (folder.path / name).write_bytes(content)
    [look] = folder.look([name])
    return look


def seen(folder: Folder) -> list[str]:
    return [look.name for look in folder.scan().looks]


def test_files_are_seen_the_oldest_name_first(folder: Folder) -> None:
    looks = [put(folder, name) for name in ("3.json", "1.json", "2.json")]

    assert folder.scan().looks == tuple(sorted(looks, key=lambda look: look.name))
    assert folder.scan().odd == ()


@pytest.mark.parametrize("name", STRANGE_NAMES, ids=shown)
def test_a_strange_name_is_a_name(folder: Folder, name: str) -> None:
    look = put(folder, name, b"[1]")

    assert seen(folder) == [name]
    assert folder.read(look) == b"[1]"


@pytest.mark.parametrize(
    "name",
    [".hidden.json", ".json", "a.json.tmp", "a.json.part", "a.json~", "a.tmp", "a.jsn", "json", "a.json.", "a.jsonl",
     "processed", "failed"],
)  # fmt: skip
def test_hidden_and_half_made_files_are_left_alone(folder: Folder, name: str) -> None:
    (folder.path / name).write_bytes(b"[]")

    scan = folder.scan()

    assert (scan.looks, scan.odd, folder.look([name])) == ((), (), ())


def test_folders_are_left_alone_even_where_they_are_called_like_files(folder: Folder) -> None:
    for name in ("x.json", "processed", "failed"):
        (folder.path / name).mkdir()
        (folder.path / name / "inner.json").write_bytes(b"[]")

    scan = folder.scan()

    assert (scan.looks, scan.odd, folder.look(["x.json"])) == ((), (), ())


def test_links_pipes_and_sockets_are_named_and_not_read(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"[]")
    (folder.path / "link.json").symlink_to(tmp_path / "secret")
    (folder.path / "dangling.json").symlink_to(tmp_path / "nowhere")
    (folder.path / "to a folder.json").symlink_to(tmp_path)
    os.mkfifo(folder.path / "pipe.json")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder.path / "socket.json"))
        scan = folder.scan()
        hinted = folder.look(scan.odd)

    assert (scan.looks, hinted) == ((), ())
    assert scan.odd == ("dangling.json", "link.json", "pipe.json", "socket.json", "to a folder.json")


def test_a_hard_link_is_a_file(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.json").write_bytes(b"[7]")
    (folder.path / "linked.json").hardlink_to(tmp_path / "elsewhere.json")

    [look] = folder.scan().looks

    assert folder.read(look) == b"[7]"


def test_a_file_that_goes_while_the_folder_is_listed_is_nothing_at_all(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was once told of as if it were a link or a pipe."""
    put(folder, "gone.json")
    put(folder, "stays.json")
    real = os.scandir

    @contextmanager
    def slow(path: Path) -> Iterator[list["os.DirEntry[str]"]]:
        with real(path) as entries:
            listed = list(entries)
        (folder.path / "gone.json").unlink()
        yield listed

    monkeypatch.setattr(os, "scandir", slow)
    scan = folder.scan()

    assert ([look.name for look in scan.looks], scan.odd) == (["stays.json"], ())


def test_hints_are_looked_at_like_everything_else(folder: Folder) -> None:
    put(folder, "b.json")
    put(folder, "a.json")

    looks = folder.look(["b.json", "gone.json", "a.json", "b.json", "x" * 300 + ".json"])

    assert [look.name for look in looks] == ["a.json", "b.json"]
    assert looks == folder.scan().looks


def test_hints_of_a_folder_that_is_gone_come_to_nothing(tmp_path: Path) -> None:
    assert Folder(tmp_path / "gone").look(["a.json"]) == ()


@pytest.mark.parametrize("kind", ["missing", "a file", "a dangling link"])
def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "in"
    if kind == "a file":
        path.write_bytes(b"")
    elif kind == "a dangling link":
        path.symlink_to(tmp_path / "nowhere")

    with pytest.raises(
        UpstreamError, match=f"the folder {path} cannot be read: (No such file|Not a directory)"
    ) as caught:
        Folder(path).scan()

    assert caught.value.outcome == "folder"


def test_a_folder_that_may_not_be_read_is_named(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", forbidden)

    with pytest.raises(UpstreamError, match="cannot be read: Permission denied"):
        folder.scan()


def test_an_entry_that_cannot_be_looked_at_hides_no_other(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """One bad sector under one entry once made the whole folder unreadable."""
    put(folder, "a.json")
    put(folder, "b.json")
    real = os.scandir

    class Sick:
        def __init__(self, entry: "os.DirEntry[str]") -> None:
            self.name, self.path = entry.name, entry.path
            self._entry = entry

        def stat(self, **how: bool) -> os.stat_result:
            if self.name == "a.json":
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return self._entry.stat(**how)

    @contextmanager
    def sick(path: Path) -> Iterator[list[Sick]]:
        with real(path) as entries:
            yield [Sick(entry) for entry in entries]

    monkeypatch.setattr(os, "scandir", sick)
    scan = folder.scan()

    assert ([look.name for look in scan.looks], scan.unreadable) == (["b.json"], {"a.json": "Input/output error"})


def test_what_a_crash_left_on_its_way_to_another_disk_is_taken_up_again(folder: Folder) -> None:
    put(folder, "b.json", b"[2]")
    (folder.path / ".a.json.moving").write_bytes(b"[1]")
    (folder.path / ".b.json.moving").write_bytes(b"[3]")
    (folder.path / "mine.moving").write_bytes(b"no business of ours")

    folder.scan()
    looks = folder.scan().looks

    assert sorted(folder.read(look) or b"" for look in looks) == [b"[1]", b"[2]", b"[3]"]
    assert (folder.path / "mine.moving").exists()


def test_a_whole_file_is_read(folder: Folder) -> None:
    assert folder.read(put(folder, "a.json", b"[" + b" " * 998 + b"]")) == b"[" + b" " * 998 + b"]"
    assert folder.read(put(folder, "empty.json", b"")) == b""


def test_a_file_that_is_too_large_is_not_even_opened(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    look = put(folder, "large.json", b" " * 1001)
    monkeypatch.setattr(os, "open", None)

    with pytest.raises(FileTooLarge, match=r"1001 bytes are more than a file may have \(1000\)"):
        folder.read(look)


def test_a_sparse_file_of_a_terabyte_is_only_looked_at(folder: Folder) -> None:
    with (folder.path / "sparse.json").open("wb") as file:
        file.truncate(2**40)

    with pytest.raises(FileTooLarge):
        folder.read(folder.scan().looks[0])


def test_a_file_that_has_gone_or_changed_since_it_was_looked_at_is_looked_at_again(folder: Folder) -> None:
    gone, grown, replaced, rewritten = (put(folder, f"{name}.json", b"[1]") for name in "abcd")
    (folder.path / "a.json").unlink()
    with (folder.path / "b.json").open("ab") as file:
        file.write(b" ")
    (folder.path / "new").write_bytes(b"[2]")
    (folder.path / "new").replace(folder.path / "c.json")
    (folder.path / "d.json").write_bytes(b"[3]")
    os.utime(folder.path / "d.json", ns=(rewritten.mtime_ns + 10**9, rewritten.mtime_ns + 10**9))

    assert [folder.read(look) for look in (gone, grown, replaced, rewritten)] == [None] * 4


def test_a_rewrite_of_the_same_length_with_the_old_time_is_seen(folder: Folder) -> None:
    """As some copying tools do it; only the inode's own time tells."""
    look = put(folder, "a.json", b"[1]")
    (folder.path / "a.json").write_bytes(b"[2]")
    os.utime(folder.path / "a.json", ns=(look.mtime_ns, look.mtime_ns - look.mtime_ns % 4_000_000 + 4_000_000))
    os.utime(folder.path / "a.json", ns=(look.mtime_ns, look.mtime_ns))

    [now] = folder.scan().looks
    if now.ctime_ns == look.ctime_ns:
        pytest.skip("this kernel's clock is too coarse to tell")

    assert (now.mtime_ns, now.size) == (look.mtime_ns, look.size)
    assert folder.read(look) is None


@pytest.mark.parametrize("change", ["grows", "is replaced", "shrinks"])
def test_a_file_that_changes_while_it_is_read_is_looked_at_again(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    path = folder.path / "a.json"
    look = put(folder, "a.json", b"[1, 2, 3]")
    real = os.read

    def read(descriptor: int, size: int) -> bytes:
        content = real(descriptor, size)
        if change == "grows":
            path.write_bytes(b"[1, 2, 3, 4]")
        elif change == "shrinks":
            os.truncate(path, 3)
        else:
            path.unlink()
            path.write_bytes(b"[1, 2, 3]")
        return content

    monkeypatch.setattr(os, "read", read)

    assert folder.read(look) is None


def test_a_file_of_which_the_disk_gives_only_a_part_is_looked_at_again(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = put(folder, "a.json", b"[1, 2, 3]")
    real = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, size: real(descriptor, 4))

    assert folder.read(look) is None


@pytest.mark.timeout(10)
@pytest.mark.parametrize("kind", ["link", "pipe", "socket", "folder"])
def test_what_has_become_of_a_file_is_neither_followed_nor_waited_for(
    folder: Folder, tmp_path: Path, kind: str
) -> None:
    path = folder.path / "a.json"
    look = put(folder, "a.json", b"[1]")
    path.unlink()
    with socket.socket(socket.AF_UNIX) as listening:
        if kind == "link":
            (tmp_path / "secret").write_bytes(b"[1]")
            path.symlink_to(tmp_path / "secret")
        elif kind == "pipe":
            os.mkfifo(path)
        elif kind == "socket":
            listening.bind(str(path))
        else:
            path.mkdir()
        content: bytes | None = None
        with suppress(FileUnreadable):
            content = folder.read(look)
        assert content is None


@pytest.mark.timeout(10)
def test_a_pipe_somebody_writes_into_is_not_waited_for(folder: Folder) -> None:
    path = folder.path / "a.json"
    look = put(folder, "a.json", b"[1]")
    path.unlink()
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR)
    try:
        with pytest.raises(FileUnreadable):
            folder.read(look)
    finally:
        os.close(writer)


@pytest.mark.parametrize("call", ["open", "read"])
def test_a_file_that_may_not_be_read_says_why(folder: Folder, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    look = put(folder, "a.json")

    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, call, forbidden)

    with pytest.raises(FileUnreadable, match=r"^Permission denied$"):
        folder.read(look)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_read_permission_says_so(folder: Folder) -> None:
    look = put(folder, "a.json")
    (folder.path / "a.json").chmod(0)
    [look] = folder.look(["a.json"])

    with pytest.raises(FileUnreadable, match="Permission denied"):
        folder.read(look)


def test_reading_leaves_no_descriptor_open(folder: Folder) -> None:
    look = put(folder, "a.json")
    folder.read(look)
    before = len(list(Path("/proc/self/fd").iterdir()))
    changed = Look("a.json", look.inode, 3, 1, 1)

    for _ in range(50):
        folder.read(look)
        folder.read(changed)

    assert len(list(Path("/proc/self/fd").iterdir())) <= before


@pytest.mark.parametrize(
    ("name", "text"),
    [("20260318103000.json", "20260318103000.json"), ("大門.json", "大門.json"), ("two\nlines", "two\\nlines"),
     ("\u202egnp", "\\u202egnp"), ("\x1b[31m", "\\x1b[31m"), (NON_UTF8, "caf\\xe9.json"), ("nul\0", "nul\\x00"),
     ("a b", "a b")],
)  # fmt: skip
def test_a_name_is_shown_so_that_it_does_no_harm(name: str, text: str) -> None:
    assert shown(name) == text
    assert shown(name).encode()
