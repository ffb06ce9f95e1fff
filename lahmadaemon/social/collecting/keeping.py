"""Keeps what drivers bring: pages are held against campaigns and written, endings are noted."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import structlog

from lahmadaemon.clock import Clock, Instant, instant, local
from lahmadaemon.social.cadence import slot
from lahmadaemon.social.campaigns import Campaign
from lahmadaemon.social.connections import Provider
from lahmadaemon.social.driving import Ended, Errand
from lahmadaemon.social.limits import Limits
from lahmadaemon.social.matching import links, tags_of
from lahmadaemon.social.posts import Found
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.store.posts import Arrival, PostStore, Seen
from lahmadaemon.social.store.runs import Run, RunStore
from lahmadaemon.social.walk import Page
from lahmadaemon.store.group_commit import GroupCommit

log = structlog.get_logger()

Live = Mapping[int, Sequence[Campaign]]
"""Campaigns whose numbers are kept, by creator."""


def seen(found: Found, campaigns: Iterable[Campaign]) -> Seen:
    """The post with its tags and the campaigns it belongs to. Pure."""
    tags = tags_of(found.post)
    return Seen(found, tags, tuple(links(found.post, campaigns, tags=tags)))


def month_of(now: Instant, zone: ZoneInfo) -> Instant:
    """When the local month began."""
    return instant(local(now, zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0))


@dataclass(frozen=True)
class Stores:
    """Everything a run writes to, and the limits it keeps."""

    posts: PostStore
    runs: RunStore
    connections: ConnectionStore
    limits: Limits


class RunKeeper:
    """Keeps one run. `horizons`: how far back the errands go that look as far as any campaign wants."""

    def __init__(
        self,
        stores: Stores,
        clock: Clock,
        zone: ZoneInfo,
        run: Run,
        live: Live,
        told: Callable[[Run], None] = lambda _: None,
    ) -> None:
        self.run = run
        self.horizons: dict[Errand, Instant] = {}
        self._stores = stores
        self._clock = clock
        self._zone = zone
        self._live = live
        self._told = told
        self._pages, self._endings = GroupCommit(self._keep), GroupCommit(self._end)

    async def keep(self, pages: Sequence[tuple[Errand, Page]]) -> None:
        """As `Keeper`."""
        await self._pages.commit(pages)

    async def ended(self, ended: Sequence[tuple[Errand, Ended]]) -> None:
        """As `Keeper`."""
        await self._endings.commit(ended)

    async def _keep(self, pages: Sequence[tuple[Errand, Page]]) -> None:
        now = self._clock.now()
        arrivals = await asyncio.to_thread(self._arrivals, pages)  # thousands of posts, where a batch brings them
        await self._stores.posts.keep(arrivals, now, slot(now), month_of(now, self._zone))

    def _arrivals(self, pages: Sequence[tuple[Errand, Page]]) -> list[Arrival]:
        return [self._arrival(errand, page) for errand, page in pages]

    def _arrival(self, errand: Errand, page: Page) -> Arrival:
        campaigns = self._live.get(errand.creator_id, ())
        return Arrival(
            errand.creator_id, errand.platform, errand.account_id,
            seen=tuple(seen(found, campaigns) for found in page.found),
            evaluated=frozenset(campaign.campaign_id for campaign in campaigns),
            profile=page.profile, missing=page.missing,
        )  # fmt: skip

    async def _end(self, ended: Sequence[tuple[Errand, Ended]]) -> None:
        now = self._clock.now()
        run = replace(self.run, done=self.run.done + len(ended))
        await self._stores.runs.fared(run, ended, now, self.horizons)
        self.run = run
        if fresh := self._stores.limits.fresh():
            await self._stores.runs.keep_pauses(fresh, now)
        for errand, each in ended:
            if each.reauth:
                provider = Provider.of(errand.platform)
                await self._stores.connections.reauth(
                    errand.creator_id, provider, each.reauth, now, generation=errand.generation
                )
            if each.reason:
                log.warning(
                    "social.account_incomplete", run=self.run.run_id, creator=errand.creator_id,
                    platform=errand.platform.value, result=each.result.value, reason=each.reason,
                )  # fmt: skip
        self._told(self.run)
