"""What the intake says to the alarm desk: with all that a message needs, at its time, and taken back when it is over."""

import os

import pytest
from structlog.testing import capture_logs

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import DAY, MINUTE, SECOND
from lahmadaemon.visitors.intake import voice
from lahmadaemon.visitors.intake.opening import OpeningHours, parse_opening_hours
from lahmadaemon.visitors.intake.silence import Patience
from lahmadaemon.visitors.intake.store import CameraStore
from tests.fakes.clock import FakeClock
from tests.visitors.builders import NOW, ZONE, at, record, written
from tests.visitors.world import World

DOOR = "visitors.intake.door"
SILENCES = {Condition.NO_FILES, Condition.ONLY_EMPTY, Condition.ONLY_INVALID}


def one(person: int) -> bytes:
    return written(record(person))


async def test_a_camera_that_falls_silent_is_told_of_and_taken_back_with_its_next_file(world: World) -> None:
    async with world.watching():
        world.put("a.json", one(1))
        await world.advance(309)
        assert world.alarms.now == set()
        await world.advance(2)
        assert world.alarms.holding[Condition.NO_FILES, DOOR] == {
            "camera": "door", "quiet_seconds": 300.0, "last_file_at": NOW + 10 * SECOND,
            "last_crossings_at": NOW + 10 * SECOND, "file": "", "reason": "",
        }  # fmt: skip
        await world.advance(60)
        assert world.alarms.detail(Condition.NO_FILES)["quiet_seconds"] == 360.0
        world.put("b.json", one(2))
        await world.advance(10)
        assert world.alarms.edges == [("raised", Condition.NO_FILES), ("cleared", Condition.NO_FILES)]


async def test_a_camera_that_never_sent_a_file_is_told_of_without_one(world: World) -> None:
    async with world.watching():
        await world.advance(290)
        assert world.alarms.now == set()
        await world.advance(10)
        detail = world.alarms.detail(Condition.NO_FILES)
        assert (detail["last_file_at"], detail["last_crossings_at"], detail["quiet_seconds"]) == (0, 0, 300.0)


async def test_known_files_that_somebody_copies_are_no_sign_of_life(world: World) -> None:
    async with world.watching():
        for minute in range(6):
            world.put(f"{minute}.json", one(1))
            await world.advance(60)
        assert world.alarms.now == {Condition.NO_FILES}


async def test_empty_lists_alone_are_told_of_after_their_time_and_are_no_silence(world: World) -> None:
    patience = Patience(5 * MINUTE, 20 * MINUTE, OpeningHours(), ZONE)
    async with world.watching(world.intake(patience=patience)):
        world.put("a.json", one(1))
        for minute in range(20):
            world.put(f"{minute}.json", b"[]")
            await world.advance(60)
            assert world.alarms.now == set()
        await world.advance(20)
        assert world.alarms.now == {Condition.ONLY_EMPTY}
        detail = world.alarms.detail(Condition.ONLY_EMPTY)
        assert (detail["quiet_seconds"], detail["last_crossings_at"]) == (1210.0, NOW + 10 * SECOND)
        world.put("b.json", one(2))
        await world.advance(10)
        assert world.alarms.story(Condition.ONLY_EMPTY) == ["raised", "cleared"]


async def test_files_that_are_all_wrong_are_told_of_as_such_with_the_last_of_them(world: World) -> None:
    async with world.watching():
        for minute in range(8):
            world.put(f"{minute}.json", written({"ID": minute}))
            await world.advance(60)
        assert world.alarms.now == {Condition.ONLY_INVALID, Condition.BAD_FILES}
        detail = world.alarms.detail(Condition.ONLY_INVALID)
        assert (detail["file"], detail["reason"]) == ("7.json", "1 of 1 records are wrong: inOut is missing")
        assert world.alarms.detail(Condition.BAD_FILES) == {
            "camera": "door", "file": "7.json", "reason": "1 of 1 records are wrong: inOut is missing", "count": 8,
        }  # fmt: skip
        world.put("well.json", one(1))
        await world.advance(10)
        assert world.alarms.now == {Condition.BAD_FILES}


async def test_bad_files_are_told_of_until_none_has_come_for_ten_minutes(world: World) -> None:
    async with world.watching():
        world.put("bad.json", b'{"ID": 1}')
        await world.advance(10)
        for minute in range(12):
            assert (Condition.BAD_FILES in world.alarms.now) == (minute < 10)
            world.put(f"{minute}.json", one(minute))
            await world.advance(60)
        world.put("worse.json", b"null")
        await world.advance(10)
        assert world.alarms.detail(Condition.BAD_FILES)["count"] == 1


async def test_outside_of_opening_hours_a_silent_camera_is_no_alarm_and_it_is_said_why(world: World) -> None:
    hours = parse_opening_hours("wed 08:00-10:40, wed 10:50-20:00")
    assert isinstance(hours, OpeningHours)
    patience = Patience(5 * MINUTE, DAY, hours, ZONE)
    async with world.watching(world.intake(patience=patience)):
        await world.advance(7 * 60)
        assert world.alarms.now == {Condition.NO_FILES}
        await world.advance(60)
        assert world.alarms.now == set()
        assert world.alarms.cleared[Condition.NO_FILES, DOOR] == {"camera": "door", "because": "closed"}
        await world.advance(14 * 60 + 50)
        assert world.alarms.now == set()
        await world.advance(20)
        assert world.alarms.now == {Condition.NO_FILES}
        assert world.alarms.detail(Condition.NO_FILES)["quiet_seconds"] == 310.0


async def test_a_restart_neither_takes_an_alarm_back_nor_raises_it_again(world: World) -> None:
    """For a minute after every restart a silence was once taken for over: one message too many, then another."""
    async with world.watching():
        await world.advance(400)
        assert world.alarms.edges == [("raised", Condition.NO_FILES)]
    for pause in (5, 30, 90):
        async with world.watching():
            await world.advance(pause)
    assert world.alarms.edges == [("raised", Condition.NO_FILES)]
    quiet = world.alarms.detail(Condition.NO_FILES)["quiet_seconds"]
    assert (world.clock.now() - NOW) / SECOND - 30 < float(quiet) <= (world.clock.now() - NOW) / SECOND

    async with world.watching():
        world.put("a.json", one(1))
        await world.advance(10)
    assert world.alarms.story(Condition.NO_FILES) == ["raised", "cleared"]


async def test_a_restart_gives_a_camera_that_was_switched_off_with_us_its_minute(world: World) -> None:
    async with world.watching():
        world.put("a.json", one(1))
        await world.advance(10)
    await world.clock.advance(3600)
    async with world.watching():
        await world.advance(50)
        assert world.alarms.now == set()
        world.put("b.json", one(2))
        await world.advance(60)
        assert world.alarms.edges == []


async def test_bad_files_of_before_a_restart_are_remembered(world: World) -> None:
    async with world.watching():
        world.put("bad.json", b'{"ID": 1}')
        await world.advance(10)
    before = world.alarms.detail(Condition.BAD_FILES)

    async with world.watching():
        assert world.alarms.detail(Condition.BAD_FILES) == before
    assert world.alarms.story(Condition.BAD_FILES) == ["raised"]


async def test_a_backlog_is_an_alarm_only_while_it_grows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice, "BACKLOG", 5)
    async with world.watching(world.intake(incomplete_after=600.0)):
        for number in range(6):
            world.put(f"{number}.json", b"[")
        await world.advance(10)
        assert Condition.BACKLOG_GROWING not in world.alarms.now
        for number in range(6, 9):
            world.put(f"{number}.json", b"[")
        await world.advance(1)
        assert world.alarms.detail(Condition.BACKLOG_GROWING) == {"camera": "door", "files": 9}
        await world.advance(10)
        assert world.alarms.story(Condition.BACKLOG_GROWING) == ["raised", "cleared"]


async def test_three_files_that_have_just_come_tell_of_the_camera_s_clock(world: World) -> None:
    async with world.watching():
        for second in (10, 30, 50):
            world.put(f"202603181132{second}.json", one(second))
            await world.advance(20)
        assert world.alarms.detail(Condition.CAMERA_CLOCK)["ahead_seconds"] == pytest.approx(3600, abs=30)
        world.put("20260318103310.json", one(2))
        await world.advance(10)
        assert world.alarms.story(Condition.CAMERA_CLOCK) == ["raised", "cleared"]


async def test_old_files_and_those_that_lay_there_tell_nothing_of_the_camera_s_clock(world: World) -> None:
    world.put("20260318080214.json", one(1))
    async with world.watching():
        (world.path / "copied").write_bytes(one(2))
        os.utime(world.path / "copied", (1_000_000_000, 1_000_000_000))
        (world.path / "copied").rename(world.path / "20260318080519.json")
        await world.advance(20)
    assert world.alarms.edges == []
    assert len(await world.files()) == 2


async def test_a_clock_that_was_set_back_raises_no_alarm_loses_no_file_and_hides_no_silence(world: World) -> None:
    """For as long as the clock had been ahead no camera could fall silent."""
    async with world.watching():
        world.put("a.json", one(1))
        await world.advance(20)
        world.clock._start -= DAY
        await world.advance(280)
        assert world.alarms.now & SILENCES == set()
        world.put("b.json", written(record(2, time="20260317093000")))
        await world.advance(10)
        assert await world.crossings() == 2
        await world.advance(280)
        assert world.alarms.now & SILENCES == set()
        await world.advance(30)
        assert world.alarms.now & SILENCES == {Condition.NO_FILES}


async def test_a_bad_file_does_not_end_a_silence(world: World) -> None:
    """People once read that it was over, that it was something else, and that it had begun anew."""
    async with world.watching():
        await world.advance(310)
        world.put("bad.json", b"{}")
        await world.advance(10)
        assert world.alarms.now & SILENCES == {Condition.NO_FILES, Condition.ONLY_INVALID}
        await world.advance(300)
        assert world.alarms.now & SILENCES == {Condition.NO_FILES}
        world.put("good.json", written(record(2)))
        await world.advance(10)
        assert world.alarms.now & SILENCES == set()
    assert world.alarms.story(Condition.NO_FILES) == ["raised", "cleared"]


async def test_crossings_that_come_after_their_day_are_told(world: World) -> None:
    with capture_logs() as logs:
        async with world.watching():
            await world.advance(10)
            world.put("a.json", written(record(1, time="20260317235959"), record(2)))
            world.put("b.json", written(record(3, time="20260317235958")))
            await world.advance(20)

    [late] = [line for line in logs if line["event"] == "visitors.crossings_late"]
    assert (late["camera"], late["day"]) == ("door", "2026-03-17")


async def test_a_clock_that_leaps_ahead_is_one_alarm_and_not_a_storm(world: World) -> None:
    async with world.watching():
        world.put("a.json", one(1))
        await world.advance(20)
        world.clock._start += DAY
        await world.advance(60)
        world.put("b.json", written(record(2)))
        await world.advance(60)
        assert world.alarms.story(Condition.NO_FILES) == ["raised", "cleared"]


async def test_two_cameras_alarms_are_their_own(world: World) -> None:
    other = World(world.path.with_name("back"), world.store, world.clock)
    other.path.mkdir()
    other.door, other.alarms = CameraStore(world.store, "back"), world.alarms
    back = other.intake(name="back")
    async with world.watching(world.intake(), back):
        for minute in range(6):
            world.put(f"{minute}.json", one(minute))
            await world.advance(60)
            await world.rest("visitors.intake.back")
        assert world.alarms.holding.keys() == {(Condition.NO_FILES, "visitors.intake.back")}
        assert world.alarms.detail(Condition.NO_FILES)["camera"] == "back"


async def test_nothing_is_logged_at_every_turn(world: World) -> None:
    async with world.watching():
        with capture_logs() as logs:
            await world.advance(600)

    assert [event["event"] for event in logs] == []


def test_the_day_of_the_samples_is_a_wednesday(clock: FakeClock) -> None:
    assert clock.now() == at("2026-03-18 10:32")
