"""The composition root: the one place that joins the parts and runs them."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import structlog

from lahmadaemon import __version__
from lahmadaemon.alerts.desk import Desk
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.building.alarms import AlarmDesk, alarm_desk
from lahmadaemon.building.parts import Parts, only
from lahmadaemon.building.radio import radio
from lahmadaemon.building.social import social
from lahmadaemon.building.upkeep import Upkeep, placing, upkeep
from lahmadaemon.building.visitors import visitors
from lahmadaemon.clock import Clock, SystemClock
from lahmadaemon.doorbell import Doorbell, signals_ring
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.http import open_client
from lahmadaemon.renewal import Renewal, Source
from lahmadaemon.settings import Settings, station_zone
from lahmadaemon.store.database import Store, open_for_reading, open_store
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.supervision.herald import Herald
from lahmadaemon.supervision.lag import LagMeter
from lahmadaemon.supervision.service import Service
from lahmadaemon.supervision.supervisor import Supervisor
from lahmadaemon.systemd import Notifier
from lahmadaemon.together import HANDOVER
from lahmadaemon.web.ahead import Ahead
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.reading.messages import Setup
from lahmadaemon.web.reading.room import ReadingRoom
from lahmadaemon.web.server import Window

if TYPE_CHECKING:
    from lahmadaemon.web.social.doors import SocialDoors

log = structlog.get_logger()


@dataclass(frozen=True)
class Ground:
    """What is opened once and stands for as long as the process lives, and what was built on it."""

    clock: Clock
    store: Store
    reading: Store
    """The window's own connections: however many look, nobody who measures waits for one."""
    client: httpx.AsyncClient
    board: HealthBoard
    herald: Herald
    parts: Parts


@dataclass(frozen=True)
class House:
    """Everything built and joined, nothing running yet."""

    settings: Settings
    clock: Clock
    store: Store
    board: HealthBoard
    desk: Desk
    services: Sequence[Service]
    ground: Ground
    apply: Callable[[], None]
    """To be called once its settings are in force."""

    def service(self, name: str) -> Service:
        """A service by its name. Raises ConfigurationError that names them all."""
        for service in self.services:
            if service.name == name:
                return service
        names = ", ".join(service.name for service in self.services)
        raise ConfigurationError(f"there is no service {name}; there are: {names}")

    async def rebuilt(self, settings: Settings) -> "House":
        """The house by other settings; services whose own settings are the same are the same. Has no effect yet.
        Raises what building raises."""
        return await _built(replace(self.ground, parts=Parts(self.ground.parts)), settings)


@asynccontextmanager
async def open_house(settings: Settings, clock: Clock, notifier: Notifier) -> AsyncIterator[House]:
    """Open store and network, build all services; close everything in reverse."""
    sys.setswitchinterval(HANDOVER)
    async with AsyncExitStack() as stack:
        await asyncio.to_thread(_make_state_folder, settings.state_folder)
        url = settings.store.resolved(settings.state_folder)
        store = await stack.enter_async_context(open_store(url, placing(settings, clock)))
        reading = await stack.enter_async_context(open_for_reading(url))
        client = await stack.enter_async_context(await asyncio.to_thread(open_client))
        board = HealthBoard(clock)
        herald = Herald(notifier, SystemClock(), board)
        yield await _built(Ground(clock, store, reading, client, board, herald, Parts()), settings)


async def _built(on: Ground, settings: Settings) -> House:
    parts, clock, store, client = on.parts, on.clock, on.store, on.client
    alarms = await alarm_desk(parts, settings, clock, store, client, on.board)
    creators = await social(parts, settings, clock, store, client, alarms.desk)
    kept = upkeep(parts, settings, clock, store, alarms.desk, on.board)
    services: list[Service] = [
        *await radio(parts, settings, clock, store, client, alarms.desk),
        *visitors(parts, settings, clock, store, client, alarms.desk),
        *creators.services,
        *alarms.services,
        *kept.services,
        *_window(on, settings, alarms, kept, creators.doors),
        parts.part("loop", None, lambda: LagMeter(SystemClock(), on.board)),
        on.herald,
    ]
    return House(settings, clock, store, on.board, alarms.desk, services, on, alarms.apply)


def _window(
    on: Ground, settings: Settings, alarms: AlarmDesk, kept: Upkeep, social: "SocialDoors | None"
) -> list[Service]:
    """All that it shows is of the settings it was built with, the rooms' too."""
    seen = only(settings, web=settings.web, radio=settings.radio, visitors=settings.visitors)

    def opened() -> list[Service]:
        doors = _doors(settings, on.clock, on.reading, on.board, alarms, kept)
        room = ReadingRoom(doors, _setup(settings, doors, social), social)
        window = Window(settings.web, doors, settings.state_folder, social, room)
        return [window, Ahead(room)] if settings.radio.stations else [window]

    return on.parts.part("web", (seen, settings.alerts.language, kept, social), opened)


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


def _setup(settings: Settings, doors: HouseDoors, social: "SocialDoors | None") -> Setup:
    """What the reading room is given; the token is not for it, since whoever is handed on has shown it."""
    return Setup(
        store=settings.store, state_folder=settings.state_folder, zone=doors.zone, zones=doors.zones,
        language=settings.alerts.language, radio=doors.radio, visitors=doors.visitors,
        web=settings.web.model_copy(update={"token": None}), locked=settings.web.token is not None,
        social=(social.settings, social.zone) if social else None,
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
    settings: Settings,
    clock: Clock,
    doorbell: Doorbell,
    guests: Callable[[House], Sequence[Service]] = lambda _: (),
    *,
    source: Source | None = None,
) -> Ended:
    """The daemon, until it is asked to stop (0) or something essential broke (1). `guests`: further services; `source`:
    where settings are read anew when the doorbell says so."""
    notifier = Notifier()
    with signals_ring(doorbell):
        log.info("daemon.started", version=__version__, pid=os.getpid())
        async with open_house(settings, clock, notifier) as house:
            others = list(guests(house))
            if source:

                async def change(services: Sequence[Service]) -> None:
                    await supervisor.change([*services, *others])

                desk, herald = house.desk, house.ground.herald
                others.append(Renewal(house, source, doorbell.hung_up, change, desk=desk, herald=herald))
            # Patience and drain are the machine's time, also where the house lives by a faster clock.
            supervisor = Supervisor([*house.services, *others], SystemClock(), house.board, pace=clock)
            doorbell.answered_by(supervisor.stop)
            code = await supervisor.run()
        log.info("daemon.stopped", exit_code=code)
    return Ended(code, supervisor.stragglers)
