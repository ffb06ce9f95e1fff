"""The visitors room: a service per folder, one that hears of new files, a service per partner."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import structlog

from lahmadaemon.alerts.conditions import Alarms
from lahmadaemon.building.parts import Parts, only
from lahmadaemon.clock import SECOND, Clock
from lahmadaemon.settings import Settings
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.service import Service
from lahmadaemon.visitors.intake.folder import Folder
from lahmadaemon.visitors.intake.hints import Hints
from lahmadaemon.visitors.intake.intake import Camera, Intake
from lahmadaemon.visitors.intake.silence import Patience
from lahmadaemon.visitors.intake.store import CameraStore
from lahmadaemon.visitors.push.sender import PushService
from lahmadaemon.visitors.settings import FolderSettings, VisitorsSettings, camera_of

log = structlog.get_logger()


def visitors(
    parts: Parts, settings: Settings, clock: Clock, store: Store, client: httpx.AsyncClient, alarms: Alarms
) -> list[Service]:
    """The visitors room: a service per folder, one that hears of new files, a service per partner."""
    room = settings.visitors
    if not room.folders:
        log.info("daemon.room_off", room="visitors", because="no LAHMA_VISITORS__FOLDERS__<NAME>__PATH is set")
        return []
    intakes: dict[Path, Intake] = {}
    for name, folder in room.folders.items():
        mine = only(settings, visitors=room.model_copy(update={"folders": {name: folder}, "pushes": {}}))
        intakes[folder.path] = parts.part(f"intake {name}", mine, partial(_intake, mine, name, clock, store, alarms))
    services: list[Service] = [*intakes.values(), parts.part("hints", intakes, partial(Hints, intakes))]
    for name, push in room.pushes.items():
        mine = only(settings, visitors=room.model_copy(update={"folders": {}, "pushes": {name: push}}))
        # a report counts what the intakes have read: where one of them is another, its sender is another
        sender = partial(_push, mine, name, intakes, clock, store, client, alarms)
        services.append(parts.part(f"push {name}", (mine, intakes), sender))
    return services


def _intake(settings: Settings, name: str, clock: Clock, store: Store, alarms: Alarms) -> Intake:
    room, folder = settings.visitors, settings.visitors.folders[name]
    camera = _camera(name, folder, room, folder.timezone or settings.timezone)
    return Intake(camera, CameraStore(store, camera_of(name, folder)), clock, alarms)


def _push(
    settings: Settings,
    name: str,
    intakes: Mapping[Path, Intake],
    clock: Clock,
    store: Store,
    client: httpx.AsyncClient,
    alarms: Alarms,
) -> PushService:
    def caught_up() -> bool:
        return all(intake.caught_up.is_set() for intake in intakes.values())

    push, zone = settings.visitors.pushes[name], settings.timezone
    return PushService(name, push, store, client, clock, zone, alarms, caught_up=caught_up)


def _camera(name: str, folder: FolderSettings, room: VisitorsSettings, zone: ZoneInfo) -> Camera:
    patience = Patience(round(folder.quiet_after * SECOND), round(folder.empty_after * SECOND), folder.hours, zone)
    place = Folder(folder.path, folder.archive, max_size=room.max_file_size)
    return Camera(name, place, zone, patience, room.scan_every, room.incomplete_after, room.max_age)
