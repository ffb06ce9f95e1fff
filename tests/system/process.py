"""A real lahmadaemon process, as systemd would start one, and what it says."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 120.0
LAST = 30
"""So many of its events a failing test shows."""


class Process:
    """`lahmadaemon COMMAND`; every line on standard error is an event, or a word to a human."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.events: list[dict[str, Any]] = []
        self.words: list[str] = []
        self._heard = asyncio.Condition()
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            async with self._heard:
                try:
                    self.events.append(json.loads(line))
                except ValueError:
                    self.words.append(line.decode().rstrip())
                self._heard.notify_all()

    async def heard(self, name: str, **fields: Any) -> dict[str, Any]:
        """Wait for an event with these fields."""

        def found() -> dict[str, Any] | None:
            return next((e for e in self.events if e["event"] == name and fields.items() <= e.items()), None)

        try:
            async with asyncio.timeout(PATIENCE), self._heard:
                await self._heard.wait_for(found)
        except TimeoutError:
            raise AssertionError(f"no {name} {fields or ''}; heard {self.names()}, words {self.words}") from None
        event = found()
        assert event is not None
        return event

    async def address(self) -> str:
        """Where its window is."""
        return str((await self.heard("web.window_opened"))["url"])

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def ended(self, within: float = PATIENCE) -> int:
        """Wait for its end; the exit code."""
        async with asyncio.timeout(within):
            code = await self._process.wait()
            await self._listening
        return code

    def names(self) -> list[str]:
        return [event["event"] for event in self.events]


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """A clean environment with these settings."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LAHMA_", "NOTIFY_", "WATCHDOG_"))
    }
    usual = {
        "LAHMA_STATE_FOLDER": str(folder / "state"),
        "LAHMA_WEB__PORT": "0",
        "LAHMA_DISK__BALLAST": "0",
        "LAHMA_ALERTS__DIGEST_AT": "off",  # else what people are told depends on the hour at which a test runs
    }
    return kept | usual | settings


@asynccontextmanager
async def started(
    environ: Mapping[str, str], *, folder: Path, program: Sequence[str] = ("-m", "lahmadaemon", "run")
) -> AsyncIterator[Process]:
    """Start it; kill it at the block's end if it still lives."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *program,
        env=dict(environ), cwd=folder, stderr=asyncio.subprocess.PIPE, limit=1 << 20,
    )  # fmt: skip
    daemon = Process(process)
    try:
        yield daemon
    finally:
        if process.returncode is None:
            process.kill()
        code = await daemon.ended()
        # pytest shows it where the test fails, and there alone
        print(f"{' '.join(program):.60} ended with {code} and said:", *daemon.words, *daemon.events[-LAST:], sep="\n")  # noqa: T201


@contextmanager
def ear_of_systemd(path: Path) -> Iterator[socket.socket]:
    """The notify socket of a test that plays systemd."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(path))
        ear.setblocking(False)
        yield ear
