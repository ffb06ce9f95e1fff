"""A room beside stand-ins of Meta and TikTok, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

from lahmadaemon.demo.social.graph import Graph as GraphStandIn
from lahmadaemon.demo.social.tiktok import TikTok as TikTokStandIn
from lahmadaemon.demo.social.world import Size, World, invent
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.http import open_client
from lahmadaemon.social.meta.graph import Graph
from lahmadaemon.social.settings import LegacySettings, MetaSettings, SocialSettings, TikTokSettings
from tests.fakes.clock import FakeClock
from tests.social.web.room import Room, room

BACK = "https://stats.example"


@dataclass
class Outside:
    """Both platforms, and the people who are there: creators 10 and 11 of the room are 10 and 11 of the world."""

    world: World
    graph: GraphStandIn
    tiktok: TikTokStandIn
    room: Room


@asynccontextmanager
async def outside(folder: Path, legacy: LegacySettings | None = None, **meta: Any) -> AsyncIterator[Outside]:
    """Meta under `/`, TikTok under `/v2/` of one server."""
    clock = FakeClock()
    world = invent(7, clock.now(), ZoneInfo("Europe/Prague"), Size(3, media=2, stories=1, videos=2, page_posts=1))
    graph, tiktok = GraphStandIn(world, clock), TikTokStandIn(world, clock)

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        await (tiktok if scope["path"].startswith("/v2/") else graph)(scope, receive, send)

    async with standing_in(served) as url:
        settings = SocialSettings(
            meta=MetaSettings(url=url, dialog_url=url, app_id="app", app_secret=SecretStr("app-secret"), **meta),
            tiktok=TikTokSettings(
                url=f"{url}/v2", authorize_url=f"{url}/v2/auth/authorize", client_key="key",
                client_secret=SecretStr("secret"), per_second=10,
            ),
            legacy=legacy or LegacySettings(), public_url=BACK,
        )  # fmt: skip
        async with await asyncio.to_thread(open_client) as client:
            of_meta = Graph(settings.meta, client)
            async with room(folder, settings=settings, graph=of_meta, client=client, clock=clock) as opened:
                await opened.doors.creators.take(
                    {number: f"creator{number}@creators.example.org" for number in world.creators}, clock.now()
                )
                yield Outside(world, graph, tiktok, opened)
