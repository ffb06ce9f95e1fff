"""Where agencies live: one server, one store and one window for the tests of a module, one after the other."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import delete

from lahmadaemon.building.parts import Parts
from lahmadaemon.building.social import social
from lahmadaemon.demo.social.creators_app import CreatorsApp
from lahmadaemon.demo.social.graph import Graph
from lahmadaemon.demo.social.tiktok import TikTok
from lahmadaemon.demo.social.world import Size, invent
from lahmadaemon.settings import Settings, read_settings
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import metadata
from lahmadaemon.supervision.health import HealthBoard
from tests.fakes.alarms import FakeAlarms
from tests.fakes.clock import FakeClock
from tests.fakes.stores import new_store
from tests.fakes.window import window_app
from tests.social.cases.agency import PRAGUE, Agency, Outside
from tests.social.fronting import Front, fronting

NOBODY = Size(2, campaigns=0, media=0, tracked=0, stories=0, videos=0, page_posts=0)


@dataclass
class Stage:
    """What the agencies of a module share, one after the other; each begins with an empty store."""

    front: Front
    store: Store
    folder: Path
    _read: dict[frozenset[tuple[str, str]], Settings] = field(default_factory=dict)

    async def sweep(self) -> None:
        async with self.store.write() as connection:
            for table in metadata.tables.values():
                if table.name.startswith("social_"):
                    await connection.execute(delete(table))

    async def settings(self, more: Mapping[str, str]) -> Settings:
        """Those of the room by name; read once each, which takes longer than to collect a creator."""
        if (found := self._read.get(frozenset(more.items()))) is not None:
            return found
        url = str(self.front.http.base_url).rstrip("/")
        room = {
            "CREATORS__URL": url, "CREATORS__TOKEN": "app-token", "META__URL": url, "META__DIALOG_URL": url,
            "META__APP_ID": "app", "META__APP_SECRET": "app-secret", "TIKTOK__URL": f"{url}/v2",
            "TIKTOK__AUTHORIZE_URL": f"{url}/v2/auth/authorize", "TIKTOK__CLIENT_KEY": "key",
            "TIKTOK__CLIENT_SECRET": "secret", "PUBLIC_URL": "http://localhost:8710", **more,
        }  # fmt: skip
        house = {"STATE_FOLDER": str(self.folder), "TIMEZONE": "Europe/Prague", "SECRET_KEY": "a secret of the house"}
        house |= {f"SOCIAL__{name}": value for name, value in room.items()}
        environ = {f"LAHMA_{name}": value for name, value in house.items()}
        read = await asyncio.to_thread(lambda: read_settings(None, environ).settings)
        return self._read.setdefault(frozenset(more.items()), read)


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    async with fronting() as front, new_store(folder / "house.db") as store:
        yield Stage(front, store, folder)


@asynccontextmanager
async def opened(stage: Stage, **settings: str) -> AsyncIterator[Agency]:
    """`settings`: of the room, by name, such as META__PAGE_SIZE."""
    clock = FakeClock()
    world = invent(7, clock.now(), PRAGUE, NOBODY)
    graph = Graph(world, clock, zone=PRAGUE)
    graph.require_proof = True
    outside = Outside(CreatorsApp(world, token="app-token"), TikTok(world, clock), graph)
    stage.front.app = outside
    await stage.sweep()
    alarms = FakeAlarms()
    room = await social(Parts(), await stage.settings(settings), clock, stage.store, stage.front.http, alarms)
    assert room.doors
    web = window_app(HealthBoard(clock), social=room.doors)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://localhost") as window:
        services = {each.name: each for each in room.services}
        yield Agency(world, outside, clock, stage.store, alarms, room.doors, services, web, window)
