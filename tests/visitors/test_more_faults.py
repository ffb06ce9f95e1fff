"""Faults of docs/faults.md that no other file tells of: full disks, damaged stores, far years, a replay, an uplink that is down."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL
from structlog.testing import capture_logs

from lahmadaemon.alerts.conditions import STORE, Condition
from lahmadaemon.clock import HOUR, SECOND, Instant, local
from lahmadaemon.errors import ConfigurationError, HopelessError, UpstreamError
from lahmadaemon.http import open_client
from lahmadaemon.store.database import Store, open_store
from lahmadaemon.supervision.health import State
from lahmadaemon.visitors.intake.folder import Folder, Scan
from tests.alerts.house import AlarmHouse
from tests.fakes.clock import FakeClock, until
from tests.fakes.house import keeping
from tests.fakes.services import Stumbler
from tests.visitors.builders import NOW, ZONE, at, record, written
from tests.visitors.world import World
from tests.visitors_push.builders import Lane, bodies, partner
from tests.visitors_push.raw import flooding, served

DOOR = "visitors.intake.door"
TWO = written(record(1), record(2, 1))


@contextmanager
def small_disk(place: Path, options: str) -> Iterator[Path]:
    """A disk of its own in memory."""
    place.mkdir()
    mounted = subprocess.run(
        ["env", "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"mounting a small disk is not allowed here: {mounted.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def remount(place: Path, options: str) -> None:
    """Somebody makes room."""
    subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)


def filled(place: Path) -> Path:
    """A file that takes all the room that is left."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    return ballast


@asynccontextmanager
async def a_world(folder: Path, database: Path, clock: FakeClock) -> AsyncIterator[World]:
    async with open_store(URL.create("sqlite", database=str(database))) as store:
        yield World(folder, store, clock)


async def test_05_a_full_disk_under_the_store_loses_no_file_and_is_over_once_there_is_room(
    tmp_path: Path, clock: FakeClock
) -> None:
    (tmp_path / "in").mkdir()
    with small_disk(tmp_path / "disk", "size=3m") as disk:
        async with a_world(tmp_path / "in", disk / "lahma.db", clock) as world:
            intake = world.intake()
            async with world.watching(intake) as house:
                ballast = filled(disk)
                for number in range(8):
                    rows = [record(person, frame=number) for person in range(500)]
                    world.put(f"{number:02}.json", written(*rows))
                await world.advance(30)
                assert house.state(DOOR) is State.DEGRADED
                assert "full" in str(world.alarms.detail(Condition.STORE_FAILING)["error"])
                assert await world.crossings() == 0, "nothing half-done"
                assert len(world.waiting()) == 8
                ballast.unlink()
                remount(disk, "size=64m")
                await world.advance(30)
                assert world.alarms.story(Condition.STORE_FAILING) == ["raised", "cleared"]
            assert (world.waiting(), await world.crossings()) == ([], 4000)
            async with world.store.read() as reading:
                assert await reading.scalar(text("PRAGMA integrity_check")) == "ok"


async def test_08_a_disk_without_an_inode_left_counts_and_moves_later(tmp_path: Path, clock: FakeClock) -> None:
    with small_disk(tmp_path / "disk", "size=1m,nr_inodes=4") as disk:
        async with a_world(disk, tmp_path / "state" / "lahma.db", clock) as world:
            for name in ("a.json", "b.json", "c.json"):
                world.put(name, TWO)
            with pytest.raises(OSError, match="No space left"):
                (disk / "one more").touch()
            async with world.watching():
                assert await world.counts() == {"2026-03-18": (1, 1, 0)}
                assert "No space left" in str(world.alarms.detail(Condition.FILES_STUCK)["problem"])
                assert world.waiting() == ["a.json", "b.json", "c.json"]
                remount(disk, "nr_inodes=100")
                await world.advance(10)
                assert world.alarms.story(Condition.FILES_STUCK) == ["raised", "cleared"]
            assert (world.waiting(), await world.counts()) == ([], {"2026-03-18": (1, 1, 0)})


async def test_17_a_link_in_the_folder_s_place_is_another_folder_and_is_followed(world: World) -> None:
    async with world.watching():
        world.put("a.json", TWO)
        await world.advance(10)
        elsewhere = world.path.with_name("elsewhere")
        elsewhere.mkdir()
        world.path.rename(world.path.with_name("old"))
        await world.advance(10)
        assert world.alarms.story(Condition.FOLDER_MISSING) == ["raised"]
        world.path.symlink_to(elsewhere)
        world.put("b.json", written(record(3)))
        await world.advance(10)
        assert world.alarms.story(Condition.FOLDER_MISSING) == ["raised", "cleared"]

    assert await world.counts() == {"2026-03-18": (2, 1, 0)}
    assert [path.name[:1] for path in (elsewhere / "processed").glob("*/*.json")] == ["b"]


async def test_42_a_machine_that_slept_for_two_hours_looks_once_and_tells_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    class Counting(Folder):
        def scan(self) -> Scan:
            looks.append(world.clock.now())
            return super().scan()

    async with world.watching(world.intake(folder=Counting(world.path))):
        world.put("a.json", TWO)
        await world.advance(20)
        before = len(looks)
        world.clock._start += 2 * HOUR
        await world.advance(60)
        assert len(looks) - before == 6
        assert world.alarms.story(Condition.NO_FILES) == ["raised"]
        world.put("b.json", written(record(3)))
        await world.advance(10)
        assert world.alarms.story(Condition.NO_FILES) == ["raised", "cleared"]


@pytest.mark.slow
async def test_60_somebody_who_reads_for_hours_keeps_nobody_from_writing(world: World) -> None:
    async with world.store.read() as reading:
        assert await reading.scalar(text("SELECT count(*) FROM visitor_files")) == 0
        async with world.watching():
            for number in range(50):
                world.put(f"{number:02}.json", written(*(record(100 * number + n) for n in range(100))))
                await world.advance(10)
            assert await world.crossings() == 5000
        assert await reading.scalar(text("SELECT count(*) FROM visitor_files")) == 0, "its one moment"
    assert world.alarms.edges == []


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 1)


def moved(path: Path) -> None:
    path.rename(path.with_name("moved.db"))


def overwritten(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"x" * 100)


async def somebody_counted(database: Path, tmp_path: Path) -> None:
    """A store with two crossings, closed as it should be."""
    (tmp_path / "in").mkdir()
    async with a_world(tmp_path / "in", database, FakeClock(NOW)) as world:
        world.put("a.json", TWO)
        await world.intake().turn()


async def counted(store: Store) -> int:
    async with store.read() as reading:
        return int(await reading.scalar(text("SELECT count(*) FROM visitor_crossings")) or 0)


@pytest.mark.parametrize("damage", [cut_in_half, overwritten])
async def test_61_a_store_that_was_damaged_while_we_were_away_is_not_written_into(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    database = tmp_path / "lahma.db"
    await somebody_counted(database, tmp_path)
    damage(database)
    before = database.read_bytes()

    with pytest.raises((ConfigurationError, HopelessError), match=r"cannot be read|damaged|malformed"):
        async with open_store(URL.create("sqlite", database=str(database))) as store:
            await counted(store)

    assert database.read_bytes() == before


@pytest.mark.parametrize("damage", [cut_in_half, overwritten])
async def test_61_a_store_that_is_damaged_under_us_is_called_so(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    database = tmp_path / "lahma.db"
    await somebody_counted(database, tmp_path)

    async with open_store(URL.create("sqlite", database=str(database))) as store:
        damage(database)
        with pytest.raises(HopelessError, match="store is damaged"):
            await counted(store)


@pytest.mark.parametrize("harm", [emptied, Path.unlink])
async def test_61_a_store_that_is_gone_is_not_taken_for_a_first_start(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    """Its lock file, which is never removed, tells that it was here."""
    database = tmp_path / "lahma.db"
    await somebody_counted(database, tmp_path)
    harm(database)

    with pytest.raises(ConfigurationError):
        async with open_store(URL.create("sqlite", database=str(database))):
            pass


@pytest.mark.parametrize("harm", [emptied, Path.unlink, moved])
async def test_61_a_store_that_is_taken_away_under_us_is_noticed(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    """All that is counted until the next start goes into a file that nobody will ever open."""
    database = tmp_path / "lahma.db"
    await somebody_counted(database, tmp_path)
    async with a_world(tmp_path / "in", database, FakeClock(NOW)) as world, world.watching():
        harm(database)
        world.put("b.json", written(record(3)))
        await world.advance(300)
        assert (Condition.STORE_FAILING, STORE) in world.alarms.holding


@pytest.mark.parametrize("gone", [("-wal",), ("-shm",), ("-wal", "-shm")])
async def test_62_the_store_s_side_files_may_be_deleted_under_a_running_daemon(
    tmp_path: Path, clock: FakeClock, gone: tuple[str, ...]
) -> None:
    """What was written is in the one file at the end; only a death before that would lose what was not in it yet."""
    (tmp_path / "in").mkdir()
    database = tmp_path / "lahma.db"
    async with a_world(tmp_path / "in", database, clock) as world, world.watching():
        world.put("a.json", TWO)
        await world.advance(10)
        for ending in gone:
            Path(f"{database}{ending}").unlink()
        world.put("b.json", written(record(3)))
        await world.advance(10)
        assert await world.crossings() == 3

    with closing(sqlite3.connect(database)) as store:
        assert store.execute("SELECT count(*) FROM visitor_crossings").fetchone() == (3,)
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def settled(clock: FakeClock, *names: str) -> None:
    """Wait, in real time, until all of these sleep on the clock."""

    def all_asleep() -> bool:
        return {sleeper.task.get_name() for sleeper in clock._sleepers if not sleeper.alarm.expired()} >= set(names)

    await clock.settle()
    await until(all_asleep)


@pytest.mark.slow
async def test_71_ten_thousand_failures_in_a_minute_are_two_lines(clock: FakeClock) -> None:
    failing = Stumbler([UpstreamError("the store does not answer: disk is full")] * 10_000, 0.006)
    with capture_logs() as logs:
        async with keeping(clock, failing):
            await clock.advance(90)

    assert failing.turns > 10_000
    assert [line["event"] for line in logs if line["event"].startswith("service.")] == [
        "service.stumbled",
        "service.recovered",
    ]


@pytest.mark.slow
async def test_77_with_the_uplink_down_counting_goes_on_and_afterwards_everything_is_told_once(world: World) -> None:
    """Partner and messenger are both unreachable for forty minutes; the camera is in the same house."""
    clock, alarms = world.clock, AlarmHouse(world.store, world.clock)
    alarms.channel.down = True
    async with served(flooding) as unreachable:
        pass

    async def alive(url: str, minutes: int) -> None:
        async with alarms.started() as desk:
            world.alarms = desk  # type: ignore[assignment]
            lane = Lane(world.store, client, clock, desk)  # type: ignore[arg-type]
            sender, intake = lane.sender(url), world.intake(scan_every=60.0)
            async with keeping(clock, intake, sender):
                for minute in range(minutes):
                    now = local(clock.now(), ZONE)
                    rows = (record(minute, time=f"{now:%Y%m%d%H%M%S}", frame=number) for number in range(3))
                    world.put(f"{now:%Y%m%d%H%M%S}.json", written(*rows))
                    await clock.advance(60)
                    await settled(clock, intake.name, sender.name, "alerts.desk", "alerts.sender")

    async with open_client() as client, partner(clock) as (there, url):
        await alive(unreachable, 40)
        assert await world.counts() == {"2026-03-18": (120, 0, 0)}, "the intake is not touched by it"
        assert (there.received, alarms.channel.messages()) == ([], [])
        alarms.channel.down = False
        await alive(url, 20)
        pushes = await Lane(world.store, client, clock, None).pushes()  # type: ignore[arg-type]

    told = alarms.channel.messages()
    assert [push.state for push in pushes] == ["delivered"] * len(pushes)
    assert list(bodies(there)) == [push.body for push in pushes]
    assert len({push.window_end for push in pushes}) == len(pushes) == 12
    assert [message.split(maxsplit=1)[0] for message in told] == ["ALARM", "OVER"], told


@pytest.mark.slow
async def test_81_processed_files_put_into_an_empty_store_give_the_same_totals(
    tmp_path: Path, clock: FakeClock
) -> None:
    """Whoever restores an old backup, or none, moves the processed files back; also those that were good in part."""
    (tmp_path / "in").mkdir()
    (tmp_path / "again").mkdir()
    async with a_world(tmp_path / "in", tmp_path / "first.db", clock) as first:
        first.put_samples("good")
        first.put_samples("bad")
        async with first.watching():
            await first.advance(120)
        counts, crossings = await first.counts(), await first.crossings()
        put_away = [path for path in first.path.glob("*/*/*") if not path.name.endswith(".reason.txt")]

    async with a_world(tmp_path / "again", tmp_path / "second.db", clock) as second:
        for path in put_away:
            shutil.copyfile(path, second.path / path.name)
        async with second.watching():
            await second.advance(120)
        assert (await second.counts(), await second.crossings()) == (counts, crossings)
        assert second.waiting() == []
    assert crossings > 20


@pytest.mark.parametrize(
    "moment",
    ["2038-01-19 04:14:08", "2100-02-28 23:59:59", "2106-02-07 07:28:16", "2016-12-31 23:59:59", "1970-01-01 01:00:00"],
)
async def test_83_far_years_the_end_of_32_bits_and_a_night_with_a_leap_second_are_days_as_any_other(
    world: World, moment: str
) -> None:
    world.clock._start = at(moment)
    name = f"{local(world.clock.now(), ZONE):%Y%m%d%H%M%S}"
    async with world.watching(world.intake(max_age=0.0)):
        world.put(f"{name}.json", written(record(1, time=name), record(2, 1, time=name)))
        await world.advance(10)

    assert await world.counts() == {moment[:10]: (1, 1, 0)}
    assert world.alarms.edges == []


async def test_83_the_sixty_first_second_of_a_minute_is_refused_with_its_record(world: World) -> None:
    """No clock of ours can hold it; the camera's neighbours before and after are kept."""
    world.clock._start = at("2017-01-01 02:00")
    async with world.watching():
        world.put(
            "a.json",
            written(
                record(1, time="20170101005959"), record(2, time="20170101005960"), record(3, time="20170101010000")
            ),
        )
        await world.advance(10)
        assert (await world.files())["a.json"].reason == "1 of 3 records are wrong: time 20170101005960 does not exist"

    assert await world.counts() == {"2017-01-01": (2, 0, 0)}


def test_the_moments_of_the_far_years_are_what_they_say() -> None:
    assert at("2038-01-19 04:14:08") == Instant(2**31 * SECOND)
    assert at("1970-01-01 01:00:00") == Instant(0)
    assert at("2106-02-07 07:28:16") == Instant(2**32 * SECOND)
