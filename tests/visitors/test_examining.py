"""From looks to verdicts: what a file is called after it was read, and by what it is known again."""

import os
from pathlib import Path

import pytest

from lahmadaemon.clock import DAY, MINUTE, SECOND, Instant
from lahmadaemon.visitors.intake.crossings import BadRow, CameraState, Judged, Kept, Status
from lahmadaemon.visitors.intake.examining import Examined, Examiner, reason_text
from lahmadaemon.visitors.intake.folder import FileUnreadable, Folder, Look
from lahmadaemon.visitors.intake.parsing import parse
from tests.visitors.builders import BOUNDS, NOW, ZONE, record, written
from tests.visitors.test_folder import put

ONE = written(record(1))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path, max_size=10_000)


@pytest.fixture
def examiner(folder: Folder) -> Examiner:
    return Examiner(folder, ZONE, 400 * DAY, 60.0)


def verdict(examiner: Examiner, look: Look, monotonic: float = 0.0) -> Judged:
    [(seen, judged)] = examiner.examine([look], NOW, monotonic).judged
    assert seen == look
    return judged


@pytest.mark.parametrize(
    ("content", "status", "good", "bad", "reason"),
    [
        (ONE, Status.STORED, 1, 0, None),
        (b"[]", Status.EMPTY, 0, 0, None),
        (written(record(1), {}), Status.PARTIAL, 1, 1, "1 of 2 records are wrong: ID is missing"),
        (written(1, 2, 3), Status.REJECTED, 0, 3, "3 of 3 records are wrong: a number instead of a record"),
        (b"{}", Status.REJECTED, 0, 0, "the top level is an object instead of a list"),
        (b" " * 10_001, Status.REJECTED, 0, 0, "10001 bytes are more than a file may have (10000)"),
    ],
)
def test_a_file_is_judged_by_what_is_in_it(
    folder: Folder, examiner: Examiner, content: bytes, status: Status, good: int, bad: int, reason: str | None
) -> None:
    judged = verdict(examiner, put(folder, "a.json", content))

    assert (judged.name, judged.size, judged.status, judged.reason) == ("a.json", len(content), status, reason)
    assert (len(judged.crossings), len(judged.bad)) == (good, bad)


def test_the_same_content_is_known_again_whatever_it_is_called(folder: Folder, examiner: Examiner) -> None:
    digests = {verdict(examiner, put(folder, name, ONE)).digest for name in ("a.json", "b.json")}

    assert len(digests) == 1
    assert verdict(examiner, put(folder, "c.json", written(record(2)))).digest not in digests


@pytest.mark.parametrize("content", [b"[]", b" [ ] \n"])
def test_empty_lists_are_told_apart_by_where_and_when_they_lay(
    folder: Folder, examiner: Examiner, content: bytes
) -> None:
    first, second = put(folder, "a.json", content), put(folder, "b.json", content)
    os.utime(folder.path / "a.json", ns=(1, first.mtime_ns + 10**9))
    [later] = folder.look(["a.json"])
    first = Look("a.json", 1, len(content), first.mtime_ns, 1)

    assert verdict(examiner, later).digest != verdict(examiner, second).digest
    assert examiner.examine([first], NOW, 0.0) == Examined()  # it is not there any more
    assert verdict(examiner, later).digest == verdict(examiner, later).digest


@pytest.mark.parametrize("content", [b"", b" " * 10_001])
def test_files_that_cannot_be_told_apart_by_their_content_are_by_where_and_when_they_lay(
    folder: Folder, examiner: Examiner, content: bytes
) -> None:
    digests = set()
    for name in ("a.json", "b.json"):
        look = put(folder, name, content)
        examiner.examine([look], NOW, 0.0)
        digests.add(verdict(examiner, look, 60.0).digest)

    assert len(digests) == 2


def test_who_is_not_complete_is_left_out_until_the_time_is_over(folder: Folder, examiner: Examiner) -> None:
    look = put(folder, "a.json", ONE[:-1])

    for monotonic in (0.0, 1.0, 59.9):
        assert examiner.examine([look], NOW, monotonic) == Examined()
    assert len(examiner.waiting) == 1

    assert verdict(examiner, look, 60.0).reason == "it ends in the middle of a record"
    assert len(examiner.waiting) == 0


def test_what_can_never_become_right_is_not_waited_for(folder: Folder, examiner: Examiner) -> None:
    assert verdict(examiner, put(folder, "a.json", b'{"ID": 1}')).status is Status.REJECTED
    assert len(examiner.waiting) == 0


def test_a_file_that_may_not_be_read_is_named_and_the_others_are_judged(
    folder: Folder, examiner: Examiner, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = [put(folder, name, ONE) for name in ("a.json", "b.json")]
    real = folder.read

    def read(look: Look) -> bytes | None:
        if look.name == "a.json":
            raise FileUnreadable("Permission denied")
        return real(look)

    monkeypatch.setattr(folder, "read", read)
    examined = examiner.examine(looks, NOW, 0.0)

    assert examined.unreadable == {"a.json": "Permission denied"}
    assert [judged.name for _, judged in examined.judged] == ["b.json"]


def test_without_a_limit_everything_since_1970_is_taken(folder: Folder) -> None:
    look = put(folder, "a.json", written(record(time="19700101010000"), record(time="19700101005959")))

    judged = verdict(Examiner(folder, ZONE, 0, 60.0), look)

    assert ([crossing.at for crossing in judged.crossings], len(judged.bad)) == ([0], 1)


def test_a_camera_s_clock_may_be_five_minutes_ahead_of_ours(folder: Folder, examiner: Examiner) -> None:
    look = put(folder, "a.json", written(record(time="20260318103700"), record(time="20260318103701")))

    judged = verdict(examiner, look)

    assert [crossing.at - NOW for crossing in judged.crossings] == [5 * MINUTE]
    assert judged.crossings == parse(written(record(time="20260318103700")), BOUNDS).crossings


def test_a_reason_names_at_most_twenty_records() -> None:
    bad = tuple(BadRow(position, f'"{position}"', "a text instead of a record") for position in range(30))
    text = reason_text(Judged("a.json", b"", 1, Status.REJECTED, "30 are wrong", (), bad), "door", "2026-03-18")

    assert text.count("a text instead of a record") == 20
    assert "0 good records of it were kept, 30 were not." in text


def test_a_camera_s_state_follows_new_files_only() -> None:
    crossings = parse(ONE, BOUNDS).crossings
    stored = Judged("a", b"a", 1, Status.STORED, None, crossings)
    empty = Judged("b", b"b", 1, Status.EMPTY)
    partial = Judged("c", b"c", 1, Status.PARTIAL, "why", crossings)
    rejected = Judged("d", b"d", 1, Status.REJECTED, "why")
    born, at = CameraState(Instant(0)), crossings[0].at

    assert born.after([], NOW) == born
    assert born.after([Kept(stored, 1)], NOW) == CameraState(Instant(0), NOW, NOW, None, at)
    assert born.after([Kept(empty, 0)], NOW) == CameraState(Instant(0), NOW)
    assert born.after([Kept(partial, 1)], NOW) == CameraState(Instant(0), NOW, NOW, NOW, at)
    assert born.after([Kept(rejected, 0)], NOW) == CameraState(Instant(0), None, None, NOW)
    assert born.after([Kept(each, 0, "e") for each in (stored, empty)], NOW) == born


def test_an_older_crossing_does_not_turn_a_camera_s_time_back() -> None:
    crossings = parse(ONE, BOUNDS).crossings
    older = (crossings[0]._replace(at=Instant(crossings[0].at - SECOND)),)
    state = CameraState(Instant(0)).after([Kept(Judged("a", b"a", 1, Status.STORED, None, crossings), 1)], NOW)

    later = state.after([Kept(Judged("b", b"b", 1, Status.STORED, None, older), 1)], Instant(NOW + SECOND))

    assert (later.last_crossing, later.last_crossings_at) == (crossings[0].at, NOW + SECOND)
