"""What the supervisor makes of silence, of lives it has given up, and of the time after the stop was asked."""

import asyncio

from lahmadaemon.errors import UpstreamError
from lahmadaemon.supervision.health import HealthBoard, State
from lahmadaemon.supervision.policy import RestartPolicy
from lahmadaemon.supervision.service import LONGEST_HOLD, Lifeline, Service
from lahmadaemon.supervision.supervisor import Supervisor
from tests.fakes.clock import FakeClock
from tests.fakes.house import keeping
from tests.fakes.services import Crasher, Silent, Stumbler, Ticker


async def test_silence_is_no_steadiness_so_a_service_that_always_falls_silent_backs_off(clock: FakeClock) -> None:
    """Story: with a patience over a minute every silence counted as a steady minute, and the restart came after 1 s for ever."""
    silent = Silent()
    async with keeping(clock, silent):
        await clock.advance(90 + 1 + 90 + 2 + 90 + 3.9)
        assert silent.lives == 3
        await clock.advance(0.2)
        assert silent.lives == 4


class Babbler(Service):
    """Swallows every cancellation and goes on reporting trouble afterwards."""

    name = "babbler"
    patience = 30.0

    def __init__(self) -> None:
        self.release = asyncio.Event()

    async def run(self, lifeline: Lifeline) -> None:
        lifeline.beat()
        while not self.release.is_set():
            try:
                await self.release.wait()
            except asyncio.CancelledError:
                continue
        lifeline.stumble(UpstreamError("still here"))
        lifeline.recover()
        lifeline.beat()


async def test_a_life_that_was_given_up_no_longer_speaks_on_the_board(clock: FakeClock) -> None:
    babbler = Babbler()
    async with keeping(clock, babbler) as house:
        await clock.advance(30 + 5)
        assert house.state("babbler") == State.FAILED

        babbler.release.set()
        await clock.settle()

        assert house.state("babbler") == State.FAILED
        assert "does not let itself be cancelled" in (house.board["babbler"].last_error or "")


async def test_after_the_stop_was_asked_services_are_stopping_then_stopped(clock: FakeClock) -> None:
    async with keeping(clock, Ticker(), Silent()) as house:
        house.supervisor.stop()
        assert {service.state for service in house.board.report().services} == {State.STOPPING}

        await clock.advance(16)

        assert {service.state for service in house.board.report().services} == {State.STOPPED}


async def test_however_long_a_server_asks_us_to_wait_we_look_again_after_an_hour(clock: FakeClock) -> None:
    stumbler = Stumbler([UpstreamError("go away", retry_after=10 * 365 * 86_400.0), None])
    async with keeping(clock, stumbler):
        await clock.advance(LONGEST_HOLD + 1)

    assert stumbler.turns == 2


def test_the_budget_counts_what_falls_into_the_window() -> None:
    policy = RestartPolicy(budget=2, window=10)

    assert not policy.spent([0, 1], 1)
    assert policy.spent([0, 1, 2], 2)
    assert not policy.spent([0, 1, 2], 10)


async def test_a_service_that_always_crashes_is_given_up_whatever_the_chance_of_its_pauses(clock: FakeClock) -> None:
    """Story: with the longest pauses eleven crashes never fell into ten minutes, and it was restarted for ever."""
    crasher = Crasher(*[ValueError("always")] * 50)
    async with keeping(clock, crasher, chance=lambda: 1.0) as house:
        await clock.advance(3600)

        assert house.state("crasher") == State.FAILED
    assert crasher.lives == RestartPolicy().budget + 1


class Leaver(Service):
    """Returns although nobody asked it to."""

    def __init__(self, *, essential: bool) -> None:
        self.name = "leaver"
        self.essential = essential
        self.lives = 0

    async def run(self, lifeline: Lifeline) -> None:
        self.lives += 1
        lifeline.beat()


async def test_an_essential_service_that_returns_by_itself_is_missed_and_restarted(clock: FakeClock) -> None:
    leaver = Leaver(essential=True)
    async with keeping(clock, leaver) as house:
        assert house.state("leaver") == State.BACKING_OFF
        await clock.advance(1)

    assert leaver.lives == 2


async def test_another_may_leave_when_its_work_is_done(clock: FakeClock) -> None:
    leaver = Leaver(essential=False)
    async with keeping(clock, leaver) as house:
        await clock.advance(60)

        assert house.state("leaver") == State.STOPPED
    assert leaver.lives == 1


class Faster(FakeClock):
    """The same moments, at another pace: what services live by while patience is measured on the machine's clock."""


async def test_patience_is_the_machine_s_time_also_where_services_live_by_a_faster_clock(clock: FakeClock) -> None:
    """Story: the demo lives sixty times as fast, and a pause of two real seconds made its services stale."""
    pace, board = Faster(), HealthBoard(clock)
    ticker = Ticker()
    ticker.patience = 90.0
    supervisor = Supervisor([ticker], clock, board, pace=pace)
    running = asyncio.create_task(supervisor.run())
    await clock.settle()

    await pace.advance(3600)

    assert ticker.turns == 121
    assert board["ticker"].restarts == 0
    supervisor.stop()
    await clock.settle()
    await running
