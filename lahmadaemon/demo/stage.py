"""Sets the stage for `lahmadaemon demo`: a clock that runs faster than life, an audience, a server they listen to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from lahmadaemon.clock import SystemClock, instant, local
from lahmadaemon.demo.audience import Audience
from lahmadaemon.demo.azuracast import AzuraCast
from lahmadaemon.demo.faster_clock import FasterClock
from lahmadaemon.demo.stand_in import standing_in

ZONE = ZoneInfo("Europe/Budapest")
BEGINS_AT = time(18, 30)
"""Local time at which every demo begins: the evening fills up."""
API_KEY = "0123456789abcdef:0123456789abcdef0123456789abcdef"
STATION = "demo"
SEED = 1922


@dataclass(frozen=True)
class Stage:
    """What the daemon is to find, and the settings with which it finds it."""

    title: str
    clock: FasterClock
    audience: Audience
    settings: dict[str, str]

    @property
    def on_air(self) -> str:
        """What plays now, as the stand-in's now-playing says it."""
        play = self.audience.shows.on_air(self.clock.now())
        return " – ".join(part for part in (play.artist, play.title) if part)


@asynccontextmanager
async def set_stage(speed: float) -> AsyncIterator[Stage]:
    """Serve the invented station on loopback until the block ends."""
    machine = SystemClock()
    today = local(machine.now(), ZONE).date()
    clock = FasterClock(speed, instant(datetime.combine(today, BEGINS_AT, ZONE)), machine=machine)
    audience = Audience(SEED, ZONE, start=clock.now())
    async with standing_in(AzuraCast(clock, audience, API_KEY)) as url:
        yield Stage(
            f"lahmadaemon demo: an invented station, {speed:g} times faster than life",
            clock,
            audience,
            {
                "LAHMA_TIMEZONE": ZONE.key,
                "LAHMA_WEB__PORT": "0",
                f"LAHMA_RADIO__STATIONS__{STATION.upper()}__URL": url,
                f"LAHMA_RADIO__STATIONS__{STATION.upper()}__API_KEY": API_KEY,
                "LAHMA_RADIO__EXPORT_EVERY": "30m",
                "LAHMA_RADIO__EXPORT_FORMATS": "csv",
            },
        )
