"""A server that says exactly what it is given: headers a real one would add or correct stay as they are."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tests.fakes.scripted_azuracast import Reply


@asynccontextmanager
async def saying(replies: Mapping[str, Reply]) -> AsyncIterator[str]:
    """Replies by the end of the path, letter for letter; yields the base URL."""

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        writer.write(_told(next(reply for end, reply in replies.items() if path.endswith(end))))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(attend, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def _told(reply: Reply) -> bytes:
    headers = {"Content-Length": str(len(reply.body)), "Connection": "close"} | dict(reply.headers)
    lines = [f"HTTP/1.1 {reply.status} So", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + reply.body
