"""Once a week, what the week was like, with a picture: on Monday, when the daily digest goes out."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

import structlog

from lahmadaemon.alerts.deliveries import WEBHOOK, Kind
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.timed import Timed
from lahmadaemon.alerts.tray import Tray
from lahmadaemon.clock import Clock, Instant

log = structlog.get_logger()

SUNDAY = 6


@dataclass(frozen=True)
class Letter:
    """What there is to tell of a week; the picture, a PNG, says nothing that the text does not."""

    text: str
    picture: bytes | None = None


Writer = Callable[[date], Awaitable[Letter | None]]
"""Writes about the week a day belongs to; None where there is nothing to tell."""


class Weekly(Timed):
    """A delivery for each recipient and week, in whatever way restarts and failures fall."""

    name = "alerts.weekly"

    def __init__(
        self, store: AlertStore, clock: Clock, zone: ZoneInfo, at: time, recipients: Sequence[str], tray: Tray,
        writers: Mapping[str, Writer],
    ) -> None:  # fmt: skip
        """`writers`: by what their letters are about, such as a station."""
        super().__init__(clock, zone, at)
        self._store = store
        self._recipients = [each for each in recipients if each != WEBHOOK]
        self._tray = tray
        self._writers = writers

    async def write(self, day: date, now: Instant) -> None:
        """A letter from each writer, when the week has ended with that day."""
        if day.weekday() != SUNDAY:
            return
        year, number, _ = day.isocalendar()
        week = f"{year}-W{number:02}"
        for about, writer in self._writers.items():
            label = f"{week} {about}"
            if not await self._store.has_day(label) and (letter := await writer(day)) is not None:
                await self._store.add(self._recipients, Kind.WEEKLY, letter.text, now, label, letter.picture)
                log.info("alert.weekly_written", week=week, about=about, recipients=len(self._recipients))
                self._tray.ring()
