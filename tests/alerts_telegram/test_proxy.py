"""Ways around: Telegram is spoken to through the proxy, or not at all."""

import asyncio
import hashlib
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from zlib import crc32

import pytest
from telethon.crypto import AESModeCTR

from lahmadaemon.alerts.telegram import settings as module
from lahmadaemon.errors import UpstreamError
from tests.alerts_telegram.conftest import BOT, Stage

SECRET = "0123456789abcdef0123456789abcdef"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def proxy(serve: Callable[..., Awaitable[None]]) -> AsyncIterator[int]:
    """Something that listens, on a free port, until everything through it has ended."""
    tasks: set[asyncio.Task[None] | None] = set()

    async def begun(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                await serve(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(begun, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            if task:
                task.cancel()
        if tasks:
            await asyncio.wait([task for task in tasks if task])


class Socks:
    """A SOCKS5 proxy that wants a name and a password, and remembers where it was sent."""

    def __init__(self) -> None:
        self.verdict = b"\0"
        self.sent_to: list[tuple[str, int]] = []
        self.told: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        (_, count) = await reader.readexactly(2)
        await reader.readexactly(count)
        writer.write(b"\x05\x02")
        (_, length) = await reader.readexactly(2)
        name = await reader.readexactly(length)
        (length,) = await reader.readexactly(1)
        self.told = [name, await reader.readexactly(length)]
        writer.write(b"\x01" + self.verdict)
        assert await reader.readexactly(4) == b"\x05\x01\x00\x01"
        host = ".".join(str(part) for part in await reader.readexactly(4))
        (port,) = struct.unpack(">H", await reader.readexactly(2))
        self.sent_to.append((host, port))
        there = await asyncio.open_connection(host, port)
        writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        try:
            await asyncio.gather(pump(reader, there[1]), pump(there[0], writer))
        finally:
            there[1].close()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(4096):
        writer.write(data)
    writer.close()


async def test_a_socks_proxy_is_gone_through_with_name_and_password(stage: Stage) -> None:
    pytest.importorskip("python_socks", reason="python-socks is not installed")
    stage.logged_in()
    socks = Socks()
    async with proxy(socks) as port:
        channel = stage.channel(BOT | {"proxy": f"socks5://me:p%40ss@127.0.0.1:{port}"})
        await channel.open()
        await channel.send("@anna", "around", 1)
        await channel.close()

    assert socks.sent_to == [("127.0.0.1", stage.server.port)]
    assert socks.told == [b"me", b"p@ss"]
    assert stage.texts == ["around"]


async def test_a_socks_proxy_that_is_down_is_not_gone_around(stage: Stage) -> None:
    pytest.importorskip("python_socks", reason="python-socks is not installed")
    stage.logged_in()
    async with proxy(Socks()) as port:
        pass
    channel = stage.channel(BOT | {"proxy": f"socks5://me:canary@127.0.0.1:{port}"})

    with pytest.raises(UpstreamError) as caught:
        await channel.open()

    assert stage.server.requests == []
    assert "canary" not in f"{caught.value} {caught.value.__cause__!r}"


async def test_a_socks_proxy_that_does_not_know_us_is_trouble_like_any_other(stage: Stage) -> None:
    pytest.importorskip("python_socks", reason="python-socks is not installed")
    stage.logged_in()
    socks = Socks()
    socks.verdict = b"\x01"
    async with proxy(socks) as port:
        channel = stage.channel(BOT | {"proxy": f"socks5://me:canary@127.0.0.1:{port}"})
        with pytest.raises(UpstreamError, match="Telegram is unreachable") as caught:
            await channel.open()

    assert "canary" not in f"{caught.value} {caught.value.__cause__!r}"
    assert stage.server.requests == []


class MTProxy:
    """Telegram's own kind of proxy: takes the disguise off, and hands on. Packets are padded on its side."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.centres: list[int] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readexactly(64)
        secret = bytes.fromhex(SECRET)
        back = head[55:7:-1]
        hear = AESModeCTR(hashlib.sha256(head[8:40] + secret).digest(), head[40:56])
        say = AESModeCTR(hashlib.sha256(back[:32] + secret).digest(), back[32:48])
        opened = hear.encrypt(head)
        assert opened[56:60] == b"\xdd" * 4
        self.centres.append(struct.unpack("<h", opened[60:62])[0])
        there = await asyncio.open_connection("127.0.0.1", self._stage.server.port)
        try:
            await asyncio.gather(self._out(reader, hear, there[1]), self._in(there[0], say, writer))
        finally:
            there[1].close()

    async def _out(self, reader: asyncio.StreamReader, hear: AESModeCTR, there: asyncio.StreamWriter) -> None:
        number = 0
        while True:
            (length,) = struct.unpack("<I", hear.encrypt(await reader.readexactly(4)))
            packet = hear.encrypt(await reader.readexactly(length))
            packet = packet[: length - length % 4]
            framed = struct.pack("<ii", len(packet) + 12, number) + packet
            number += 1
            there.write(framed + struct.pack("<I", crc32(framed)))

    async def _in(self, there: asyncio.StreamReader, say: AESModeCTR, writer: asyncio.StreamWriter) -> None:
        while True:
            (length, _) = struct.unpack("<ii", await there.readexactly(8))
            packet = (await there.readexactly(length - 8))[:-4]
            writer.write(say.encrypt(struct.pack("<I", len(packet)) + packet))


@pytest.mark.slow
@pytest.mark.parametrize("secret", [SECRET, f"dd{SECRET}"])
async def test_telegram_s_own_kind_of_proxy_is_gone_through(stage: Stage, secret: str) -> None:
    """Slow: Telethon listens for two seconds whether the proxy hangs up."""
    stage.logged_in()
    mtproxy = MTProxy(stage)
    async with proxy(mtproxy) as port:
        channel = stage.channel(BOT | {"proxy": f"mtproxy://{secret}@127.0.0.1:{port}"})
        await channel.open()
        await channel.send("@anna", "around", 1)
        await channel.close()

    assert stage.texts == ["around"]
    assert mtproxy.centres == [2]


async def test_a_proxy_without_its_library_is_never_left_away(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Telethon only warns, and speaks directly: whoever needs the proxy to stay unseen would be seen."""
    monkeypatch.setattr(module, "find_spec", lambda name: None)

    with pytest.raises(ValueError, match="a proxy needs python-socks"):
        stage.channel(BOT | {"proxy": "socks5://127.0.0.1:1"})

    assert stage.server.requests == []
