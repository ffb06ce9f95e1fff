"""One question to another machine: at most so long, and whatever comes of it is a finding."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx

from lahmadaemon.checking.finding import Finding, Level
from lahmadaemon.errors import HopelessError, Refused, UpstreamError

DEADLINE = 10.0
NETWORK = "is the address right, is it up, does a firewall let us through?"
PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Told:
    """What the other side said; `skew`: by how many seconds its clock is ahead of ours, where it was told."""

    said: str
    skew: float | None = None
    level: Level = Level.WELL
    todo: str = ""


@dataclass(frozen=True)
class Question:
    """`ask` raises UpstreamError for what passes, HopelessError or Refused, with what to do, for what does not."""

    about: str
    ask: Callable[[], Awaitable[Told]]
    hidden: str = ""
    """A secret that may stand in an address, and must not in a finding."""

    async def answered(self) -> tuple[Finding, float | None]:
        """Within the deadline, and a little more where its own is as long."""
        try:
            async with asyncio.timeout(DEADLINE + 2):
                told = await self.ask()
        except TimeoutError:
            return self._broken(f"no answer within {DEADLINE:g} s", NETWORK), None
        except UpstreamError as error:
            return self._broken(str(error), NETWORK), None
        except (HopelessError, Refused) as error:
            said, _, todo = str(error).partition(": ")
            return self._broken(said, todo), None
        return Finding(told.level, self.about, told.said, told.todo), told.skew

    def _broken(self, said: str, todo: str) -> Finding:
        if self.hidden:
            said, todo = said.replace(self.hidden, "****"), todo.replace(self.hidden, "****")
        return Finding(Level.BROKEN, self.about, said, todo)


async def door(host: str, port: int, *, tls: bool) -> None:
    """Knock: a connection, with TLS its certificate, and not a word. Raises UpstreamError."""
    # as those who will really ask trust: httpx' own certificates
    trust = await asyncio.to_thread(httpx.create_ssl_context, trust_env=False) if tls else None
    try:
        async with asyncio.timeout(DEADLINE):
            _, writer = await asyncio.open_connection(host, port, ssl=trust)
            writer.close()
            await writer.wait_closed()
    except TimeoutError:
        raise UpstreamError(f"{host} port {port} did not answer within {DEADLINE:g} s") from None
    except (OSError, ssl.SSLError, UnicodeError) as error:
        raise UpstreamError(f"{host} port {port} is unreachable: {error}") from error


async def knock(address: str, note: str) -> Told:
    """As `door`, for an address of which only the host may be told."""
    url = httpx.URL(address)
    await door(url.host, url.port or PORTS[url.scheme], tls=url.scheme == "https")
    return Told(f"{url.scheme}://{url.host} can be reached; {note}")
