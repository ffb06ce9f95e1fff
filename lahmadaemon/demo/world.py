"""What happens out there while the demo runs: cameras drop files, and the partner has a bad half hour."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from lahmadaemon.clock import MINUTE, Clock, Instant
from lahmadaemon.demo.cameras import CAMERAS, Camera, Drop, drops, garbled
from lahmadaemon.demo.partner import Partner, Trouble
from lahmadaemon.supervision.service import Lifeline, Service

EVERY = 2.0
PARTNER_DOWN = range(9, 31)
"""Minutes of the show."""


class World(Service):
    """A guest among the daemon's services, who knows nothing of it: it only writes files, as cameras do."""

    name = "demo.world"

    def __init__(self, folder: Path, partner: Partner, clock: Clock, zone: ZoneInfo, *, eventful: bool = True) -> None:
        self.silent: set[str] = set()
        self.garbled: set[str] = set()
        """Cameras in trouble until it is taken back; an eventful world has those of `CAMERAS` besides."""
        self._cameras = CAMERAS if eventful else tuple(Camera(each.name) for each in CAMERAS)
        self._eventful = eventful
        self._folder = folder
        self._partner = partner
        self._clock = clock
        self._zone = zone
        self._began = self._until = clock.now()

    def folders(self) -> Iterator[tuple[str, Path]]:
        """Where each camera writes."""
        return ((camera.name, self._folder / camera.name) for camera in self._cameras)

    def make_folders(self) -> None:
        for _, place in self.folders():
            place.mkdir(parents=True, exist_ok=True)

    async def run(self, lifeline: Lifeline) -> None:
        async for _ in lifeline.every(EVERY):
            await self.turn()
            lifeline.beat()

    async def turn(self) -> None:
        since, self._until = self._until, self._clock.now()
        if self._eventful:
            down = (self._until - self._began) // MINUTE in PARTNER_DOWN
            self._partner.always = Trouble.SERVER_ERROR if down else None
        for camera in self._cameras:
            if camera.name not in self.silent:
                for drop in drops(camera, self._began, Instant(since), self._until, self._zone):
                    await asyncio.to_thread(self._write, garbled(drop) if camera.name in self.garbled else drop)

    def _write(self, drop: Drop) -> None:
        """As a well-mannered camera does: under another name first, then renamed into place."""
        folder = self._folder / drop.camera
        half = folder / f".{drop.name}.half"
        half.write_bytes(drop.content)
        half.rename(folder / drop.name)
