"""A wall clock that leaps ahead: it is doubted for five minutes, so that nothing is frozen for a time that is not yet."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import HOUR, MINUTE, SECOND
from lahmadaemon.demo.partner import Trouble
from lahmadaemon.visitors.push import windows
from lahmadaemon.visitors.push.pushes import State
from lahmadaemon.visitors.push.wall import Wall
from tests.fakes.clock import START, FakeClock
from tests.fakes.house import keeping
from tests.visitors_push.builders import IN, ZONE, at, bodies, crossed, lane, partner
from tests.visitors_push.test_sender import FIVE, named, some, told


async def test_a_clock_that_leaps_ahead_for_one_look_freezes_nothing(tmp_path: Path, clock: FakeClock) -> None:
    """Seen: six hours ahead for one turn wrote the rest of the day's reports, all with that moment's counts."""
    with capture_logs() as events:
        async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
            await some(house)
            async with keeping(clock, house.sender(url)):
                await clock.advance(30)
                clock._start += 6 * HOUR
                await clock.advance(60)
                clock._start -= 6 * HOUR
                await crossed(house.store, "north", (at("2026-10-21T19:59"), IN))
                await clock.advance(2 * FIVE)
            ends = [push.window_end for push in await house.pushes()]

    assert ends == windows.ends(at("2026-10-21T19:50"), at("2026-10-21T20:05"), 300_000, ZONE)
    assert [told(body)[1] for body in bodies(there)] == [2, 3, 3]
    assert [
        (event["log_level"], event["target"], event["jumped_seconds"])
        for event in named(events, "visitors.push_clock_jumped")
    ] == [("warning", "park", 6 * 3600)]


@pytest.mark.slow
async def test_a_machine_that_slept_for_two_hours_catches_up_once_after_five_minutes(
    tmp_path: Path, clock: FakeClock
) -> None:
    with capture_logs() as events:
        async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
            await some(house)
            async with keeping(clock, house.sender(url)):
                clock._start += 2 * HOUR
                await clock.advance(FIVE)  # the first look comes after a minute
                assert len(there.received) == 1
                await clock.advance(60 + 30)
            ends = [push.window_end for push in await house.pushes()]

    assert ends == windows.ends(at("2026-10-21T19:50"), at("2026-10-21T22:00"), 300_000, ZONE)
    assert len(there.received) == len(ends)
    assert len(named(events, "visitors.push_clock_jumped")) == 1


async def test_windows_that_end_while_the_clock_is_doubted_are_written_when_it_is_right_again(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        async with keeping(clock, house.sender(url)):
            await clock.advance(150)  # 19:59:30
            clock._start += 6 * HOUR
            await clock.advance(240)
            assert len(there.received) == 1
            clock._start -= 6 * HOUR
            await clock.advance(61)
        ends = [push.window_end for push in await house.pushes()]

    assert ends == windows.ends(at("2026-10-21T19:50"), at("2026-10-21T20:00"), 300_000, ZONE)
    assert len(there.received) == 2


async def test_a_doubted_clock_gives_no_report_up_and_raises_no_alarm(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        there.always = Trouble.SERVER_ERROR
        async with keeping(clock, house.sender(url, keep_trying=3600.0)):
            await clock.advance(30)
            clock._start += 2 * HOUR
            await clock.advance(200)
            assert set(await house.states()) == {State.WAITING}
            assert Condition.PUSH_FAILING not in house.desk.now
            clock._start -= 2 * HOUR
            there.always = None
            await clock.advance(400)
            assert set(await house.states()) == {State.DELIVERED}


async def test_the_queue_goes_on_at_its_pace_while_the_clock_is_doubted(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        there.always = Trouble.TOO_MANY  # asks for two minutes
        async with keeping(clock, house.sender(url)):
            clock._start += 2 * HOUR
            await clock.advance(290)

    assert len(there.received) == 3


def doubted(clock: FakeClock) -> tuple[Wall, list[float]]:
    leaps: list[float] = []
    wall = Wall(clock, leaps.append)
    assert wall.now() == clock.now()
    return wall, leaps


async def test_a_leap_of_up_to_a_minute_or_backwards_is_nothing(clock: FakeClock) -> None:
    wall, leaps = doubted(clock)
    for leap in (MINUTE, -HOUR, MINUTE, MINUTE):
        await clock.advance(1)
        clock._start += leap
        assert wall.now() == clock.now()
        assert wall.doubt == 0

    assert leaps == []


async def test_while_in_doubt_time_goes_on_as_it_did_before(clock: FakeClock) -> None:
    wall, leaps = doubted(clock)
    clock._start += HOUR
    assert (wall.now(), wall.doubt) == (START, 300.0)
    await clock.advance(299)
    assert (wall.now(), wall.doubt) == (START + 299 * SECOND, 1.0)
    await clock.advance(1)
    assert (wall.now(), wall.doubt) == (clock.now(), 0.0)
    assert leaps == [3600.0]


async def test_each_further_leap_is_doubted_anew(clock: FakeClock) -> None:
    wall, leaps = doubted(clock)
    for _ in range(2):
        clock._start += HOUR
        wall.now()
        await clock.advance(200)
    assert wall.now() == START + 400 * SECOND
    await clock.advance(100)

    assert wall.now() == clock.now()
    assert leaps == [3600.0, 7200.0]
