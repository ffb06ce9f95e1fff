"""The radio room: for each station what measures it and keeps its figures right, and the services all share."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import httpx
import structlog

from lahmadaemon.alerts.conditions import Alarms
from lahmadaemon.alerts.weekly import Writer
from lahmadaemon.building.parts import Parts, only
from lahmadaemon.building.secret import house_secret
from lahmadaemon.clock import Clock
from lahmadaemon.letters import StationLetters
from lahmadaemon.radio.azuracast.source import TIMEOUT, AzuraCast
from lahmadaemon.radio.exporting import Exporter, ExportService
from lahmadaemon.radio.exports import Exports
from lahmadaemon.radio.icecast.source import Icecast
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.rollups.curve import AudienceCurve
from lahmadaemon.radio.rollups.services import services as keeping
from lahmadaemon.radio.shows.exporting import week_exporter
from lahmadaemon.radio.shows.log.filling import on_air_filling
from lahmadaemon.radio.shows.log.log import OnAirLog
from lahmadaemon.radio.shows.log.store import OnAirStore
from lahmadaemon.radio.shows.reading import readings
from lahmadaemon.radio.shows.reporter import show_reporter
from lahmadaemon.radio.shows.store import GridStore
from lahmadaemon.radio.snapshots import Snapshots
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.radio.truth.reconcile import reconciling
from lahmadaemon.settings import Settings, station_zone
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.service import Service

log = structlog.get_logger()

SOURCES: dict[str, type[AzuraCast | Icecast]] = {"azuracast": AzuraCast, "icecast": Icecast}
"""What answers at a station's URL."""


async def radio(
    parts: Parts, settings: Settings, clock: Clock, store: Store, client: httpx.AsyncClient, alarms: Alarms
) -> list[Service]:
    """Services by station, then those that serve all stations."""
    radio = settings.radio
    if not radio.stations:
        log.info("daemon.room_off", room="radio", because="no LAHMA_RADIO__STATIONS__<NAME>__URL is set")
        return []
    secret = await asyncio.to_thread(house_secret, settings)
    services: list[Service] = []
    for name, station in radio.stations.items():
        mine = only(settings, radio=radio.model_copy(update={"stations": {name: station}}))
        services += parts.part(
            f"radio {name}", mine, partial(_measuring, mine, name, secret, client, clock, store, alarms)
        )
    mine = only(settings, radio=radio)
    return services + parts.part("radio", mine, partial(_serving_all, mine, client, clock, store))


def _serving_all(settings: Settings, client: httpx.AsyncClient, clock: Clock, store: Store) -> list[Service]:
    radio = settings.radio
    zones = {name: station_zone(settings, name) for name in radio.stations}
    services: list[Service] = []
    services += readings([GridStore(store, name, zone) for name, zone in zones.items()], radio, client, clock)
    if radio.export_every:
        folder = export_folder(settings)
        exports: list[Exports] = [exporter(settings, store, name) for name in zones]
        exports += [week_exporter(store, name, zone, radio, folder) for name, zone in zones.items()]
        services.append(ExportService(exports, clock, radio.export_every))
    return [
        *services,
        *keeping(radio, zones, store, settings.store.resolved(settings.state_folder), clock),
    ]


def _measuring(
    settings: Settings,
    name: str,
    secret: bytes,
    client: httpx.AsyncClient,
    clock: Clock,
    store: Store,
    alarms: Alarms,
) -> list[Service]:
    """What polls one station, and what asks its server for what polls have missed, where it remembers."""
    radio, station, zone = settings.radio, settings.radio.stations[name], station_zone(settings, name)
    pseudonyms, within = Pseudonyms(secret, radio.lists), min(TIMEOUT, 0.8 * radio.snapshot_every)
    source = SOURCES[station.kind](name, station, client, clock, pseudonyms, within)
    every, keep_ip = radio.snapshot_every, radio.raw_ip_retention > 0
    on_air = OnAirLog(OnAirStore(store, name), every)
    return [
        Snapshots(
            RadioStore(store, name), source, clock, every, alarms,
            timezone=zone.key, keep_ip=keep_ip, gap=radio.session_gap, on_air=on_air,
        ),
        *reconciling(store, name, source, clock, zone, keep_ip=keep_ip),
        *on_air_filling(store, name, source, clock),
    ]  # fmt: skip


def letters(settings: Settings, store: Store, clock: Clock, words: Mapping[str, str]) -> dict[str, Writer]:
    """Who writes once a week about each station; `words`: the digest's phrases."""
    found: dict[str, Writer] = {}
    for name in settings.radio.stations:
        zone = station_zone(settings, name)
        reporter = show_reporter(store, name, zone, settings.radio)
        curve, cache = AudienceCurve(store, name, zone, settings.radio), settings.state_folder / "cache"
        found[name] = StationLetters(name, reporter, curve, zone, clock, words, cache).write
    return found


def export_folder(settings: Settings) -> Path:
    """Where files go, unless told otherwise."""
    return settings.radio.export_folder or settings.state_folder / "exports"


def exporter(
    settings: Settings,
    store: Store,
    name: str,
    formats: Sequence[str] | None = None,
    folder: Path | None = None,
    *,
    addresses: bool = False,
    publishing: bool = False,
) -> Exporter:
    """A station's exporter, as the settings have it unless told otherwise."""
    radio = settings.radio
    known = RadioStore(store, name)
    folder = folder or export_folder(settings)
    zone = station_zone(settings, name)
    reporter, formats = Reporter(known, radio, zone), formats or radio.export_formats
    return Exporter(known, reporter, zone, folder, formats, addresses=addresses, publishing=publishing)
