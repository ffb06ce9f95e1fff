"""What collecting costs, over real HTTP: as few requests as the formula says, none twice, none where nobody may ask."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import ceil, inf
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from starlette.types import Receive, Scope, Send

from lahmadaemon.building.parts import Parts
from lahmadaemon.building.social import social
from lahmadaemon.demo.social.creators_app import CreatorsApp
from lahmadaemon.demo.social.graph import Graph
from lahmadaemon.demo.social.tiktok import TikTok
from lahmadaemon.demo.social.world import Creator, Size, World, invent
from lahmadaemon.settings import read_settings
from lahmadaemon.social.collecting.services import Collect
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.store.tables import posts, results
from lahmadaemon.social.vault import Vault
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.service import Service
from tests.fakes.alarms import FakeAlarms
from tests.fakes.clock import FakeClock, busy, others
from tests.fakes.stores import new_store
from tests.social.fronting import fronting
from tests.social.logging_in import all_log_in, want_no_facebook

ZONE = ZoneInfo("Europe/Prague")
SECRET = "a secret for the tests alone"
ALLOWED = 1.1
BATCH, LIST = 50, 20
"""Calls in one request to Meta, videos in one answer of TikTok's."""
HOURS = 3600
DAY = 24 * HOURS
LISTS = "/v2/video/list/"


@dataclass
class Outside:
    """The Creators app, TikTok and the Graph API behind one server. `arrived` is called before each request is looked at."""

    app: CreatorsApp
    tiktok: TikTok
    graph: Graph
    requests: Counter[str] = field(default_factory=Counter)
    """By path."""
    arrived: Callable[[str], None] = lambda _: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        self.arrived(path)
        self.requests[path] += 1
        whose = self.app if path.startswith("/api-") else self.tiktok if path.startswith("/v2/") else self.graph
        await whose(scope, receive, send)


@dataclass(frozen=True)
class Cost:
    """Of one round."""

    app: int
    calls: int
    """Logical ones, as Meta counts them."""
    instagram: int
    tiktok: int
    refreshes: int


@dataclass
class Agency:
    size: Size
    on_tiktok: int
    """Creators who are there too; each costs requests of its own, and a test its time."""
    page: int
    """Posts in one answer of Meta's."""
    world: World
    outside: Outside
    clock: FakeClock
    store: Store
    services: dict[str, Service]

    @property
    def creators(self) -> list[Creator]:
        return list(self.world.creators.values())

    async def round(self, service: str = "collect", *, due: bool = False) -> Cost:
        """Everybody, or whoever is `due`; nobody is asked the same twice, or with a token that was replaced."""
        outside, doing = self.outside, self.services[f"social.{service}"]
        before = self._counts()
        outside.graph.begin_cycle()
        outside.tiktok.begin_cycle()
        await self._patiently(doing.work() if due and isinstance(doing, Collect) else doing.turn())
        assert outside.graph.duplicates() == []
        assert outside.tiktok.duplicates() == []
        assert outside.tiktok.used_after_rotation == 0
        assert (outside.graph.calls_while_throttled, outside.tiktok.calls_while_throttled) == (0, 0)
        app, calls, instagram, tiktok, refreshes = (
            now - then for now, then in zip(self._counts(), before, strict=True)
        )
        return Cost(app, calls, instagram, tiktok - refreshes, refreshes)

    async def _patiently(self, work: Coroutine[Any, Any, object]) -> None:
        """Until it is done; whenever everybody waits, time goes on to the first who is due."""
        task = asyncio.create_task(work)
        while not task.done():
            await others()
            due = min((each.due for each in self.clock._sleepers), default=inf)
            if due < inf and not busy():
                await self.clock.advance(max(0.0, due - self.clock.monotonic()))
        await task

    def _counts(self) -> tuple[int, ...]:
        app, graph, tiktok = self.outside.app, self.outside.graph, self.outside.tiktok
        return app.http_requests, graph.logical_calls, graph.http_requests, tiktok.http_requests, tiktok.refreshes

    def within_the_formula(self, cost: Cost) -> bool:
        """Of a whole round: one call for fifty posts of a creator, fifty calls in a request; TikTok's profile, and a request for
        twenty videos."""
        many = self.size.creators
        calls = many * max(1, ceil(self.size.media / self.page))
        tiktok = self.on_tiktok * (1 + max(1, ceil(self.size.videos / LIST)))
        within = cost.instagram <= ALLOWED * ceil(calls / BATCH), cost.tiktok <= ALLOWED * tiktok
        return cost.calls <= ALLOWED * calls and all(within)

    async def advance(self, seconds: float) -> None:
        await self.clock.advance(seconds)

    async def whole(self) -> bool:
        """Every post there is was found, and every account is well."""
        async with self.store.read() as connection:
            found = (await connection.execute(select(func.count()).select_from(posts))).scalar_one()
            ends = set((await connection.execute(select(results.c.result))).scalars())
        size = self.size
        there = size.creators * (size.media + size.stories) + self.on_tiktok * size.videos
        return found == there and ends == {"ok"}

    async def newest(self) -> Counter[tuple[str, str | None]]:
        """How accounts fared in the newest run."""
        async with self.store.read() as connection:
            last = (await connection.execute(select(func.max(results.c.run_id)))).scalar_one()
            rows = await connection.execute(select(results.c.result, results.c.reason).where(results.c.run_id == last))
            return Counter((row.result, row.reason) for row in rows)


@asynccontextmanager
async def opened(folder: Path, creators: int, on_tiktok: int, page: int, **settings: str) -> AsyncIterator[Agency]:
    clock = FakeClock()
    size = Size(creators, media=8, tracked=2, stories=1, videos=4, page_posts=1)
    world = want_no_facebook(invent(7, clock.now(), ZONE, size))
    outside = Outside(CreatorsApp(world), TikTok(world, clock), Graph(world, clock, zone=ZONE))
    outside.graph.require_proof = True
    async with new_store(folder / "x.db") as store, fronting() as front:
        front.app = outside
        url = str(front.http.base_url).rstrip("/")
        given = {
            "CREATORS__URL": url, "META__URL": url, "META__APP_ID": "app", "META__APP_SECRET": "app-secret",
            "META__PAGE_SIZE": str(page), "TIKTOK__URL": f"{url}/v2", "TIKTOK__CLIENT_KEY": "key",
            "TIKTOK__CLIENT_SECRET": "secret",
        } | settings  # fmt: skip
        environ = {f"LAHMA_SOCIAL__{name}": value for name, value in given.items()}
        environ |= {"LAHMA_STATE_FOLDER": str(folder), "LAHMA_TIMEZONE": ZONE.key, "LAHMA_SECRET_KEY": SECRET}
        house = await asyncio.to_thread(lambda: read_settings(None, environ).settings)
        room = await social(Parts(), house, clock, store, front.http, FakeAlarms())
        connections = ConnectionStore(store, await asyncio.to_thread(Vault, [SECRET.encode()]))
        await all_log_in(connections, world, outside.graph, outside.tiktok, clock.now(), on_tiktok)
        yield Agency(size, on_tiktok, page, world, outside, clock, store, {each.name: each for each in room.services})


SIZES = pytest.mark.parametrize(("creators", "on_tiktok", "page"), [(10, 10, 50), (60, 15, 5)])
"""In the second everybody has two pages of posts."""


@SIZES
@pytest.mark.slow
async def test_rounds_cost_what_the_formula_says_and_a_spoilt_page_little_more(
    tmp_path: Path, creators: int, on_tiktok: int, page: int
) -> None:
    async with opened(tmp_path, creators, on_tiktok, page) as agency:
        assert (await agency.round("sync")).app == 3
        first = await agency.round()
        assert agency.within_the_formula(first)
        assert first.refreshes == 0
        assert await agency.whole()

        await agency.advance(3 * HOURS + 600)  # the access tokens have run out
        young = await agency.round(due=True)
        one_each = ceil(creators / BATCH)
        assert young == Cost(0, creators, one_each, on_tiktok, on_tiktok)
        assert await agency.round("stories") == Cost(0, creators, one_each, 0, 0)

        spoilt = agency.creators[:: max(1, creators // 3)][:3]
        for number, who in enumerate(spoilt):
            who.media[
                0 if number % 2 else agency.size.tracked
            ].before_conversion = True  # one of a campaign, one of none

        await agency.advance(DAY)
        cost = await agency.round()
        assert cost.calls > first.calls + len(spoilt), "no page was spoilt"
        assert cost.instagram <= first.instagram + 2 + ceil(len(spoilt) * agency.size.tracked / BATCH)
        assert cost.tiktok == first.tiktok
        assert cost.refreshes == on_tiktok
        assert await agency.newest() == {("ok", None): creators + on_tiktok}


@pytest.mark.parametrize(("creators", "on_tiktok"), [(10, 10), (60, 15)])
@pytest.mark.slow
async def test_where_an_allowance_is_used_up_in_the_midst_nobody_asks_until_it_is_back(
    tmp_path: Path, creators: int, on_tiktok: int
) -> None:
    batch = creators // 5
    sizes = {
        "META__BATCH_SIZE": str(batch),
        "META__CONCURRENCY": "1",
    }  # nothing else is on its way when a refusal comes
    async with opened(tmp_path, creators, on_tiktok, 50, **sizes) as agency:
        await agency.round("sync")
        graph, tiktok = agency.outside.graph, agency.outside.tiktok

        def exhaust(path: str) -> None:
            if path == LISTS and agency.outside.requests[LISTS] == on_tiktok - 1:
                tiktok.throttle("video/list", 45)
            if graph.http_requests == 1:
                for who in agency.creators[::3]:
                    graph.spend(who.instagram_id, 101)
            if graph.http_requests == 3:
                graph.spend(None, 101)

        agency.outside.arrived = exhaust
        cost = await agency.round()
        assert cost.instagram == 4, "the app is refused in the fourth batch, and the fifth is not sent"
        assert cost.calls == 4 * batch
        assert tiktok.codes["rate_limit_exceeded"] == 1
        assert cost.tiktok == 2 * on_tiktok + 1
        fared = await agency.newest()
        spent = sum(number % 3 == 0 for number in range(batch, 3 * batch))
        assert fared == {("ok", None): 3 * batch - spent + on_tiktok, ("skipped", "throttled"): 2 * batch + spent}

        agency.outside.arrived = lambda _: None
        assert (await agency.round()).instagram == 0
        await agency.advance(DAY)
        await agency.round()
        assert await agency.newest() == {("ok", None): creators + on_tiktok}
