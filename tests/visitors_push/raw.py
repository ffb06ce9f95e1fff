"""Servers that behave in one way each, down to the bytes: what no well-mannered framework would send."""

import asyncio
import gzip
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
TLS = Path(__file__).parent / "tls"
SUCCESS = b'{"Desc":"Success"}'


@asynccontextmanager
async def served(behaviour: Behaviour, certificate: str | None = None) -> AsyncIterator[str]:
    """One behaviour for every connection; yields the address."""
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS / certificate)
    tasks: set[asyncio.Task[None]] = set()

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            try:
                await behaviour(reader, writer)
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(attend(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=context)
    try:
        yield f"http{'s' if context else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}/report"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def heard(reader: asyncio.StreamReader) -> bytes:
    """One whole request; its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    return await reader.readexactly(length)


def saying(*pieces: bytes, reset: bool = False, silent: bool = False, pause: float = 0.0) -> Behaviour:
    """Hear the request out, say the pieces, then close, reset the connection, or say no more."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        if reset:
            _reset(writer)
        if silent:
            await asyncio.Event().wait()

    return behave


async def resetting_at_once(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reset before the request is heard."""
    _reset(writer)


async def flooding(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A body that never ends."""
    await heard(reader)
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b" " * 65_536)
        await writer.drain()


def whole(body: bytes, *headers: str, length: int | None = None, status: str = "200 OK") -> bytes:
    """An answer as bytes; `length`: what it claims to be long."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


PACKED = "Content-Encoding: gzip"
BOMB = gzip.compress(b" " * 50_000_000)
DRIPPING = [whole(b"", length=100), *([b"."] * 1000)]


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST: what was said may be lost on the way."""
    found = writer.get_extra_info("socket")
    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def trusting() -> ssl.SSLContext:
    """A client's context that trusts the invented authority of the certificates here."""
    return ssl.create_default_context(cafile=str(TLS / "ca.pem"))
