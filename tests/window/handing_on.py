"""A window whose questions are handed on: to a process, or to the same thing on the loop of the test."""

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from threading import Event
from typing import Any

import httpx

from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.entrance import Entrance
from lahmadaemon.web.reading import there
from lahmadaemon.web.reading.messages import Setup
from lahmadaemon.web.reading.room import ReadingRoom
from lahmadaemon.web.settings import WebSettings


@dataclass
class Opened:
    """A window whose questions are handed on."""

    doors: HouseDoors
    room: ReadingRoom
    client: httpx.AsyncClient

    async def now(self) -> httpx.Response:
        return await self.client.get("/api/v1/radio/main/now")


@asynccontextmanager
async def handing_on(
    doors: HouseDoors, setup: Setup, token: str | None = None, social: Any = None, **manners: float
) -> AsyncIterator[Opened]:
    room = ReadingRoom(doors, setup, social, **manners)
    entrance = Entrance(doors, WebSettings.model_validate({"token": token}), social, room=room)
    transport = httpx.ASGITransport(entrance)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client, room.opened():
        yield Opened(doors, room, client)
        await entrance.close()


class OnOurLoop:
    """What the room takes for its process."""

    def __init__(self, loop: asyncio.AbstractEventLoop, line: socket.socket) -> None:
        self.pid = 1
        self.returncode: int | None = None
        self._loop, self._line, self._over = loop, line, Event()
        loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        self._task = self._loop.create_task(there.attend(self._line))
        self._task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self.returncode = -9 if task.cancelled() else 0
        if not task.cancelled():
            task.exception()  # that the line has ended
        self._line.close()
        self._over.set()

    def kill(self) -> None:
        self._loop.call_soon_threadsafe(lambda: self._task.cancel())

    def wait(self, timeout: float | None = None) -> int | None:
        if not self._over.wait(timeout):
            raise subprocess.TimeoutExpired("attend", timeout or 0.0)
        return self.returncode
