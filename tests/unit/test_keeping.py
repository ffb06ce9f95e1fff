"""What the supervisor promises about services that crash, end by themselves or are given up."""

import asyncio
from typing import ClassVar

import pytest
from structlog.testing import capture_logs

from lahmadaemon.clock import DAY, SECOND
from lahmadaemon.errors import HopelessError
from lahmadaemon.supervision.health import HealthBoard, State
from lahmadaemon.supervision.policy import RestartPolicy
from lahmadaemon.supervision.service import Lifeline, Service
from tests.fakes.clock import START, FakeClock
from tests.fakes.house import keeping
from tests.fakes.services import Crasher, Ticker


def errors(count: int) -> list[Exception]:
    return [ValueError(f"broken {number}") for number in range(1, count + 1)]


class SelfCanceller(Service):
    """Cancels its own task once, which nobody but the supervisor may."""

    name = "self-canceller"
    lives = 0

    async def run(self, lifeline: Lifeline) -> None:
        self.lives += 1
        lifeline.beat()
        if self.lives == 1:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
        await lifeline.wait(None)


class HalfDone(Service):
    """Ends by itself, without anybody's asking."""

    name = "half-done"
    lives = 0

    async def run(self, lifeline: Lifeline) -> None:
        self.lives += 1
        lifeline.beat()


class Impatient(Crasher):
    """A crasher that may crash only three times in a minute."""

    policy: ClassVar[RestartPolicy] = RestartPolicy(first=1.0, factor=1.0, budget=3, window=60.0)


async def test_a_crash_never_touches_a_neighbour(clock: FakeClock) -> None:
    ticker, crasher = Ticker(period=30.0), Crasher(*errors(5))

    async with keeping(clock, ticker, crasher) as house:
        await clock.advance(300)

        assert crasher.lives == 6
        assert (ticker.turns, house.board["ticker"].restarts, house.state("ticker")) == (11, 0, State.RUNNING)


async def test_the_pause_before_a_restart_doubles_from_one_second(clock: FakeClock) -> None:
    crasher = Crasher(*errors(6))

    async with keeping(clock, crasher):
        for life, delay in enumerate((1, 2, 4, 8, 16, 32), start=1):
            await clock.advance(delay - 0.001)
            assert crasher.lives == life
            await clock.advance(0.001)
            assert crasher.lives == life + 1


async def test_chance_shortens_the_pause_to_no_less_than_half(clock: FakeClock) -> None:
    crasher = Crasher(*errors(2))

    async with keeping(clock, crasher, chance=lambda: 0.0):
        await clock.advance(0.499)
        assert crasher.lives == 1
        await clock.advance(0.001)
        assert crasher.lives == 2


@pytest.mark.parametrize(("steady", "delays"), [(60.0, [1, 1, 1, 1]), (59.9, [1, 2, 4, 8])])
async def test_a_steady_minute_forgives_earlier_crashes(clock: FakeClock, steady: float, delays: list[float]) -> None:
    with capture_logs() as logs:
        async with keeping(clock, Crasher(*errors(4), steady=steady)):
            await clock.advance(4 * 60 + 15)

    assert [line["restart_in_seconds"] for line in logs if line["event"] == "service.crashed"] == delays


async def test_more_restarts_than_the_budget_within_the_window_fail_the_service(clock: FakeClock) -> None:
    crasher = Impatient(*errors(9))

    with capture_logs() as logs:
        async with keeping(clock, crasher) as house:
            await clock.advance(600)

            health = house.board["crasher"]
            assert (crasher.lives, health.restarts, health.state) == (4, 3, State.FAILED)
            assert health.last_error == "crashed more than 3 times in 60 s; last: broken 4"
            assert not house.running.done()

    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["service.crashed"] * 4 + [
        "service.failed"
    ]


async def test_ten_restarts_in_ten_minutes_are_forgiven_and_the_next_crash_is_not(clock: FakeClock) -> None:
    crasher = Crasher(*errors(11))

    async with keeping(clock, crasher, chance=lambda: 0.0) as house:
        await clock.advance(405)
        assert (crasher.lives, house.state("crasher")) == (10, State.BACKING_OFF)
        await clock.advance(1)
        assert (crasher.lives, house.state("crasher")) == (11, State.FAILED)


async def test_a_crash_is_logged_once_with_its_error_and_the_next_attempt(clock: FakeClock) -> None:
    error = ValueError("a wheel came off")

    with capture_logs() as logs:
        async with keeping(clock, Crasher(error)):
            await clock.advance(10)

    crashes = [line for line in logs if "exc_info" in line]
    assert crashes == [
        {
            "event": "service.crashed",
            "log_level": "error",
            "service": "crasher",
            "crashes_in_a_row": 1,
            "restart_in_seconds": 1.0,
            "exc_info": error,
        }
    ]


async def test_a_crash_is_seen_on_the_board_until_and_after_the_restart(clock: FakeClock) -> None:
    async with keeping(clock, Crasher(ValueError("a wheel came off"), KeyError())) as house:
        backing_off = house.board["crasher"]
        await clock.advance(1.5)
        nameless = house.board["crasher"]
        await clock.advance(10)
        again = house.board["crasher"]

    assert (backing_off.state, backing_off.last_error) == (State.BACKING_OFF, "a wheel came off")
    assert backing_off.restart_at == START + SECOND
    assert nameless.last_error == "KeyError"
    assert (again.state, again.restart_at, again.restarts, again.last_error) == (State.RUNNING, None, 2, "KeyError")


async def test_a_group_of_errors_is_a_crash_like_any_other(clock: FakeClock) -> None:
    crasher = Crasher(ExceptionGroup("several", errors(2)))

    async with keeping(clock, crasher) as house:
        await clock.advance(1)

        assert (crasher.lives, house.state("crasher")) == (2, State.RUNNING)


async def test_a_service_cancelled_from_inside_restarts(clock: FakeClock) -> None:
    canceller = SelfCanceller()

    async with keeping(clock, canceller) as house:
        assert house.state("self-canceller") == State.BACKING_OFF
        await clock.advance(1)

        assert (canceller.lives, house.state("self-canceller")) == (2, State.RUNNING)


async def test_a_service_that_ends_by_itself_has_stopped_and_is_not_restarted(clock: FakeClock) -> None:
    half_done = HalfDone()

    async with keeping(clock, half_done) as house:
        await clock.advance(600)

        assert (half_done.lives, house.state("half-done"), house.running.done()) == (1, State.STOPPED, False)


async def test_an_essential_failure_ends_the_run_with_one(clock: FakeClock) -> None:
    ticker = Ticker()

    with capture_logs() as logs:
        async with keeping(clock, Crasher(HopelessError("disk gone"), essential=True), ticker) as house:
            await clock.advance(0.1)

            assert await house.running == 1
            assert (house.state("crasher"), house.state("ticker")) == (State.FAILED, State.STOPPED)

    assert [line["reason"] for line in logs if line["event"] == "daemon.stopping"] == ["crasher failed for good"]


async def test_a_service_whose_keeper_breaks_has_failed(clock: FakeClock) -> None:
    board, faults = HealthBoard(clock), [RuntimeError("a bad listener")]
    crasher = Crasher(ValueError("broken"), essential=True)

    def listen() -> None:
        if board["crasher"].state is State.BACKING_OFF and faults:
            raise faults.pop()

    board.listeners.append(listen)
    async with keeping(clock, crasher, Ticker(), board=board) as house:
        await clock.settle()

        assert await house.running == 1
        assert (house.state("crasher"), house.state("ticker")) == (State.FAILED, State.STOPPED)
        assert board["crasher"].last_error == "its keeper broke: RuntimeError('a bad listener')"


async def test_any_other_failure_leaves_the_house_alive_and_audibly_unwell(clock: FakeClock) -> None:
    async with keeping(clock, Crasher(HopelessError("disk gone")), Ticker(essential=True)) as house:
        await clock.advance(3600)

        assert not house.running.done()
        assert house.board.report().headline == "unwell: crasher failed"


@pytest.mark.slow
async def test_months_of_ticks_pass_in_seconds(clock: FakeClock) -> None:
    ticker = Ticker(period=60.0, essential=True)

    async with keeping(clock, ticker) as house:
        await clock.advance(30 * DAY / SECOND)

        assert (ticker.turns, house.board["ticker"].last_beat) == (30 * 24 * 60 + 1, START + 30 * DAY)
