"""The service that asks one station's server what it remembers: of gaps at once, of the last hours hourly, of yesterday nightly."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import structlog

from lahmadaemon.clock import DAY, HOUR, MINUTE, Clock, Instant, iso
from lahmadaemon.radio import periods
from lahmadaemon.radio.coverage import Stretch, gaps
from lahmadaemon.radio.rollups.store import RollupStore
from lahmadaemon.radio.source import Historian
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.radio.truth.history.store import HistoryStore
from lahmadaemon.radio.truth.walking import Slice, Walker, unasked
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.service import Lifeline, Service

log = structlog.get_logger()

EVERY = 3600.0
PAUSE = 1.0
"""Seconds between two requests."""
LAST_HOURS = 3 * HOUR
RETENTION = 60 * DAY
"""AzuraCast's default; a gap older than that is not asked for."""
BEFORE, AFTER = HOUR, 5 * MINUTE
"""Taken along at both sides of a gap: there, too, ends were only estimated."""
FURTHEST_BACK = 14
"""Days looked through for the beginning of a long listener nobody has seen."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A stretch to be walked, and how far back the beginnings of long listeners are looked for."""

    start: Instant
    end: Instant
    back: int = FURTHEST_BACK


class Reconcile(Service):
    """One station. What an hour's turn could not do, the next one does: gaps stay due until their history was read."""

    gives_way = True

    def __init__(
        self, known: RadioStore, kept: HistoryStore, historian: Historian, clock: Clock, zone: ZoneInfo
    ) -> None:
        self.name = f"radio.reconcile.{known.station}"
        self.patience = EVERY + 900.0
        self._known = known
        self._kept = kept
        self._clock = clock
        self._zone = zone
        self._walker = Walker(known, kept, historian, clock, self._paused, unasked(known))
        self._pause: Callable[[float], Awaitable[bool]] = self._wait
        self._read: set[Instant] = set()
        self._night: date | None = None
        self._forgetful = False

    async def run(self, lifeline: Lifeline) -> None:
        async def pause(seconds: float) -> bool:
            lifeline.beat()
            return await lifeline.wait(seconds)

        self._pause = pause
        async for _ in lifeline.every(EVERY):
            async with lifeline.turn():
                await self.turn()

    async def turn(self) -> None:
        since, _ = await self._known.observed()
        if since is None:
            return
        now = await self._server_time()
        last_hours = Errand(Instant(now - LAST_HOURS), now, back=1)
        gone = await RollupStore(self._known.beside, self._known.station).gone()
        watched = Instant(max(since, now - RETENTION, gone.polls))  # a silence before that is our own doing
        unread = [gap for gap in await self._gaps(watched, now) if gap[1] not in self._read]
        missed = [Errand(Instant(start - BEFORE), min(now, Instant(end + AFTER))) for start, end in unread]
        today = periods.today(now, self._zone)
        yesterday = periods.midnight(today - timedelta(days=1), self._zone)
        nightly = [Errand(Instant(yesterday - DAY), now)] if today != self._night else []
        done: list[Slice] = []
        for errand in joined([last_hours, *missed, *nightly], since):
            async for each in self._walker.walk(errand.start, errand.end, back=errand.back):
                self._tell(each)
                done.append(each)
        self._read.update(end for _, end in unread)
        self._night = today
        if unread or nightly:
            self._sum_up(done, unread)

    async def _gaps(self, start: Instant, end: Instant) -> list[Stretch]:
        spans = await self._known.spans(start, end)
        return [gap for silence in await self._kept.silences(start, end) for gap in gaps((), spans, *silence)]

    async def _server_time(self) -> Instant:
        poll = await self._known.last_poll()
        return Instant(self._clock.now() + (poll.at - poll.polled_at if poll else 0))

    async def _paused(self) -> bool:
        return await self._pause(PAUSE)

    async def _wait(self, seconds: float) -> bool:
        return not await self._clock.wait(asyncio.Event(), seconds)

    def _tell(self, done: Slice) -> None:
        found = done.reconciled
        log.debug(
            "radio.history_read", station=self._known.station, start=iso(done.start), end=iso(done.end),
            added=len(found.added), corrected=len(found.corrected), vouched_from=iso(found.vouched_from),
            forgotten=found.forgotten, unplaced=found.unplaced, dropped=done.dropped,
        )  # fmt: skip
        forgetful = found.forgotten > 0 and found.vouched_from != done.start
        if forgetful and not self._forgetful:
            log.warning(
                "radio.history_forgetful", station=self._known.station, start=iso(done.start), end=iso(done.end),
                forgotten=found.forgotten,
            )  # fmt: skip
        self._forgetful = forgetful

    def _sum_up(self, done: Sequence[Slice], unread: Sequence[Stretch]) -> None:
        log.info(
            "radio.reconciled", station=self._known.station, added=sum(len(each.reconciled.added) for each in done),
            corrected=sum(len(each.reconciled.corrected) for each in done),
            gaps=len(unread), gap_seconds=sum(end - start for start, end in unread) // 1000,
        )  # fmt: skip


def joined(errands: Iterable[Errand], since: Instant) -> list[Errand]:
    """The errands in order, those that touch as one; nothing before measuring began."""
    ordered = sorted(errands, key=lambda errand: errand.start)
    found: list[Errand] = []
    for errand in ordered:
        errand = Errand(max(errand.start, since), errand.end, errand.back)
        if errand.start >= errand.end:
            continue
        if found and errand.start <= found[-1].end:
            last = found.pop()
            errand = Errand(last.start, max(last.end, errand.end), max(last.back, errand.back))
        found.append(errand)
    return found


def reconciling(
    store: Store, station: str, source: object, clock: Clock, zone: ZoneInfo, *, keep_ip: bool = False
) -> list[Service]:
    """The service of a station whose server remembers; none where it does not."""
    if not isinstance(source, Historian):
        return []
    kept = HistoryStore(store, station, keep_ip=keep_ip)
    return [Reconcile(RadioStore(store, station), kept, source, clock, zone)]
