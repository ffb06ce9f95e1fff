"""The reading room itself: a process that opens the store for reading, and answers what the daemon hands on."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from threading import get_ident
from typing import TYPE_CHECKING, Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.errors import LahmaError
from lahmadaemon.garbage import beginning
from lahmadaemon.store.database import Store, open_for_reading
from lahmadaemon.web.app import create_app
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.reading.before import make_ahead
from lahmadaemon.web.reading.messages import Answer, Asked, Logged, Ping, Question, Renewed, Setup, Told, heard, packed
from lahmadaemon.web.reading.told import ToldClock, ToldDesk

if TYPE_CHECKING:
    from lahmadaemon.web.social.doors import SocialDoors

log = structlog.get_logger()

AGAIN = 5.0
"""Seconds after which it is tried again to make anew what could not be made."""


class There:
    """Answers side by side; what has grown old is made anew behind them."""

    def __init__(self, setup: Setup, store: Store) -> None:
        """Blocking."""
        self._clock = ToldClock()
        words, alerts = Wording(setup.language, setup.zone), AlertStore(store)
        self._house = HouseDoors(
            clock=self._clock, zone=setup.zone, store=store, report=lambda: self._clock.moment.report,
            desk=ToldDesk(alerts, self._clock, words), alerts=alerts, words=words, open_alarms=list, radio=setup.radio,
            zones=setup.zones, visitors=setup.visitors,
        )  # fmt: skip
        with beginning():
            self._social = _social(setup, store, self._clock)
            self._app = create_app(self._house, setup.web, social=self._social, cache=setup.state_folder / "cache")
        self._app.state.locked = setup.locked
        self._inside = self._app.inside()

    async def answer(self, asked: Asked) -> Told:
        """Raises nothing: what goes wrong is an answer as well."""
        self._clock.tell(asked.moment)
        if isinstance(asked.what, Question):
            return Told(asked.number, await self._answered(asked.what))
        if isinstance(asked.what, Ping):
            return Told(asked.number, 0.0)
        try:
            return Told(asked.number, await make_ahead(self._house, self._social, self._app.state.templates))
        except LahmaError as error:
            log.warning("web.not_made_ahead", error=str(error))
        except Exception:  # our own mistake
            log.exception("web.broken", path="ahead")
        return Told(asked.number, None)

    async def _answered(self, question: Question) -> Answer | None:
        """None: what was sent piece by piece broke off."""
        status, headers, body, whole = 500, list[tuple[bytes, bytes]](), bytearray(), False

        async def send(message: Any) -> None:
            nonlocal status, headers, whole
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message["headers"])
            else:
                body.extend(message.get("body", b""))
                whole = not message.get("more_body", False)

        try:
            await self._inside({**question.scope, "state": {"stamp": question.stamp}}, _nothing_more(), send)
        except Exception:  # our own mistake; that it was one has been sent
            log.exception("web.broken", path=question.scope["path"])
        return Answer(status, headers, bytes(body)) if whole else None

    async def renew(self, say: Callable[[Renewed], None]) -> None:
        """For ever: what was told though it was old, and then that it is new."""
        memory = self._house.memory
        with memory.helped():
            while True:
                await memory.wished.wait()
                try:
                    await memory.fulfil(asyncio.Event())
                except LahmaError as error:
                    log.warning("web.not_renewed", error=str(error))
                except Exception:  # our own mistake, which visitors are told when they ask
                    log.exception("web.broken", path="anew")
                if memory.wished.is_set():  # it was not all done
                    await self._clock.wait(asyncio.Event(), AGAIN)
                say(Renewed(memory.renewed))


def _social(setup: Setup, store: Store, clock: ToldClock) -> "SocialDoors | None":
    if setup.social is None:
        return None
    # A second's work, which a house without the room is spared.
    from lahmadaemon.web.social.looking import doors_to_look_through

    settings, zone = setup.social
    return doors_to_look_through(store, settings, zone, clock, lambda: clock.moment.lost)


def _nothing_more() -> Callable[[], Awaitable[dict[str, Any]]]:
    """A question has no body, and nobody hangs up: what is sent piece by piece listens for that until it is sent."""
    told = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        for message in told:
            return message
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    return receive


async def attend(line: socket.socket) -> None:
    """Until the daemon hangs up."""
    reader, writer = await asyncio.open_unix_connection(sock=line)
    with closing(writer):
        _log_to(writer)
        setup: Setup = await heard(reader)
        try:
            async with open_for_reading(setup.store.resolved(setup.state_folder)) as store:
                await _serve(await asyncio.to_thread(There, setup, store), reader, writer)
        except LahmaError as error:  # the store cannot be opened: answering raises none
            log.error("web.reading_room_shut", error=str(error))  # noqa: TRY400 - where it was raised does not matter
            raise


async def _serve(there: There, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    async def answer(asked: Asked) -> None:
        writer.write(packed(await there.answer(asked)))

    async with asyncio.TaskGroup() as group:
        group.create_task(there.renew(lambda renewed: writer.write(packed(renewed))))
        while True:
            group.create_task(answer(await heard(reader)))


def _log_to(writer: asyncio.StreamWriter) -> None:
    """All that is logged here is logged there."""
    loop, home = asyncio.get_running_loop(), get_ident()

    def send(level: str, event: Mapping[str, Any]) -> None:
        plain = {
            key: value if isinstance(value, str | int | float | None) else str(value) for key, value in event.items()
        }
        message = packed(Logged(level, plain))
        if get_ident() == home:
            writer.write(message)  # at once: the line may be closed next
        else:
            loop.call_soon_threadsafe(writer.write, message)

    def of_ours(_: WrappedLogger, method: str, event: EventDict) -> EventDict:
        send("error" if method == "exception" else method, event)
        raise structlog.DropEvent

    class Libraries(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told = {"event": "library.spoke", "logger": record.name, "message": record.getMessage()}
            trouble = {"exception": logging.Formatter().formatException(record.exc_info)} if record.exc_info else {}
            send("error" if record.levelno >= logging.ERROR else "warning", told | trouble)

    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.format_exc_info, of_ours]
    )
    logging.basicConfig(handlers=[Libraries()], level=logging.WARNING, force=True)
    logging.captureWarnings(capture=True)
