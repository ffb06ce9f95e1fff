"""An agency with so many creators: the stand-ins of all three servers in a process of their own, the house in this one."""

import asyncio
import logging
import multiprocessing
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from lahmadaemon.clock import DAY, MINUTE, SECOND, Instant, SystemClock
from lahmadaemon.daemon import House, open_house
from lahmadaemon.demo.social.creators_app import CreatorsApp
from lahmadaemon.demo.social.graph import Graph
from lahmadaemon.demo.social.tiktok import SCOPES, TikTok
from lahmadaemon.demo.social.world import Size, invent
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.settings import read_settings
from lahmadaemon.social.connections import Account, Connection, Provider
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.vault import Vault
from lahmadaemon.systemd import Notifier

START = Instant(1_792_605_420_000)  # 2026-10-21T17:57Z
ZONE = ZoneInfo("Europe/Budapest")
SECRET = "a secret of the benchmark"
META_SCOPES = frozenset({"instagram_basic", "instagram_manage_insights", "pages_show_list", "pages_read_engagement"})
WITHOUT_FACEBOOK = (1, 2, 3, 4)
"""Posts, stories, reels, TikTok."""


Code = int | str | None
APP_LIMIT, ACCOUNT_LIMIT, LIMITED = 4, 80002, "rate_limit_exceeded"
CROSSING = 0.5
"""Real seconds: what was sent before a refusal could be read is not held against anybody."""


class Leaping:
    """`speed` times as fast as the machine since `began`, by its monotonic clock, which all processes share; set forward at
    will."""

    def __init__(self, speed: float, began: float) -> None:
        self._machine, self.speed, self._began = SystemClock(), speed, began
        self._ahead = 0.0

    def now(self) -> Instant:
        return Instant(START + round(self.monotonic() * SECOND))

    def monotonic(self) -> float:
        return (self._machine.monotonic() - self._began) * self.speed + self._ahead

    def leap(self, seconds: float) -> None:
        self._ahead += seconds

    def pace(self, speed: float) -> None:
        """From now on."""
        self._ahead = self.monotonic()
        self._began, self.speed = self._machine.monotonic(), speed

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        return await self._machine.wait(event, None if seconds is None else seconds / self.speed)


@dataclass(frozen=True)
class Counts:
    """What the stand-ins have seen."""

    instagram_http: int
    instagram_logical: int
    tiktok_http: int
    """Without refreshes."""
    refreshes: int
    creators_http: int
    rotated: int
    refused: int
    """Calls that met an allowance that was used up."""

    def since(self, earlier: "Counts") -> "Counts":
        before = asdict(earlier)
        return Counts(**{name: number - before[name] for name, number in asdict(self).items()})


@dataclass
class Tripwire:
    """Does something once, before a request that comes after so many calls."""

    app: ASGIApp
    calls: Callable[[], int]
    at: int = 0
    trap: Callable[[], object] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.trap and self.calls() >= self.at:
            self.trap()
            self.trap = None
        await self.app(scope, receive, send)


def ignored(refused: Mapping[Code, int], calls: Iterable[tuple[str, Instant, Code]], crossing: float) -> int:
    """Of calls (scope, when, code), oldest first, those that came although a refusal in their scope had been answered for longer
    than `crossing` milliseconds, and was not over. `refused`: for how long each code closes its scope, in milliseconds."""
    closed: dict[str, tuple[int, int]] = {}
    found = 0
    for scope, at, code in calls:
        since, until = closed.get(scope, (0, 0))
        if at < until:
            found += at > since + crossing
        elif code in refused:
            closed[scope] = at, at + refused[code]
    return found


class StandIns:
    """The other process: each public method is asked for by name."""

    def __init__(self, size: Size, speed: float, began: float) -> None:
        self.clock = Leaping(speed, began)
        self.world = invent(7, START, ZONE, size)
        for campaign in self.world.campaigns.values():
            campaign.platforms = WITHOUT_FACEBOOK
        self.size = size
        self._began = self.clock.now()
        self.graph, self.tiktok = Graph(self.world, self.clock), TikTok(self.world, self.clock)
        self.graph.require_proof = True
        self.creators = CreatorsApp(self.world)
        self.wire = Tripwire(self.graph, lambda: self.graph.logical_calls)

    def connect(self) -> list[dict[str, Any]]:
        """Every creator logs in everywhere."""
        return [
            {
                "id": who.id, "facebook": who.facebook_id, "page": who.page_id, "instagram": who.instagram_id,
                "handle": who.handle, "long": self.graph.long_token(who.id), "token": self.graph.page_token(who.id),
                "tiktok": self.tiktok.connect(who.id),
            }
            for who in self.world.creators.values()
        ]  # fmt: skip

    def counts(self) -> Counts:
        graph, tiktok = self.graph, self.tiktok
        return Counts(
            graph.http_requests, graph.logical_calls, tiktok.http_requests - tiktok.refreshes, tiktok.refreshes,
            self.creators.http_requests,
            tiktok.used_after_rotation,
            tiktok.codes[LIMITED] + sum(call.code in {APP_LIMIT, ACCOUNT_LIMIT} for call in graph.seen),
        )  # fmt: skip

    def ignored(self) -> int:
        """Calls of this cycle that came half a second and more after they had been told not to."""
        crossing = CROSSING * self.clock.speed * SECOND
        graph = [call for call in self.graph.seen if call.at >= self._began]
        tiktok = [call for call in self.tiktok.seen if call.at >= self._began]
        accounts = [(str(call.creator_id), call.at, call.code) for call in graph]
        return (
            ignored({APP_LIMIT: MINUTE}, [("app", call.at, call.code) for call in graph], crossing)
            + ignored({ACCOUNT_LIMIT: self.graph.regain_minutes * MINUTE}, accounts, crossing)
            + ignored({LIMITED: MINUTE}, [(call.url, call.at, call.code) for call in tiktok], crossing)
        )

    def begin_cycle(self) -> None:
        self._began = self.clock.now()
        self.graph.begin_cycle()
        self.tiktok.begin_cycle()

    def duplicates(self) -> int:
        return len(self.graph.duplicates()) + len(self.tiktok.duplicates())

    def leap(self, seconds: float) -> None:
        self.clock.leap(seconds)

    def pace(self, speed: float) -> None:
        self.clock.pace(speed)

    def slow(self, seconds: float) -> None:
        """Every answer takes so long."""
        self.graph.latency = self.tiktok.latency = seconds

    def generous(self) -> None:
        """TikTok has no limit any more."""
        self.tiktok.allowance = 10**9

    def poison(self, creators: int) -> int:
        """A post from before the account was a professional one for each of so many, wanted and unwanted in turn.

        How many tracked posts are on the pages that it spoils.
        """
        every = list(self.world.creators.values())
        spoilt = every[:: max(1, len(every) // creators)][:creators]
        for number, who in enumerate(spoilt):
            who.media[self.size.tracked if number % 2 else 0].before_conversion = True
        return len(spoilt) * self.size.tracked

    def heal(self) -> None:
        """No page is spoilt any more."""
        for who in self.world.creators.values():
            for item in who.media:
                item.before_conversion = False

    def exhaust(self, after: int, *, app: bool) -> None:
        """After so many more calls the allowances of some accounts, or the app's, are used up, and TikTok's list is closed."""

        def spend() -> None:
            accounts = [None] if app else [who.instagram_id for who in list(self.world.creators.values())[::3]]
            for account in accounts:
                self.graph.spend(account, 101.0)
            self.tiktok.throttle("video/list", 60.0)

        self.wire.at, self.wire.trap = self.graph.logical_calls + after, spend


async def _serve(pipe: Pipe, size: Size, speed: float, began: float) -> None:
    there = StandIns(size, speed, began)
    loop, over = asyncio.get_running_loop(), asyncio.Event()

    def answer() -> None:
        try:
            what, arguments, more = pipe.recv()
        except EOFError:  # the other process has ended, or has done with us
            loop.remove_reader(pipe.fileno())
            over.set()
        else:
            pipe.send(getattr(there, what)(*arguments, **more))

    async with (
        standing_in(there.wire) as graph,
        standing_in(there.tiktok) as tiktok,
        standing_in(there.creators) as app,
    ):
        pipe.send((graph, tiktok, app))
        loop.add_reader(pipe.fileno(), answer)
        await over.wait()


def _other_process(pipe: Pipe, size: Size, speed: float, began: float) -> None:
    logging.disable(logging.CRITICAL)
    asyncio.run(_serve(pipe, size, speed, began))


@dataclass
class Agency:
    """The house, its clock, and a line to the process of the stand-ins."""

    house: House
    clock: Leaping
    size: Size
    pipe: Pipe = field(repr=False)

    def there(self, what: str, *arguments: Any, **more: Any) -> Any:
        """Ask the stand-ins; blocking, while nothing else is to be done."""
        self.pipe.send((what, arguments, more))
        return self.pipe.recv()

    def leap(self, seconds: float) -> None:
        """Everywhere at once."""
        self.there("leap", seconds)
        self.clock.leap(seconds)

    def pace(self, speed: float) -> None:
        """Everywhere, within less than a millisecond."""
        self.there("pace", speed)
        self.clock.pace(speed)


@asynccontextmanager
async def opened(size: Size, *, speed: float, per_second: float | None = None) -> AsyncIterator[Agency]:
    """All creators are connected, nothing is collected yet. `per_second`: another pace for TikTok than settings allow."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    began = SystemClock().monotonic()
    pipe, other = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_other_process, args=(other, size, speed, began))
    process.start()
    other.close()
    try:
        graph, tiktok, app = await asyncio.to_thread(pipe.recv)
        with tempfile.TemporaryDirectory(prefix="lahmadaemon-bench-") as folder:
            settings = read_settings(None, _environ(folder, graph, tiktok, app)).settings
            if per_second:
                faster = settings.social.tiktok.model_copy(update={"per_second": per_second})
                social = settings.social.model_copy(update={"tiktok": faster})
                settings = settings.model_copy(update={"social": social})
            clock = Leaping(speed, began)
            async with open_house(settings, clock, Notifier({})) as house:
                agency = Agency(house, clock, size, pipe)
                await _connect(house, agency.there("connect"))
                yield agency
    finally:
        pipe.close()
        await asyncio.to_thread(process.join)


def _environ(folder: str, graph: str, tiktok: str, app: str) -> dict[str, str]:
    return {
        "LAHMA_STATE_FOLDER": str(Path(folder) / "state"), "LAHMA_WEB__PORT": "0", "LAHMA_TIMEZONE": ZONE.key,
        "LAHMA_SECRET_KEY": SECRET, "LAHMA_SOCIAL__CREATORS__URL": app, "LAHMA_SOCIAL__META__URL": graph,
        "LAHMA_SOCIAL__META__APP_ID": "app", "LAHMA_SOCIAL__META__APP_SECRET": "app-secret",
        "LAHMA_SOCIAL__TIKTOK__URL": f"{tiktok}/v2", "LAHMA_SOCIAL__TIKTOK__CLIENT_KEY": "key",
        "LAHMA_SOCIAL__TIKTOK__CLIENT_SECRET": "secret",
    }  # fmt: skip


async def _connect(house: House, creators: list[dict[str, Any]]) -> None:
    connections, now = ConnectionStore(house.store, Vault([SECRET.encode()])), house.clock.now()
    for each in creators:
        creator, token, given = each["id"], SecretStr(each["token"]), each["tiktok"]
        page = {"creator_id": creator, "page_id": each["page"], "token": token}
        meta = Connection(
            creator_id=creator, provider=Provider.META, user_id=each["facebook"], access=SecretStr(each["long"]),
            access_until=Instant(now + 60 * DAY), issued_at=now, scopes=META_SCOPES,
        )  # fmt: skip
        await connections.connect(meta, [
            Account(platform=Platform.INSTAGRAM, account_id=each["instagram"], username=each["handle"], **page),
            Account(platform=Platform.FACEBOOK, account_id=each["page"], **page),
        ])  # fmt: skip
        tiktok = Connection(
            creator_id=creator, provider=Provider.TIKTOK, user_id=given["open_id"], scopes=frozenset(SCOPES),
            access=SecretStr(given["access_token"]), access_until=Instant(now + given["expires_in"] * SECOND),
            refresh=SecretStr(given["refresh_token"]),
            refresh_until=Instant(now + given["refresh_expires_in"] * SECOND), issued_at=now,
        )  # fmt: skip
        account = Account(creator_id=creator, platform=Platform.TIKTOK, account_id=given["open_id"])
        await connections.connect(tiktok, [account])
