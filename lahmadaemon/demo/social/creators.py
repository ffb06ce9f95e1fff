"""What the agency's creators do while the demo runs: they connect, post, and one of them changes her password."""

import asyncio
from collections import deque

import httpx

from lahmadaemon.clock import MINUTE, Clock, Instant
from lahmadaemon.demo.social.agency import Posting
from lahmadaemon.demo.social.graph import Graph
from lahmadaemon.demo.social.tiktok import TikTok
from lahmadaemon.demo.social.world import World
from lahmadaemon.errors import UpstreamError
from lahmadaemon.http import open_client
from lahmadaemon.supervision.service import Lifeline, Service

API = "/api/v1/social"
EVERY = 10.0
POST_EVERY = 3 * MINUTE
PASSWORD_CHANGED, LOGGED_IN_AGAIN = 2 * MINUTE, 50 * MINUTE
"""After she has connected, who is the first."""
UNHURRIED = 15.0
"""Seconds a platform takes for an answer once everybody has connected: a run is something to watch."""
PASSWORD = 460
"""Meta's sub-code for it."""


class Creators(Service):
    """A guest who knows nothing of the daemon but its window's address: everything goes through browsers and phones."""

    name = "demo.creators"

    def __init__(
        self, world: World, graph: Graph, tiktok: TikTok, clock: Clock, window: str, posting: Posting,
        *, eventful: bool = True, thinking: float = UNHURRIED,
    ) -> None:  # fmt: skip
        """`eventful`: she who is the first changes her password by herself; `thinking`: the platforms' latency later on."""
        self._world, self._graph, self._tiktok, self._clock = world, graph, tiktok, clock
        self._api = window + API
        self._posting, self._thinking = posting, thinking
        self._to_connect = deque((creator, provider) for creator in world.creators for provider in ("meta", "tiktok"))
        self._first = self._to_connect[0][0]
        self.connected = False
        """Everybody who was to connect has."""
        self._began: Instant | None = None
        self._next_post = Instant(clock.now() + POST_EVERY)
        self._changes = deque((PASSWORD_CHANGED, LOGGED_IN_AGAIN) if eventful else ())

    def change_password(self) -> None:
        """The first one does, and all her logins at Meta end."""
        self._graph.kill(self._first, PASSWORD)

    def log_in_again(self) -> None:
        """She does, at the next occasion."""
        self._to_connect.append((self._first, "meta"))

    async def run(self, lifeline: Lifeline) -> None:
        async with await asyncio.to_thread(open_client) as client:
            async for _ in lifeline.every(EVERY):
                async with lifeline.turn():
                    await self.live(client)

    async def live(self, client: httpx.AsyncClient) -> None:
        """Do what is due. Raises UpstreamError where the window does not take it."""
        now = self._clock.now()
        if now >= self._next_post:
            self._posting.post(now)
            self._next_post = Instant(now + POST_EVERY)
        try:
            self._change(now)
            await self._connect_next(client, now)
        except httpx.TransportError:
            return  # the window is not open yet, or not any more: they try again
        except httpx.HTTPStatusError as error:
            raise UpstreamError(f"the window answers {error.response.status_code}") from None

    async def _connect_next(self, client: httpx.AsyncClient, now: Instant) -> None:
        if not self._to_connect or not await self._connect(client, *self._to_connect[0]):
            return
        self._to_connect.popleft()
        self._began = self._began or now
        if not self._to_connect and not self.connected:
            self.connected = True
            self._graph.latency = self._tiktok.latency = self._thinking

    async def _connect(self, client: httpx.AsyncClient, creator: int, provider: str) -> bool:
        """A browser is sent to the provider, where this creator agrees, and comes back; the agency wants figures at once.
        False: the daemon has not heard of the creator yet."""
        begun = await client.post(f"{self._api}/creators/{creator}/connect/{provider}")
        if begun.status_code == httpx.codes.NOT_FOUND:
            return False
        self._graph.visitor = self._tiktok.visitor = creator
        address = begun.raise_for_status().json()["url"]
        (await client.get(address, follow_redirects=True)).raise_for_status()
        (await client.post(f"{self._api}/refresh", json={"creator_id": creator})).raise_for_status()
        return True

    def _change(self, now: Instant) -> None:
        """First the new password, which ends every login of hers; later she logs in again."""
        if self._began is None or not self._changes or now < self._began + self._changes[0]:
            return
        if self._changes[0] == PASSWORD_CHANGED:
            self.change_password()
        else:
            self.log_in_again()
        self._changes.popleft()
