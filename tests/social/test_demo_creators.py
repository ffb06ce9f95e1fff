"""What the demo's creators do, against a window and stand-ins of both platforms, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from lahmadaemon.clock import Instant
from lahmadaemon.demo.social.agency import Posting
from lahmadaemon.demo.social.creators import LOGGED_IN_AGAIN, PASSWORD_CHANGED, POST_EVERY, Creators
from lahmadaemon.demo.social.graph import Graph
from lahmadaemon.demo.social.staging import HOST, reserved, staged
from lahmadaemon.demo.social.tiktok import TikTok
from lahmadaemon.demo.social.world import Item, Size, World, invent
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.errors import UpstreamError
from lahmadaemon.http import open_client
from lahmadaemon.serving import bind, serving
from lahmadaemon.social.connections import Provider
from lahmadaemon.social.meta import graph as meta
from lahmadaemon.social.meta.connecting import debug
from lahmadaemon.social.settings import MetaSettings, SocialSettings, TikTokSettings
from tests.fakes.clock import START, FakeClock
from tests.social.web.room import ZONE, Room, room


class Silence(Posting):
    """Counts instead of posting."""

    posts = 0

    def post(self, now: Instant) -> Item:
        self.posts += 1
        return next(iter(self._world.creators.values())).media[0]


@dataclass
class Demo:
    """Two creators, and the daemon's window they know of."""

    world: World
    clock: FakeClock
    graph: Graph
    tiktok: TikTok
    room: Room
    posting: Silence
    creators: Creators
    client: httpx.AsyncClient
    asking: meta.Graph

    async def live(self, turns: int = 1) -> None:
        for _ in range(turns):
            await self.creators.live(self.client)

    async def known(self) -> None:
        """The daemon has heard of them."""
        await self.room.doors.creators.take(dict.fromkeys(self.world.creators), self.clock.now())

    async def joined(self) -> list[tuple[int, str]]:
        return [(each.creator_id, each.provider.value) for each in await self.room.doors.connections.standings()]

    async def problem(self) -> str | None:
        """What Meta says of the first creator's token."""
        held = await self.room.doors.connections.load(10, Provider.META)
        assert held
        return (await debug(self.asking, held.access)).problem


@asynccontextmanager
async def demo(folder: Path, *, public: bool = True, opened: bool = True) -> AsyncIterator[Demo]:
    """`public`: the daemon knows its own address; `opened`: its window is open."""
    clock = FakeClock()
    world = invent(7, START, ZONE, Size(2, media=1, stories=1, videos=1, page_posts=1))
    graph, tiktok = Graph(world, clock, zone=ZONE), TikTok(world, clock)
    with reserved() as port:
        window = f"http://{HOST}:{port}"
        async with (
            standing_in(graph) as graph_url,
            standing_in(tiktok) as tiktok_url,
            await asyncio.to_thread(open_client) as client,
        ):
            settings = SocialSettings(
                meta=MetaSettings(url=graph_url, dialog_url=graph_url, app_id="app", app_secret=SecretStr("app-secret")),
                tiktok=TikTokSettings(
                    url=f"{tiktok_url}/v2", authorize_url=f"{tiktok_url}/v2/auth/authorize", client_key="key",
                    client_secret=SecretStr("secret"), per_second=10,
                ),
                public_url=window if public else None,
            )  # fmt: skip
            asking = meta.Graph(settings.meta, client)
            posting = Silence(world, 1)
            creators = Creators(world, graph, tiktok, clock, window, posting)
            async with room(folder, settings=settings, graph=asking, client=client, clock=clock) as inside:
                made = Demo(world, clock, graph, tiktok, inside, posting, creators, client, asking)
                if not opened:
                    yield made
                    return
                async with serving(inside.app(token=None), bind(HOST, port)):
                    yield made


async def test_one_login_a_turn_goes_through_the_window_until_everybody_has_connected(tmp_path: Path) -> None:
    async with demo(tmp_path) as shown:
        await shown.known()

        await shown.live()
        assert await shown.joined() == [(10, "meta")]
        assert shown.graph.latency == 0
        await shown.live(3)

        assert await shown.joined() == [(10, "meta"), (10, "tiktok"), (11, "meta"), (11, "tiktok")]
        assert shown.graph.latency == shown.tiktok.latency > 0, "from now on a run is something to watch"
        await shown.live()
        assert len(await shown.joined()) == 4


async def test_whoever_has_connected_is_to_be_collected_at_once(tmp_path: Path) -> None:
    async with demo(tmp_path) as shown:
        await shown.known()
        await shown.live(3)

        assert shown.room.collector.asked == [(frozenset({10}), None)] * 2 + [(frozenset({11}), None)]


async def test_whom_the_daemon_does_not_know_yet_waits(tmp_path: Path) -> None:
    async with demo(tmp_path) as shown:
        await shown.live(2)
        assert await shown.joined() == []

        await shown.known()
        await shown.live()
        assert await shown.joined() == [(10, "meta")]


async def test_a_window_that_is_not_open_yet_is_tried_again_and_people_post_meanwhile(tmp_path: Path) -> None:
    async with demo(tmp_path, opened=False) as shown:
        await shown.live()
        await shown.clock.advance(POST_EVERY / 1000)
        await shown.live(2)

    assert shown.posting.posts == 1


async def test_a_window_that_refuses_is_trouble_that_is_told(tmp_path: Path) -> None:
    async with demo(tmp_path, public=False) as shown:
        await shown.known()

        with pytest.raises(UpstreamError, match="the window answers 409"):
            await shown.live()


async def test_the_first_creator_changes_her_password_and_later_logs_in_again(tmp_path: Path) -> None:
    async with demo(tmp_path) as shown:
        await shown.known()
        await shown.live(4)
        shown.graph.latency = shown.tiktok.latency = 0  # nobody advances the clock while they think
        assert await shown.problem() is None

        await shown.clock.advance(PASSWORD_CHANGED / 1000)
        await shown.live(2)
        assert await shown.problem() == "password_changed"

        await shown.clock.advance((LOGGED_IN_AGAIN - PASSWORD_CHANGED) / 1000)
        await shown.live(2)
        assert await shown.problem() is None
        assert len(shown.room.collector.asked) == 5


async def test_a_reserved_port_is_free_for_the_one_listener_it_is_meant_for() -> None:
    with reserved() as port, bind(HOST, port) as listener:
        assert listener.getsockname()[1] == port


async def test_nobody_who_asks_for_any_port_gets_a_reserved_one() -> None:
    with reserved() as port:
        others = [bind(HOST, 0) for _ in range(50)]
        taken = {other.getsockname()[1] for other in others}
        for other in others:
            other.close()

    assert port not in taken


async def test_the_stage_tells_the_daemon_everything_the_room_needs() -> None:
    async with staged(1, FakeClock(), ZONE, "http://127.0.0.1:1") as stage:
        settings = {name.removeprefix("LAHMA_SOCIAL__"): value for name, value in stage.settings.items()}

    assert settings["PUBLIC_URL"] == "http://127.0.0.1:1"
    assert len({settings["CREATORS__URL"], settings["META__URL"], settings["TIKTOK__URL"].removesuffix("/v2")}) == 3
    assert settings["EVERY"] == settings["YOUNG_EVERY"] == "5m", "as often as there are slots for captures"
