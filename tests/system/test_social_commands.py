"""`lahmadaemon social …` as an agency's operator types it, over stand-ins of everybody, with and without a daemon."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

from lahmadaemon.clock import SystemClock
from lahmadaemon.commands.social.connecting import joining
from lahmadaemon.demo.social.creators_app import LISTS, CreatorsApp
from lahmadaemon.demo.social.graph import Graph
from lahmadaemon.demo.social.tiktok import TikTok
from lahmadaemon.demo.social.world import Size, World, invent
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.settings import read_settings
from tests.system.process import environment, started
from tests.system.test_commands import Said, say, say_all

pytestmark = pytest.mark.slow
SIZE = Size(3, campaigns=2, media=4, tracked=2, stories=1, videos=3, page_posts=1)


class Agency:
    """The outside world, and where the agency keeps its data."""

    def __init__(self, folder: Path, url: str, world: World, graph: Graph, tiktok: TikTok) -> None:
        self.folder = folder
        self.world, self.graph, self.tiktok = world, graph, tiktok
        self.settings = {
            "LAHMA_TIMEZONE": "Europe/Prague", "LAHMA_SECRET_KEY": "a secret for the tests alone",
            "LAHMA_SOCIAL__CREATORS__URL": url, "LAHMA_SOCIAL__META__URL": url, "LAHMA_SOCIAL__META__APP_ID": "app",
            "LAHMA_SOCIAL__META__APP_SECRET": "app-secret", "LAHMA_SOCIAL__TIKTOK__URL": f"{url}/v2",
            "LAHMA_SOCIAL__TIKTOK__CLIENT_KEY": "key", "LAHMA_SOCIAL__TIKTOK__CLIENT_SECRET": "secret",
            "LAHMA_SOCIAL__PUBLIC_URL": "https://stats.example",
        }  # fmt: skip

    async def once(self, service: str) -> Said:
        return await say(self.folder, "once", service, **self.settings)

    async def say(self, *commands: str) -> list[Said]:
        """Of `lahmadaemon social`."""
        return await say_all(self.folder, [["social", *each.split()] for each in commands], **self.settings)

    async def connect(self, creator: int) -> None:
        """As if the creator had logged in."""
        environ = environment(self.folder, **self.settings)
        settings = await asyncio.to_thread(lambda: read_settings(None, environ).settings)
        async with joining(settings) as (_, through):
            await through.meta_token(creator, SecretStr(self.graph.short_token(creator)), "x", frozenset())
            await through.tiktok_code(creator, self.tiktok.code(creator), "https://app.example")


@asynccontextmanager
async def an_agency(folder: Path) -> AsyncIterator[Agency]:
    clock = SystemClock()
    world = invent(7, clock.now(), ZoneInfo("Europe/Prague"), SIZE)
    graph, tiktok, creators = Graph(world, clock), TikTok(world, clock), CreatorsApp(world)

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        app = tiktok if path.startswith("/v2/") else creators if path in LISTS.values() else graph
        await app(scope, receive, send)

    async with standing_in(served) as url:
        yield Agency(folder, url, world, graph, tiktok)


async def test_an_operator_sees_what_was_collected_and_decides_what_belongs_where(tmp_path: Path) -> None:
    async with an_agency(tmp_path) as agency:
        assert (await agency.once("social.sync")).out == "social.sync: one turn done\n"
        before, link = await agency.say("tokens", "connect 10 meta")
        for creator in (10, 11):
            await agency.connect(creator)
        collected = await agency.once("social.collect")
        creators, campaigns, posts, tokens, table, refresh = await agency.say(
            "creators --json", "campaigns --json", "posts --campaign 100 --json", "tokens", "posts --csv", "refresh"
        )

        assert (before.code, "connect" in before.out) == (0, True)
        assert link.out.startswith("https://www.facebook.com/v23.0/dialog/oauth?"), link
        assert collected.out.startswith("social.collect: 6 accounts: 6 ok; "), collected
        assert [sum(each["posts"].values()) for each in json.loads(creators.out)["items"]] == [9, 9, 0]
        shown = {each["id"]: each["totals"]["posts"] for each in json.loads(campaigns.out)["items"]}
        assert len(json.loads(posts.out)["items"]) == shown[100] > 0
        assert (tokens.code, tokens.out.count(" ok ")) == (0, 4)
        assert len(table.out.splitlines()) == 1 + 18
        assert (refresh.code, "is it running" in refresh.err) == (1, True)


async def test_everything_goes_on_beside_a_running_daemon(tmp_path: Path) -> None:
    async with an_agency(tmp_path) as agency:
        await agency.once("social.sync")
        environ = environment(tmp_path, **agency.settings)
        async with started(environ, folder=tmp_path) as daemon:
            await daemon.heard("daemon.ready")
            await agency.connect(10)
            story = agency.world.creators[10].stories[0].id
            refreshed, linked, shown, chosen, forgotten = await agency.say(
                "refresh --creator 10 --wait", f"link 101 ig:{story}", f"posts ig:{story} --json",
                f"choose 10 tiktok {agency.world.creators[10].open_id}", "forget 10 --yes",
            )  # fmt: skip
            (left,) = await agency.say("posts --json")
            daemon.send(signal.SIGTERM)
            assert await daemon.ended() == 0

        assert "3 accounts: 3 ok; 9 posts" in refreshed.out, refreshed
        assert linked.code == chosen.code == 0, (linked, chosen)
        assert 101 in [each["campaign_id"] for each in json.loads(shown.out)["campaigns"]]
        assert [line for line in forgotten.out.splitlines() if "ended" in line] == [
            "Meta: login ended", "TikTok: login ended",
        ]  # fmt: skip
        assert json.loads(left.out)["items"] == []
