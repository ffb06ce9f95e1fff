"""The intake in trouble: disks, stores and files that fail. Nothing is lost, nothing is counted twice, all goes on."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from lahmadaemon.alerts.conditions import STORE, Condition
from lahmadaemon.clock import Instant
from lahmadaemon.errors import HopelessError, Refused, UpstreamError
from lahmadaemon.supervision.health import State
from lahmadaemon.visitors.intake import intake as intake_module
from lahmadaemon.visitors.intake.crossings import CameraState, Judged, Kept, Status
from lahmadaemon.visitors.intake.folder import FileUnreadable, Folder, Look, Scan
from lahmadaemon.visitors.intake.intake import batches
from lahmadaemon.visitors.intake.store import CameraStore
from tests.fakes.services import Ticker
from tests.visitors.builders import record, written
from tests.visitors.world import World

TWO = written(record(1), record(2, 1))
DOOR = "visitors.intake.door"


class TroubledStore(CameraStore):
    """Raises what `trouble` says of a batch, and remembers how many batches it was asked to keep."""

    def __init__(self, world: World, trouble: Callable[[Sequence[Judged]], Exception | None]) -> None:
        super().__init__(world.store, "door")
        self.trouble = trouble
        self.asked = 0

    async def keep(self, batch: Sequence[Judged], state: CameraState, now: Instant) -> tuple[list[Kept], CameraState]:
        self.asked += 1
        if trouble := self.trouble(batch):
            raise trouble
        return await super().keep(batch, state, now)


class TroubledFolder(Folder):
    """A real folder of which single steps can be made to fail."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.hanging: threading.Event | None = None
        self.hung = 0
        self.unreadable: set[str] = set()
        self.crashes = 0
        self.immovable: set[str] = set()
        self.before_moving: Callable[[str], None] = lambda name: None

    def scan(self) -> Scan:
        if self.hanging:
            self.hung += 1
            self.hanging.wait(30)
            self.hung -= 1
        return super().scan()

    def read(self, look: Look) -> bytes | None:
        if look.name in self.unreadable:
            raise FileUnreadable("Permission denied")
        return super().read(look)

    def put_away(self, name: str, *arguments: Any) -> Any:
        if self.crashes:
            self.crashes -= 1
            raise RuntimeError("the power goes")
        self.before_moving(name)
        if name in self.immovable:
            raise UpstreamError("files stay: Operation not permitted", outcome="file")
        return super().put_away(name, *arguments)


async def test_one_poisonous_file_spares_its_neighbours_and_is_refused_with_its_reason(world: World) -> None:
    def poison(batch: Sequence[Judged]) -> Exception | None:
        return (
            Refused("the store refuses it") if any(each.name == "b.json" and each.crossings for each in batch) else None
        )

    world.door = TroubledStore(world, poison)
    for number, name in enumerate(("a.json", "b.json", "c.json")):
        world.put(name, written(record(number)))
    async with world.watching() as house:
        assert house.state(DOOR) is State.RUNNING

    assert (world.archived("processed"), world.archived("failed")) == (["a.json", "c.json"], ["b.json"])
    assert "the store refuses it" in world.reason("b.json")
    kept = await world.files()
    assert {name: file.status for name, file in kept.items()} == {
        "a.json": Status.STORED, "b.json": Status.REJECTED, "c.json": Status.STORED,
    }  # fmt: skip


async def test_a_store_that_refuses_everything_loses_no_file(world: World) -> None:
    """As one with a table missing: our mistake, not the files'."""
    world.door = TroubledStore(world, lambda batch: Refused("no such table: visitor_files"))
    world.put("a.json", TWO)
    async with world.watching() as house:
        assert house.state(DOOR) is State.BACKING_OFF
        assert world.waiting() == ["a.json"]
        world.door.trouble = lambda batch: None
        await world.advance(60)

    assert world.archived("processed") == ["a.json"]


async def test_a_store_that_fails_leaves_the_files_and_says_so_until_it_is_well(world: World) -> None:
    world.door = TroubledStore(world, lambda batch: UpstreamError("the store does not answer: disk is full"))
    world.put("a.json", TWO)
    async with world.watching() as house:
        assert house.state(DOOR) is State.DEGRADED
        assert world.waiting() == ["a.json"]
        assert world.alarms.holding[Condition.STORE_FAILING, STORE] == {
            "error": "the store does not answer: disk is full"
        }
        await world.advance(600)
        tried = world.door.asked
        assert world.waiting() == ["a.json"]
        world.door.trouble = lambda batch: None
        await world.advance(10)
        assert house.state(DOOR) is State.RUNNING
        assert world.alarms.story(Condition.STORE_FAILING) == ["raised", "cleared"]

    assert 55 < tried < 75  # soon at first, then at every scan
    assert await world.counts() == {"2026-03-18": (1, 1, 0)}


async def test_while_the_store_fails_hints_do_not_hammer_it(world: World) -> None:
    world.door = TroubledStore(world, lambda batch: UpstreamError("locked"))
    intake = world.intake()
    async with world.watching(intake):
        world.put("a.json", TWO)
        await world.advance(60)
        asked = world.door.asked
        for _ in range(20):
            intake.hint(["a.json"])
            await world.rest()
        assert world.door.asked == asked


async def test_a_store_that_cannot_even_be_met_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> CameraState:
        raise UpstreamError("locked")

    world.put("a.json", TWO)
    with monkeypatch.context() as patch:
        patch.setattr(CameraStore, "meet", fail)
        async with world.watching():
            assert Condition.STORE_FAILING in world.alarms.now
            patch.undo()
            await world.advance(10)
            assert world.archived("processed") == ["a.json"]
            assert world.alarms.now == set()


async def test_a_damaged_store_ends_the_service_and_loses_nothing(world: World) -> None:
    world.door = TroubledStore(world, lambda batch: HopelessError("the store is damaged"))
    world.put("a.json", TWO)
    async with world.watching() as house:
        assert house.state(DOOR) is State.FAILED

    assert world.waiting() == ["a.json"]


async def test_after_a_crash_between_commit_and_move_files_are_only_moved(world: World) -> None:
    folder = TroubledFolder(world.path)
    folder.crashes = 1
    for number in range(3):
        world.put(f"{number}.json", written(record(number)))
    with pytest.raises(RuntimeError, match="the power goes"):
        await world.intake(folder=folder).turn()
    assert (len(world.waiting()), await world.crossings()) == (3, 3)
    before = await world.files()

    async with world.watching():
        pass

    assert (world.waiting(), await world.counts()) == ([], {"2026-03-18": (3, 0, 0)})
    assert await world.files() == before


async def test_a_crash_is_survived_by_the_same_service_too(world: World) -> None:
    folder = TroubledFolder(world.path)
    folder.crashes = 2
    world.put("a.json", TWO)
    async with world.watching(world.intake(folder=folder)) as house:
        for _ in range(10):
            await world.advance(1)
        assert house.board[DOOR].restarts == 2

    assert (world.waiting(), await world.counts()) == ([], {"2026-03-18": (1, 1, 0)})


async def test_a_missing_folder_is_told_and_what_comes_into_the_new_one_is_kept(world: World) -> None:
    async with world.watching() as house:
        assert Condition.FOLDER_MISSING not in world.alarms.now
        world.path.rename(world.path.with_name("unplugged"))
        await world.advance(10)
        detail = world.alarms.detail(Condition.FOLDER_MISSING)
        assert (detail["camera"], detail["folder"]) == ("door", str(world.path))
        assert "No such file or directory" in str(detail["problem"])
        assert house.state(DOOR) is State.DEGRADED
        world.path.mkdir()
        world.put("a.json", TWO)
        await world.advance(10)
        assert world.alarms.story(Condition.FOLDER_MISSING) == ["raised", "cleared"]
        assert house.state(DOOR) is State.RUNNING

    assert world.archived("processed") == ["a.json"]


async def test_a_folder_that_is_not_there_at_the_start_is_waited_for(world: World) -> None:
    world.path.rmdir()
    async with world.watching(intake := world.intake()):
        assert Condition.FOLDER_MISSING in world.alarms.now
        assert not intake.caught_up.is_set()
        world.path.mkdir()
        await world.advance(10)
        assert intake.caught_up.is_set()
        assert world.alarms.now == set()


async def test_a_folder_that_was_replaced_is_watched_on(world: World) -> None:
    async with world.watching():
        world.put("a.json", TWO)
        await world.advance(10)
        world.path.rename(world.path.with_name("old"))
        world.path.mkdir()
        world.put("a.json", TWO)
        world.put("b.json", written(record(3)))
        await world.advance(10)

    assert world.archived("processed") == ["a.json", "b.json"]
    assert await world.counts() == {"2026-03-18": (2, 1, 0)}


async def test_files_that_cannot_be_moved_are_counted_once_and_moved_when_they_can_be(world: World) -> None:
    (world.path / "processed").write_bytes(b"somebody's own file")
    world.put("a.json", TWO)
    async with world.watching() as house:
        for number in range(3):
            world.put(f"{number}.json", written(record(10 + number)))
            await world.advance(30)
        assert world.waiting() == ["0.json", "1.json", "2.json", "a.json", "processed"]
        assert await world.counts() == {"2026-03-18": (4, 1, 0)}
        detail = world.alarms.detail(Condition.FILES_STUCK)
        assert (detail["camera"], detail["folder"], detail["files"]) == ("door", str(world.path), 4)
        assert "cannot move them to" in str(detail["problem"])
        assert house.state(DOOR) is State.RUNNING
        assert world.alarms.story(Condition.NO_FILES) == []
        (world.path / "processed").unlink()
        await world.advance(10)
        assert (world.waiting(), world.alarms.story(Condition.FILES_STUCK)) == ([], ["raised", "cleared"])

    assert await world.counts() == {"2026-03-18": (4, 1, 0)}


async def test_files_that_cannot_be_moved_are_not_counted_again_after_a_restart(world: World) -> None:
    (world.path / "processed").write_bytes(b"")
    world.put("a.json", TWO)
    for _ in range(3):
        async with world.watching():
            await world.advance(10)
    state = await world.door.meet(world.clock.now())

    assert await world.counts() == {"2026-03-18": (1, 1, 0)}
    assert state.last_file_at == world.clock._start  # known files are no signs of life


async def test_stuck_files_that_somebody_took_away_are_no_trouble_any_more(world: World) -> None:
    """The alarm once stood until another file came."""
    (world.path / "processed").write_bytes(b"")
    world.put("a.json", TWO)
    async with world.watching():
        assert Condition.FILES_STUCK in world.alarms.now
        (world.path / "a.json").unlink()
        await world.advance(10)
        assert Condition.FILES_STUCK not in world.alarms.now


async def test_a_stuck_file_that_is_written_anew_is_read_anew(world: World) -> None:
    (world.path / "processed").write_bytes(b"")
    world.put("a.json", TWO)
    async with world.watching():
        world.put("a.json", written(record(1), record(2, 1), record(3)))
        await world.advance(10)
        assert await world.counts() == {"2026-03-18": (2, 1, 0)}


async def test_a_file_written_anew_between_reading_and_moving_is_read_before_it_is_moved(world: World) -> None:
    """It was once moved unread: its new records were lost."""
    folder = TroubledFolder(world.path)
    world.put("a.json", written(record(1)))

    def rewrite(name: str) -> None:
        folder.before_moving = lambda name: None
        world.put(name, TWO)

    folder.before_moving = rewrite
    async with world.watching(world.intake(folder=folder)):
        await world.advance(10)

    assert await world.counts() == {"2026-03-18": (1, 1, 0)}
    assert world.archived("processed") == ["a.json"]


async def test_a_file_that_may_not_be_read_is_told_while_others_flow_and_kept_when_it_may(world: World) -> None:
    """Whatever else came once took the alarm back, so that in a busy folder nobody ever heard of it."""
    folder = TroubledFolder(world.path)
    folder.unreadable = {"a.json"}
    intake = world.intake(folder=folder)
    world.put("a.json", TWO)
    async with world.watching(intake):
        assert world.alarms.detail(Condition.FILES_UNREADABLE) == {
            "camera": "door", "file": "a.json", "problem": "Permission denied",
        }  # fmt: skip
        for number in range(5):
            world.put(f"{number}.json", written(record(10 + number)))
            intake.hint([f"{number}.json"])
            await world.rest()
            await world.advance(10)
        assert world.alarms.story(Condition.FILES_UNREADABLE) == ["raised"]
        assert world.waiting() == ["a.json"]
        folder.unreadable = set()
        await world.advance(10)
        assert world.alarms.story(Condition.FILES_UNREADABLE) == ["raised", "cleared"]

    assert await world.counts() == {"2026-03-18": (6, 1, 0)}


async def test_an_unreadable_file_that_has_gone_is_no_trouble_any_more(world: World) -> None:
    """The alarm once stood until another file came."""
    folder = TroubledFolder(world.path)
    folder.unreadable = {"a.json"}
    world.put("a.json", TWO)
    async with world.watching(world.intake(folder=folder)):
        (world.path / "a.json").unlink()
        await world.advance(10)
        assert world.alarms.now == set()


async def test_a_disk_that_hangs_is_a_stumble_of_one_camera_and_others_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "DISK_DEADLINE", 0.05)
    folder = TroubledFolder(world.path)
    other = Ticker("other", 1.0)
    world.put("a.json", TWO)
    folder.hanging = threading.Event()
    try:
        async with world.watching(world.intake(folder=folder), other) as house:
            assert house.state(DOOR) is State.DEGRADED
            assert "does not answer" in str(house.board[DOOR].last_error)
            assert "does not answer" in str(world.alarms.detail(Condition.FOLDER_MISSING)["problem"])
            await world.advance(30)
            assert other.turns >= 30
            monkeypatch.setattr(intake_module, "DISK_DEADLINE", 30.0)  # a busy machine may take its time from here on
            folder.hanging.set()
            for _ in range(100):
                await world.advance(10)
                if house.state(DOOR) is State.RUNNING:
                    break
            assert house.state(DOOR) is State.RUNNING
    finally:
        folder.hanging.set()

    assert await world.counts() == {"2026-03-18": (1, 1, 0)}


async def test_a_stop_does_not_wait_for_a_disk_that_hangs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_module, "DISK_DEADLINE", 0.05)
    folder = TroubledFolder(world.path)
    folder.hanging = threading.Event()
    try:
        began = time.monotonic()
        async with world.watching(world.intake(folder=folder)) as house:
            pass
        assert house.state(DOOR) is State.STOPPED
        assert time.monotonic() - began < 30
    finally:
        folder.hanging.set()


async def test_a_disk_that_hangs_for_long_holds_one_thread_and_not_one_more_at_every_attempt(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "DISK_DEADLINE", 0.02)
    folder = TroubledFolder(world.path)
    folder.hanging = threading.Event()
    try:
        async with world.watching(world.intake(folder=folder)):
            await world.advance(120)
            assert folder.hung == 1
    finally:
        folder.hanging.set()


async def test_one_file_that_cannot_be_moved_holds_no_other_back(world: World) -> None:
    """Somebody else's file in a sticky folder once kept all that came after it where they were, for ever."""
    folder = TroubledFolder(world.path)
    folder.immovable = {"b.json"}
    for number, name in enumerate(("a.json", "b.json", "c.json", "d.json")):
        world.put(name, written(record(number)))
    async with world.watching(world.intake(folder=folder)):
        assert world.waiting() == ["b.json"]
        assert world.alarms.detail(Condition.FILES_STUCK)["files"] == 1
        folder.immovable = set()
        await world.advance(10)
        assert world.waiting() == []
        assert Condition.FILES_STUCK not in world.alarms.now
    assert await world.crossings() == 4


async def test_where_many_cannot_be_moved_each_gets_its_turn(world: World) -> None:
    folder = TroubledFolder(world.path)
    folder.immovable = {f"{number:03}.json" for number in range(120)}
    for number in range(121):
        world.put(f"{number:03}.json", written(record(number % 60, number // 60)))
    async with world.watching(world.intake(folder=folder)):
        await world.advance(30)
        assert "120.json" not in world.waiting()


def test_a_batch_is_so_many_files_or_so_many_bytes() -> None:
    """Five hundred large files at once once stood in everybody's way for twelve seconds, and took two gigabytes."""
    small = [Look(f"{number}.json", number, 300, 0, 0) for number in range(1000)]
    large = [Look(f"{number}.json", number, 1_000_000, 0, 0) for number in range(5)]
    huge = [Look("huge.json", 1, 8_000_000, 0, 0)]

    assert [len(batch) for batch in batches(small)] == [512, 488]
    assert [len(batch) for batch in batches(large)] == [2, 2, 1]
    assert [len(batch) for batch in batches([*huge, *small[:1], *huge])] == [1, 1, 1]
    assert list(batches([])) == []


async def test_a_store_that_is_well_again_is_known_to_be_also_where_nothing_is_left_to_keep(world: World) -> None:
    """The alarm once stood, and with it the silence of all cameras, until somebody crossed."""
    world.put("a.json", TWO)
    world.door = TroubledStore(world, lambda batch: UpstreamError("the store does not answer: disk is full"))
    async with world.watching():
        assert Condition.STORE_FAILING in world.alarms.now
        (world.path / "a.json").unlink()
        await world.advance(10)
        assert Condition.STORE_FAILING not in world.alarms.now
