"""Serves an ASGI app on a socket inside our own loop: uvicorn without its signal handlers, which belong to the daemon."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from lahmadaemon.errors import HopelessError

GRACE = 3
"""Seconds an answer under way gets when serving ends."""


HEAD_WITHIN = 10.0
"""Seconds for a request's first line and headers; who has opened a connection and says nothing holds a place."""
TAKEN_WITHIN = 30.0
"""Seconds within which a client must take some of an answer that waits for it."""


class _Fuse:
    """Goes off once, unless it is put out before."""

    _timer: asyncio.TimerHandle | None = None

    def light(self, loop: asyncio.AbstractEventLoop, seconds: float, act: Callable[[], None]) -> None:
        if self._timer is None:
            self._timer = loop.call_later(seconds, act)

    def put_out(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class _Impatient(H11Protocol):
    """Waits for ever for nobody: uvicorn itself limits only the pause between two requests."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head, self._taking = _Fuse(), _Fuse()
        self._head.light(self.loop, HEAD_WITHIN, transport.abort)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:  # type: ignore[redundant-expr]
            self._head.put_out()
        elif not self.transport.is_closing():
            self._head.light(self.loop, HEAD_WITHIN, self.transport.abort)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._taking.light(self.loop, TAKEN_WITHIN, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._taking.put_out()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._head.put_out()
        self._taking.put_out()


class _Embedded(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. Raises HopelessError where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # named, since asyncio sends at once (TCP_NODELAY) only where it knows the protocol: answers would come 40 ms late
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise HopelessError(f"cannot listen on {host} port {port}: {error.strerror or error}") from error
    listener.setblocking(False)  # noqa: FBT003 - the standard library takes it by position only
    return listener


def address_of(listener: socket.socket) -> str:
    """The base URL somebody on this machine would use."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def serving(app: Any, listener: socket.socket, *, dated: bool = True) -> AsyncIterator["asyncio.Task[None]"]:
    """Serve until the block ends; yields the task, which ends early only if serving broke.

    `dated`: answers get a Date header; an app that writes its own must not get a second one.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        http=_Impatient,
        lifespan="off",
        ws="none",
        proxy_headers=False,  # the window believes those that its settings name
        server_header=False,
        date_header=dated,
        limit_concurrency=256,
        h11_max_incomplete_event_size=16 * 1024,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=GRACE,
    )
    server = _Embedded(config)
    task = asyncio.create_task(server.serve(sockets=[listener]), name="uvicorn")
    try:
        yield task
    finally:
        server.should_exit = True
        try:
            await task
        finally:  # also where serving broke: the next try must find the address free
            for open_server in getattr(server, "servers", ()):
                open_server.close()
            listener.close()
