"""A clock that tests move by hand: it wakes one sleeper at a time and lets real work (database threads) finish first."""

import asyncio
import time
from dataclasses import dataclass

from lahmadaemon.clock import Instant

START = Instant(1_792_605_420_000)  # 2026-10-21T17:57:00Z, a Wednesday evening in Budapest
REAL_LIMIT = 10.0


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
        turns = 0
        while woken in self._sleepers or not (woken.task.done() or any(s.task is woken.task for s in self._sleepers)):
            assert time.monotonic() < limit, (
                f"{woken.task.get_name()} neither sleeps nor ends: {woken.task.get_stack()}"
            )
            turns += 1
            await asyncio.sleep(0 if turns < 200 else 0.0005)

    async def settle(self) -> None:
        """Let everything run that can run without time passing."""
        for _ in range(12):
            await asyncio.sleep(0)
