"""A real icecast2 on this machine, a real ffmpeg that feeds it, and listeners who really listen."""

import asyncio
import os
import shutil
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from lahmadaemon.serving import bind

PASSWORD, SOURCE_PASSWORD = "only for the admin", "only for the encoder"
PATIENCE = 60.0
_CONFIGURATION = """<icecast>
  <location>Budapest</location><admin>studio@radio.example.org</admin><hostname>localhost</hostname>
  <limits><clients>50</clients><sources>4</sources><source-timeout>5</source-timeout><burst-size>8192</burst-size></limits>
  <authentication>
    <source-password>{source}</source-password><relay-password>unused</relay-password>
    <admin-user>admin</admin-user><admin-password>{admin}</admin-password>
  </authentication>
  <listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
  <fileserve>1</fileserve>
  <paths>
    <basedir>/usr/share/icecast2</basedir><logdir>/tmp</logdir>
    <webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot>
  </paths>
  <logging><accesslog>-</accesslog><errorlog>-</errorlog><loglevel>2</loglevel></logging>
  <security><chroot>0</chroot>{owner}</security>
</icecast>"""
_OWNER = "<changeowner><user>nobody</user><group>nogroup</group></changeowner>"
"""Icecast refuses to be root, but gives that up by itself."""


def needs(*programs: str) -> None:
    """Skip, saying which Debian package would help, where one of the programs is missing."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: apt-get install {program}")


class RealIcecast:
    """The server; it can be stopped and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        with bind("127.0.0.1", 0) as listener:
            self.port = int(listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._configuration = folder / "icecast.xml"
        owner = _OWNER if os.geteuid() == 0 else ""
        text = _CONFIGURATION.format(port=self.port, source=SOURCE_PASSWORD, admin=PASSWORD, owner=owner)
        self._configuration.write_text(text)
        self._server: Process | None = None
        self._encoders: list[Process] = []

    async def start(self) -> None:
        self._server = await asyncio.create_subprocess_exec(
            "icecast2", "-c", str(self._configuration), stdout=DEVNULL, stderr=DEVNULL
        )
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient() as client:
            while True:
                with suppress(httpx.TransportError):
                    await client.get(f"{self.url}/status-json.xsl")
                    return
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """As a restart of the machine would: no farewell to anybody."""
        if self._server is not None:
            with suppress(ProcessLookupError):
                self._server.kill()
            await self._server.wait()
        self._server = None
        await self.silence()

    async def died_of_itself(self) -> bool:
        """Debian's 2.4.4 did so while mounts began and its statistics were asked for."""
        assert self._server
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                return await self._server.wait() == -signal.SIGSEGV
        return False

    async def encode(self, *outputs: Sequence[str]) -> None:
        """One ffmpeg sends a tone to mounts; each output is what ffmpeg calls its options, then the mount."""
        arguments = ["-re", "-f", "lavfi", "-i", "sine=frequency=440"]
        for *options, mount in outputs:
            arguments += [*options, f"icecast://source:{SOURCE_PASSWORD}@127.0.0.1:{self.port}{mount}"]
        encoder = await asyncio.create_subprocess_exec(
            "ffmpeg", "-hide_banner", "-loglevel", "error", *arguments, stdin=DEVNULL, stderr=PIPE
        )
        self._encoders.append(encoder)
        for *_, mount in outputs:
            await self.until(f'mount="{mount}"')

    async def until(self, words: str) -> None:
        """Wait until the server's own statistics say so."""
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(auth=("admin", PASSWORD)) as client:
            while words not in (said := (await client.get(f"{self.url}/admin/stats")).text):
                await asyncio.sleep(0.05)
                dead = [encoder for encoder in self._encoders if encoder.returncode is not None]
                assert not dead, (said, [await encoder.stderr.read() for encoder in dead if encoder.stderr])

    async def silence(self) -> None:
        """Encoders stop, and so do their mounts."""
        for encoder in self._encoders:
            with suppress(ProcessLookupError):
                encoder.send_signal(signal.SIGKILL)
            await encoder.communicate()
        self._encoders = []

    async def title(self, mount: str, **told: str) -> None:
        """What an encoder's own software tells about the song."""
        query = {"mount": mount, "mode": "updinfo"} | told
        async with httpx.AsyncClient(auth=("source", SOURCE_PASSWORD)) as client:
            (await client.get(f"{self.url}/admin/metadata", params=query)).raise_for_status()


class Listening:
    """Somebody with a player that reads what comes."""

    def __init__(self, task: asyncio.Task[None], writer: asyncio.StreamWriter) -> None:
        self._task, self._writer = task, writer

    async def leave(self) -> None:
        self._writer.close()
        self._task.cancel()
        with suppress(asyncio.CancelledError, ConnectionError):
            await self._task
        with suppress(ConnectionError):
            await self._writer.wait_closed()


class Audience:
    """Listeners of one server; whoever is still there at the end leaves then."""

    def __init__(self, server: RealIcecast) -> None:
        self._server = server
        self._there: list[Listening] = []

    async def joins(self, mount: str, player: bytes | None = b"KitchenRadio/1.0") -> Listening:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._server.port)
        agent = b"" if player is None else b"User-Agent: " + player + b"\r\n"
        writer.write(b"GET " + mount.encode() + b" HTTP/1.0\r\n" + agent + b"\r\n")
        async with asyncio.timeout(PATIENCE):
            head = await reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head, head
        somebody = Listening(asyncio.create_task(_listen(reader)), writer)
        self._there.append(somebody)
        return somebody

    async def all_leave(self) -> None:
        for somebody in self._there:
            await somebody.leave()
        self._there = []


async def _listen(reader: asyncio.StreamReader) -> None:
    while await reader.read(65536):
        pass


@asynccontextmanager
async def on_the_air(folder: Path) -> AsyncIterator[tuple[RealIcecast, Audience]]:
    """A server with two mounts, and an audience that is still empty."""
    needs("icecast2", "ffmpeg")
    server = RealIcecast(folder)
    audience = Audience(server)
    try:
        await _begin(server)
        yield server, audience
    finally:
        await audience.all_leave()
        await server.stop()


async def _begin(server: RealIcecast) -> None:
    for again in (True, True, False):
        try:
            await server.start()
            await server.encode(MP3, OGG)
        except httpx.TransportError:
            if not (again and await server.died_of_itself()):
                raise
            await server.stop()
        else:
            return


MP3 = ["-c:a", "libmp3lame", "-b:a", "32k", "-content_type", "audio/mpeg", "-f", "mp3", "/radio.mp3"]
OGG = [
    "-c:a", "libvorbis", "-metadata", "artist=Kőbányai Műhely", "-metadata", "title=Őszi adás #41",
    "-content_type", "application/ogg", "-f", "ogg", "/radio.ogg",
]  # fmt: skip
