"""Takes away single polls and connections that have had their time, once everything that was made of them is kept."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from lahmadaemon.clock import SECOND, Instant, iso
from lahmadaemon.radio.rollups.keeping import margin_of
from lahmadaemon.radio.rollups.ledger import Keeping
from lahmadaemon.radio.rollups.store import Batch
from lahmadaemon.radio.settings import RadioSettings

log = structlog.get_logger()

MANY = 1000
"""Rows of one transaction: some 20 ms, in which no poll can be written."""


@dataclass(frozen=True)
class Aging:
    """One station's."""

    keeping: Keeping
    settings: RadioSettings

    async def turn(self, now: Instant) -> None:
        """Everything that is too old by now, and not needed any more."""
        rollups = self.keeping.rollups
        await self._age("sessions", self.settings.session_retention, rollups.forget_sessions, now)
        await self._age("polls", self.settings.poll_retention, rollups.forget_polls, now)

    async def _age(
        self, what: str, keep: float, forget: Callable[[Instant, int, int], Awaitable[Batch]], now: Instant
    ) -> None:
        ledger = await self.keeping.ledger(now) if keep else None
        if ledger is None:
            return
        # What is judged together goes together: the days before a period that can still be made anew stay.
        margin = margin_of(self.settings)
        complete = await asyncio.to_thread(ledger.complete_until)
        before = Instant(min(round(now - keep * SECOND), complete - margin))
        if before <= ledger.since:
            return
        await self.keeping.rollups.note_gone(what, Instant(before + margin))  # said first: a kill may come between
        deleted, following = 0, 0
        while True:
            batch = await forget(before, following, MANY)
            deleted += batch.deleted
            if batch.following is None:
                break
            following = batch.following
        if deleted:
            log.info("radio.raw_forgotten", station=self.keeping.station, what=what, rows=deleted, before=iso(before))
