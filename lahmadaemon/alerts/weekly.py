"""Once a week, what the week was like, with a picture: on Monday, when the daily digest goes out."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

import structlog

from lahmadaemon.alerts.deliveries import WEBHOOK, Kind
from lahmadaemon.alerts.digest import LOOK_EVERY, due
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.tray import Tray
from lahmadaemon.clock import Clock
from lahmadaemon.supervision.service import Lifeline, Service

log = structlog.get_logger()

SUNDAY = 6


@dataclass(frozen=True)
class Letter:
    """What there is to tell of a week; the picture, a PNG, says nothing that the text does not."""

    text: str
    picture: bytes | None = None


Writer = Callable[[date], Awaitable[Letter | None]]
"""Writes about the week a day belongs to; None where there is nothing to tell."""


class Weekly(Service):
    """A delivery for each recipient and week, in whatever way restarts and failures fall."""

    name = "alerts.weekly"
    patience = 600.0

    def __init__(
        self, store: AlertStore, clock: Clock, zone: ZoneInfo, at: time, recipients: Sequence[str], tray: Tray,
        writers: Mapping[str, Writer],
    ) -> None:  # fmt: skip
        """`writers`: by what their letters are about, such as a station."""
        self._store = store
        self._clock = clock
        self._zone = zone
        self._at = at
        self._recipients = [each for each in recipients if each != WEBHOOK]
        self._tray = tray
        self._writers = writers
        self._done: date | None = None

    async def run(self, lifeline: Lifeline) -> None:
        async for _ in lifeline.every(LOOK_EVERY):
            async with lifeline.turn():
                await self.turn()

    async def turn(self) -> None:
        now = self._clock.now()
        day = due(now, self._at, self._zone)
        if day is None or day.weekday() != SUNDAY or day == self._done:
            return
        year, number, _ = day.isocalendar()
        week = f"{year}-W{number:02}"
        for about, write in self._writers.items():
            label = f"{week} {about}"
            if not await self._store.has_day(label) and (letter := await write(day)) is not None:
                await self._store.add(self._recipients, Kind.WEEKLY, letter.text, now, label, letter.picture)
                log.info("alert.weekly_written", week=week, about=about, recipients=len(self._recipients))
                self._tray.ring()
        self._done = day
