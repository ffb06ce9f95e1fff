"""A supervisor at work on a clock that tests move, and systemd's ear."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from lahmadaemon.supervision.health import HealthBoard, State
from lahmadaemon.supervision.service import Service
from lahmadaemon.supervision.supervisor import Supervisor
from tests.fakes.clock import FakeClock

LONGEST_STOP = 16.0
"""Seconds: the drain, the last words, and one more."""


@dataclass
class House:
    """What a test looks at while services are kept."""

    board: HealthBoard
    supervisor: Supervisor
    running: "asyncio.Task[int]"

    def state(self, name: str) -> State:
        return self.board[name].state


@asynccontextmanager
async def keeping(
    clock: FakeClock,
    *services: Service,
    board: HealthBoard | None = None,
    drain: float = 10.0,
    chance: Callable[[], float] = lambda: 1.0,
) -> AsyncIterator[House]:
    """The services, started and settled; at the end the stop is asked and must be over in its time."""
    board = board or HealthBoard(clock)
    supervisor = Supervisor(services, clock, board, drain=drain, chance=chance)
    house = House(board, supervisor, asyncio.create_task(supervisor.run()))
    await clock.advance(0)
    try:
        yield house
    finally:
        supervisor.stop()
        await clock.advance(LONGEST_STOP)
    assert house.running.done(), f"the stop hangs: {house.board.report().headline}"


class Systemd:
    """The other end of `$NOTIFY_SOCKET`: a real datagram socket that remembers what it heard."""

    def __init__(self, address: Path | str) -> None:
        self._heard: list[dict[str, str]] = []
        self._attending: asyncio.AbstractEventLoop | None = None
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.bind(str(address))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Fall silent, as a systemd that starts anew."""
        if self._attending:
            self._attending.remove_reader(self._socket)
            self._attending = None
        self._socket.close()

    def attend(self) -> None:
        """Listen as messages come while the running loop turns; the kernel keeps only a few."""
        self._attending = asyncio.get_running_loop()
        self._attending.add_reader(self._socket, self._listen)

    def _listen(self) -> None:
        with suppress(BlockingIOError):
            while text := self._socket.recv(4096).decode():
                self._heard.append(dict(line.split("=", 1) for line in text.split("\n")))

    def hear(self) -> list[dict[str, str]]:
        """The messages since the last time, oldest first."""
        self._listen()
        news, self._heard = self._heard, []
        return news
