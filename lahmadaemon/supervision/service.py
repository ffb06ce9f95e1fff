"""What a service is, and the lifeline it is given while it runs."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import ClassVar

import structlog

from lahmadaemon.clock import Clock, Instant
from lahmadaemon.errors import ConfigurationError, UpstreamError
from lahmadaemon.supervision.health import HealthBoard, State
from lahmadaemon.supervision.policy import RestartPolicy

log = structlog.get_logger()

LONGEST_HOLD = 3600.0
"""Seconds: however long a server asks us to wait, we look again after an hour."""

WORTH_TELLING = 1.0
"""Seconds: shorter waits are within a turn."""


class Service(ABC):
    """A long-running coroutine the supervisor keeps alive; by convention a short loop around a `turn()`."""

    name: str
    essential: bool = False
    patience: float | None = None
    """Longest silence in seconds before it counts as stale: cancelled, restarted, reported. None: never. The rest between two
    turns of `Lifeline.every` is none."""
    gives_way: ClassVar[bool] = False
    """Does no turns while the house has hardly any room left: what it collects can wait, or is lost to save the rest."""
    policy: ClassVar[RestartPolicy] = RestartPolicy()
    watched_by: Callable[[int, int], None] | None = None
    """Is told, within long turns, how much is done, and of how much: a bar on a terminal."""

    @abstractmethod
    async def run(self, lifeline: "Lifeline") -> None:
        """Work until `lifeline.stopping`. UpstreamError within `lifeline.turn()` is a stumble, HopelessError the end,
        anything else a crash and a restart."""

    async def turn(self) -> None:
        """One unit of its work, alone (`lahmadaemon once NAME`)."""
        raise ConfigurationError(f"{self.name} has no single turn to be done; it only runs")


class Stop(asyncio.Event):
    """One service is asked to stop: whatever it waits for, that pause is over."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[asyncio.Event] = []

    def set(self) -> None:
        super().set()
        for pause in self.pauses:
            pause.set()


class Lifeline:
    """The handle a running service gets: it beats, waits, stumbles and learns of the stop."""

    def __init__(
        self, service: Service, clock: Clock, board: HealthBoard, stopping: Stop, pace: Clock | None = None
    ) -> None:
        self.stopping = stopping
        self._name = service.name
        self._gives_way = service.gives_way
        self._patience = service.patience
        self._clock = clock
        self._pace = pace or clock
        self._board = board
        self.last_beat = self._rested = clock.monotonic()
        self._stumbling_since: float | None = None
        self._hold_until = float("-inf")
        self._cut = False

    def beat(self) -> None:
        """I live."""
        self.last_beat = self._clock.monotonic()
        if not self._cut:
            self._board.beat(self._name)

    def cut(self) -> None:
        """The supervisor has given this life up; what it still says is not put on the board."""
        self._cut = True

    @property
    def patience_left(self) -> float | None:
        """Seconds until silence becomes staleness; None where silence is allowed."""
        if self._patience is None:
            return None
        return max(self.last_beat, self._rested) + self._patience - self._clock.monotonic()

    @property
    def silent_too_long(self) -> bool:
        return self.patience_left is not None and self.patience_left <= 0

    async def wait(self, seconds: float | None) -> bool:
        """Pause; false when the stop was asked meanwhile."""
        self._waits(seconds)
        return not await self._pace.wait(self.stopping, seconds)

    async def wait_for(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Pause until the event is set, by somebody or by the stop; false when the stop was asked meanwhile."""
        self._waits(seconds)
        self.stopping.pauses.append(event)
        try:
            await self._pace.wait(event, 0.0 if self.stopping.is_set() else seconds)
        finally:
            self.stopping.pauses.remove(event)
        return not self.stopping.is_set()

    def _waits(self, seconds: float | None) -> None:
        """People are told when it goes on; a moment's pause is none of a turn's end."""
        if seconds is not None and seconds >= WORTH_TELLING and not self._cut:
            self._board.waits(self._name, Instant(self._pace.now() + round(seconds * 1000)))

    async def every(self, period: float, *, at_once: bool = True) -> AsyncIterator[None]:
        """Turns on a fixed grid of the wall clock (period in seconds), free of drift until the stop is asked.

        The first one comes at once unless told otherwise. A turn that overruns skips the turns it missed instead of
        bunching them; turns before the end of a wait that the other side asked for are skipped too.
        """
        now = self._pace.monotonic()
        grid = now + period - self._pace.now() / 1000 % period
        due = now if at_once else grid
        while await self.wait(self._rest(due)) and not self.stopping.is_set():
            if self._pace.monotonic() >= self._hold_until and not self.gives_way():
                yield
            else:
                self.beat()
            behind = max(self._pace.monotonic(), due) - grid  # a timer may fire a hair early: that turn is still done
            due = grid = grid if behind < 0 else grid + (behind // period + 1) * period

    def _rest(self, due: float) -> float:
        """Seconds until a turn is due."""
        rest = max(0.0, due - self._pace.monotonic())
        self._rested = self._clock.monotonic() + rest
        return rest

    def gives_way(self) -> bool:
        """Whether this turn must not be done, for want of room; whoever looks at the board sees why."""
        if not self._gives_way or self._board.pausing is None:
            return False
        self.stumble(UpstreamError(f"waits: {self._board.pausing}", outcome="disk"))
        return True

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One turn: expected trouble in it is a stumble, its good end a recovery and a beat."""
        try:
            yield
        except UpstreamError as trouble:
            self._hold_until = self._pace.monotonic() + min(trouble.retry_after or 0.0, LONGEST_HOLD)
            self.stumble(trouble)
        else:
            self.recover()
        self.beat()

    def stumble(self, trouble: UpstreamError) -> None:
        """Expected trouble: logged when it begins and when it is over, not in between."""
        if self._stumbling_since is None:
            self._stumbling_since = self._clock.monotonic()
            log.warning("service.stumbled", service=self._name, error=str(trouble))
        if not self._cut:
            self._board.change(self._name, State.DEGRADED, error=str(trouble))

    def recover(self) -> None:
        """The trouble is over; nothing happens where there was none."""
        if self._stumbling_since is not None:
            lasted = self._clock.monotonic() - self._stumbling_since
            self._stumbling_since = None
            if not self._cut:
                self._board.change(self._name, State.RUNNING)
            log.info("service.recovered", service=self._name, lasted_seconds=round(lasted, 1))
