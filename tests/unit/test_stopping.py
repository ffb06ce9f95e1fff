"""What the supervisor promises about its end: it drains, then insists, then names who would not go."""

import asyncio

import pytest
from structlog.testing import capture_logs

from lahmadaemon.errors import HopelessError
from lahmadaemon.supervision.health import HealthBoard, State
from lahmadaemon.supervision.service import Lifeline, Service
from lahmadaemon.supervision.supervisor import Supervisor
from tests.fakes.clock import FakeClock
from tests.fakes.house import keeping
from tests.fakes.services import Crasher, Silent, Ticker, Tidy, Worker


class SlowStarter(Service):
    """Needs half a minute before it can work at all, and hears nothing meanwhile."""

    name = "slow starter"

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.started = False

    async def run(self, lifeline: Lifeline) -> None:
        await self._clock.wait(asyncio.Event(), 30.0)
        self.started = True


async def test_the_stop_ends_with_nought_and_everything_stopped(clock: FakeClock) -> None:
    async with keeping(clock, Ticker("one"), Ticker("two")) as house:
        house.supervisor.stop()
        await clock.settle()

        assert await house.running == 0
        assert {service.state for service in house.board.report().services} == {State.STOPPED}
        assert house.supervisor.stragglers == []


async def test_a_turn_under_way_is_finished_before_the_end(clock: FakeClock) -> None:
    worker = Worker(clock, 4.0)

    async with keeping(clock, worker) as house:
        house.supervisor.stop()
        await clock.advance(3.9)
        assert not house.running.done()
        await clock.advance(0.1)

        assert (await house.running, worker.begun, worker.finished) == (0, 1, 1)


async def test_a_turn_that_outlasts_the_drain_is_cut_off(clock: FakeClock) -> None:
    worker = Worker(clock, 40.0)

    with capture_logs() as logs:
        async with keeping(clock, worker) as house:
            house.supervisor.stop()
            await clock.advance(9.9)
            assert not house.running.done()
            await clock.advance(0.1)

            assert (await house.running, worker.finished, house.state("worker")) == (0, 0, State.STOPPED)

    assert [line["services"] for line in logs if line["event"] == "daemon.insisting"] == [["worker"]]


async def test_the_second_stop_insists(clock: FakeClock) -> None:
    worker = Worker(clock, 40.0)

    async with keeping(clock, worker) as house:
        house.supervisor.stop()
        await clock.advance(1)
        assert not house.running.done()
        house.supervisor.stop()
        await clock.settle()

        assert (await house.running, worker.finished) == (0, 0)


async def test_whoever_is_cut_off_may_still_put_things_in_order(clock: FakeClock) -> None:
    tidy = Tidy(clock, 4.0)

    with capture_logs() as logs:
        async with keeping(clock, tidy) as house:
            house.supervisor.stop()
            house.supervisor.stop()
            await clock.advance(4)

            assert (await house.running, tidy.tidied, house.supervisor.stragglers) == (0, True, [])

    assert "service.straggling" not in [line["event"] for line in logs]


async def test_a_straggler_is_named_and_does_not_hang_the_stop(clock: FakeClock) -> None:
    silent, ticker = Silent(swallows=1), Ticker()

    with capture_logs() as logs:
        async with keeping(clock, silent, ticker) as house:
            house.supervisor.stop()
            await clock.advance(14.9)
            assert not house.running.done()
            await clock.advance(0.1)

            assert (await house.running, house.supervisor.stragglers) == (0, ["silent"])

    (straggling,) = [line for line in logs if line["event"] == "service.straggling"]
    assert straggling["service"] == "silent"
    assert "await self.release.wait()" in straggling["stack"]


async def test_a_straggler_of_earlier_days_is_still_named_at_the_stop(clock: FakeClock) -> None:
    silent = Silent(swallows=2)

    with capture_logs() as logs:
        async with keeping(clock, silent) as house:
            await clock.advance(95)
            assert house.state("silent") == State.FAILED
            house.supervisor.stop()
            await clock.advance(15)

            assert (await house.running, house.supervisor.stragglers) == (0, ["silent"])

    assert [line["service"] for line in logs if line["event"] == "service.straggling"] == ["silent"]


async def test_a_straggler_that_gives_in_at_last_is_not_named(clock: FakeClock) -> None:
    silent = Silent(swallows=1)

    with capture_logs() as logs:
        async with keeping(clock, silent) as house:
            await clock.advance(95)
            assert house.state("silent") == State.FAILED
            house.supervisor.stop()
            await clock.advance(15)

            assert (await house.running, house.supervisor.stragglers) == (0, [])

    assert "service.straggling" not in [line["event"] for line in logs]


@pytest.mark.parametrize("stops", [1, 2])
async def test_a_stop_before_the_run_is_not_lost(clock: FakeClock, stops: int) -> None:
    board, ticker = HealthBoard(clock), Ticker()
    supervisor = Supervisor([ticker], clock, board)
    for _ in range(stops):
        supervisor.stop()

    assert await supervisor.run() == 0
    assert ticker.turns == 0


async def test_a_stop_during_the_pause_before_a_restart_ends_at_once(clock: FakeClock) -> None:
    crasher = Crasher(ValueError("broken"))

    async with keeping(clock, crasher) as house:
        assert house.state("crasher") == State.BACKING_OFF
        house.supervisor.stop()
        await clock.settle()

        assert (await house.running, crasher.lives, house.state("crasher")) == (0, 1, State.STOPPED)


async def test_a_stop_in_the_moment_of_the_start_lets_nobody_work(clock: FakeClock) -> None:
    board, ticker = HealthBoard(clock), Ticker()
    supervisor = Supervisor([ticker], clock, board)
    starting = asyncio.Event()
    board.listeners.append(starting.set)
    running = asyncio.create_task(supervisor.run())
    await starting.wait()

    assert board["ticker"].state == State.STARTING
    supervisor.stop()

    assert (await running, ticker.turns, board["ticker"].state) == (0, 0, State.STOPPED)


async def test_a_stop_during_a_long_start_waits_for_no_more_than_the_drain(clock: FakeClock) -> None:
    starter = SlowStarter(clock)

    async with keeping(clock, starter) as house:
        await clock.advance(5)
        house.supervisor.stop()
        await clock.advance(10)

        assert (await house.running, starter.started, house.state("slow starter")) == (0, False, State.STOPPED)


async def test_a_stop_while_a_silent_service_is_put_down_lets_it_go(clock: FakeClock) -> None:
    tidy = Tidy(clock, 4.0)
    tidy.patience = 90.0

    async with keeping(clock, tidy) as house:
        await clock.advance(91)
        house.supervisor.stop()
        await clock.advance(3)

        assert (await house.running, tidy.tidied, house.state("tidy")) == (0, True, State.STOPPED)


async def test_silence_during_the_drain_is_nobody_s_fault(clock: FakeClock) -> None:
    worker = Worker(clock, 8.0)
    worker.patience = 5.0

    async with keeping(clock, worker) as house:
        house.supervisor.stop()
        await clock.advance(8)

        assert (await house.running, worker.finished) == (0, 1)


async def test_a_crash_during_the_drain_is_logged_and_not_repaired(clock: FakeClock) -> None:
    tidy = Tidy(clock, 1.0, then=ValueError("broken"))

    with capture_logs() as logs:
        async with keeping(clock, tidy) as house:
            house.supervisor.stop()
            house.supervisor.stop()
            await clock.advance(2)

            assert (await house.running, house.state("tidy")) == (0, State.STOPPED)

    assert [line["event"] for line in logs].count("service.crashed") == 1


async def test_the_first_cause_of_the_stop_decides_the_exit_code(clock: FakeClock) -> None:
    late = Tidy(clock, 1.0, then=HopelessError("disk gone"))
    late.essential = True

    async with keeping(clock, late) as house:
        house.supervisor.stop()
        house.supervisor.stop()
        await clock.advance(2)

        assert (await house.running, house.state("tidy")) == (0, State.FAILED)


async def test_a_house_without_services_waits_to_be_asked(clock: FakeClock) -> None:
    async with keeping(clock) as house:
        await clock.advance(3600)
        assert not house.running.done()
        house.supervisor.stop()
        await clock.settle()

        assert await house.running == 0


def test_two_services_of_one_name_are_refused(clock: FakeClock) -> None:
    with pytest.raises(ValueError, match="two services are called ticker"):
        Supervisor([Ticker(), Ticker()], clock, HealthBoard(clock))
