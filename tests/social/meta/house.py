"""The Graph API's stand-in over real HTTP, the driver, a keeper with a memory, on a clock that tests move."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from lahmadaemon.clock import DAY
from lahmadaemon.demo.social.graph import Graph
from lahmadaemon.demo.social.world import Creator, Size, World, invent
from lahmadaemon.social.driving import Ended, Errand, Result
from lahmadaemon.social.limits import Limits
from lahmadaemon.social.meta.driver import MetaDriver
from lahmadaemon.social.meta.metrics import Lessons
from lahmadaemon.social.meta.page_posts import facebook
from lahmadaemon.social.meta.walks import instagram, stories
from lahmadaemon.social.posts import Found, Platform, Post
from lahmadaemon.social.settings import MetaSettings
from lahmadaemon.social.walk import Page, Walk
from tests.fakes.clock import FakeClock
from tests.social.fronting import Front
from tests.social.meta.walking import new_lessons, task


@dataclass
class Memory:
    """A keeper. `batches`: how many pages came at once."""

    pages: list[tuple[Errand, Page]] = field(default_factory=list)
    ends: dict[int, Ended] = field(default_factory=dict)
    """By creator, of errands that were given one account each."""
    batches: list[int] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    fails: Callable[[], Exception | None] = lambda: None

    async def keep(self, pages: Sequence[tuple[Errand, Page]]) -> None:
        if error := self.fails():
            raise error
        self.pages += pages
        self.batches.append(len(pages))

    async def ended(self, ended: Sequence[tuple[Errand, Ended]]) -> None:
        for errand, end in ended:
            assert errand.creator_id not in self.ends, "it ended twice"
            self.ends[errand.creator_id] = end
            self.order.append(f"{errand.name} {end.reason}")

    @property
    def results(self) -> dict[int, tuple[Result, str | None]]:
        return {creator: (end.result, end.reason) for creator, end in self.ends.items()}

    def found(self, creator_id: int | None = None) -> dict[str, Found]:
        return {
            each.post.platform_id: each
            for errand, page in self.pages if creator_id in {None, errand.creator_id}
            for each in page.found
        }  # fmt: skip


class Wiretap:
    """Sees what goes over the wire, on its way to the stand-in. `arrived` is called before each request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.lines: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.under_way = self.most = 0
        self.arrived: Callable[[], None] = lambda: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.arrived()
        self.lines.append(f"{scope['method']} {scope['path']}?{scope['query_string'].decode()}")
        self.headers.append({name.decode(): value.decode() for name, value in scope["headers"]})
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self.app(scope, receive, send)
        self.under_way -= 1


def tagged(post: Post) -> bool:
    return "#" in post.caption


@dataclass
class House:
    """Creators have the numbers 10, 11, …"""

    graph: Graph
    world: World
    clock: FakeClock
    front: Front
    wire: Wiretap
    limits: Limits
    memory: Memory = field(default_factory=Memory)
    lessons: Lessons = field(default_factory=new_lessons)
    tokens: dict[int, str] = field(default_factory=dict)
    stops: Callable[[], bool] = lambda: False

    def settings(self, **more: Any) -> MetaSettings:
        url = str(self.front.http.base_url).rstrip("/")
        return MetaSettings(**{"url": url, "app_id": "app", "app_secret": SecretStr("app-secret"), **more})

    def driver(self, **more: Any) -> MetaDriver:
        chance = more.pop("chance", lambda: 0.0)
        deadline = more.pop("deadline", 5.0)
        return MetaDriver(
            self.settings(**more), self.front.http, self.clock, self.limits, chance, deadline=deadline
        )  # fmt: skip

    def creator(self, number: int) -> Creator:
        return self.world.creators[number]

    def errand(self, number: int, kind: str = "instagram", *, walk: Walk | None = None, **more: Any) -> Errand:
        creator = self.creator(number)
        platform = Platform.FACEBOOK if kind == "facebook" else Platform.INSTAGRAM
        account = creator.page_id if kind == "facebook" else creator.instagram_id
        page_size = more.pop("page_size", None)
        now = self.clock.now()
        asked = task(platform, account, **{"since": now - 60 * DAY, "now": now, "wanted": tagged, **more})
        if walk is None and kind == "stories":
            walk = stories(asked, self.lessons)
        make = facebook if kind == "facebook" else instagram
        walk = walk or make(asked, self.lessons, page_size)
        return Errand(number, platform, account, walk, SecretStr(self.token(number)))

    def token(self, number: int) -> str:
        """The creator's page token; the stand-in makes a new one whenever it is asked."""
        return self.tokens.get(number) or self.tokens.setdefault(number, self.graph.page_token(number))

    def errands(self, numbers: Iterable[int] | None = None, kind: str = "instagram", **more: Any) -> list[Errand]:
        return [self.errand(number, kind, **more) for number in numbers or self.world.creators]

    async def drive(self, errands: Sequence[Errand], driver: MetaDriver | None = None, **more: Any) -> MetaDriver:
        """What the stand-in counts begins anew."""
        driver = driver or self.driver(**more)
        self.graph.begin_cycle()
        await driver.drive(errands, self.memory, lambda: self.stops())
        return driver


def new_house(front: Front, clock: FakeClock, creators: int = 3, **size: int) -> House:
    world = invent(7, clock.now(), ZoneInfo("Europe/Prague"), Size(creators, **{"media": 8, "tracked": 2, **size}))
    graph = Graph(world, clock)
    graph.require_proof = True
    wire = Wiretap(graph)
    front.app = wire
    return House(graph, world, clock, front, wire, Limits(clock))
