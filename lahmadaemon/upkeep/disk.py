"""Watches the room on the store's disk: an alarm first; then the ballast is given up, and who collects waits for who counts."""

import asyncio
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import structlog

from lahmadaemon.alerts.conditions import STORE, Alarms, Condition
from lahmadaemon.errors import UpstreamError
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.supervision.service import Lifeline, Service
from lahmadaemon.upkeep.settings import DiskSettings

log = structlog.get_logger()

EVERY = 30.0
RELIEF = 1.1
"""So many times a limit must be free before it counts as over: at the very limit it would come and go."""
GIB = 1 << 30


class Usage(NamedTuple):
    """Of a file system; bytes. As `shutil.disk_usage` tells it: `free` is what we may use."""

    total: int
    used: int
    free: int


class Ballast:
    """A file whose only use is that it can be taken away: on a full disk not even deleting rows works. Blocking."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self.size = size

    def make(self) -> bool:
        """Set it aside, really on the disk; whether it was not there. Raises OSError."""
        if not self.size or self.path.exists():
            return False
        half = self.path.with_name(f".{self.path.name}.half")
        try:
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, self.size)
            finally:
                os.close(descriptor)
            half.rename(self.path)
        except OSError:
            with suppress(OSError):
                half.unlink(missing_ok=True)
            raise
        return True

    def release(self) -> bool:
        """Give the room back; whether there was any. Raises OSError."""
        there = self.path.exists()
        self.path.unlink(missing_ok=True)
        return there


class DiskGuard(Service):
    """Visitors are counted to the last: their files would wait, but the cameras' disk may be the same."""

    name = "house.disk"
    patience = 300.0

    def __init__(
        self, folder: Path, settings: DiskSettings, ballast: Ballast, alarms: Alarms, board: HealthBoard,
        usage: Callable[[Path], tuple[int, int, int]] = shutil.disk_usage,
    ) -> None:  # fmt: skip
        self._folder = folder
        self._settings = settings
        self._ballast = ballast
        self._alarms = alarms
        self._board = board
        self._usage = usage
        self._low = self._full = False

    async def run(self, lifeline: Lifeline) -> None:
        async for _ in lifeline.every(EVERY):
            async with lifeline.turn():
                await self.turn()

    async def turn(self) -> None:
        """Look, say what holds, and do what must be done about it."""
        try:
            usage = await asyncio.to_thread(self._look)
        except OSError as error:
            raise UpstreamError(
                f"{self._folder} cannot be looked at: {error.strerror or error}", outcome="disk"
            ) from error
        self._board.disk_free = usage.free
        was, limits = self._full, self._settings
        self._low = self._below(limits.low, usage, self._low)
        self._full = self._below(limits.full, usage, self._full)
        self._say(usage)
        if self._full and not was:
            log.warning("house.disk_full", folder=str(self._folder), **_facts(usage))
        elif was and not self._full:
            log.info("house.disk_relieved", folder=str(self._folder), **_facts(usage))
        self._board.pausing = "the disk of the store is nearly full" if self._full else None
        await self._mind_ballast(usage)

    def _look(self) -> Usage:
        return Usage(*self._usage(self._folder))

    def _below(self, percent: float, usage: Usage, was: bool) -> bool:
        limit = usage.total * percent / 100
        if self._settings.enough:
            limit = min(limit, self._settings.enough * GIB * percent / (self._settings.low or 1.0))
        return usage.free < limit * (RELIEF if was else 1.0)

    def _say(self, usage: Usage) -> None:
        for condition, holds in ((Condition.DISK_LOW, self._low), (Condition.DISK_FULL, self._full)):
            if holds:
                self._alarms.raise_alarm(condition, STORE, **_facts(usage), folder=str(self._folder))
            else:
                self._alarms.clear_alarm(condition, STORE)

    async def _mind_ballast(self, usage: Usage) -> None:
        """Given up when it is needed; made anew once there is room for it beside what must stay free."""
        try:
            if self._full and await asyncio.to_thread(self._ballast.release):
                log.warning("house.ballast_released", path=str(self._ballast.path), size=self._ballast.size)
            elif not self._low and self._has_room(usage) and await asyncio.to_thread(self._ballast.make):
                log.info("house.ballast_made", path=str(self._ballast.path), size=self._ballast.size)
        except OSError as error:
            raise UpstreamError(
                f"the ballast {self._ballast.path} cannot be minded: {error.strerror or error}", outcome="disk"
            ) from error

    def _has_room(self, usage: Usage) -> bool:
        """Whether the disk would not be low with the ballast on it."""
        return not self._below(self._settings.low, usage._replace(free=usage.free - self._ballast.size), was=True)


def _facts(usage: Usage) -> dict[str, float]:
    return {"free_mib": usage.free >> 20, "free_percent": round(100 * usage.free / max(usage.total, 1), 1)}
