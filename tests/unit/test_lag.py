"""How late the loop wakes: what is measured, what is remembered, what is worth a line."""

import asyncio
import threading

import pytest
from structlog.testing import capture_logs

from lahmadaemon.supervision.health import HealthBoard, LoopLag
from lahmadaemon.supervision.lag import LagMeter
from tests.fakes.clock import FakeClock
from tests.fakes.house import keeping


class Oversleeper(FakeClock):
    """A clock on a loop that is busy: whoever sleeps for a while wakes too late."""

    late = 0.0

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        return await super().wait(event, seconds + self.late if seconds else seconds)


@pytest.fixture
def board(clock: FakeClock) -> HealthBoard:
    return HealthBoard(clock)


def watchers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "stall watcher"]


def test_the_board_shows_the_last_lag_and_the_worst(clock: FakeClock, board: HealthBoard) -> None:
    meter = LagMeter(clock, board)

    for lag in (0.01, 0.3, 0.02):
        meter.note(lag)

    assert board.lag == LoopLag(last=0.02, worst=0.3)


def test_the_worst_lag_is_forgotten_after_a_minute(clock: FakeClock, board: HealthBoard) -> None:
    meter = LagMeter(clock, board)

    meter.note(0.3)
    for _ in range(59):
        meter.note(0.01)
    assert board.lag.worst == 0.3
    meter.note(0.01)

    assert board.lag.worst == 0.01


def test_a_timer_that_fired_early_is_no_lag(clock: FakeClock, board: HealthBoard) -> None:
    LagMeter(clock, board).note(-0.001)

    assert board.lag == LoopLag(0.0, 0.0)


@pytest.mark.parametrize(("lag", "lines"), [(0.5, []), (0.5123, [0.512])])
def test_only_more_than_half_a_second_is_worth_a_line(
    clock: FakeClock, board: HealthBoard, lag: float, lines: list[float]
) -> None:
    with capture_logs() as logs:
        LagMeter(clock, board).note(lag)

    assert [line["lag_seconds"] for line in logs if line["event"] == "loop.lagged"] == lines


async def test_the_meter_measures_once_a_second_by_how_much_it_overslept() -> None:
    clock = Oversleeper()
    board = HealthBoard(clock)

    async with keeping(clock, LagMeter(clock, board), board=board):
        await clock.advance(3)
        assert board.lag == LoopLag(0.0, 0.0)
        clock.late = 0.25
        await clock.advance(5)
        clock.late = 0.0

        assert (round(board.lag.last, 3), round(board.lag.worst, 3)) == (0.25, 0.25)


async def test_the_watcher_is_dismissed_with_the_meter(clock: FakeClock, board: HealthBoard) -> None:
    async with keeping(clock, LagMeter(clock, board), board=board):
        (watcher,) = watchers()
        assert watcher.daemon

    await asyncio.to_thread(watcher.join, 5)
    assert watchers() == []
