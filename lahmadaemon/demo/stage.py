"""Sets the stage for `lahmadaemon demo`: a faster clock, a station, cameras, a partner, creators, and people to tell."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from lahmadaemon.clock import Clock, SystemClock, instant, local
from lahmadaemon.demo.audience import Audience
from lahmadaemon.demo.azuracast import AzuraCast
from lahmadaemon.demo.faster_clock import FasterClock
from lahmadaemon.demo.messenger import PATH as ALARMS
from lahmadaemon.demo.messenger import Messenger
from lahmadaemon.demo.partner import PATH as REPORTS
from lahmadaemon.demo.partner import Partner
from lahmadaemon.demo.social.creators import UNHURRIED, Creators
from lahmadaemon.demo.social.staging import HOST, reserved, staged
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.demo.world import World
from lahmadaemon.supervision.service import Lifeline, Service
from lahmadaemon.together import together

ZONE = ZoneInfo("Europe/Budapest")
BEGINS_AT = time(18, 30)
"""Local time at which every demo begins: the evening fills up."""
API_KEY = "0123456789abcdef:0123456789abcdef0123456789abcdef"
STATION = "demo"
SEED = 1922
LISTENERS = 60
"""At the evening's peak."""


class Outside(Service):
    """All that happens out there, as one guest among the daemon's services."""

    name = "demo.world"

    def __init__(self, *parts: Service) -> None:
        self._parts = parts

    async def run(self, lifeline: Lifeline) -> None:
        await together(part.run(lifeline) for part in self._parts)


@dataclass(frozen=True)
class Outdoors:
    """Who lives out there, and the settings with which the daemon finds them."""

    audience: Audience
    station: AzuraCast
    partner: Partner
    messenger: Messenger
    cameras: World
    creators: Creators
    window: str
    """Where the daemon's window will open."""
    settings: dict[str, str]

    @property
    def life(self) -> Outside:
        """What makes all of it move."""
        return Outside(self.cameras, self.creators)


@dataclass(frozen=True)
class Stage:
    """What the daemon is to find, and the clock by which everybody lives."""

    title: str
    clock: FasterClock
    outdoors: Outdoors

    @property
    def on_air(self) -> str:
        """What plays now, as the stand-in's now-playing says it."""
        play = self.outdoors.audience.shows.on_air(self.clock.now())
        return " – ".join(part for part in (play.artist, play.title) if part)


@asynccontextmanager
async def set_stage(speed: float, folder: Path, *, eventful: bool = True) -> AsyncIterator[Stage]:
    """Serve the invented world on loopback and in the folder until the block ends. `eventful`: it has bad hours of its own."""
    machine = SystemClock()
    today = local(machine.now(), ZONE).date()
    clock = FasterClock(speed, instant(datetime.combine(today, BEGINS_AT, ZONE)), machine=machine)
    async with outdoors(clock, folder, eventful=eventful) as found:
        title = f"lahmadaemon demo: invented radio, cameras, creators; {speed:g} times faster than life"
        yield Stage(title, clock, found)


@asynccontextmanager
async def outdoors(
    clock: Clock, folder: Path, *, eventful: bool = True, thinking: float = UNHURRIED, listeners: int = LISTENERS
) -> AsyncIterator[Outdoors]:
    """The invented world by any clock. `thinking`: seconds the platforms take for an answer once everybody has connected."""
    audience, partner, messenger = Audience(SEED, ZONE, listeners, start=clock.now()), Partner(clock), Messenger()
    station = AzuraCast(clock, audience, API_KEY)
    cameras = World(folder / "cameras", partner, clock, ZONE, eventful=eventful)
    await asyncio.to_thread(cameras.make_folders)
    with reserved() as port:
        window = f"http://{HOST}:{port}"
        async with (
            standing_in(station) as station_url,
            standing_in(partner) as partner_url,
            standing_in(messenger) as messenger_url,
            staged(SEED, clock, ZONE, window, eventful=eventful, thinking=thinking) as social,
        ):
            settings = {
                "LAHMA_TIMEZONE": ZONE.key,
                "LAHMA_WEB__PORT": str(port),
                "LAHMA_DISK__BALLAST": "0",
                "LAHMA_BACKUP__EVERY": "0",
                f"LAHMA_RADIO__STATIONS__{STATION.upper()}__URL": station_url,
                f"LAHMA_RADIO__STATIONS__{STATION.upper()}__API_KEY": API_KEY,
                "LAHMA_RADIO__SHOWS__KIND": "azuracast",
                "LAHMA_RADIO__EXPORT_EVERY": "30m",
                "LAHMA_RADIO__EXPORT_FORMATS": "csv",
                **{f"LAHMA_VISITORS__FOLDERS__{name.upper()}__PATH": str(place) for name, place in cameras.folders()},
                "LAHMA_VISITORS__PUSHES__MALL__URL": partner_url + REPORTS,
                **social.settings,
                "LAHMA_ALERTS__WEBHOOK": messenger_url + ALARMS,
            }
            yield Outdoors(audience, station, partner, messenger, cameras, social.creators, window, settings)
