"""Keeps one service alive: starts it, watches over its silence, restarts it, gives it up."""

import asyncio
from collections import deque
from collections.abc import Callable
from io import StringIO

import structlog

from lahmadaemon.clock import Clock, Instant
from lahmadaemon.errors import HopelessError
from lahmadaemon.supervision.health import HealthBoard, State
from lahmadaemon.supervision.service import Lifeline, Service, Stop

log = structlog.get_logger()

LAST_WORDS = 5.0
"""Seconds a cancelled service gets for its cleanup before it is named a straggler."""


class Keeper:
    """One service's keeper. `keep()` returns when the service has stopped or failed, never because of it."""

    def __init__(
        self,
        service: Service,
        clock: Clock,
        board: HealthBoard,
        chance: Callable[[], float],
        pace: Clock | None = None,
    ) -> None:
        self.service = service
        self._clock = clock
        self._pace = pace
        self._board = board
        self._stopping = Stop()
        self._chance = chance
        self._crashes: deque[float] = deque(maxlen=service.policy.budget + 1)
        self._in_a_row = 0
        self._task: asyncio.Task[None] | None = None
        self.over = asyncio.Event()

    @property
    def straggling(self) -> bool:
        """Whether its task lives on although it should be gone."""
        return self._task is not None and not self._task.done()

    @property
    def stack(self) -> str:
        """Where its task hangs, for people."""
        text = StringIO()
        if self._task is not None:
            self._task.print_stack(limit=8, file=text)
        return text.getvalue()

    async def keep(self) -> None:
        """Live the service's lives, one after the other."""
        while not self._stopping.is_set():
            self._board.change(self.service.name, State.STARTING)
            began = self._clock.monotonic()
            try:
                await self._live()
            except HopelessError as error:
                self._fail(str(error))
                return
            except Exception as error:  # noqa: BLE001 - whatever a service raises is its crash; here is where crashes end
                steady_until = error.last_beat if isinstance(error, Stale) else self._clock.monotonic()
                if steady_until - began >= self.service.policy.steady:
                    self._in_a_row = 0
                if not await self._restart_after(error):
                    return
            else:
                break
        self._board.change(self.service.name, State.STOPPED)

    async def _live(self) -> None:
        """One life. Raises what the service raised, or Stale."""
        lifeline = Lifeline(self.service, self._clock, self._board, self._stopping, self._pace)
        self.over.clear()
        self._task = asyncio.create_task(self.service.run(lifeline), name=self.service.name)
        self._task.add_done_callback(lambda _: self.over.set())
        while not await self._clock.wait(self.over, None if self._stopping.is_set() else lifeline.patience_left):
            if not self._stopping.is_set() and lifeline.silent_too_long:
                await self._put_down(self._task, lifeline)
        if not self._task.cancelled():
            self._task.result()
            if self.service.essential and not self._stopping.is_set():
                raise Unasked("ended by itself, though the house cannot do without it")
        elif not self._stopping.is_set():
            raise Unasked("cancelled from inside, by nobody who may")

    async def _put_down(self, task: asyncio.Task[None], lifeline: Lifeline) -> None:
        """Cancel a silent service. Raises Stale when it is gone, HopelessError when it does not go."""
        log.error("service.stale", service=self.service.name, patience_seconds=self.service.patience, stack=self.stack)
        lifeline.cut()
        task.cancel()
        if not await self._clock.wait(self.over, LAST_WORDS):
            raise HopelessError("fell silent and does not let itself be cancelled")
        last_words = None if task.cancelled() else task.exception()
        raise Stale(f"silent for more than {self.service.patience:g} s", lifeline.last_beat) from last_words

    @property
    def asked(self) -> bool:
        """Whether the service was asked to stop."""
        return self._stopping.is_set()

    def ask(self) -> None:
        """Ask the service to finish its turn and go."""
        self._stopping.set()

    def cancel(self) -> None:
        """Insist: throw CancelledError into the service."""
        if self._task is not None:
            self._task.cancel()

    async def _restart_after(self, error: Exception) -> bool:
        """Log the crash once and pause; false when there will be no restart."""
        name, policy, now = self.service.name, self.service.policy, self._clock.monotonic()
        self._in_a_row += 1
        self._crashes.append(now)
        reason = str(error) or type(error).__name__
        if policy.spent(self._crashes, now, self._in_a_row):
            log.error("service.crashed", service=name, crashes_in_a_row=self._in_a_row, exc_info=error)
            self._fail(f"crashed more than {policy.budget} times in {policy.window:g} s; last: {reason}")
            return False
        delay = policy.delay(self._in_a_row, self._chance())
        log.error(
            "service.crashed",
            service=name,
            crashes_in_a_row=self._in_a_row,
            restart_in_seconds=round(delay, 1),
            exc_info=error,
        )
        restart_at = Instant(self._clock.now() + round(delay * 1000))
        self._board.change(name, State.BACKING_OFF, error=reason, restarted=True, restart_at=restart_at)
        await self._clock.wait(self._stopping, delay)
        return True

    def _fail(self, reason: str) -> None:
        log.error("service.failed", service=self.service.name, reason=reason, essential=self.service.essential)
        self._board.change(self.service.name, State.FAILED, error=reason)


class Stale(Exception):  # noqa: N818 - a state of the service, not an error of ours
    """A service was silent for longer than its patience; silence is no steadiness, so its last beat counts."""

    def __init__(self, message: str, last_beat: float) -> None:
        super().__init__(message)
        self.last_beat = last_beat


class Unasked(Exception):  # noqa: N818 - CancelledError itself would pass through every handler
    """A service ended though nobody asked it to: by a cancellation from inside, or, being essential, by returning."""
