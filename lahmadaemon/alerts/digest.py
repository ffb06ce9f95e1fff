"""Once a day, what the day before was like; that it stays away says something too."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog

from lahmadaemon.alerts.deliveries import WEBHOOK, Kind
from lahmadaemon.alerts.incidents import Notice
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.timed import Timed
from lahmadaemon.alerts.tray import Tray
from lahmadaemon.alerts.wording import LONGEST_TEXT, Wording, fill
from lahmadaemon.clock import Clock, Instant, instant
from lahmadaemon.errors import LahmaError
from lahmadaemon.supervision.health import Report

log = structlog.get_logger()

Section = Callable[[date], Awaitable[list[str]]]
"""A room's lines about a day."""


def span_of(day: date, zone: ZoneInfo) -> tuple[Instant, Instant]:
    """From its beginning to the beginning of the next; 23 or 25 hours where the clocks change."""
    start, end = (instant(datetime.combine(each, time(), zone)) for each in (day, day + timedelta(days=1)))
    return start, end


class Digest(Timed):
    """A delivery for each recipient and day, in whatever way restarts and failures fall."""

    name = "alerts.digest"

    def __init__(
        self, store: AlertStore, clock: Clock, words: Wording, zone: ZoneInfo, at: time, recipients: Sequence[str],
        tray: Tray, report: Callable[[], Report], sections: Sequence[Section] = (),
    ) -> None:  # fmt: skip
        super().__init__(clock, zone, at)
        self._store = store
        self._words = words
        self._recipients = [each for each in recipients if each != WEBHOOK]
        self._tray = tray
        self._report = report
        self._sections = sections

    async def write(self, day: date, now: Instant) -> None:
        """Its words, to everybody."""
        if not await self._store.has_day(day.isoformat()):
            text = await self.text(day)
            await self._store.add(self._recipients, Kind.DIGEST, text, now, day.isoformat())
            log.info("alert.digest_written", day=day.isoformat(), recipients=len(self._recipients))
            self._tray.ring()

    async def text(self, day: date) -> str:
        """The day in words; a part that cannot be had is named."""
        digest = self._words.language.digest
        lines = [fill(digest["title"], {"day": day.isoformat()})]
        for section in (*self._sections, self._incidents, self._house):
            try:
                lines += await section(day)
            except LahmaError as trouble:
                lines.append(fill(digest["missing"], {"why": str(trouble)}))
        return "\n".join(lines)[:LONGEST_TEXT]

    async def _incidents(self, day: date) -> list[str]:
        """What was wrong on that day, and what still is."""
        now, digest = self._clock.now(), self._words.language.digest
        found = await self._store.opened_between(*span_of(day, self._zone))
        lines = [
            fill(digest["lasting"], self._words.facts(each, now)) if each.open
            else self._words.line(each, Notice.WAS, now)
            for each in found[:20]
        ]  # fmt: skip
        if len(found) > len(lines):
            lines.append(fill(self._words.language.more, {"count": str(len(found) - len(lines))}))
        return lines or [digest["quiet"]]

    async def _house(self, _: date) -> list[str]:
        digest, owing = self._words.language.digest, await self._store.owing()
        restarts = sum(service.restarts for service in self._report().services)
        lines = [fill(digest["restarts"], {"count": str(restarts)})] if restarts else []
        if owing.since is not None:
            since = self._words.moment(owing.since, self._clock.now())
            lines.append(fill(digest["undelivered"], {"count": str(owing.count), "since": since}))
        return lines
