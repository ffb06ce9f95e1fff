"""An agency in its world: the room as the daemon builds it, the stand-ins of all it talks to behind one server, its window."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import inf
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

from lahmadaemon.clock import DAY, HOUR, Instant, local
from lahmadaemon.demo.social.creators_app import CreatorsApp
from lahmadaemon.demo.social.graph import Graph
from lahmadaemon.demo.social.tiktok import SCOPES, TikTok
from lahmadaemon.demo.social.world import Campaign, Creator, Item, Product, World
from lahmadaemon.social.collecting.services import Collect, Stories
from lahmadaemon.social.connections import Account, Connection, Provider
from lahmadaemon.social.creators_app.sync import Sync
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.tokens import TokenService
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.service import Service
from lahmadaemon.web.social.doors import SocialDoors
from tests.fakes.alarms import FakeAlarms
from tests.fakes.clock import FakeClock

PRAGUE = ZoneInfo("Europe/Prague")
API = "/api/v1/social"
BACK = "https://agency.example/tiktok"
Json = dict[str, Any]


async def _nothing(_: str) -> None:
    pass


@dataclass
class Outside:
    """The Creators app, TikTok under `/v2/`, and the Graph API. `arrived` is awaited before each request is answered."""

    app: CreatorsApp
    tiktok: TikTok
    graph: Graph
    lines: list[str] = field(default_factory=list)
    arrived: Callable[[str], Awaitable[None]] = _nothing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        self.lines.append(f"{scope['method']} {path}?{scope['query_string'].decode()}")
        await self.arrived(path)
        whose = self.app if path.startswith("/api-") else self.tiktok if path.startswith("/v2/") else self.graph
        await whose(scope, receive, send)


@dataclass
class Agency:
    """Creators are 10 and 11, with nothing posted and no campaign; `answers`: everything that the window ever said."""

    world: World
    outside: Outside
    clock: FakeClock
    store: Store
    alarms: FakeAlarms
    doors: SocialDoors
    services: Mapping[str, Service]
    web: FastAPI
    window: httpx.AsyncClient
    answers: list[str] = field(default_factory=list)

    # --- Who is outside

    @property
    def app(self) -> CreatorsApp:
        return self.outside.app

    @property
    def graph(self) -> Graph:
        return self.outside.graph

    @property
    def tiktok(self) -> TikTok:
        return self.outside.tiktok

    def creator(self, number: int = 10) -> Creator:
        return self.world.creators[number]

    def campaign(
        self, number: int, hashtags: str, platforms: tuple[int, ...] = (1, 2, 3, 4), *,
        days: tuple[int, int] = (-7, 7), creators: tuple[int, ...] = (10, 11),
    ) -> Campaign:  # fmt: skip
        """A new one of the Creators app; `days` from today."""
        today = self.today
        first, last = (today + timedelta(days=each) for each in days)
        made = self.world.campaigns[number] = Campaign(number, f"no. {number}", hashtags, first, last, platforms)
        self.world.involved[number] = list(creators)
        return made

    def post(
        self, caption: str | None, product: Product = Product.REEL, *, creator: int = 10, age: float = 24,
        views: int = 1000, **more: Any,
    ) -> Item:  # fmt: skip
        """Somebody posts; `age` in hours."""
        whose = self.creator(creator)
        shelf = {Product.STORY: whose.stories, Product.VIDEO: whose.videos, Product.PAGE_POST: whose.page_posts}.get(
            product, whose.media
        )
        at = round(self.clock.now() - age * HOUR)
        number = f"9{creator}{len(whose.media) + len(whose.stories) + len(whose.videos):06}"
        number = f"{whose.page_id}_{number}" if product is Product.PAGE_POST else number
        exact = {"views": views, **more.pop("exact", {})}
        item = Item(number, product, Instant(at - at % 1000), caption, views, exact=exact, **more)
        shelf.append(item)
        shelf.sort(key=lambda each: -each.published_at)
        return item

    @property
    def today(self) -> date:
        return local(self.clock.now(), PRAGUE).date()

    # --- What the room does

    @property
    def collecting(self) -> Collect:
        found = self.services["social.collect"]
        assert isinstance(found, Collect)
        return found

    @property
    def stories(self) -> Stories:
        found = self.services["social.stories"]
        assert isinstance(found, Stories)
        return found

    @property
    def logins(self) -> TokenService:
        found = self.services["social.tokens"]
        assert isinstance(found, TokenService)
        return found

    async def sync(self) -> None:
        """Reads the Creators app."""
        found = self.services["social.sync"]
        assert isinstance(found, Sync)
        await found.turn()

    async def collect(self) -> None:
        """Everybody, now."""
        await self.collecting.turn()

    async def look(self) -> None:
        """Whoever is due, after campaigns were looked at."""
        await self.collecting.work()

    async def join(self, *creators: int) -> None:
        """They log in with Meta, request by request; the Creators app must have been read."""
        for number in creators:
            short = SecretStr(self.graph.short_token(number))
            await self.doors.joining.meta_token(number, short, self.creator(number).facebook_id, frozenset())

    async def meta(self, *creators: int) -> None:
        """They are connected, as if they had logged in with the last of their pages."""
        for number in creators:
            who, now = self.creator(number), self.clock.now()
            made = Connection(
                creator_id=number, provider=Provider.META, user_id=who.facebook_id, issued_at=now,
                access=SecretStr(self.graph.long_token(number)), access_until=Instant(now + 60 * DAY),
            )  # fmt: skip
            mine = Account(
                creator_id=number, platform=Platform.INSTAGRAM, account_id=who.instagram_id, page_id=who.page_id,
                token=SecretStr(self.graph.page_token(number)),
            )  # fmt: skip
            page = replace(mine, platform=Platform.FACEBOOK, account_id=who.page_id)
            await self.doors.connections.connect(made, [mine, page])

    async def on_tiktok(self, *creators: int, scopes: Sequence[str] = SCOPES) -> None:
        """They log in."""
        for number in creators:
            await self.doors.joining.tiktok_code(number, self.tiktok.code(number, scopes), BACK)

    async def begin(self, *creators: int, tiktok: bool = False, join: bool = False) -> None:
        """The Creators app is read, these (10 alone) are connected with Meta, or with both, and everybody is collected."""
        await self.sync()
        await (self.join if join else self.meta)(*creators or (10,))
        if tiktok:
            await self.on_tiktok(*creators or (10,))
        await self.collect()

    async def patiently(self, work: Coroutine[Any, Any, None]) -> None:
        """Until it is done; time passes whenever somebody waits for it."""
        task = asyncio.create_task(work)
        while not task.done():
            await asyncio.wait({task}, timeout=0.003)
            due = min((each.due for each in self.clock._sleepers), default=inf)
            if due < inf and not task.done():
                await self.clock.advance(max(0.0, due - self.clock.monotonic()))
        await task

    async def later(self, hours: float) -> None:
        await self.clock.advance(hours * HOUR / 1000)

    async def days(self, days: float) -> None:
        await self.clock.advance(days * DAY / 1000)

    # --- What its window says

    async def get(self, path: str, status: int = 200) -> Any:
        """JSON of that address below the API."""
        return await self.ask("GET", f"{API}{path}", status)

    async def ask(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        answer = await self.window.request(method, path, **more)
        self.answers.append(answer.text)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.text.startswith(("{", "[")) else answer.text

    async def belongs(self, campaign: int = 101) -> list[str]:
        """Captions of a campaign's posts, newest first."""
        return [each["caption"] for each in (await self.get(f"/campaigns/{campaign}/posts"))["items"]]

    async def told(self, item: Item) -> Json:
        """What the API tells of a post."""
        platform = {Product.VIDEO: "tiktok", Product.PAGE_POST: "facebook"}.get(item.product, "instagram")
        found: Json = await self.get(f"/posts/{platform}/{item.id}")
        return found

    async def everything(self, creator: int = 10) -> list[Json]:
        """All posts of a creator, newest first."""
        found: list[Json] = (await self.get(f"/creators/{creator}/posts"))["items"]
        return found

    async def results(self) -> dict[tuple[int, str], tuple[str, str | None]]:
        """By creator and platform: how each account fared in the newest run; time must have passed since the one before."""
        newest = (await self.get("/runs"))["items"][0]["id"]
        told = (await self.get(f"/runs/{newest}"))["results"]
        return {(each["creator_id"], each["platform"]): (each["result"], each["reason"]) for each in told}
