"""Builds each room's services from its settings; `daemon` joins them and runs them."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import structlog

from lahmadaemon import atomic
from lahmadaemon.alerts.chat import Chat
from lahmadaemon.alerts.conditions import Alarms
from lahmadaemon.alerts.deliveries import WEBHOOK
from lahmadaemon.alerts.desk import Desk
from lahmadaemon.alerts.digest import Digest
from lahmadaemon.alerts.heartbeat import Heartbeat
from lahmadaemon.alerts.minding import DeskService
from lahmadaemon.alerts.sender import Sender
from lahmadaemon.alerts.shown import as_json
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.telegram.opening import Answering, telegram_channel
from lahmadaemon.alerts.watch import HealthWatch
from lahmadaemon.alerts.webhook import Webhook
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.answers import Answers
from lahmadaemon.clock import SECOND, Clock
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.radio.azuracast.source import TIMEOUT, AzuraCast
from lahmadaemon.radio.exporting import Exporter, ExportService
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.retention import Retention
from lahmadaemon.radio.snapshots import Snapshots
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.settings import Settings, station_zone
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.supervision.service import Service
from lahmadaemon.visitors.intake.folder import Folder
from lahmadaemon.visitors.intake.hints import Hints
from lahmadaemon.visitors.intake.intake import Camera, Intake
from lahmadaemon.visitors.intake.silence import Patience
from lahmadaemon.visitors.intake.store import CameraStore
from lahmadaemon.visitors.push.sender import PushService
from lahmadaemon.visitors.settings import FolderSettings, VisitorsSettings, camera_of

log = structlog.get_logger()

SHORTEST_SECRET = 16
SECRET_FILE = "secret.key"  # noqa: S105 - the name of the file, not what is in it


async def radio(
    settings: Settings, clock: Clock, store: Store, client: httpx.AsyncClient, alarms: Alarms
) -> list[Service]:
    """The radio room: a service per station, and one for files."""
    radio = settings.radio
    if not radio.stations:
        log.info("daemon.room_off", room="radio", because="no LAHMA_RADIO__STATIONS__<NAME>__URL is set")
        return []
    pseudonyms = Pseudonyms(await asyncio.to_thread(house_secret, settings))
    services: list[Service] = []
    for name, station in radio.stations.items():
        source = AzuraCast(name, station, client, clock, pseudonyms, min(TIMEOUT, 0.8 * radio.snapshot_every))
        zone, keep_ip = station_zone(settings, name).key, radio.raw_ip_retention > 0
        services.append(
            Snapshots(
                RadioStore(store, name), source, clock, radio.snapshot_every, alarms, timezone=zone, keep_ip=keep_ip
            )
        )
    if radio.export_every:
        services.append(
            ExportService([exporter(settings, store, name) for name in radio.stations], clock, radio.export_every)
        )
    services.append(Retention([RadioStore(store, name) for name in radio.stations], clock, radio.raw_ip_retention))
    return services


def exporter(
    settings: Settings,
    store: Store,
    name: str,
    formats: Sequence[str] | None = None,
    folder: Path | None = None,
    *,
    addresses: bool = False,
) -> Exporter:
    """A station's exporter, as the settings have it unless told otherwise."""
    radio = settings.radio
    known = RadioStore(store, name)
    folder = folder or radio.export_folder or settings.state_folder / "exports"
    zone = station_zone(settings, name)
    return Exporter(known, Reporter(known, radio), zone, folder, formats or radio.export_formats, addresses=addresses)


def house_secret(settings: Settings) -> bytes:
    """LAHMA_SECRET_KEY, or one made at the first start and kept in the state folder, readable by the owner only."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = settings.state_folder / SECRET_FILE
    try:
        if making := not path.exists():
            # whole or not at all: a start that is killed here must not leave half a key behind
            atomic.write(path, secrets.token_hex(32).encode(), mode=0o600)
        content = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read or made: {error}") from error
    if making:
        log.info("daemon.secret_made", path=str(path))
    if len(content) < SHORTEST_SECRET:
        raise ConfigurationError(f"{path} is damaged; restore it from a backup: listener identities hang on it")
    return content.encode()


def visitors(
    settings: Settings, clock: Clock, store: Store, client: httpx.AsyncClient, alarms: Alarms
) -> list[Service]:
    """The visitors room: a service per folder, one that hears of new files, a service per partner."""
    room = settings.visitors
    if not room.folders:
        log.info("daemon.room_off", room="visitors", because="no LAHMA_VISITORS__FOLDERS__<NAME>__PATH is set")
        return []
    intakes: dict[Path, Intake] = {}
    for name, folder in room.folders.items():
        camera = _camera(name, folder, room, folder.timezone or settings.timezone)
        intakes[folder.path] = Intake(camera, CameraStore(store, camera_of(name, folder)), clock, alarms)

    def caught_up() -> bool:
        return all(intake.caught_up.is_set() for intake in intakes.values())

    pushes = [
        PushService(name, push, store, client, clock, settings.timezone, alarms, caught_up=caught_up)
        for name, push in room.pushes.items()
    ]
    return [*intakes.values(), Hints(intakes), *pushes]


def _camera(name: str, folder: FolderSettings, room: VisitorsSettings, zone: ZoneInfo) -> Camera:
    patience = Patience(round(folder.quiet_after * SECOND), round(folder.empty_after * SECOND), folder.hours, zone)
    place = Folder(folder.path, folder.archive, max_size=room.max_file_size)
    return Camera(name, place, zone, patience, room.scan_every, room.incomplete_after, room.max_age)


@dataclass(frozen=True)
class AlarmDesk:
    """The desk, and the services that work for it."""

    desk: Desk
    words: Wording
    clock: Clock
    services: list[Service]

    def open_alarms(self) -> list[dict[str, Any]]:
        """For the window: what is wrong now, the gravest first."""
        return [as_json(each, self.words, self.clock.now()) for each in self.desk.open_incidents()]


async def alarm_desk(
    settings: Settings, clock: Clock, store: Store, client: httpx.AsyncClient, board: HealthBoard
) -> AlarmDesk:
    """Incidents always; messages as far as somebody is named to get them."""
    alerts, telegram = settings.alerts, settings.telegram
    kept, words = AlertStore(store), Wording(alerts.language, settings.timezone)
    recipients = list(telegram.recipients) or ([WEBHOOK] if alerts.webhook else [])
    desk = Desk(kept, clock, words, recipients, lambda: [service.name for service in board.report().services])
    HealthWatch(board, desk, clock, lambda name: name.startswith("visitors."))
    services: list[Service] = [DeskService(desk)]
    answers = Answers(settings, store, clock, board.report)
    if telegram.configured:
        chat = Chat(desk, kept, clock, words, recipients, answers.texts)
        answering = Answering(telegram.allowed, chat.answer, chat.refuse)
        channel = await telegram_channel(telegram, settings.state_folder, store, answering)
        services.append(Sender(kept, channel, recipients, clock, desk.tray))
    if alerts.webhook:
        services.append(Webhook(kept, client, alerts.webhook.get_secret_value(), clock, desk.tray))
    if not recipients:
        log.info("daemon.room_off", room="telegram", because="no LAHMA_TELEGRAM__… is set; alarms go to the log only")
    if recipients and alerts.digest_time is not None:
        zone, at = settings.timezone, alerts.digest_time
        sections = [answers.about]
        services.append(Digest(kept, clock, words, zone, at, recipients, desk.tray, board.report, sections))
    if settings.heartbeat.url:
        url, every = settings.heartbeat.url.get_secret_value(), settings.heartbeat.every
        services.append(Heartbeat(kept, client, url, every, clock, board.report))
    return AlarmDesk(desk, words, clock, services)
