"""The audience hour by hour as far as it is known by now: as it was kept; of days that are not settled yet, anew."""

from zoneinfo import ZoneInfo

from lahmadaemon.clock import Instant, local
from lahmadaemon.radio import periods
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.rollups.hours import Hour
from lahmadaemon.radio.rollups.making import KINDS, Job
from lahmadaemon.radio.rollups.store import RollupStore
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.store.database import Store


class AudienceCurve:
    """One station's, of all mounts together."""

    def __init__(self, store: Store, station: str, zone: ZoneInfo, settings: RadioSettings) -> None:
        self._store = store
        self._station = station
        self._zone = zone
        self._settings = settings
        self._kept = RollupStore(store, station)

    async def hours(self, period: Period, now: Instant) -> list[Hour]:
        """Those of the period's days that have begun."""
        found: list[Hour] = []
        start = period.start
        while start < min(period.end, now):
            day = periods.day(local(start, self._zone).date(), self._zone)
            found += await self._kept.hours(day.start, day.end) or await self._fresh(day, now)
            start = day.end
        return found

    async def _fresh(self, day: Period, now: Instant) -> list[Hour]:
        _, hours = await KINDS["day"].make(self._store, Job(self._station, "day", day, self._zone, self._settings, now))
        return [hour for hour in hours if not hour.mount]
