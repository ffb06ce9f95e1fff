"""Hints with the real kernel and in real time: what is heard, what is not, and what the listening survives."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from watchfiles import Change

from lahmadaemon.clock import Instant, SystemClock
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.supervision.service import Service
from lahmadaemon.supervision.supervisor import Supervisor
from lahmadaemon.visitors.intake import hints as hints_module
from lahmadaemon.visitors.intake.hints import Hints
from lahmadaemon.visitors.intake.intake import Intake
from tests.fakes.clock import FakeClock
from tests.fakes.stores import new_store
from tests.visitors.builders import record, written
from tests.visitors.world import World

ONE = written(record(1))


class Heard(Intake):
    """Only remembers what it was told."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def hint(self, names: Iterable[str]) -> None:
        self.names += names


@asynccontextmanager
async def running(*services: Service) -> AsyncIterator[HealthBoard]:
    """In real time."""
    clock = SystemClock()
    board = HealthBoard(clock)
    supervisor = Supervisor(services, clock, board, drain=5.0)
    task = asyncio.create_task(supervisor.run())
    try:
        await until(lambda: all(board[service.name].beaten for service in services))
        await asyncio.sleep(0.05)  # the kernel's watch is set up just after the first beat
        yield board
    finally:
        supervisor.stop()
        async with asyncio.timeout(60):
            assert await task == 0


async def until(condition: Callable[[], bool], within: float = 60.0) -> float:
    """Seconds until it holds."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < within, "it never comes"
        await asyncio.sleep(0.01)
    return time.monotonic() - began


@pytest.fixture
def _local(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the tests run, in a container on a network drive too."""
    monkeypatch.setattr(hints_module, "is_remote", lambda path: False)
    monkeypatch.setattr(hints_module, "HEARTBEAT", 100)


@pytest.mark.usefixtures("_local")
async def test_a_file_renamed_into_the_folder_is_kept_within_a_second_although_the_scan_is_far_away(
    tmp_path: Path,
) -> None:
    path = tmp_path / "in"
    path.mkdir()
    async with new_store(tmp_path / "lahma.db") as store:
        world = World(path, store, FakeClock(Instant(0)))
        world.clock = SystemClock()  # type: ignore[assignment]  # here time really passes
        intake = world.intake(scan_every=600.0, max_age=0.0)
        async with running(intake, Hints({path: intake})):
            await until(intake.caught_up.is_set)
            took: list[float] = []
            while len(took) < 5:
                (path / "a.json.tmp").write_bytes(written(record(len(took))))
                (path / "a.json.tmp").rename(path / f"{len(took)}.json")
                took.append(await until(lambda: len(world.archived("processed")) > len(took)))
        assert await world.crossings() == 5

    assert sorted(took)[2] < 1.0, "on a busy machine one of them waits for longer, not most"


@pytest.mark.usefixtures("_local")
async def test_every_camera_hears_of_its_own_folder_and_of_nothing_that_goes(tmp_path: Path) -> None:
    door, back = Heard(), Heard()
    for name in ("door", "back"):
        (tmp_path / name).mkdir()
    (tmp_path / "door/old.json").write_bytes(ONE)
    async with running(Hints({tmp_path / "door": door, tmp_path / "back": back})):
        (tmp_path / "door/old.json").unlink()
        (tmp_path / "door/a.json").write_bytes(ONE)
        (tmp_path / "back/b.json").write_bytes(ONE)
        await until(lambda: "a.json" in door.names and "b.json" in back.names)

    assert (set(door.names), set(back.names)) == ({"a.json"}, {"b.json"})


@pytest.mark.slow
@pytest.mark.usefixtures("_local")
async def test_a_folder_that_is_made_anew_is_heard_again(tmp_path: Path) -> None:
    door = Heard()
    path = tmp_path / "door"
    path.mkdir()
    async with running(Hints({path: door})):
        path.rmdir()
        await asyncio.sleep(0.3)
        path.mkdir()
        await asyncio.sleep(2.5)
        (path / "a.json").write_bytes(ONE)
        await until(lambda: "a.json" in door.names)


@pytest.mark.slow
@pytest.mark.usefixtures("_local")
async def test_a_folder_that_is_not_there_yet_is_heard_once_it_is(tmp_path: Path) -> None:
    door = Heard()
    async with running(Hints({tmp_path / "door": door})) as board:
        (tmp_path / "door").mkdir()
        await asyncio.sleep(1.5)
        (tmp_path / "door/a.json").write_bytes(ONE)
        await until(lambda: "a.json" in door.names)
        assert board["visitors.hints"].restarts == 0


@pytest.mark.slow
@pytest.mark.usefixtures("_local")
async def test_a_name_that_is_no_utf8_ends_the_listening_only_for_a_moment_and_is_told(tmp_path: Path) -> None:
    """Told again, too, where it happens again after a good while: it was once told only the first time."""
    door = Heard()
    with capture_logs() as logs:
        async with running(Hints({tmp_path: door})) as board:
            for round_ in range(2):
                (tmp_path / os.fsdecode(b"caf\xe9%d.json" % round_)).write_bytes(ONE)
                await asyncio.sleep(2.7)
                (tmp_path / f"{round_}.json").write_bytes(ONE)
                await until(lambda name=f"{round_}.json": name in door.names)  # type: ignore[misc]
                await asyncio.sleep(0.3)
            assert board["visitors.hints"].restarts == 0

    assert [event["event"] for event in logs if "hints" in event["event"]] == ["visitors.hints_lost"] * 2


async def test_a_folder_on_a_network_drive_is_left_to_its_scans(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hints_module, "is_remote", lambda path: True)
    watched: list[object] = []
    monkeypatch.setattr(hints_module, "awatch", lambda *paths, **_: watched.append(paths))
    with capture_logs() as logs:
        async with running(Hints({tmp_path: Heard()})):
            await asyncio.sleep(0.05)

    assert watched == []
    assert [(event["event"], event["folder"]) for event in logs if "hints" in event["event"]] == [
        ("visitors.hints_off", str(tmp_path))
    ]


async def test_a_row_of_troubles_is_told_once_and_tried_less_and_less_often(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.fakes.house import keeping

    tried: list[float] = []

    def fail(*_: object, **__: object) -> None:
        tried.append(clock.monotonic())
        raise ExceptionGroup("unhandled errors", [RuntimeError("too many open files")])

    monkeypatch.setattr(hints_module, "is_remote", lambda path: False)
    monkeypatch.setattr(hints_module, "awatch", fail)
    with capture_logs() as logs:
        async with keeping(clock, Hints({tmp_path: Heard()})) as house:
            for _ in range(300):
                await asyncio.sleep(0.001)
                await clock.advance(1)
            assert house.board["visitors.hints"].restarts == 0

    pauses = [round(later - sooner) for sooner, later in pairwise(tried)]
    assert pauses == sorted(pauses)
    assert 58 <= max(pauses) <= 62
    assert [event["error"] for event in logs if event["event"] == "visitors.hints_lost"] == ["too many open files"]


def test_what_goes_and_what_belongs_to_nobody_is_not_passed_on(tmp_path: Path) -> None:
    door = Heard()
    hints = Hints({tmp_path: door})

    hints._pass_on({
        (Change.added, str(tmp_path / "a.json")),
        (Change.modified, str(tmp_path / "b.json")),
        (Change.deleted, str(tmp_path / "c.json")),
        (Change.added, str(tmp_path / "processed/d.json")),
        (Change.deleted, str(tmp_path)),
    })  # fmt: skip

    assert sorted(door.names) == ["a.json", "b.json"]
