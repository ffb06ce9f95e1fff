"""A small social room with something in every store, its window, and who looks in."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.engine import URL

from lahmadaemon.clock import DAY, HOUR, MINUTE, Instant
from lahmadaemon.social.campaigns import Rules, read
from lahmadaemon.social.connections import Account, Connection, Provider
from lahmadaemon.social.driving import Ended, Errand, Result
from lahmadaemon.social.joining import Joining
from lahmadaemon.social.limits import Pause
from lahmadaemon.social.matching import Link
from lahmadaemon.social.meta.graph import Graph
from lahmadaemon.social.posts import Flag, Found, Kind, Numbers, Platform, Post, Profile
from lahmadaemon.social.settings import LegacySettings, SocialSettings
from lahmadaemon.social.store.campaigns import CampaignStore
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.store.creators import CreatorStore
from lahmadaemon.social.store.links import LinkStore
from lahmadaemon.social.store.posts import Arrival, PostStore, Seen
from lahmadaemon.social.store.reading import PostReader
from lahmadaemon.social.store.runs import COLLECT, REFRESH, Run, RunStore
from lahmadaemon.social.store.syncs import Part, SyncStore
from lahmadaemon.social.sums import Sums
from lahmadaemon.social.tiktok.tokens import TikTokTokens
from lahmadaemon.social.vault import Vault
from lahmadaemon.store.database import Store, open_store
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.web.social.doors import SocialDoors
from tests.fakes.clock import START, FakeClock
from tests.fakes.stores import begin_migrated, is_migrated
from tests.fakes.window import window_app

ZONE = ZoneInfo("Europe/Prague")
TOKEN = "open sesame"
FILE = "room.db"
SECRETS = ("user-token-of-11", "page-token-of-11", "tiktok-access-of-11", "tiktok-refresh-of-11", "tiktok-access-of-13")
INSTAGRAM, OTHER_INSTAGRAM, PAGE, OPEN_ID = "17841400000000011", "17841400000000099", "100000000000011", "-000open11"
REEL = Post(
    Platform.INSTAGRAM, "17900000000000001", Kind.REEL, Instant(START - 3 * DAY), "=cmd() Apple pie #autumnbake",
    media_type="VIDEO", permalink="https://instagram.example/reel/1", media_url="https://cdn.example/1.mp4",
    thumbnail_url="https://cdn.example/1.jpg",
)  # fmt: skip
PHOTO = Post(
    Platform.INSTAGRAM, "17900000000000002", Kind.POST, Instant(START - 2 * DAY), "#autumnbake", media_type="IMAGE"
)
STORY = Post(Platform.INSTAGRAM, "17900000000000003", Kind.STORY, Instant(START - 20 * HOUR), media_type="IMAGE")
VIDEO = Post(
    Platform.TIKTOK, "7400000000000000001", Kind.VIDEO, Instant(START - DAY), "#autumnbake", media_type="VIDEO",
    permalink="https://tiktok.example/@alma/video/1", media_url="https://tiktok.example/embed/1",
)  # fmt: skip
WALL = Post(Platform.FACEBOOK, "100000000000011_5", Kind.FACEBOOK_POST, Instant(START - 40 * DAY), "an older one")
AUTUMN = Link(101, "all", frozenset({"autumnbake"}))


@dataclass
class Collector:
    """Remembers what was asked for; one run at a time, which others join."""

    runs: RunStore
    clock: FakeClock
    asked: list[tuple[frozenset[int] | None, int | None]] = field(default_factory=list)
    current: Run | None = None

    async def refresh(self, creators: frozenset[int] | None = None, campaign_id: int | None = None) -> Run:
        self.asked.append((creators, campaign_id))
        if self.current is None:
            self.current = Run(f"run-{len(self.asked)}", REFRESH, self.clock.now(), accounts=4, done=1)
            await self.runs.begin(self.current)
        return self.current


@dataclass
class Room:
    """Everything there is of it."""

    store: Store
    clock: FakeClock
    settings: SocialSettings
    vault: Vault
    doors: SocialDoors
    collector: Collector
    board: HealthBoard
    syncs: list[Instant]

    def app(self, token: str | None = TOKEN, origins: tuple[str, ...] = ()) -> FastAPI:
        """As it is furnished for this room; the next test's is another."""
        return window_app(self.board, token, social=self.doors, cors_origins=origins)

    @asynccontextmanager
    async def visitor(
        self, token: str | None = TOKEN, *, shows: str | None = TOKEN, origins: tuple[str, ...] = ()
    ) -> AsyncIterator[httpx.AsyncClient]:
        """Somebody who shows that, at a window that wants `token`."""
        headers = {"Authorization": f"Bearer {shows}"} if shows else {}
        transport = httpx.ASGITransport(self.app(token, origins))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
            yield client


_seeded: list[bytes] = []


@asynccontextmanager
async def seeded_room(folder: Path, **given: Any) -> AsyncIterator[Room]:
    """As `room`, with what `seed` puts there: once, and copied from then on."""
    if not _seeded:
        async with room(folder) as first:
            await seed(first)
        with closing(sqlite3.connect(folder / FILE)) as made:
            _seeded.append(made.serialize())
    for old in folder.glob(f"{FILE}*"):
        old.unlink()
    (folder / FILE).write_bytes(_seeded[0])
    async with room(folder, **given) as opened:
        yield opened


@asynccontextmanager
async def room(
    folder: Path, *, legacy: LegacySettings | None = None, settings: SocialSettings | None = None,
    graph: Graph | None = None, client: httpx.AsyncClient | None = None, clock: FakeClock | None = None,
    lost: frozenset[tuple[int, Provider]] = frozenset(),
) -> AsyncIterator[Room]:  # fmt: skip
    """An empty one, or what the file in the folder holds."""
    settings = settings or SocialSettings(legacy=legacy or LegacySettings(), public_url="https://stats.example")
    clock, vault, asked = clock or FakeClock(), Vault([b"a secret of the house"]), list[Instant]()

    async def ask() -> None:
        asked.append(clock.now())

    url = URL.create("sqlite", database=str(folder / FILE))
    if (folder / FILE).exists():
        is_migrated(url)
    else:
        await asyncio.to_thread(begin_migrated, url)
    async with open_store(url) as store:
        connections, runs = ConnectionStore(store, vault), RunStore(store)
        tokens = TikTokTokens(connections, settings.tiktok, client, clock) if client else None
        collector = Collector(runs, clock)
        doors = SocialDoors(
            settings=settings, zone=ZONE, clock=clock, creators=CreatorStore(store),
            campaigns=CampaignStore(store, settings, ZONE), connections=connections, links=LinkStore(store),
            posts=PostStore(store), reader=PostReader(store), sums=Sums(store, ZONE), runs=runs, syncs=SyncStore(store),
            joining=Joining(store, vault, settings, clock, graph=graph, tokens=tokens),
            refresh=collector.refresh, sync=ask, lost=lambda: lost,
        )  # fmt: skip
        yield Room(store, clock, settings, vault, doors, collector, HealthBoard(clock), asked)


async def seed(room: Room) -> None:
    """Three creators and one who is gone; campaigns that run, are skipped and have ended; posts, logins, runs."""
    await seed_people(room)
    await seed_posts(room)
    await seed_logins(room)
    run = Run("run-0", COLLECT, Instant(START - HOUR), accounts=1)
    await room.doors.runs.begin(run)
    errand = Errand(11, Platform.INSTAGRAM, INSTAGRAM, iter(()))  # type: ignore[arg-type]  # nobody walks it
    done = Run(run.run_id, run.kind, run.started_at, Instant(START - HOUR + MINUTE), 1, 1)
    ended = Ended(Result.PARTIAL, reason="insights_failed", posts=3, asks=2)
    await room.doors.runs.fared(done, [(errand, ended)], Instant(START - HOUR), {})
    await room.doors.runs.end(done)
    await room.doors.runs.keep_pauses([Pause("meta.app", Instant(START + HOUR), "95 % used")], START)


async def seed_people(room: Room) -> None:
    before = Instant(START - 60 * DAY)
    emails = {11: "Alma@Example.org", 12: None, 13: "bence@example.org", 14: "gone@example.org"}
    await room.doors.creators.take(emails, before)
    await room.doors.creators.take({number: emails[number] for number in (11, 12, 13)}, Instant(START - 50 * DAY))
    campaigns = [
        read(101, "Autumn bake", "#autumnbake", date(2026, 10, 1), date(2026, 10, 31), [1, 2, 3, 4], ZONE, Rules()),
        read(102, "Nameless", " , ", date(2026, 10, 1), date(2026, 10, 31), [1], ZONE, Rules()),
        read(103, "Summer", "a,b,c,d,e,f", date(2026, 7, 1), date(2026, 7, 31), [1, 5], ZONE, Rules()),
    ]
    await room.doors.campaigns.take(campaigns, before)
    await room.doors.campaigns.settle(START)
    await room.doors.campaigns.take_involved({101: {11, 13}, 103: {13}})
    await room.doors.syncs.note(Part.CREATORS, Instant(START - HOUR), good=True, problem=None)
    await room.doors.syncs.note(Part.CAMPAIGNS, Instant(START - HOUR), good=False, problem="it answered 502")


def seen(post: Post, numbers: Numbers, *links: Link) -> Seen:
    return Seen(Found(post, numbers), frozenset({"autumnbake"}), links)


async def keep(room: Room, at: int, *arrivals: Arrival) -> None:
    await room.doors.posts.keep(arrivals, Instant(at), Instant(at - at % (5 * MINUTE)), Instant(START - 20 * DAY))


async def seed_posts(room: Room) -> None:
    first = Numbers(views=1000, reach=800, likes=70, comments=20, shares=10, saves=5)
    later = Numbers(views=1300, reach=900, likes=69, comments=25, shares=12, saves=6)
    hidden = Numbers(
        views=500, comments=4, shares=1, saves=1, flags=frozenset({Flag.LIKES_HIDDEN, Flag.INSIGHTS_TOO_OLD})
    )
    tiktok = Numbers(views=4_000_000_000, likes=40, comments=2, shares=1)
    followers = Profile(Platform.INSTAGRAM, INSTAGRAM, "alma.bakes", followers=12_000)
    await keep(
        room, START - 3 * DAY + HOUR,
        Arrival(11, Platform.INSTAGRAM, INSTAGRAM, (seen(REEL, first, AUTUMN),), frozenset({101}), followers),
    )  # fmt: skip
    await keep(
        room, START - HOUR,
        Arrival(
            11, Platform.INSTAGRAM, INSTAGRAM,
            (seen(REEL, later, AUTUMN), seen(PHOTO, hidden, AUTUMN), Seen(Found(STORY, Numbers(views=90)), frozenset())),
            frozenset({101}), Profile(Platform.INSTAGRAM, INSTAGRAM, "alma.bakes", followers=12_500),
        ),
        Arrival(11, Platform.TIKTOK, OPEN_ID, (seen(VIDEO, tiktok, AUTUMN),), frozenset({101})),
        Arrival(11, Platform.FACEBOOK, PAGE, (Seen(Found(WALL, Numbers(shares=0)), frozenset()),)),
        Arrival(
            11, Platform.INSTAGRAM, OTHER_INSTAGRAM, (),
            profile=Profile(Platform.INSTAGRAM, OTHER_INSTAGRAM, "alma.sings", followers=300),
        ),
    )  # fmt: skip


async def seed_logins(room: Room) -> None:
    connections, now = room.doors.connections, Instant(START - 10 * DAY)
    meta = Connection(
        creator_id=11, provider=Provider.META, user_id="900011", issued_at=now, state_since=now, username="Alma",
        scopes=frozenset({"instagram_basic"}), access_until=Instant(START + 50 * DAY), access=SecretStr(SECRETS[0]),
    )  # fmt: skip
    page = SecretStr(SECRETS[1])
    await connections.connect(meta, [
        Account(creator_id=11, platform=Platform.INSTAGRAM, account_id=INSTAGRAM, page_id=PAGE, username="alma.bakes", token=page),
        Account(creator_id=11, platform=Platform.INSTAGRAM, account_id=OTHER_INSTAGRAM, username="alma.sings", token=page),
        Account(creator_id=11, platform=Platform.FACEBOOK, account_id=PAGE, page_id=PAGE, name="Alma", token=page),
    ])  # fmt: skip
    tiktok = Connection(
        creator_id=11, provider=Provider.TIKTOK, user_id=OPEN_ID, issued_at=now, state_since=now,
        access_until=Instant(START - HOUR), refresh_until=Instant(START + 3 * DAY),
        access=SecretStr(SECRETS[2]), refresh=SecretStr(SECRETS[3]),
    )  # fmt: skip
    await connections.connect(tiktok, [Account(creator_id=11, platform=Platform.TIKTOK, account_id=OPEN_ID)])
    dead = Connection(
        creator_id=13, provider=Provider.TIKTOK, user_id="open13", issued_at=now, state_since=now,
        access=SecretStr(SECRETS[4]),
    )  # fmt: skip
    await connections.connect(dead, [Account(creator_id=13, platform=Platform.TIKTOK, account_id="open13")])
    await connections.reauth(13, Provider.TIKTOK, "refresh_refused", Instant(START - DAY))
