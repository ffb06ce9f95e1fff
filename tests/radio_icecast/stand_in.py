"""A server that answers as the samples say, letter for letter, and remembers what it was asked."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing, suppress
from typing import Any

from pydantic import SecretStr

from lahmadaemon.http import open_client
from lahmadaemon.radio.icecast.source import Icecast
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.settings import StationSettings
from tests.fakes.clock import FakeClock
from tests.fakes.scripted_azuracast import Reply
from tests.samples import sample, told

NAMES = Pseudonyms(b"secret")
PASSWORD = "only for the admin"
CASES: dict[str, dict[str, Any]] = {case["file"]: case for case in told("icecast/index.json")}
MP3, OGG = "/admin/listclients?mount=/radio.mp3", "/admin/listclients?mount=/radio.ogg"
STATS, STATUS = "/admin/stats", "/status-json.xsl"


def reply(file: str) -> Reply:
    """A sample, with the status and the headers it came with."""
    return Reply(sample(f"icecast/{file}"), CASES[file]["status"], CASES[file]["headers"])


def evening() -> dict[str, Reply]:
    """A good evening at a 2.4.4 with two mounts."""
    return {
        STATS: reply("stats_2.4.4.xml"),
        MP3: reply("listclients_2.4.4.xml"),
        OGG: reply("listclients_2.4.4_nobody.xml"),
        STATUS: reply("status_several_sources.json"),
    }


class StandIn:
    """`replies` by path and query; what is not there is not found, as Icecast 2.4 says it."""

    def __init__(self, replies: Mapping[str, Reply]) -> None:
        self.replies = dict(replies)
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.never_answers = ""
        self.url = ""

    async def attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            await self._answer(reader, writer)
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        path = first.split()[1]
        self.asked.append(path)
        self.headers.append({name.lower(): value for name, _, value in (line.partition(": ") for line in lines)})
        if path == self.never_answers:
            await reader.read()
            return
        answer = self.replies.get(path) or reply("error_404_2.4.4.html")
        head = {"Content-Length": str(len(answer.body)), "Connection": "close"} | dict(answer.headers)
        told = [f"HTTP/1.0 {answer.status} So", *(f"{name}: {value}" for name, value in head.items())]
        writer.write("\r\n".join(told).encode() + b"\r\n\r\n" + answer.body)
        await writer.drain()


@asynccontextmanager
async def asking(
    clock: FakeClock, replies: Mapping[str, Reply], deadline: float = 10.0, **settings: Any
) -> AsyncIterator[tuple[Icecast, StandIn]]:
    """A source, and the server it asks."""
    there = StandIn(replies)
    server = await asyncio.start_server(there.attend, "127.0.0.1", 0)
    async with server, open_client() as client:
        there.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        asked = {"kind": "icecast", "url": there.url, "password": SecretStr(PASSWORD)} | settings
        yield Icecast("main", StationSettings(**asked), client, clock, NAMES, deadline), there
