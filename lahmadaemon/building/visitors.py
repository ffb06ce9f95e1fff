"""The visitors room: a service per folder, one that hears of new files, a service per partner."""

from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import structlog

from lahmadaemon.alerts.conditions import Alarms
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
