"""The service that makes backups of the store, looks them through, and lets old ones go once a new one is good."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from lahmadaemon.clock import SECOND, Clock, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.store.backups import backups_in, left_half, name_of, outlived
from lahmadaemon.store.copying import OUTCOME, Copied
from lahmadaemon.supervision.service import Lifeline, Service
from lahmadaemon.upkeep.settings import BackupSettings

log = structlog.get_logger()

SETTLED = 60.0
"""Seconds after the start: then everybody else has begun."""
AGAIN = 900.0
"""Seconds after which a backup that failed is tried anew."""

Copy = Callable[[Path, Path], Awaitable[Copied]]
"""From the store's file to another, somewhere else than on the loop."""


class BackupService(Service):
    """When the newest one is older than it may be, and again soon where that failed. It is known by the files' names."""

    name = "house.backup"

    def __init__(self, database: Path, folder: Path, settings: BackupSettings, clock: Clock, copy: Copy) -> None:
        self._database = database
        self._folder = folder
        self._settings = settings
        self._clock = clock
        self._copy = copy
        self.last_good: Instant | None = None

    async def run(self, lifeline: Lifeline) -> None:
        pause = SETTLED
        lifeline.beat()
        while await lifeline.wait(pause):
            pause = AGAIN
            async with lifeline.turn():
                pause = await self._when_due()

    async def turn(self) -> None:
        """One backup, now."""
        now = self._clock.now()
        copied = await self._copy(self._database, self._folder / name_of(now))
        self.last_good = now
        gone = await asyncio.to_thread(self._rotate, now)
        log.info(
            "house.backed_up", file=copied.path.name, size=copied.size, revision=copied.revision, removed=gone,
            took_seconds=round((self._clock.now() - now) / SECOND, 1),
        )  # fmt: skip

    async def _when_due(self) -> float:
        """One, if it is time; seconds until the next."""
        self.last_good = await asyncio.to_thread(self._newest)
        if (left := self._left()) <= 0:
            await self.turn()
            left = self._left()
        return left

    def _left(self) -> float:
        """A backup from the future, by a clock that was wrong, is no reason to make none."""
        now = self._clock.now()
        if self.last_good is None or self.last_good > now:
            return 0.0
        return self._settings.every - (now - self.last_good) / SECOND

    def _newest(self) -> Instant | None:
        now = self._clock.now()
        try:
            return next((each.made_at for each in backups_in(self._folder) if each.made_at <= now), None)
        except OSError as error:
            raise self._trouble(error) from error

    def _rotate(self, now: Instant) -> int:
        """Only after a new one is known to be good; how many went."""
        settings = self._settings
        try:
            old = outlived(backups_in(self._folder), settings.keep, settings.keep_weekly, now)
            for path in (*(each.path for each in old), *left_half(self._folder, now)):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise self._trouble(error) from error
        return len(old)

    def _trouble(self, error: OSError) -> UpstreamError:
        why = error.strerror or error
        return UpstreamError(f"the folder of backups {self._folder} cannot be used: {why}", outcome=OUTCOME)
