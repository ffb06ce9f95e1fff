"""The two services that collect: everybody's posts by their age, or at once when somebody asks; and stories, which live a day."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from lahmadaemon.alerts.conditions import Alarms, Condition
from lahmadaemon.clock import DAY, Clock, Instant
from lahmadaemon.social.collecting import planning
from lahmadaemon.social.collecting.keeping import month_of
from lahmadaemon.social.collecting.planning import LOOK_AGAIN, Live, Planned
from lahmadaemon.social.collecting.running import Runner, new_run
from lahmadaemon.social.limits import Limits
from lahmadaemon.social.settings import SocialSettings
from lahmadaemon.social.store.campaigns import CampaignStore
from lahmadaemon.social.store.collectable import Collectable
from lahmadaemon.social.store.runs import COLLECT, REFRESH, STORIES, Run
from lahmadaemon.supervision.service import Lifeline, Service

Selection = frozenset[int] | None
"""Creators; None: all."""
SCOPES = {"meta": ("meta.app",), "tiktok": ("tiktok.user/info/", "tiktok.video/list/", "tiktok.video/query/")}
"""Whose pause means that nobody's posts are collected."""


@dataclass(frozen=True)
class Office:
    """What both services work with."""

    runner: Runner
    campaigns: CampaignStore
    known: Callable[[], Awaitable[list[Collectable]]]
    settings: SocialSettings
    limits: Limits
    alarms: Alarms

    @property
    def clock(self) -> Clock:
        return self.runner.clock

    async def accounts(self) -> list[Collectable]:
        """Those that can be asked for."""
        return [each for each in await self.known() if self.runner.walking.reaches(each)]

    async def live(self) -> Live:
        return await self.campaigns.live_by_creator(self.clock.now())

    def tell_of_limits(self) -> None:
        """People are told where a platform's allowance has been used up for long."""
        for platform, scopes in SCOPES.items():
            if pause := self.limits.held(*scopes):
                self.alarms.raise_alarm(Condition.PLATFORM_LIMIT, platform, until_at=pause.until)
            else:
                self.alarms.clear_alarm(Condition.PLATFORM_LIMIT, platform)


class Collect(Service):
    """One run at a time. Whoever asks for one that is under way already is given that one."""

    name = "social.collect"
    patience = 900.0
    gives_way = True

    def __init__(self, office: Office, relink: Callable[[], Awaitable[None]]) -> None:
        """`relink`: holds the posts that are kept against the campaigns of now."""
        self._office = office
        self.relink = relink
        self._campaigns_moved = True
        self._asked = asyncio.Event()
        self._waiting: list[tuple[Run, Selection]] = []
        self._current: tuple[Run, Selection] | None = None
        self._alive: Callable[[], None] = lambda: None

    @property
    def idle(self) -> bool:
        """Nothing is under way, and nobody waits for anything."""
        return self._current is None and not self._waiting and not self._campaigns_moved

    async def refresh(self, creators: Selection = None, campaign_id: int | None = None) -> Run:
        """Collect these creators (of that campaign; None: all) now. Comes back at once with the run that will have done it."""
        if campaign_id is not None:
            of_campaign = (await self._office.campaigns.involved()).get(campaign_id, frozenset())
            creators = of_campaign if creators is None else creators & of_campaign
        for run, selection in filter(None, (self._current, *self._waiting)):
            if selection is None or (creators is not None and creators <= selection):
                return run
        run = new_run(REFRESH, self._office.clock.now())
        self._waiting.append((run, creators))
        await self._office.runner.stores.runs.begin(run)
        self._asked.set()
        return run

    def look(self) -> None:
        """Somebody may be due."""
        self._asked.set()

    def synced(self) -> None:
        """Campaigns may have changed."""
        self._campaigns_moved = True
        self._asked.set()

    async def run(self, lifeline: Lifeline) -> None:
        self._alive = lifeline.beat
        await self._office.runner.stores.runs.close_left(self._office.clock.now())
        while not lifeline.stopping.is_set():
            self._asked.clear()
            rest = LOOK_AGAIN
            if lifeline.gives_way():
                lifeline.beat()
            else:
                async with lifeline.turn():
                    rest = await self.work(lifeline.stopping.is_set)
            await lifeline.wait_for(self._asked, rest)

    async def turn(self) -> None:
        """Everybody, now."""
        run = new_run(COLLECT, self._office.clock.now())
        await self._walk(run, None, *await self._planned(None), lambda: False)

    async def work(self, stopping: Callable[[], bool] = lambda: False) -> float:
        """What was asked for, then who is due. Seconds until somebody is."""
        if self._campaigns_moved:
            self._campaigns_moved = False
            await self.relink()
        while self._waiting and not stopping():
            run, creators = self._waiting[0]
            planned, live = await self._planned(creators)
            del self._waiting[0]  # under way from here on: at every moment others may join it
            await self._walk(run, creators, planned, live, stopping)
        office = self._office
        accounts, live, now = await office.accounts(), await office.live(), office.clock.now()
        month = month_of(now, office.runner.zone)
        if planned := planning.looks(accounts, live, month, office.settings, now):
            await self._walk(new_run(COLLECT, now), frozenset(), planned, live, stopping)
            accounts = await office.accounts()
        office.tell_of_limits()
        return planning.rest(accounts, live, month, office.settings, office.clock.now())

    async def _planned(self, creators: Selection) -> tuple[list[Planned], Live]:
        """All of these, due or not."""
        office = self._office
        accounts, live, now = await office.accounts(), await office.live(), office.clock.now()
        only = frozenset(each.creator_id for each in accounts) if creators is None else creators
        month = month_of(now, office.runner.zone)
        return planning.looks(accounts, live, month, office.settings, now, only=only), live

    async def _walk(
        self, run: Run, creators: Selection, planned: list[Planned], live: Live, stopping: Callable[[], bool]
    ) -> None:
        self._current = run, creators
        try:
            await self._office.runner.do(run, planned, live, stopping, self._watch)
        finally:
            self._current = None

    def _watch(self, done: int, of: int) -> None:
        self._alive()
        if self.watched_by:
            self.watched_by(done, of)


class Stories(Service):
    """Often, and once more shortly before a story ends."""

    name = "social.stories"
    patience = 900.0
    gives_way = True

    def __init__(self, office: Office) -> None:
        self._office = office
        self._alive: Callable[[], None] = lambda: None

    async def run(self, lifeline: Lifeline) -> None:
        self._alive = lifeline.beat
        async for _ in lifeline.every(LOOK_AGAIN):
            async with lifeline.turn():
                await self._work(lifeline.stopping.is_set)

    async def turn(self) -> None:
        """Those that are due."""
        await self._work(lambda: False)

    async def _work(self, stopping: Callable[[], bool]) -> None:
        office = self._office
        accounts, live, now = await office.accounts(), await office.live(), office.clock.now()
        published = await office.runner.reader.live_stories(Instant(now - DAY))
        if planned := planning.stories(accounts, live, published, office.settings, now):
            await office.runner.do(new_run(STORIES, now), planned, live, stopping, self._watch)

    def _watch(self, done: int, of: int) -> None:
        self._alive()
        if self.watched_by:
            self.watched_by(done, of)
