"""A clock that tests move by hand: it wakes one sleeper at a time and lets real work (database threads) finish first."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from lahmadaemon.clock import Instant

START = Instant(1_792_605_420_000)  # 2026-10-21T17:57:00Z, a Wednesday evening in Budapest
REAL_LIMIT = 60.0


@dataclass(eq=False)
class _Sleeper:
    due: float
    task: "asyncio.Task[object]"
    alarm: asyncio.Timeout


class FakeClock:
    """Wall and monotonic time move together, only in `advance`."""

    def __init__(self, now: int = START) -> None:
        self._start = now
        self._elapsed = 0.0
        self._sleepers: list[_Sleeper] = []

    def now(self) -> Instant:
        return Instant(self._start + round(self._elapsed * 1000))

    def monotonic(self) -> float:
        return self._elapsed

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        task = asyncio.current_task()
        assert task is not None
        try:
            async with asyncio.timeout(None) as alarm:
                due = float("inf") if seconds is None else self._elapsed + max(0.0, seconds)
                sleeper = _Sleeper(due, task, alarm)
                self._sleepers.append(sleeper)
                try:
                    await event.wait()
                finally:
                    self._sleepers.remove(sleeper)
        except TimeoutError:
            return event.is_set()
        return True

    async def advance(self, seconds: float) -> None:
        """Let so much time pass; everybody who is due wakes at their own moment, in order."""
        until = self._elapsed + seconds
        await self.settle()
        while (nearest := min(self._sleepers, key=lambda s: s.due, default=None)) and nearest.due <= until:
            self._elapsed = max(self._elapsed, nearest.due)
            nearest.due = float("inf")
            nearest.alarm.reschedule(asyncio.get_running_loop().time())
            await self._asleep_again(nearest)
            await self.settle()
        self._elapsed = until
        await self.settle()

    async def _asleep_again(self, woken: _Sleeper) -> None:
        """Wait, in real time, until the woken task sleeps on this clock again or has ended."""
        limit = time.monotonic() + REAL_LIMIT
        while woken in self._sleepers or not (woken.task.done() or any(s.task is woken.task for s in self._sleepers)):
            assert time.monotonic() < limit, (
                f"{woken.task.get_name()} neither sleeps nor ends: {woken.task.get_stack()}"
            )
            await others()

    async def settle(self) -> None:
        """Let everything run that can run without time passing."""
        await settled()


def busy() -> bool:
    """Whether somebody on this loop could run now."""
    return bool(asyncio.get_running_loop()._ready)  # type: ignore[attr-defined]


async def settled() -> None:
    """Everything has run that could run at once."""
    quiet = 0
    for _ in range(12):
        await asyncio.sleep(0)
        quiet = 0 if busy() else quiet + 1
        if quiet == 2:  # the second time nothing had come from a socket or a thread either
            return


async def until(condition: Callable[[], object]) -> None:
    """Wait, in real time, for what sockets and threads bring about."""
    limit = time.monotonic() + REAL_LIMIT
    while not condition():
        assert time.monotonic() < limit, "it never comes"
        await others()


async def others() -> None:
    """Let others run: who is on this loop; where nobody is ready, the threads that everybody waits for."""
    await asyncio.sleep(0 if busy() else 0.0005)
