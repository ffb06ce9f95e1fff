"""What the supervisor promises about expected trouble, hopeless trouble and silence."""

import asyncio

from structlog.testing import capture_logs

from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.supervision.health import State
from lahmadaemon.supervision.service import Lifeline, Service
from tests.fakes.clock import FakeClock
from tests.fakes.house import keeping
from tests.fakes.services import Crasher, Silent, Stumbler, Ticker, Tidy


async def test_a_stumble_is_logged_at_its_two_edges_only(clock: FakeClock) -> None:
    stumbler = Stumbler([None, UpstreamError("no route"), UpstreamError("no route"), UpstreamError("busy"), None])

    with capture_logs() as logs:
        async with keeping(clock, stumbler) as house:
            await clock.advance(95)
            assert (house.state("stumbler"), house.board["stumbler"].last_error) == (State.DEGRADED, "busy")
            await clock.advance(300)
            assert (stumbler.lives, house.state("stumbler")) == (1, State.RUNNING)

    assert [line for line in logs if line["event"].startswith("service.")] == [
        {"event": "service.stumbled", "log_level": "warning", "service": "stumbler", "error": "no route"},
        {"event": "service.recovered", "log_level": "info", "service": "stumbler", "lasted_seconds": 90.0},
    ]


async def test_a_service_whose_first_turn_stumbles_has_beaten_all_the_same(clock: FakeClock) -> None:
    async with keeping(clock, Stumbler([UpstreamError("no route")])) as house:
        assert (house.state("stumbler"), house.board["stumbler"].beaten) == (State.DEGRADED, True)


async def test_hopeless_trouble_fails_at_once(clock: FakeClock) -> None:
    crasher = Crasher(HopelessError("the key is wrong"), name="radio")

    with capture_logs() as logs:
        async with keeping(clock, crasher) as house:
            await clock.advance(3600)
            health = house.board["radio"]

    assert (crasher.lives, health.state, health.restarts, health.last_error) == (
        1,
        State.FAILED,
        0,
        "the key is wrong",
    )
    assert [line for line in logs if line["event"].startswith("service.")] == [
        {
            "event": "service.failed",
            "log_level": "error",
            "service": "radio",
            "reason": "the key is wrong",
            "essential": False,
        }
    ]


async def test_a_stale_service_is_cancelled_and_restarted(clock: FakeClock) -> None:
    silent = Silent()

    with capture_logs() as logs:
        async with keeping(clock, silent) as house:
            await clock.advance(89.9)
            assert (silent.lives, house.state("silent")) == (1, State.RUNNING)
            await clock.advance(0.1)
            assert (silent.lives, house.state("silent")) == (1, State.BACKING_OFF)
            assert house.board["silent"].last_error == "silent for more than 90 s"
            await clock.advance(1)
            assert (silent.lives, house.state("silent")) == (2, State.RUNNING)

    (stale,) = [line for line in logs if line["event"] == "service.stale"]
    assert (stale["service"], stale["patience_seconds"]) == ("silent", 90.0)
    assert "await self.release.wait()" in stale["stack"]


async def test_whoever_beats_within_its_patience_is_left_alone(clock: FakeClock) -> None:
    ticker = Ticker(period=30.0)
    ticker.patience = 45.0

    async with keeping(clock, ticker) as house:
        await clock.advance(3600)

        assert (ticker.turns, house.board["ticker"].restarts) == (121, 0)


class Hourly(Service):
    """Once an hour; hangs in its third turn."""

    name = "hourly"
    patience = 1800.0

    def __init__(self, clock: FakeClock) -> None:
        self.turns = 0
        self._clock = clock

    async def run(self, lifeline: Lifeline) -> None:
        async for _ in lifeline.every(3600.0):
            async with lifeline.turn():
                self.turns += 1
                if self.turns == 3:
                    await self._clock.wait(asyncio.Event(), 86_400.0)


async def test_the_rest_between_two_turns_is_no_silence_and_a_turn_that_hangs_is(clock: FakeClock) -> None:
    """Story: the figures' keeper has half an hour of patience and an hour between its turns; an hour beside a real daemon showed
    that it was put down and started anew in every pause."""
    hourly = Hourly(clock)

    async with keeping(clock, hourly) as house:
        await clock.advance(3600.0 - clock.now() / 1000 % 3600)
        await clock.advance(3600.0 + 1799.9)
        assert (hourly.turns, house.board["hourly"].restarts) == (3, 0)
        await clock.advance(0.1)
        assert house.board["hourly"].last_error == "silent for more than 1800 s"


async def test_an_error_in_the_last_words_of_a_stale_service_is_told_with_it(clock: FakeClock) -> None:
    error = OSError("cannot close the file")
    tidy = Tidy(clock, 3.0, then=error)
    tidy.patience = 90.0

    with capture_logs() as logs:
        async with keeping(clock, tidy):
            await clock.advance(94)

    (crash, *_) = [line for line in logs if line["event"] == "service.crashed"]
    assert crash["exc_info"].__cause__ is error


async def test_a_service_that_swallows_its_cancellation_fails_and_is_named(clock: FakeClock) -> None:
    silent, ticker = Silent(swallows=1), Ticker()

    async with keeping(clock, silent, ticker) as house:
        await clock.advance(90)
        assert house.supervisor.stragglers == ["silent", "ticker"]  # all that live, before the stop
        await clock.advance(5)

        assert (silent.lives, house.state("silent")) == (1, State.FAILED)
        assert house.board["silent"].last_error == "fell silent and does not let itself be cancelled"
        assert house.state("ticker") == State.RUNNING
