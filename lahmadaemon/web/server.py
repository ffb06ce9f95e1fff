"""The window as a service like any other: its death is a restart with a log line, never the owner of signals."""

import asyncio
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from lahmadaemon.errors import HopelessError
from lahmadaemon.serving import address_of, bind, serving
from lahmadaemon.supervision.service import Lifeline, Service
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.entrance import Entrance
from lahmadaemon.web.reading.room import ReadingRoom
from lahmadaemon.web.settings import WebSettings

if TYPE_CHECKING:
    from lahmadaemon.web.social.doors import SocialDoors

log = structlog.get_logger()

ADDRESS_FILE = "window.url"
"""In the state folder, while the window is open: where `status` finds it when the port was left to chance."""


class Window(Service):
    """Essential: a daemon nobody can ask is one nobody can trust. A taken port is said at once, not after retries."""

    name = "web"
    essential = True
    patience = 60.0

    def __init__(
        self,
        settings: WebSettings,
        house: HouseDoors,
        state_folder: Path,
        social: "SocialDoors | None" = None,
        room: ReadingRoom | None = None,
    ) -> None:
        self._settings, self._room = settings, room
        self._address_file = state_folder / ADDRESS_FILE
        self.entrance = Entrance(house, settings, social, state_folder / "cache", room)

    async def run(self, lifeline: Lifeline) -> None:
        try:
            listener = bind(self._settings.host, self._settings.port)
        except HopelessError as error:
            raise HopelessError(f"{error}; set LAHMA_WEB__PORT to a free port, or to 0 for any") from error
        address = address_of(listener)
        async with self._room.opened() if self._room else nullcontext(), serving(self.entrance, listener) as server:
            await asyncio.to_thread(self._address_file.write_text, address)
            log.info("web.window_opened", url=address)
            try:
                lifeline.beat()
                while await lifeline.wait(5.0) and not server.done():
                    lifeline.beat()
                    if self._room:
                        await self._room.rest(unless_asked=True)
            finally:
                await self.entrance.close()
                await asyncio.to_thread(self._address_file.unlink, missing_ok=True)
