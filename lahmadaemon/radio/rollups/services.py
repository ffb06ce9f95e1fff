"""The services that keep figures and then let old rows go, as the settings have it."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy.engine import URL

from lahmadaemon.clock import Clock
from lahmadaemon.radio.retention import Retention
from lahmadaemon.radio.rollups.aging import Aging
from lahmadaemon.radio.rollups.ledger import Keeping
from lahmadaemon.radio.rollups.service import Rollups
from lahmadaemon.radio.rollups.worker import Worker
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.service import Service


def services(
    settings: RadioSettings, zones: Mapping[str, ZoneInfo], store: Store, url: URL, clock: Clock
) -> list[Service]:
    """For all stations; `zones` by their names, `url` where the store is, for the process that reads it by itself."""
    stations = [Keeping(RadioStore(store, name), settings, zone) for name, zone in zones.items()]
    aging = [Aging(station, settings) for station in stations]
    stores = [RadioStore(store, name) for name in zones]
    return [
        Rollups(stations, clock, Worker(url)),
        Retention(stores, clock, settings.raw_ip_retention, aging),
    ]
