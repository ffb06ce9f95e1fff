"""The composition root: the one place that builds the parts, joins them and runs them."""

import asyncio
import os
import secrets
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from lahmadaemon import __version__
from lahmadaemon.clock import Clock, SystemClock
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.http import open_client
from lahmadaemon.radio.azuracast import TIMEOUT, AzuraCast
from lahmadaemon.radio.exporting import Exporter, ExportService
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.retention import Retention
from lahmadaemon.radio.snapshots import Snapshots
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.settings import Settings
from lahmadaemon.store.database import Store, open_store
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.supervision.herald import Herald
from lahmadaemon.supervision.lag import LagMeter
from lahmadaemon.supervision.service import Service
from lahmadaemon.supervision.supervisor import Supervisor
from lahmadaemon.systemd import Notifier
from lahmadaemon.web.server import Window

log = structlog.get_logger()

SHORTEST_SECRET = 16
SECRET_FILE = "secret.key"  # noqa: S105 - the name of the file, not what is in it


@dataclass(frozen=True)
class House:
    """Everything built and joined, nothing running yet."""

    settings: Settings
    clock: Clock
    store: Store
    board: HealthBoard
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
        store = await stack.enter_async_context(open_store(settings.store.resolved(settings.state_folder)))
        board = HealthBoard(clock)
        services: list[Service] = [
            *await _radio(settings, clock, store, stack),
            Window(settings.web, board.report, settings.state_folder),
            LagMeter(SystemClock(), board),
            Herald(notifier, SystemClock(), board),
        ]
        yield House(settings, clock, store, board, services)


def _make_state_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"LAHMA_STATE_FOLDER={folder} cannot be made: {error.strerror or error}") from error


async def _radio(settings: Settings, clock: Clock, store: Store, stack: AsyncExitStack) -> list[Service]:
    """The radio room: a service per station, and one for files."""
    radio = settings.radio
    if not radio.stations:
        log.info("daemon.room_off", room="radio", because="no LAHMA_RADIO__STATIONS__<NAME>__URL is set")
        return []
    client = await stack.enter_async_context(await asyncio.to_thread(open_client))
    pseudonyms = Pseudonyms(await asyncio.to_thread(house_secret, settings))
    services: list[Service] = []
    for name, station in radio.stations.items():
        source = AzuraCast(name, station, client, clock, pseudonyms, min(TIMEOUT, 0.8 * radio.snapshot_every))
        zone, keep_ip = station_zone(settings, name).key, radio.raw_ip_retention > 0
        services.append(
            Snapshots(RadioStore(store, name), source, clock, radio.snapshot_every, timezone=zone, keep_ip=keep_ip)
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


def station_zone(settings: Settings, name: str) -> ZoneInfo:
    """The station's time zone; the house's where it has none of its own."""
    station = settings.radio.stations.get(name)
    return (station.timezone if station else None) or settings.timezone


def house_secret(settings: Settings) -> bytes:
    """LAHMA_SECRET_KEY, or one made at the first start and kept in the state folder, readable by the owner only."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = settings.state_folder / SECRET_FILE
    try:
        if not path.exists():
            _keep_secret(path, secrets.token_hex(32))
        content = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read or made: {error}") from error
    if len(content) < SHORTEST_SECRET:
        raise ConfigurationError(f"{path} is damaged; restore it from a backup: listener identities hang on it")
    return content.encode()


def _keep_secret(path: Path, secret: str) -> None:
    """Whole or not at all: a start that is killed here must not leave half a key behind."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    log.info("daemon.secret_made", path=str(path))


class Doorbell:
    """Stop signals, also those that ring before anybody can answer. A daemon outlives its terminal, a demo does not."""

    def __init__(self, *, hangup_rings: bool = False) -> None:
        self._hangup_rings = hangup_rings
        self._rings = 0
        self._answer: Callable[[], None] | None = None

    def ring(self) -> None:
        """The first ring asks, the second insists."""
        self._rings += 1
        if self._answer:
            self._answer()

    def hang_up(self) -> None:
        """The terminal was closed, or somebody sent SIGHUP."""
        if self._hangup_rings:
            self.ring()
        else:
            log.info("daemon.hangup_heard", note="restart to read settings anew")

    def answered_by(self, stop: Callable[[], None]) -> None:
        """From now on `stop` hears every ring, and at once the earlier ones."""
        self._answer = stop
        for _ in range(self._rings):
            stop()


@contextmanager
def signals_ring(doorbell: Doorbell) -> Iterator[None]:
    """SIGTERM and SIGINT ring; SIGHUP is the doorbell's to judge: to a daemon it reopens nothing and kills nothing."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, doorbell.ring)
    loop.add_signal_handler(signal.SIGINT, doorbell.ring)
    loop.add_signal_handler(signal.SIGHUP, doorbell.hang_up)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.remove_signal_handler(number)


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
