"""A desk and a sender on a real store and a clock that tests move; both may be started anew at any moment."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from lahmadaemon.alerts.desk import Desk
from lahmadaemon.alerts.minding import DeskService
from lahmadaemon.alerts.sender import Sender
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.health import ENDED, HealthBoard
from tests.alerts.recorded import RecordedChannel
from tests.fakes.clock import REAL_LIMIT, FakeClock, others
from tests.fakes.house import keeping

BUDAPEST = ZoneInfo("Europe/Budapest")


@dataclass
class AlarmHouse:
    """What lives on over restarts: the store, the clock, the channel's memory."""

    store: Store
    clock: FakeClock
    recipients: Sequence[str] = ("@ann",)
    language: str = "en"
    channel: RecordedChannel = field(default_factory=RecordedChannel)
    subjects: Callable[[], Sequence[str]] = tuple

    @asynccontextmanager
    async def started(self) -> AsyncIterator[Desk]:
        """One life of the daemon."""
        alerts = AlertStore(self.store)
        board = HealthBoard(self.clock)
        words = Wording(self.language, BUDAPEST)
        desk = Desk(alerts, self.clock, words, self.recipients, self.subjects)
        sender = Sender(alerts, self.channel, self.recipients, self.clock, desk.tray, lambda: 1.0)
        async with keeping(self.clock, DeskService(desk), sender, board=board) as kept:
            await self.settle()
            yield desk
            kept.supervisor.stop()
            await self.settle()  # the database has its time before the drain is over
            await self.clock.settle()
            assert all(service.state in ENDED for service in board.report().services), "a stop is heard at once"

    async def settle(self) -> None:
        """Wait, in real time, until desk, sender and their like all sleep on the clock, or have ended."""
        limit = time.monotonic() + REAL_LIMIT
        await self.clock.settle()
        while not self._alive() <= {sleeper.task for sleeper in self.clock._sleepers if not sleeper.alarm.expired()}:
            assert time.monotonic() < limit, f"not asleep: {self._alive()}"
            await others()

    def _alive(self) -> set["asyncio.Task[Any]"]:
        return {task for task in asyncio.all_tasks() if task.get_name().startswith("alerts.")}

    async def pass_time(self, seconds: float) -> None:
        """To each moment somebody waits for, and there until everybody sleeps again: the database needs no fake time."""
        until = self.clock.monotonic() + seconds
        await self.settle()
        while (now := self.clock.monotonic()) < until:
            due = min((sleeper.due for sleeper in self.clock._sleepers), default=until)
            await self.clock.advance(min(until, max(due, now + 0.001)) - now)
            await self.settle()
