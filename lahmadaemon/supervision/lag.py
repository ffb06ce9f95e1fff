"""Measures how late the event loop wakes, and says where it hangs when it does not wake at all."""

import sys
import threading
import time
import traceback
from collections import deque

import structlog

from lahmadaemon.clock import Clock
from lahmadaemon.supervision.health import HealthBoard, LoopLag
from lahmadaemon.supervision.service import Lifeline, Service

log = structlog.get_logger()

PERIOD = 1.0
LATE = 0.5
"""Seconds of lag worth a line in the log."""
STALLED = 2.0
"""Seconds without a sign of the loop after which its stack is logged, from outside the loop."""


class LagMeter(Service):
    """Sleeps a second at a time and reports by how much it overslept; a thread watches for a loop that stands still.

    It measures the machine, so its clock is the machine's, also where the house lives by a faster one.
    """

    name = "loop"

    def __init__(self, clock: Clock, board: HealthBoard) -> None:
        self._clock = clock
        self._board = board
        self._lags: deque[float] = deque([0.0], maxlen=60)

    async def run(self, lifeline: Lifeline) -> None:
        watcher = StallWatcher(threading.get_ident())
        watcher.start()
        try:
            lifeline.beat()
            asleep_since = self._clock.monotonic()
            while not await self._clock.wait(lifeline.stopping, PERIOD):
                self.note(self._clock.monotonic() - asleep_since - PERIOD)
                watcher.seen = time.monotonic()
                lifeline.beat()
                asleep_since = self._clock.monotonic()
        finally:
            watcher.dismissed.set()

    def note(self, lag: float) -> None:
        """One measured lag, in seconds."""
        self._lags.append(max(0.0, lag))
        self._board.lag = LoopLag(self._lags[-1], max(self._lags))
        if lag > LATE:
            log.warning("loop.lagged", lag_seconds=round(lag, 3))


class StallWatcher(threading.Thread):
    """Lives outside the loop, in real time, so that it can still speak when the loop cannot. Daemonic: never holds the exit."""

    def __init__(self, loop_thread: int) -> None:
        super().__init__(name="stall watcher", daemon=True)
        self.seen = time.monotonic()
        self.dismissed = threading.Event()
        self._loop_thread = loop_thread

    def run(self) -> None:
        told_of = None
        while not self.dismissed.wait(STALLED / 4):
            stalled = time.monotonic() - self.seen
            if stalled > PERIOD + STALLED and told_of != self.seen:
                told_of = self.seen
                frame = sys._current_frames().get(self._loop_thread)  # noqa: SLF001 - the documented way to see a thread's stack
                stack = "".join(traceback.format_stack(frame, limit=8)) if frame else ""
                log.error("loop.stalled", for_seconds=round(stalled, 1), stack=stack)
