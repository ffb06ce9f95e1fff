"""Which days, or weeks, must be written, and that each is noted when its files are there: the base of whatever is exported."""

from abc import ABC, abstractmethod
from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from lahmadaemon.clock import Instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.store import RadioStore


class Exports(ABC):
    """One station's files, period by period; each is noted under the period's name."""

    settled_after: ClassVar[int]
    """What was exported so long (ms) after its period's end is not exported again, unless its data changes."""

    def __init__(self, store: RadioStore, zone: ZoneInfo) -> None:
        self._store = store
        self._zone = zone

    @abstractmethod
    def period(self, day: date) -> Period:
        """The one that a day belongs to."""

    @abstractmethod
    async def write_known(self, period: Period, now: Instant) -> None:
        """Its files, or none where it is over and nothing is known of it: there may be years between an import and us.

        Raises UpstreamError when the folder cannot be written.
        """

    async def is_final(self, period: Period) -> bool:  # noqa: ARG002 - for those that can be
        """Whether files that are there must not be written over any more."""
        return False

    async def due(self, now: Instant) -> list[date]:
        """The first days of the period that runs, and of each earlier one, since measuring began, that was not exported since
        it settled or since its data changed."""
        since, _ = await self._store.observed()
        if since is None:
            return []
        done, found = await self._store.exported(), []
        period = self.period(periods.today(since, self._zone))
        while period.start <= now:
            at = done.get(period.label)
            amended = at and await self._store.amended_at(period.start, period.end)
            if outdated(at, period.end + self.settled_after, amended) and not (at and await self.is_final(period)):
                found.append(periods.today(period.start, self._zone))
            period = self.period(periods.today(period.end, self._zone))
        return found

    async def export_due(self, now: Instant, *, ended_only: bool = False) -> None:
        """Everything that is due; `ended_only`: not what still runs."""
        for day in await self.due(now):
            period = self.period(day)
            if not (ended_only and period.end > now):
                await self.write_known(period, now)
                await self._store.note_export(period.label, now)


def outdated(done: Instant | None, settled: int, amended: Instant | None) -> bool:
    """Whether files must be written: not yet since their period settled, or not since its data changed after the event."""
    return done is None or done < max(settled, amended or 0)
