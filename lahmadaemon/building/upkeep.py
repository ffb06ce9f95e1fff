"""What keeps the house in order: backups of the store, room on its disk, the end of old rows."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lahmadaemon.alerts.aging import store as alerts
from lahmadaemon.alerts.conditions import Alarms
from lahmadaemon.alerts.settings import AlertsSettings
from lahmadaemon.building.parts import Parts, only
from lahmadaemon.clock import Clock, Instant
from lahmadaemon.elsewhere import Elsewhere
from lahmadaemon.settings import Settings
from lahmadaemon.store.backups import name_of
from lahmadaemon.store.before_migrating import Placing
from lahmadaemon.store.copying import Copied, copy
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.supervision.service import Service
from lahmadaemon.upkeep.aging import Aged, Aging
from lahmadaemon.upkeep.backup import BackupService
from lahmadaemon.upkeep.disk import Ballast, DiskGuard
from lahmadaemon.visitors.aging import store as visitors
from lahmadaemon.visitors.settings import VisitorsSettings


@dataclass(frozen=True)
class Upkeep:
    """The services, and what the window tells of them."""

    services: list[Service]
    backup: BackupService | None = None

    def last_backup(self) -> Instant | None:
        """When the newest good one was made, as far as it is known."""
        return self.backup.last_good if self.backup else None


def backup_folder(settings: Settings) -> Path:
    """Where backups are kept, unless told otherwise."""
    return settings.backup.folder or settings.state_folder / "backups"


def database_file(settings: Settings) -> Path | None:
    """The store's file; None where it is no file."""
    url = settings.store.resolved(settings.state_folder)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def placing(settings: Settings, clock: Clock) -> Placing:
    """Where the backup goes that is made before the schema changes."""
    return lambda revision: backup_folder(settings) / name_of(clock.now(), revision)


def upkeep(parts: Parts, settings: Settings, clock: Clock, store: Store, alarms: Alarms, board: HealthBoard) -> Upkeep:
    """All of it together is one part."""
    mine = only(
        settings, backup=settings.backup, disk=settings.disk,
        alerts=AlertsSettings(retention=settings.alerts.retention),
        visitors=VisitorsSettings(
            max_age=settings.visitors.max_age, crossing_retention=settings.visitors.crossing_retention,
            report_retention=settings.visitors.report_retention,
        ),
    )  # fmt: skip
    return parts.part("upkeep", mine, partial(_upkeep, mine, clock, store, alarms, board))


def _upkeep(settings: Settings, clock: Clock, store: Store, alarms: Alarms, board: HealthBoard) -> Upkeep:
    """A PostgreSQL server's backups are its administrator's: pg_dump."""
    database = database_file(settings)
    folder = database.parent if database else settings.state_folder
    ballast = Ballast(folder / "ballast", settings.disk.ballast << 20)
    guard = DiskGuard(folder, settings.disk, ballast, alarms, board)
    aging = Aging(_aged(settings, store), clock)
    if database is None or not settings.backup.every:
        return Upkeep([guard, aging])
    copying = partial(_copied, settings.backup.within)
    backup = BackupService(database, backup_folder(settings), settings.backup, clock, copying)
    return Upkeep([guard, aging, backup], backup)


def _aged(settings: Settings, store: Store) -> list[Aged]:
    """Of which no figure is made, or whose figures are kept, room by room."""
    told, reports = settings.alerts.retention, settings.visitors.report_retention
    return [
        Aged("incidents", told, partial(alerts.forget_incidents, store)),
        Aged("messages", told, partial(alerts.forget_deliveries, store)),
        Aged("commands", told, partial(alerts.forget_commands, store)),
        Aged("reports", reports, partial(visitors.forget_pushes, store)),
        Aged("crossings", settings.visitors.crossings_kept, partial(visitors.forget_crossings, store)),
        Aged("refused records", reports, partial(visitors.forget_rejected, store)),
    ]


async def _copied(within: float, database: Path, target: Path) -> Copied:
    """In a process of its own: a disk that hangs, or one that is slow, takes nothing from the daemon but the backup."""
    process = Elsewhere("backup", within=within)
    try:
        return await process.do(copy, database, target)
    finally:
        await process.rest()
