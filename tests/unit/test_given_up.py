"""What the supervisor makes of silence, of lives it has given up, and of the time after the stop was asked."""

import asyncio

from lahmadaemon.errors import UpstreamError
from lahmadaemon.supervision.health import State
from lahmadaemon.supervision.policy import RestartPolicy
from lahmadaemon.supervision.service import LONGEST_HOLD, Lifeline, Service
from tests.fakes.clock import FakeClock
from tests.fakes.house import keeping
from tests.fakes.services import Silent, Stumbler, Ticker


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
