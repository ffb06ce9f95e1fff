"""Room on the disk: an alarm first, then the ballast goes and collectors wait; over only when there is really room again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from lahmadaemon.alerts.conditions import STORE, Condition
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.snapshots import Snapshots
from lahmadaemon.social.collecting.services import Collect, Stories
from lahmadaemon.supervision.health import HealthBoard, State
from lahmadaemon.upkeep.disk import EVERY, GIB, Ballast, DiskGuard
from lahmadaemon.upkeep.settings import DiskSettings
from lahmadaemon.visitors.intake.intake import Intake
from tests.fakes.alarms import FakeAlarms
from tests.fakes.clock import FakeClock
from tests.fakes.house import keeping
from tests.fakes.services import Ticker

MIB = 1 << 20


class Disk:
    """A disk of 100 GiB (or so) on which a test says how much is free; the ballast that lies on it takes its part."""

    def __init__(self, ballast: Path, total: int = 100 * GIB, free: float = 50.0) -> None:
        self.ballast = ballast
        self.total = total
        self.free = free
        """Percent, without the ballast."""

    def usage(self, _: Path) -> tuple[int, int, int]:
        free = round(self.total * self.free / 100)
        return self.total, self.total - free, free


class Collector(Ticker):
    gives_way = True


class World:
    def __init__(self, folder: Path, clock: FakeClock, **settings: float) -> None:
        self.clock = clock
        self.board = HealthBoard(clock)
        self.alarms = FakeAlarms()
        self.ballast = Ballast(folder / "ballast", MIB)
        self.disk = Disk(self.ballast.path)
        chosen = DiskSettings.model_validate({"enough": 0, **settings})
        self.guard = DiskGuard(folder, chosen, self.ballast, self.alarms, self.board, self.disk.usage)
        self.collector, self.counter = Collector("collector"), Ticker("counter")

    async def becomes(self, free: float) -> None:
        self.disk.free = free
        await self.clock.advance(EVERY)


@pytest.fixture
def world(tmp_path: Path, clock: FakeClock) -> World:
    return World(tmp_path, clock)


async def test_ballast_is_set_aside_while_there_is_room(world: World) -> None:
    async with keeping(world.clock, world.guard, board=world.board):
        await world.becomes(50)
        assert world.ballast.path.stat().st_blocks * 512 >= MIB
        assert world.ballast.path.stat().st_mode & 0o777 == 0o600
        assert world.board.disk_free == 50 * GIB


async def test_below_ten_percent_is_told_and_nothing_waits(world: World) -> None:
    async with keeping(world.clock, world.guard, world.collector, board=world.board):
        await world.becomes(9.9)
        assert world.alarms.now == {Condition.DISK_LOW}
        assert world.alarms.holding[Condition.DISK_LOW, STORE]["free_percent"] == 9.9
        assert world.ballast.path.exists()
        before = world.collector.turns
        await world.becomes(9.9)
        assert world.collector.turns == before + 1


async def test_below_five_percent_the_ballast_goes_and_collectors_wait_while_counting_goes_on(world: World) -> None:
    async with keeping(world.clock, world.guard, world.collector, world.counter, board=world.board) as house:
        await world.becomes(50)
        with capture_logs() as logs:
            await world.becomes(4.9)
        await world.becomes(4.9)
        assert world.alarms.now == {Condition.DISK_LOW, Condition.DISK_FULL}
        assert not world.ballast.path.exists()
        assert [line["event"] for line in logs if line["event"].startswith("house.")] == [
            "house.disk_full", "house.ballast_released",
        ]  # fmt: skip
        turns = world.collector.turns, world.counter.turns
        await world.becomes(4.9)
        assert (world.collector.turns, world.counter.turns) == (turns[0], turns[1] + 1)
        assert house.state("collector") is State.DEGRADED
        assert house.board["collector"].last_error == "waits: the disk of the store is nearly full"
        assert house.state("counter") is State.RUNNING


async def test_it_is_over_when_there_is_a_tenth_more_than_the_limit_and_the_ballast_is_made_anew(world: World) -> None:
    async with keeping(world.clock, world.guard, world.collector, board=world.board) as house:
        await world.becomes(4.9)
        await world.becomes(5.3)
        assert Condition.DISK_FULL in world.alarms.now
        await world.becomes(5.6)
        await world.becomes(5.6)
        assert world.alarms.now == {Condition.DISK_LOW}
        assert house.state("collector") is State.RUNNING
        assert not world.ballast.path.exists()
        await world.becomes(10.5)
        assert world.alarms.now == {Condition.DISK_LOW}
        await world.becomes(11.5)
        assert world.alarms.now == set()
        assert world.ballast.path.exists()


async def test_of_a_large_disk_some_gigabytes_are_enough(tmp_path: Path, clock: FakeClock) -> None:
    world = World(tmp_path, clock, enough=20)
    world.disk.total = 4000 * GIB
    await with_free(world, 1.0)
    assert world.alarms.now == set()
    await with_free(world, 0.4)
    assert world.alarms.now == {Condition.DISK_LOW}
    await with_free(world, 0.2)
    assert Condition.DISK_FULL in world.alarms.now


async def with_free(world: World, free: float) -> None:
    world.disk.free = free
    await world.guard.turn()


async def test_no_ballast_is_made_where_it_would_take_the_last_room(world: World) -> None:
    world.disk.total = 12 * MIB
    await with_free(world, 12)
    assert not world.ballast.path.exists()
    assert world.alarms.now == set()


async def test_ballast_that_cannot_be_made_is_a_stumble_and_leaves_no_half_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", full)
    with pytest.raises(UpstreamError, match=r"ballast .* cannot be minded: No space left"):
        await with_free(world, 50)
    assert list(world.ballast.path.parent.iterdir()) == []


async def test_a_folder_that_is_gone_is_a_stumble(world: World) -> None:
    def gone(_: Path) -> tuple[int, int, int]:
        raise FileNotFoundError(2, "No such file or directory")

    world.guard._usage = gone
    with pytest.raises(UpstreamError, match="cannot be looked at: No such file"):
        await world.guard.turn()


@pytest.mark.parametrize(("service", "waits"), [(Snapshots, True), (Collect, True), (Stories, True), (Intake, False)])
def test_who_collects_waits_and_who_counts_people_does_not(service: Callable[..., object], waits: bool) -> None:
    assert service.gives_way is waits  # type: ignore[attr-defined]
