"""The grid on which turns come, and what a lifeline tells the board."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.clock import MINUTE, SECOND, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.supervision.health import HealthBoard, State
from lahmadaemon.supervision.service import Lifeline, Stop
from tests.fakes.clock import START, FakeClock
from tests.fakes.services import Ticker


def ticking(clock: FakeClock) -> HealthBoard:
    """A board with the ticker on it."""
    board = HealthBoard(clock)
    board.enter("ticker", essential=False)
    return board


class EarlyClock(FakeClock):
    """Every timer fires a millisecond before its time, as a real one may."""

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        return await super().wait(event, seconds if seconds is None else max(0.0, seconds - 0.001))


class Walk:
    """Turns on a lifeline that take as long as they are told, and the seconds since START at which each began."""

    def __init__(self, clock: FakeClock, period: float, lasting: Sequence[float] = (), *, at_once: bool = True) -> None:
        self.began: list[float] = []
        self.troubles: dict[int, UpstreamError] = {}
        self.stopping = Stop()
        self.board = ticking(clock)
        self.lifeline = Lifeline(Ticker(), clock, self.board, self.stopping)
        self._clock = clock
        self._lasting = iter(lasting)
        self.task = asyncio.create_task(self._walk(period, at_once=at_once))

    async def _walk(self, period: float, *, at_once: bool) -> None:
        async for _ in self.lifeline.every(period, at_once=at_once):
            self.began.append((self._clock.now() - START) / SECOND)
            async with self.lifeline.turn():
                await self._clock.wait(asyncio.Event(), next(self._lasting, 0.0))
                if trouble := self.troubles.get(len(self.began)):
                    raise trouble

    async def stopped(self) -> list[float]:
        self.stopping.set()
        await self.task
        return self.began


async def test_turns_come_on_the_grid_of_the_wall_clock_and_the_first_at_once() -> None:
    clock = FakeClock(START + 7_500)

    walk = Walk(clock, 30.0)
    await clock.advance(100)

    assert await walk.stopped() == [7.5, 30, 60, 90]


async def test_the_board_says_when_the_next_turn_is_until_the_service_is_at_its_end(clock: FakeClock) -> None:
    walk = Walk(clock, 30.0)
    await clock.advance(40)

    assert walk.board["ticker"].next_turn == START + 60 * SECOND
    await walk.stopped()
    walk.board.change("ticker", State.STOPPED)
    assert walk.board["ticker"].next_turn is None


async def test_the_first_turn_waits_for_the_grid_where_that_is_asked() -> None:
    clock = FakeClock(START + 7_500)

    walk = Walk(clock, 30.0, at_once=False)
    await clock.advance(100)

    assert await walk.stopped() == [30, 60, 90]


async def test_a_start_on_the_grid_is_not_followed_by_a_second_turn_at_the_same_moment(clock: FakeClock) -> None:
    walk = Walk(clock, 30.0)
    await clock.advance(60)

    assert await walk.stopped() == [0, 30, 60]


@pytest.mark.slow
async def test_turns_that_take_time_do_not_drift(clock: FakeClock) -> None:
    walk = Walk(clock, 30.0, [4.3] * 3000)
    await clock.advance(24 * 3600 + 5)

    assert await walk.stopped() == [30 * turn for turn in range(24 * 120 + 1)]


async def test_a_turn_that_overruns_skips_the_turns_it_missed_instead_of_bunching_them(clock: FakeClock) -> None:
    walk = Walk(clock, 30.0, [0, 95, 0, 0])
    await clock.advance(200)

    assert await walk.stopped() == [0, 30, 150, 180]


async def test_a_turn_that_ends_exactly_on_the_grid_is_followed_by_the_next_after_it(clock: FakeClock) -> None:
    walk = Walk(clock, 30.0, [30, 0])
    await clock.advance(90)

    assert await walk.stopped() == [0, 60, 90]


async def test_a_timer_that_fires_early_neither_doubles_nor_drops_a_turn() -> None:
    clock = EarlyClock()

    walk = Walk(clock, 30.0)
    await clock.advance(120)

    assert await walk.stopped() == [0, 29.999, 59.999, 89.999, 119.999]


async def test_turns_wait_as_long_as_the_other_side_asked_and_the_service_still_beats(clock: FakeClock) -> None:
    walk = Walk(clock, 30.0)
    walk.troubles[2] = UpstreamError("too many requests", retry_after=100)
    await clock.advance(125)

    assert walk.board["ticker"].last_beat == START + 120 * SECOND
    await clock.advance(60)
    assert await walk.stopped() == [0, 30, 150, 180]


async def test_trouble_without_a_wish_is_tried_again_at_the_next_turn(clock: FakeClock) -> None:
    walk = Walk(clock, 30.0)
    walk.troubles = {1: UpstreamError("no route"), 2: UpstreamError("no route")}
    await clock.advance(60)

    assert await walk.stopped() == [0, 30, 60]


async def test_a_stop_between_turns_ends_the_grid_at_once(clock: FakeClock) -> None:
    walk = Walk(clock, 30.0)
    await clock.advance(10)
    walk.stopping.set()
    await clock.settle()

    assert walk.task.done()


async def test_a_stop_during_a_turn_lets_it_end_and_begins_no_other(clock: FakeClock) -> None:
    walk = Walk(clock, 30.0, [40])
    await clock.advance(10)
    walk.stopping.set()
    await clock.advance(30)

    assert (walk.task.done(), walk.began) == (True, [0])


@given(
    st.sampled_from([1.0, 7.0, 30.0, 60.0, 300.0]),
    st.integers(0, 300_000),
    st.lists(st.integers(0, 900_000).map(lambda ms: ms / 1000), max_size=12),
)
@pytest.mark.slow
async def test_every_turn_but_the_first_is_on_the_grid_and_none_overlap(
    period: float, offset: int, lasting: list[float]
) -> None:
    clock = FakeClock(START - START % (7 * 300 * SECOND) + offset)
    walk = Walk(clock, period, lasting)

    await clock.advance(sum(lasting) + period * (len(lasting) + 3))
    first, *later = [round(START + seconds * SECOND) for seconds in await walk.stopped()]

    assert first == clock.now() - round(clock.monotonic() * SECOND)
    assert all(moment % round(period * SECOND) == 0 for moment in later)
    assert all(
        next_one >= moment + lasted * SECOND
        for moment, next_one, lasted in zip([first, *later], later, lasting, strict=False)
    )


async def test_a_pause_is_over_at_once_when_the_stop_is_asked(clock: FakeClock) -> None:
    stopping = Stop()
    lifeline = Lifeline(Ticker(), clock, ticking(clock), stopping)
    pause = asyncio.create_task(lifeline.wait(60))

    await clock.advance(59)
    assert not pause.done()
    stopping.set()

    assert await pause is False


async def test_a_pause_that_was_not_interrupted_says_so(clock: FakeClock) -> None:
    lifeline = Lifeline(Ticker(), clock, ticking(clock), Stop())
    pause = asyncio.create_task(lifeline.wait(60))

    await clock.advance(60)

    assert await pause is True


async def test_patience_runs_from_the_last_beat(clock: FakeClock) -> None:
    ticker = Ticker()
    ticker.patience = 90.0
    board = ticking(clock)
    lifeline = Lifeline(ticker, clock, board, Stop())

    await clock.advance(60)
    assert (lifeline.patience_left, lifeline.silent_too_long) == (30, False)
    lifeline.beat()
    await clock.advance(90)

    assert (lifeline.patience_left, lifeline.silent_too_long) == (0, True)


async def test_where_silence_is_allowed_patience_never_ends(clock: FakeClock) -> None:
    lifeline = Lifeline(Ticker(), clock, ticking(clock), Stop())
    await clock.advance(MINUTE)

    assert (lifeline.patience_left, lifeline.silent_too_long) == (None, False)


async def test_a_recovery_without_a_stumble_changes_nothing(clock: FakeClock) -> None:
    board = ticking(clock)
    before = board["ticker"]

    Lifeline(Ticker(), clock, board, Stop()).recover()

    assert board["ticker"] is before


async def test_a_cancelled_turn_is_neither_a_beat_nor_a_recovery(clock: FakeClock) -> None:
    walk = Walk(clock, 30.0, [0, 20])
    walk.troubles[1] = UpstreamError("no route")
    await clock.advance(35)

    walk.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await walk.task

    assert (walk.board["ticker"].state, walk.board["ticker"].last_beat) == (State.DEGRADED, Instant(START))


def waiting_for(clock: FakeClock, seconds: float | None) -> tuple[asyncio.Event, Stop, "asyncio.Task[bool]"]:
    """A pause on an event, of a service that has just begun it."""
    event, stopping = asyncio.Event(), Stop()
    lifeline = Lifeline(Ticker(), clock, ticking(clock), stopping)
    return event, stopping, asyncio.create_task(lifeline.wait_for(event, seconds))


async def test_a_pause_on_an_event_is_over_when_somebody_sets_it(clock: FakeClock) -> None:
    event, _, pause = waiting_for(clock, None)

    await clock.advance(3600)
    assert not pause.done()
    event.set()

    assert await pause is True


async def test_a_pause_on_an_event_is_over_after_its_time_and_leaves_the_event_alone(clock: FakeClock) -> None:
    event, stopping, pause = waiting_for(clock, 60)

    await clock.advance(59)
    assert not pause.done()
    await clock.advance(1)

    assert (await pause, event.is_set(), stopping.pauses) == (True, False, [])


@pytest.mark.parametrize("seconds", [60.0, None])
async def test_a_pause_on_an_event_is_over_at_once_when_the_stop_is_asked(
    clock: FakeClock, seconds: float | None
) -> None:
    _, stopping, pause = waiting_for(clock, seconds)
    await clock.advance(1)

    stopping.set()

    assert (await pause, clock.monotonic(), stopping.pauses) == (False, 1.0, [])


async def test_a_pause_on_an_event_does_not_begin_after_the_stop(clock: FakeClock) -> None:
    stopping = Stop()
    stopping.set()
    pause = asyncio.create_task(Lifeline(Ticker(), clock, ticking(clock), stopping).wait_for(asyncio.Event(), None))

    await clock.advance(0)

    assert await pause is False


async def test_a_cancelled_pause_on_an_event_leaves_nothing_behind(clock: FakeClock) -> None:
    _, stopping, pause = waiting_for(clock, None)
    await clock.settle()
    assert len(stopping.pauses) == 1

    pause.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pause

    assert stopping.pauses == []


async def test_a_thousand_pauses_on_an_event_leave_nothing_behind(clock: FakeClock) -> None:
    event, stopping = asyncio.Event(), Stop()
    lifeline = Lifeline(Ticker(), clock, ticking(clock), stopping)
    event.set()

    for _ in range(1000):
        assert await lifeline.wait_for(event, None)

    assert stopping.pauses == []


async def test_every_pause_on_an_event_hears_the_stop(clock: FakeClock) -> None:
    """Each takes itself off the list as it ends: none may be passed over because of that."""
    stopping = Stop()
    lifeline = Lifeline(Ticker(), clock, ticking(clock), stopping)
    pauses = [asyncio.create_task(lifeline.wait_for(asyncio.Event(), None)) for _ in range(5)]
    await clock.settle()

    stopping.set()

    assert await asyncio.gather(*pauses) == [False] * 5
