"""Services that come and go while others run: who stays notices nothing."""

import asyncio

from structlog.testing import capture_logs

from lahmadaemon.errors import HopelessError
from lahmadaemon.supervision.health import State
from lahmadaemon.supervision.service import Lifeline
from tests.fakes.clock import FakeClock
from tests.fakes.house import House, keeping
from tests.fakes.services import Crasher, Silent, Ticker, Worker


class Listener(Ticker):
    """Waits for something that never comes, or for the stop."""

    async def run(self, lifeline: Lifeline) -> None:
        self.turns += 1
        lifeline.beat()
        await lifeline.wait_for(asyncio.Event(), None)


def names(house: House) -> list[str]:
    return [service.name for service in house.board.report().services]


async def test_who_stays_keeps_its_life_its_grid_and_its_place_on_the_board(clock: FakeClock) -> None:
    stays, goes, comes = Ticker("stays"), Ticker("goes"), Ticker("comes")

    async with keeping(clock, stays, goes) as house:
        await clock.advance(45)
        before = house.board["stays"]
        await house.supervisor.change([stays, comes])
        await clock.advance(0)

        assert names(house) == ["stays", "comes"]
        assert (house.board["stays"], stays.turns, comes.turns) == (before, 2, 1)
        await clock.advance(60)

    assert (stays.turns, goes.turns, comes.turns) == (4, 2, 3)


async def test_its_successor_starts_when_the_old_one_has_finished_its_turn(clock: FakeClock) -> None:
    old, new = Worker(clock, 4.0), Worker(clock, 4.0)

    async with keeping(clock, old) as house:
        change = asyncio.create_task(house.supervisor.change([new]))
        await clock.advance(3)
        assert (house.state("worker"), new.begun) == (State.STOPPING, 0)
        await clock.advance(1)
        await change

        assert (old.finished, new.begun) == (1, 1)


async def test_who_waits_for_something_else_hears_that_it_is_to_go(clock: FakeClock) -> None:
    old = Listener("listener")

    async with keeping(clock, old) as house:
        await house.supervisor.change([])

        assert (names(house), clock.monotonic()) == ([], 0.0)


async def test_where_the_old_one_does_not_go_nobody_starts_and_that_is_told(clock: FakeClock) -> None:
    old, new = Silent("stubborn", swallows=9), Ticker("stubborn")

    with capture_logs() as logs:
        async with keeping(clock, old) as house:
            change = asyncio.create_task(house.supervisor.change([new]))
            await clock.advance(15)
            await change

            assert (house.state("stubborn"), new.turns) == (State.FAILED, 0)
            assert house.supervisor.stragglers == ["stubborn"]
            old.release.set()

    assert [line["service"] for line in logs if line["event"] == "service.straggling"] == ["stubborn"]


async def test_a_stop_during_a_change_starts_nobody_any_more(clock: FakeClock) -> None:
    old, new = Worker(clock, 4.0), Ticker("new")

    async with keeping(clock, old) as house:
        change = asyncio.create_task(house.supervisor.change([new]))
        await clock.advance(1)
        house.supervisor.stop()
        await clock.advance(3)
        await change

        assert (await house.running, new.turns) == (0, 0)


async def test_an_essential_service_that_fails_on_its_way_out_is_missed_by_nobody(clock: FakeClock) -> None:
    old = Crasher(HopelessError("no port"), essential=True, steady=60.0)

    async with keeping(clock, old) as house:
        await house.supervisor.change([])
        await clock.advance(0)

        assert not house.running.done()


async def test_a_service_that_had_failed_is_replaced_and_its_successor_counts(clock: FakeClock) -> None:
    old, new = Crasher(HopelessError("bad key")), Ticker("crasher")

    async with keeping(clock, old) as house:
        assert house.state("crasher") == State.FAILED
        await house.supervisor.change([new])
        await clock.advance(0)

        assert house.state("crasher") == State.RUNNING
        assert house.board["crasher"].last_error is None
