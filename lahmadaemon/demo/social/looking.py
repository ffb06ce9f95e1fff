"""Looks at what the social room has collected."""

from zoneinfo import ZoneInfo

from lahmadaemon.clock import local
from lahmadaemon.demo.social.pane import Agency, Best, CampaignNow, RunNow
from lahmadaemon.social.connections import Provider, Standing
from lahmadaemon.social.rollups import CampaignTotals
from lahmadaemon.social.settings import SocialSettings
from lahmadaemon.social.store.campaigns import CampaignStore, Known
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.store.creators import CreatorStore
from lahmadaemon.social.store.reading import Kept, PostReader
from lahmadaemon.social.store.runs import RunStore
from lahmadaemon.social.sums import Sums
from lahmadaemon.social.vault import Vault
from lahmadaemon.store.database import Store


class Onlooker:
    """Reads only. Posts are gone through again where the sums have changed."""

    def __init__(self, store: Store, settings: SocialSettings, zone: ZoneInfo) -> None:
        self._zone = zone
        self._creators, self._runs = CreatorStore(store), RunStore(store)
        self._campaigns = CampaignStore(store, settings, zone)
        self._connections = ConnectionStore(store, Vault([b"no token is opened here"]))
        self._sums, self._reader = Sums(store, zone), PostReader(store)
        self._names: dict[int, str] = {}
        self._best: dict[int, tuple[CampaignTotals, Best | None]] = {}

    async def look(self) -> Agency:
        """At this moment."""
        creators = [each.id for each in await self._creators.all() if each.here]
        logins = await self._connections.standings(creators)
        if len(self._names) < len({each.creator_id for each in logins}):
            accounts = await self._connections.accounts(chosen_only=True)
            self._names = {each.creator_id: each.username for each in accounts if each.username}
        lost = {each.creator_id: each.reason or "" for each in logins if not each.ok}
        return Agency(
            await self._figures(), len(creators), len({each.creator_id for each in logins} - lost.keys()),
            tuple(lost.values()), await self._run(), _rotated(logins),
        )  # fmt: skip

    async def _figures(self) -> list[CampaignNow]:
        known = {each.campaign.campaign_id: each for each in await self._campaigns.campaigns()}
        sums = await self._sums.of_campaigns(known)
        return [
            _campaign(each, sums[number], await self._best_of(number, sums[number])) for number, each in known.items()
        ]

    async def _best_of(self, campaign_id: int, sums: CampaignTotals) -> Best | None:
        before = self._best.get(campaign_id)
        if before is None or before[0] != sums:
            kept = max(await self._reader.of_campaign(campaign_id), key=_views, default=None)
            before = self._best[campaign_id] = sums, self._told(kept) if kept else None
        return before[1]

    def _told(self, kept: Kept) -> Best:
        name = self._names.get(kept.creator_id, str(kept.creator_id))
        return Best(_views(kept), kept.post.kind.value.replace("_", " "), name, kept.post.caption)

    async def _run(self) -> RunNow | None:
        run = await self._runs.newest()
        if run is None:
            return None
        began = f"{local(run.started_at, self._zone):%H:%M}"
        return RunNow(run.kind, began, run.done, run.accounts, over=run.ended_at is not None)


def _campaign(known: Known, sums: CampaignTotals, best: Best | None) -> CampaignNow:
    whole = sums.totals
    return CampaignNow(
        known.campaign.name, known.state.value, whole.posts, whole.views.total, whole.interactions.total,
        whole.er_views.pooled, best,
    )  # fmt: skip


def _views(kept: Kept) -> int:
    return (kept.latest.numbers.views if kept.latest else None) or 0


def _rotated(logins: list[Standing]) -> int:
    return sum(each.generation - 1 for each in logins if each.provider is Provider.TIKTOK)
