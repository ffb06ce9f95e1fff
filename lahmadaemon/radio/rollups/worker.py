"""A process of its own that makes reports: its work is a second of thinking, which the loop does not have."""

import asyncio
import gc
import os
import signal
import traceback
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from threading import Lock
from typing import Protocol

from sqlalchemy.engine import URL

from lahmadaemon.errors import LahmaError, UpstreamError
from lahmadaemon.radio.rollups.making import Job, Made, make
from lahmadaemon.store import engines
from lahmadaemon.store.database import Store

_SPAWN = get_context("spawn")
_POLITE = 10
"""The daemon's own work goes first."""


class Maker(Protocol):
    """Who makes reports."""

    async def make(self, job: Job) -> Made:
        """Raises UpstreamError for what passes."""
        ...

    async def rest(self) -> None:
        """Nothing more to do for a while."""
        ...


class Worker:
    """Reads the store by itself, and lives as long as there is something to do; killed at any moment it takes nothing along."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._starting = Lock()
        self._running: tuple[SpawnProcess, Connection] | None = None

    async def make(self, job: Job) -> Made:
        try:
            return await asyncio.to_thread(self._ask, job)
        except asyncio.CancelledError:
            await self.rest()
            raise

    async def rest(self) -> None:
        await asyncio.to_thread(self._end)

    def _ask(self, job: Job) -> Made:
        line = self._begin()
        try:
            line.send(job)
            made: Made | Exception = line.recv()
        except (EOFError, OSError) as error:
            self._end(line)
            raise UpstreamError("the process that makes radio figures died; is there enough memory?") from error
        if isinstance(made, Exception):
            raise made
        return made

    def _begin(self) -> Connection:
        with self._starting:
            if self._running is None:
                ours, theirs = _SPAWN.Pipe()
                process = _SPAWN.Process(target=_serve, args=(theirs, self._url), daemon=True)
                process.start()
                theirs.close()  # so that its end is heard here
                self._running = process, ours
            return self._running[1]

    def _end(self, line: Connection | None = None) -> None:
        """The running one, or only that at the other end of the line: by now it may be another."""
        with self._starting:
            if self._running and line in {None, self._running[1]}:
                process, line = self._running
                self._running = None
                process.kill()
                process.join()
                process.close()
                line.close()


def _serve(line: Connection, url: URL) -> None:
    # Ctrl-C goes to every process of a terminal; when to stop is the daemon's affair.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_POLITE)
    while True:
        try:
            job = line.recv()
        except EOFError:  # the daemon is gone
            return
        try:
            # A hundred thousand little things that all stay: looking for rubbish among them takes a third of the time.
            gc.disable()
            line.send(asyncio.run(_made(url, job)))
        except LahmaError as trouble:
            line.send(trouble)
        except Exception as trouble:  # noqa: BLE001 - a crash is told to who asked, and logged there
            line.send(RuntimeError("".join(traceback.format_exception(trouble))))
        finally:
            gc.enable()


async def _made(url: URL, job: Job) -> Made:
    engine = engines.reader(url)
    try:
        return await make(Store(engine), job)
    finally:
        await engine.dispose()
