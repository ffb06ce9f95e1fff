"""The daemon's side of the reading room: its process begins with the first question and goes when nobody asks for long."""

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import structlog

from lahmadaemon.elsewhere import gone, started
from lahmadaemon.errors import UpstreamError
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.house.sessions import COOKIE
from lahmadaemon.web.reading.messages import (
    QUICK,
    Answer,
    Asked,
    Logged,
    MakeAhead,
    Matter,
    Moment,
    Ping,
    Question,
    Renewed,
    Setup,
    Told,
    heard,
    packed,
)

if TYPE_CHECKING:
    from lahmadaemon.web.social.doors import SocialDoors

log = structlog.get_logger()

MODULE = "lahmadaemon.web.reading"
WITHIN = 60.0
AHEAD_WITHIN = 540.0
"""Seconds an answer may take, and what is made ahead."""
PONG_WITHIN = 5.0
"""Seconds after those in which the process gives a sign of life, or is ended."""
IDLE = 4 * 3600.0
"""Seconds without a question after which the process gives its memory back."""
REST = 5.0
"""Seconds between the beginnings of two processes: one that cannot live costs no more than that."""
MOST_WAITING = 64
_KEPT = (
    "type", "asgi", "http_version", "method", "scheme", "path", "raw_path", "query_string", "root_path", "headers", "client",
    "server",
)  # fmt: skip
"""What is plain in a request's scope."""


class ReadingRoom:
    """One process, which answers many questions at a time. Killed at any moment it takes nothing along but its answers."""

    def __init__(
        self,
        house: HouseDoors,
        setup: Setup,
        social: "SocialDoors | None" = None,
        *,
        within: float = WITHIN,
        idle: float = IDLE,
    ) -> None:
        self.renewed = 0
        """How often something was made anew after somebody was told the old."""
        self._house, self._setup, self._social = house, setup, social
        self._within, self._idle = within, idle
        self._line: _Line | None = None
        self._beginning = asyncio.Lock()
        self._began = self._asked = float("-inf")
        self._waiting = 0
        self._open = False

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Only within it there is a process; at its end there is none."""
        self._open = True
        try:
            yield
        finally:
            self._open = False
            await self.rest()

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one, as far as anybody has noticed."""
        return self._line.process.pid if self._line else None

    async def answer(self, scope: Mapping[str, Any], stamp: str) -> Answer:
        """To a request that may come in. Raises UpstreamError where there is none to be had now."""
        self._asked = self._house.clock.monotonic()
        told = {key: scope[key] for key in _KEPT if key in scope} | {"headers": without_what_opens(scope["headers"])}
        found = await self._ask(Question(told, stamp), self._within)
        assert isinstance(found, Answer)  # noqa: S101 - that is how questions are answered
        return found

    async def make_ahead(self) -> float:
        """Has it make what pages tell first. Returns the seconds that took by the house's clock; 0 where it was quick, and nobody
        need keep it in memory. Raises UpstreamError."""
        began = self._house.clock.monotonic()
        found = await self._ask(MakeAhead(), AHEAD_WITHIN)
        assert isinstance(found, float)  # noqa: S101 - likewise
        if found <= QUICK:
            return 0.0
        self._asked = self._house.clock.monotonic()
        return self._asked - began

    async def rest(self, *, unless_asked: bool = False) -> None:
        """Ends the process; with the next question comes another. `unless_asked`: only if nobody has asked for long."""
        async with self._beginning:
            lately = self._waiting or self._house.clock.monotonic() - self._asked < self._idle
            if unless_asked and lately:
                return
            line, self._line, self._began = self._line, None, float("-inf")
        if line:
            await line.end()

    async def _ask(self, what: Matter, within: float) -> Answer | float:
        if self._waiting >= MOST_WAITING:
            raise UpstreamError("too many wait for the reading room", outcome="busy")
        self._waiting += 1
        try:
            found = await self._asked_of(await self._begun(), what, within)
        finally:
            self._waiting -= 1
        if found is None:
            raise UpstreamError("the reading room could not do it", outcome="store")
        return found

    async def _asked_of(self, line: "_Line", what: Matter, within: float) -> Answer | float | None:
        try:
            async with asyncio.timeout(within):
                return await line.ask(self._moment(), what)
        except TimeoutError as error:
            await self._end_what_hangs(line)
            raise UpstreamError("the reading room took too long", outcome="timeout") from error

    async def _end_what_hangs(self, line: "_Line") -> None:
        """A long reckoning is none of its loop's: that it lives is told all the same."""
        try:
            async with asyncio.timeout(PONG_WITHIN):
                await line.ask(self._moment(), Ping())
        except TimeoutError:
            log.warning("web.reading_room_hangs", note="another begins with the next question")
            await line.end()

    def _moment(self) -> Moment:
        house, social = self._house, self._social
        return Moment(
            house.clock.now(), house.clock.monotonic(), house.report(), tuple(house.desk.open_incidents()),
            frozenset(social.lost()) if social else frozenset(),
        )  # fmt: skip

    async def _begun(self) -> "_Line":
        async with self._beginning:
            if not self._open:
                raise UpstreamError("the window is closed, and its reading room with it", outcome="closed")
            if self._line and not self._line.over:
                return self._line
            loop = asyncio.get_running_loop()
            if loop.time() - self._began < REST:
                raise UpstreamError("the reading room has just died", outcome="died")
            self._began, self.renewed = loop.time(), 0
            try:
                self._line = await _begin(self._setup, self._hear)
            except OSError as error:
                raise UpstreamError(
                    f"the reading room cannot begin: {error.strerror or error}", outcome="died"
                ) from error
            return self._line

    def _hear(self, said: Renewed | Logged) -> None:
        if isinstance(said, Renewed):
            self.renewed = said.times
        else:
            getattr(log, said.level)(**said.event)


def without_what_opens(headers: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers of a request that was let in: what it was let in by goes no further."""
    session = f"{COOKIE}=".encode()
    found = []
    for name, value in headers:
        if name == b"cookie":
            kept = [each for each in value.split(b";") if not each.strip().startswith(session)]
            found.append((name, b";".join(kept)))
        elif name != b"authorization":
            found.append((name, value))
    return found


def _hired() -> "tuple[subprocess.Popen[bytes], socket.socket]":
    """The process, and our end of the line to it. Blocking; raises OSError."""
    ours, theirs = socket.socketpair()
    try:
        with theirs:  # closed here, so that its end is heard
            return started(MODULE, theirs.fileno()), ours
    except OSError:
        ours.close()
        raise


async def _begin(setup: Setup, hear: Callable[[Renewed | Logged], None]) -> "_Line":
    beginning = asyncio.create_task(_opened(setup, hear))
    try:
        return await asyncio.shield(beginning)
    except asyncio.CancelledError:  # who asked is gone, and what was begun for them goes as well
        with suppress(OSError):
            await (await beginning).end()
        raise


async def _opened(setup: Setup, hear: Callable[[Renewed | Logged], None]) -> "_Line":
    process, ours = await asyncio.to_thread(_hired)
    reader, writer = await asyncio.open_unix_connection(sock=ours)
    writer.write(packed(setup))
    return _Line(process, reader, writer, hear)


class _Line:
    """To one process, until it ends."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        hear: Callable[[Renewed | Logged], None],
    ) -> None:
        self.process = process
        self._reader, self._writer, self._hear = reader, writer, hear
        self._number = 0
        self._asked: dict[int, asyncio.Future[Answer | float | None]] = {}
        self._ending = False
        self.over = False
        self._listening = asyncio.create_task(self._listen(), name="reading room")

    async def ask(self, moment: Moment, what: Matter) -> Answer | float | None:
        self._number += 1
        number = self._number
        answered: asyncio.Future[Answer | float | None] = asyncio.get_running_loop().create_future()
        self._asked[number] = answered
        try:
            self._writer.write(packed(Asked(number, moment, what)))
            return await answered
        finally:
            del self._asked[number]

    async def end(self) -> None:
        self._ending = True
        self.process.kill()
        await asyncio.wait(
            [self._listening]
        )  # not the task itself: whoever gives up waiting must not end it for others

    async def _listen(self) -> None:
        try:
            while True:
                said = await heard(self._reader)
                if isinstance(said, Told):
                    asked = self._asked.get(said.number)
                    if asked and not asked.done():
                        asked.set_result(said.what)
                else:
                    self._hear(said)
        except (EOFError, OSError):
            pass
        except asyncio.CancelledError:  # the daemon's loop ends
            self._ending = True
            raise
        finally:
            self.over = True
            for each in self._asked.values():
                if not each.done():
                    each.set_exception(UpstreamError("the reading room died", outcome="died"))
            self._writer.close()
            code = await asyncio.to_thread(gone, self.process)
            if not self._ending:
                log.error("web.reading_room_died", exit_code=code, note="another begins with the next question")
