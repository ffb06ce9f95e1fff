"""Serves an ASGI app on a socket inside our own loop: uvicorn without its signal handlers, which belong to the daemon."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

from lahmadaemon.errors import HopelessError

GRACE = 3
"""Seconds an answer under way gets when serving ends."""


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
        lifespan="off",
        ws="none",
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
