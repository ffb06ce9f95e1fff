"""The composition root: the one place that joins the parts and runs them."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from lahmadaemon import __version__
from lahmadaemon.alerts.desk import Desk
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.building.alarms import AlarmDesk, alarm_desk
from lahmadaemon.building.radio import radio
from lahmadaemon.building.social import social
from lahmadaemon.building.upkeep import Upkeep, placing, upkeep
from lahmadaemon.building.visitors import visitors
from lahmadaemon.clock import Clock, SystemClock
from lahmadaemon.doorbell import Doorbell, signals_ring
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.http import open_client
from lahmadaemon.settings import Settings, station_zone
from lahmadaemon.store.database import Store, open_for_reading, open_store
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.supervision.herald import Herald
from lahmadaemon.supervision.lag import LagMeter
from lahmadaemon.supervision.service import Service
from lahmadaemon.supervision.supervisor import Supervisor
from lahmadaemon.systemd import Notifier
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.server import Window

log = structlog.get_logger()


@dataclass(frozen=True)
class House:
    """Everything built and joined, nothing running yet."""

    settings: Settings
    clock: Clock
    store: Store
    board: HealthBoard
    desk: Desk
    services: Sequence[Service]

    def service(self, name: str) -> Service:
        """A service by its name. Raises ConfigurationError that names them all."""
        for service in self.services:
            if service.name == name:
                return service
        names = ", ".join(service.name for service in self.services)
        raise ConfigurationError(f"there is no service {name}; there are: {names}")


@asynccontextmanager
async def open_house(settings: Settings, clock: Clock, notifier: Notifier) -> AsyncIterator[House]:
    """Open store and network, build all services; close everything in reverse."""
    async with AsyncExitStack() as stack:
        await asyncio.to_thread(_make_state_folder, settings.state_folder)
        url = settings.store.resolved(settings.state_folder)
        store = await stack.enter_async_context(open_store(url, placing(settings, clock)))
        # the window's own connections: however many look, nobody who measures waits for one
        reading = await stack.enter_async_context(open_for_reading(url))
        client = await stack.enter_async_context(await asyncio.to_thread(open_client))
        board = HealthBoard(clock)
        alarms = await alarm_desk(settings, clock, store, client, board)
        creators = await social(settings, clock, store, client, alarms.desk)
        kept = upkeep(settings, clock, store, alarms.desk, board)
        doors = _doors(settings, clock, reading, board, alarms, kept)
        services: list[Service] = [
            *await radio(settings, clock, store, client, alarms.desk),
            *visitors(settings, clock, store, client, alarms.desk),
            *creators.services,
            *alarms.services,
            *kept.services,
            Window(settings.web, doors, settings.state_folder, creators.doors),
            LagMeter(SystemClock(), board),
            Herald(notifier, SystemClock(), board),
        ]
        yield House(settings, clock, store, board, alarms.desk, services)


def _doors(
    settings: Settings, clock: Clock, store: Store, board: HealthBoard, alarms: AlarmDesk, kept: Upkeep
) -> HouseDoors:
    """What the window is given; `store`: one that only reads."""
    return HouseDoors(
        clock=clock, zone=settings.timezone, store=store, report=board.report, desk=alarms.desk,
        alerts=AlertStore(store), words=alarms.words, open_alarms=alarms.open_alarms, radio=settings.radio,
        zones={name: station_zone(settings, name) for name in settings.radio.stations}, visitors=settings.visitors,
        last_backup=kept.last_backup, disk_free=lambda: board.disk_free,
    )  # fmt: skip


def _make_state_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"LAHMA_STATE_FOLDER={folder} cannot be made: {error.strerror or error}") from error


@dataclass(frozen=True)
class Ended:
    """How a run ended; stragglers are services that would not let go."""

    code: int
    stragglers: Sequence[str]


async def run(
    settings: Settings, clock: Clock, doorbell: Doorbell, guests: Callable[[House], Sequence[Service]] = lambda _: ()
) -> Ended:
    """The daemon, until it is asked to stop (0) or something essential broke (1). `guests`: further services."""
    notifier = Notifier()
    with signals_ring(doorbell):
        log.info("daemon.started", version=__version__, pid=os.getpid())
        async with open_house(settings, clock, notifier) as house:
            # Patience and drain are the machine's time, also where the house lives by a faster clock.
            supervisor = Supervisor([*house.services, *guests(house)], SystemClock(), house.board, pace=clock)
            doorbell.answered_by(supervisor.stop)
            code = await supervisor.run()
        log.info("daemon.stopped", exit_code=code)
    return Ended(code, supervisor.stragglers)
