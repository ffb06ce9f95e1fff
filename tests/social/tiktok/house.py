"""TikTok's stand-in over real HTTP, a store, the tokens and the driver, on a clock that tests move."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import httpx
from pydantic import SecretStr

from lahmadaemon.clock import Instant
from lahmadaemon.demo.social.tiktok import SCOPES, TikTok
from lahmadaemon.demo.social.world import Size, World, invent
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.errors import UpstreamError
from lahmadaemon.social.connections import Connection, Pair, Provider, Standing
from lahmadaemon.social.driving import Ended, Errand
from lahmadaemon.social.limits import Limits
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.settings import TikTokSettings
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.tiktok.driver import TikTokDriver
from lahmadaemon.social.tiktok.tokens import TikTokTokens
from lahmadaemon.social.tiktok.walks import videos
from lahmadaemon.social.vault import Vault
from lahmadaemon.social.walk import Page, Task
from lahmadaemon.store.database import Store
from tests.fakes.clock import FakeClock, busy, others
from tests.fakes.stores import new_store

BACK = "https://agency.example/tiktok/callback"
SECRET = b"a secret of the house"
T = TypeVar("T")


class KilledError(BaseException):
    """As `kill -9`: nothing after this point was done."""


class Wire(httpx.AsyncHTTPTransport):
    """The network. What stands in `coming` befalls the next requests whose address ends so."""

    def __init__(self) -> None:
        super().__init__(verify=False)
        self.coming: deque[tuple[str, str]] = deque()
        """Ending of the path, and `unreachable`, `killed before`, `killed after`."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        trouble = ""
        if self.coming and request.url.path.endswith(self.coming[0][0]):
            trouble = self.coming.popleft()[1]
        if trouble == "unreachable":
            raise httpx.ConnectError("nobody listens there")
        if trouble == "killed before":
            raise KilledError
        response = await super().handle_async_request(request)
        if trouble == "killed after":
            await response.aclose()
            raise KilledError
        return response


class Connections(ConnectionStore):
    """A store that can fail or be killed at each of its writes, before or after it is done."""

    def __init__(self, store: Store, vault: Vault) -> None:
        super().__init__(store, vault)
        self.coming: deque[tuple[str, str]] = deque()
        """Which write, and `fails before`, `fails after`, `killed before`, `killed after`."""

    async def begin_refresh(self, held: Standing, now: Instant) -> bool:
        return await self._beset("begin_refresh", super().begin_refresh(held, now))

    async def replace_pair(self, held: Standing, pair: Pair) -> bool:
        return await self._beset("replace_pair", super().replace_pair(held, pair))

    async def _beset(self, write: str, work: Coroutine[Any, Any, T]) -> T:
        trouble = self.coming.popleft()[1] if self.coming and self.coming[0][0] == write else ""
        if trouble.endswith("before"):
            work.close()
            raise _error(trouble)
        done = await work
        if trouble:
            raise _error(trouble)
        return done


def _error(trouble: str) -> BaseException:
    return (
        KilledError() if trouble.startswith("killed") else UpstreamError("the store does not answer", outcome="store")
    )


@dataclass
class Memory:
    """A keeper that remembers, or fails."""

    pages: list[tuple[int, Page]] = field(default_factory=list)
    ends: dict[int, Ended] = field(default_factory=dict)
    failing: bool = False
    hear: Callable[[], object] = lambda: None

    async def keep(self, pages: Sequence[tuple[Errand, Page]]) -> None:
        self.hear()
        if self.failing:
            raise UpstreamError("the store does not answer", outcome="store")
        self.pages += [(errand.creator_id, page) for errand, page in pages]

    async def ended(self, ended: Sequence[tuple[Errand, Ended]]) -> None:
        for errand, end in ended:
            assert errand.creator_id not in self.ends, "ended twice"
            self.ends[errand.creator_id] = end

    def found(self, creator: int) -> list[str]:
        return [each.post.platform_id for who, page in self.pages if who == creator for each in page.found]


@dataclass
class House:
    """`tokens` is the process of the moment; `reborn` begins another one over the same store."""

    tiktok: TikTok
    world: World
    clock: FakeClock
    store: Store
    connections: Connections
    settings: TikTokSettings
    client: httpx.AsyncClient
    wire: Wire
    limits: Limits
    tokens: TikTokTokens
    keeper: Memory = field(default_factory=Memory)
    stopping: bool = False

    def reborn(self) -> None:
        self.connections = Connections(self.store, Vault([SECRET]))
        self.tokens = TikTokTokens(self.connections, self.settings, self.client, self.clock)

    async def connect(self, *creators: int, scopes: Sequence[str] = SCOPES) -> None:
        for creator in creators or self.world.creators:
            await self.tokens.connect(creator, self.tiktok.code(creator, scopes), BACK)

    async def held(self, creator: int = 10) -> Connection:
        found = await self.connections.load(creator, Provider.TIKTOK)
        assert found is not None
        return found

    async def works(self, token: SecretStr) -> bool:
        """Whether TikTok takes the token."""
        asked = await self.client.get(
            f"{self.settings.url}/user/info/?fields=open_id",
            headers={"Authorization": f"Bearer {token.get_secret_value()}"},
        )
        return asked.status_code == 200

    def errand(self, creator: int, **changed: Any) -> Errand:
        open_id = self.world.creators[creator].open_id
        settings: dict[str, Any] = {"horizon": Instant(0), "scopes": frozenset(SCOPES)} | changed
        walk = videos(Task(creator, Platform.TIKTOK, open_id, now=self.clock.now(), wanted=lambda _: True, **settings))
        return Errand(creator, Platform.TIKTOK, open_id, walk)

    def driver(self, **changed: Any) -> TikTokDriver:
        settings = self.settings.model_copy(update=changed)
        return TikTokDriver(settings, self.client, self.clock, self.limits, self.tokens, chance=lambda: 1.0)

    async def drive(
        self, *creators: int, workers: int = 8, driver: TikTokDriver | None = None, **changed: Any
    ) -> dict[int, Ended]:
        """How these creators' errands (of all of them) end, while time passes as it is waited for."""
        self.keeper.ends.clear()
        errands = [self.errand(creator, **changed) for creator in creators or self.world.creators]
        driver = driver or self.driver(concurrency=workers)
        await passing(self.clock, driver.drive(errands, self.keeper, lambda: self.stopping))
        return self.keeper.ends


async def passing(clock: FakeClock, work: Coroutine[Any, Any, T]) -> T:
    """What it gives; whenever everybody waits, time goes on to the first who is due."""
    task = asyncio.create_task(work)
    while not task.done():
        await others()
        due = min((sleeper.due for sleeper in clock._sleepers), default=None)
        if due is not None and not busy():
            await clock.advance(max(0.0, due - clock.monotonic()))
    return await task


@asynccontextmanager
async def opened(folder: Path, clock: FakeClock, size: Size) -> AsyncIterator[House]:
    world = invent(7, clock.now(), ZoneInfo("Europe/Prague"), size)
    tiktok, wire = TikTok(world, clock), Wire()
    async with (
        new_store(folder / "x.db") as store,
        standing_in(tiktok) as url,
        httpx.AsyncClient(transport=wire, timeout=60) as client,
    ):
        settings = TikTokSettings.model_validate({"url": f"{url}/v2", "client_key": "key", "client_secret": "secret"})
        connections = Connections(store, Vault([SECRET]))
        yield House(
            tiktok, world, clock, store, connections, settings, client, wire, Limits(clock),
            TikTokTokens(connections, settings, client, clock),
        )  # fmt: skip
