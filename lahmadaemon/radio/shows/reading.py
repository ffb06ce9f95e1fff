"""The service that reads the programme now and then and keeps what has changed."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

import httpx
import structlog

from lahmadaemon.clock import Clock
from lahmadaemon.radio.settings import RadioSettings, StationSettings
from lahmadaemon.radio.shows.arcsi import Arcsi
from lahmadaemon.radio.shows.azuracast import Schedule
from lahmadaemon.radio.shows.file import ProgrammeFile
from lahmadaemon.radio.shows.programme import Programme, monday
from lahmadaemon.radio.shows.store import GridStore
from lahmadaemon.supervision.service import Lifeline, Service

log = structlog.get_logger()

WEEKS_BACK = -9
"""Where the first reading of dated airings begins: as far back as AzuraCast remembers listeners (60 days)."""


class ProgrammeReading(Service):
    """One station's. A reading that fails changes nothing: the newest version stays in force."""

    def __init__(self, store: GridStore, programme: Programme, clock: Clock, zone: ZoneInfo, every: float) -> None:
        self.name = f"radio.programme.{store.station}"
        self.patience = max(300.0, 4 * every)
        self._store = store
        self._programme = programme
        self._clock = clock
        self._zone = zone
        self._every = every

    async def run(self, lifeline: Lifeline) -> None:
        async for _ in lifeline.every(self._every):
            async with lifeline.turn():
                await self.turn()

    async def turn(self) -> None:
        now = self._clock.now()
        known = await self._store.newest()
        grid = await self._programme.read(now, monday(now, self._zone, 0 if known else WEEKS_BACK))
        if await self._store.keep(grid, now):
            log.info("radio.programme_changed", station=self._store.station, shows=len(grid.shows))


def programme(
    name: str, station: StationSettings, radio: RadioSettings, client: httpx.AsyncClient, zone: ZoneInfo
) -> Programme | None:
    """Who knows the plan of this station; None where nobody is named."""
    shows = radio.shows
    if shows.stations and name not in shows.stations:
        return None
    if shows.kind == "arcsi":
        return Arcsi(shows, client, zone)
    if shows.kind == "azuracast":
        return Schedule(name, station, client, zone, shows.off_air)
    return ProgrammeFile(shows.file, zone) if shows.kind == "file" and shows.file else None


def readings(
    stores: Iterable[GridStore], radio: RadioSettings, client: httpx.AsyncClient, clock: Clock
) -> list[ProgrammeReading]:
    """A service for each of these stations whose programme somebody knows."""
    found = []
    for store in stores:
        known = programme(store.station, radio.stations[store.station], radio, client, store.zone)
        if known is not None:
            found.append(ProgrammeReading(store, known, clock, store.zone, radio.shows.reading))
    return found
