"""Work in a process of its own: what its libraries take of memory is given back, and its thinking takes nothing from the loop."""

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from lahmadaemon.errors import UpstreamError
from lahmadaemon.garbage import beginning

P = ParamSpec("P")
T = TypeVar("T")

_POLITE = 10
"""Their niceness, from their first moment: the daemon's own work goes first."""
_EXPENDABLE = "500"
"""Of 1000: where memory runs out, this process goes before the daemon does (proc_pid_oom_score_adj(5))."""
_LEAVING = 30.0
"""Seconds in which a process that has hung up is gone: polite as it is, on a busy machine it needs some to clear up."""


async def elsewhere(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the function returns, of a process that ends with it. As `Elsewhere.do`."""
    there = Elsewhere(function.__name__)
    try:
        return await there.do(function, *args, **kwargs)
    finally:
        await there.rest()


class Elsewhere:
    """One process, which begins when there is something to do, and does one thing after the other.

    It ends when it is told to, when the daemon ends, however that does, and after `idle` seconds without work. Killed at any
    moment it takes nothing along but what it was doing.
    """

    def __init__(self, name: str, *, idle: float | None = None, within: float | None = None) -> None:
        """`name`: what it does, for errors; `within`: seconds one job may take, after which it is killed."""
        self._name = name
        self._idle = idle
        self._within = within
        self._turn = asyncio.Lock()
        self._starting = Lock()
        self._running: tuple[subprocess.Popen[bytes], Connection] | None = None

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one, as far as anybody has noticed."""
        running = self._running
        return running[0].pid if running else None

    async def do(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function returns. It, its arguments and its answer must be picklable; its errors are raised here.

        Raises UpstreamError where the process dies, or takes too long.
        """
        async with self._turn:
            try:
                return await asyncio.to_thread(self._ask, partial(function, *args, **kwargs))
            except asyncio.CancelledError:
                await self.rest()
                raise

    async def rest(self) -> None:
        """Ends it, whatever it is doing."""
        await asyncio.to_thread(self._end)

    def _ask(self, job: Callable[[], T]) -> T:
        for _ in range(2):
            line = self._begin()
            try:
                line.send(job)
                if not line.poll(self._within):
                    self._end(line)
                    raise UpstreamError(f"{self._name}: the process that does it took too long")
                done: T | Exception = line.recv()
            except (EOFError, OSError) as error:
                if self._end(line, hung_up=True) == 0:
                    continue  # it had gone to rest just when it was asked
                raise UpstreamError(f"{self._name}: the process that does it died; is there enough memory?") from error
            if isinstance(done, Exception):
                raise done
            return done
        raise UpstreamError(f"{self._name}: the process that does it does not stay")

    def _begin(self) -> Connection:
        with self._starting:
            if self._running is None:
                ours, theirs = Pipe()
                with theirs:  # closed here, so that its end is heard
                    process = started(__name__, theirs.fileno(), "" if self._idle is None else str(self._idle))
                self._running = process, ours
            return self._running[1]

    def _end(self, line: Connection | None = None, *, hung_up: bool = False) -> int | None:
        """The running one, or only that at the other end of the line: by now it may be another. `hung_up`: it has, itself.

        Returns its exit code.
        """
        with self._starting:
            if self._running is None or line not in {None, self._running[1]}:
                return None
            (process, known), self._running = self._running, None
        code = gone(process, _LEAVING if hung_up else 0)
        known.close()
        return code


def started(module: str, line: int, *arguments: str) -> "subprocess.Popen[bytes]":
    """Another Python like ours, with the descriptor of its end of a line as its first argument. Blocking."""
    command = [sys.executable, "-P", "-m", module, str(line), *arguments]
    path = {"PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
    process = subprocess.Popen(  # noqa: S603 - ourselves
        command, env=os.environ | path, pass_fds=[line], stdin=subprocess.DEVNULL
    )
    with suppress(OSError):  # it is gone already, or nobody may do that here
        os.setpriority(os.PRIO_PROCESS, process.pid, max(_POLITE, os.getpriority(os.PRIO_PROCESS, 0)))
    return process


def gone(process: "subprocess.Popen[bytes]", within: float = _LEAVING) -> int:
    """Its exit code, once it has left, or was made to. Blocking."""
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        process.kill()
    return process.wait()


def behave() -> None:
    """As a process that was started so."""
    # Ctrl-C goes to every process of a terminal, and a container's end to all in it; when to stop is the daemon's affair.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with suppress(OSError):  # where there is no such file, memory is somebody else's affair
        Path("/proc/self/oom_score_adj").write_text(_EXPENDABLE)


def _serve(line: Connection, idle: float | None) -> None:
    behave()
    try:
        with beginning():  # the first job brings its modules along
            job = _next(line, idle)
        while job:
            line.send(_done(job))
            job = _next(line, idle)
    except (EOFError, ConnectionError):  # the daemon is gone
        return


def _next(line: Connection, idle: float | None) -> Callable[[], Any] | None:
    """None where nothing came for so long."""
    return line.recv() if line.poll(idle) else None


def _done(job: Callable[[], Any]) -> Any:
    try:
        return job()
    except Exception as trouble:  # noqa: BLE001 - it is raised where the job comes from
        told = "".join(traceback.format_exception(trouble))
        trouble.add_note(told)
        try:
            pickle.loads(pickle.dumps(trouble))  # noqa: S301 - our own
        except Exception:  # noqa: BLE001 - libraries' errors often cannot travel
            return RuntimeError(told)
        return trouble


if __name__ == "__main__":
    _serve(Connection(int(sys.argv[1])), float(sys.argv[2]) if sys.argv[2] else None)
