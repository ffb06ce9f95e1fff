"""The social room where it is on: what syncs, collects, reads stories and keeps logins alive, joined together."""

import asyncio
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

import httpx
from pydantic import SecretStr

from lahmadaemon.alerts.conditions import Alarms
from lahmadaemon.building.secret import earlier_secrets, house_secret
from lahmadaemon.clock import Clock, Instant
from lahmadaemon.settings import Settings
from lahmadaemon.social.collecting.keeping import Stores
from lahmadaemon.social.collecting.platforms import LiveStories, Posts
from lahmadaemon.social.collecting.relinking import Relinker
from lahmadaemon.social.collecting.running import Runner, Walking
from lahmadaemon.social.collecting.services import Collect, Office, Stories
from lahmadaemon.social.connections import Checked, Provider
from lahmadaemon.social.creators_app.client import CreatorsApp
from lahmadaemon.social.creators_app.sync import Sync
from lahmadaemon.social.driving import Driver
from lahmadaemon.social.joining import Joining
from lahmadaemon.social.limits import Limits
from lahmadaemon.social.meta import connecting
from lahmadaemon.social.meta import store as lessons_store
from lahmadaemon.social.meta.driver import MetaDriver
from lahmadaemon.social.meta.graph import Graph
from lahmadaemon.social.meta.metrics import Lessons
from lahmadaemon.social.renewing import MetaRenewal
from lahmadaemon.social.store.campaigns import CampaignStore
from lahmadaemon.social.store.collectable import collectables
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.store.creators import CreatorStore
from lahmadaemon.social.store.links import LinkStore
from lahmadaemon.social.store.posts import PostStore
from lahmadaemon.social.store.reading import PostReader
from lahmadaemon.social.store.runs import RunStore
from lahmadaemon.social.store.syncs import SyncStore
from lahmadaemon.social.sums import Sums
from lahmadaemon.social.tiktok.driver import TikTokDriver
from lahmadaemon.social.tiktok.tokens import TikTokTokens
from lahmadaemon.social.tokens import TokenService
from lahmadaemon.social.vault import Vault
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.service import Service
from lahmadaemon.web.social.doors import SocialDoors


async def sealing(settings: Settings) -> Vault:
    """The key of now seals, the one before opens too."""
    secrets = [
        await asyncio.to_thread(house_secret, settings),
        *await asyncio.to_thread(earlier_secrets, settings),
    ]
    return await asyncio.to_thread(Vault, secrets)


@dataclass(frozen=True)
class Building:
    """What everything is made of."""

    settings: Settings
    clock: Clock
    store: Store
    client: httpx.AsyncClient
    alarms: Alarms

    async def room(self) -> tuple[list[Service], SocialDoors]:
        """Its services, and its doors."""
        room, store, clock = self.settings.social, self.store, self.clock
        vault, runs = await sealing(self.settings), RunStore(store)
        posts, connections = PostStore(store, sticky=room.sticky), ConnectionStore(store, vault)
        stores = Stores(posts, runs, connections, Limits(clock, await runs.pauses()))
        lessons = Lessons(await lessons_store.load(store, room.meta.version, clock.now()), room.meta.page_size)
        graph = Graph(room.meta, self.client) if room.meta.app_id else None
        tokens = TikTokTokens(connections, room.tiktok, self.client, clock) if room.tiktok.client_key else None
        collect, stories = self._collecting(stores, lessons, self._drivers(stores.limits, tokens), vault)
        sync = Sync(CreatorsApp(room.creators, self.client), store, room, self.zone, clock, self.alarms)
        sync.on_synced.append(collect.synced)
        logins = TokenService(
            connections, clock, self.alarms, room.warn_before, tiktok=tokens, meta=self._renewal(connections, graph)
        )
        joining = Joining(store, vault, room, clock, graph=graph, tokens=tokens)
        joining.on_joined.append(collect.look)
        return [sync, collect, stories, logins], self._doors(stores, joining, collect, sync, logins)

    @property
    def zone(self) -> ZoneInfo:
        """That of campaigns' days and of months."""
        return self.settings.social.timezone or self.settings.timezone

    def _collecting(
        self, stores: Stores, lessons: Lessons, drivers: dict[Provider, Driver], vault: Vault
    ) -> tuple[Collect, Stories]:
        room, store, clock = self.settings.social, self.store, self.clock
        campaigns, reader = CampaignStore(store, room, self.zone), PostReader(store)

        async def learnt() -> None:
            await lessons_store.save(store, lessons, clock.now())

        def office(walking: Walking) -> Office:
            runner = Runner(stores, reader, walking, clock, self.zone, learnt)
            return Office(runner, campaigns, partial(collectables, store, vault), room, stores.limits, self.alarms)

        relink = Relinker(campaigns, reader, stores.posts, clock)
        collect = Collect(office(Posts(drivers, lessons, room.meta.discovery_account)), relink)
        return collect, Stories(office(LiveStories(drivers, lessons)))

    def _doors(
        self, stores: Stores, joining: Joining, collect: Collect, sync: Sync, logins: TokenService
    ) -> SocialDoors:
        store, room = self.store, self.settings.social

        async def ask_for_sync() -> None:
            sync.asked.set()

        return SocialDoors(
            settings=room, zone=self.zone, clock=self.clock, creators=CreatorStore(store),
            campaigns=CampaignStore(store, room, self.zone), connections=stores.connections, links=LinkStore(store),
            posts=stores.posts, reader=PostReader(store), sums=Sums(store, self.zone), runs=stores.runs,
            syncs=SyncStore(store), joining=joining, refresh=collect.refresh, sync=ask_for_sync,
            lost=lambda: logins.lost,
        )  # fmt: skip

    def _drivers(self, limits: Limits, tokens: TikTokTokens | None) -> dict[Provider, Driver]:
        """Of those that are configured; `check` says which are not."""
        room, found = self.settings.social, dict[Provider, Driver]()
        if room.meta.app_id:
            found[Provider.META] = MetaDriver(room.meta, self.client, self.clock, limits)
        if tokens:
            found[Provider.TIKTOK] = TikTokDriver(room.tiktok, self.client, self.clock, limits, tokens)
        return found

    def _renewal(self, connections: ConnectionStore, graph: Graph | None) -> MetaRenewal | None:
        if graph is None:
            return None
        clock = self.clock

        async def exchange(token: SecretStr) -> tuple[SecretStr, Instant | None]:
            granted = await connecting.exchange(graph, token)
            return granted.token, granted.until(clock.now())

        async def debug(token: SecretStr) -> Checked:
            said = await connecting.debug(graph, token)
            return Checked(problem=said.problem, data_access_until=said.data_access_until, scopes=said.scopes)

        return MetaRenewal(connections, clock, exchange, debug)
