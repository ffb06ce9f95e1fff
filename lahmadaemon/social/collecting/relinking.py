"""When campaigns have changed, the posts that are kept are held against them anew: nothing is asked for again."""

from collections import defaultdict
from collections.abc import Sequence

from lahmadaemon.clock import Clock
from lahmadaemon.social.campaigns import Campaign
from lahmadaemon.social.collecting.keeping import seen
from lahmadaemon.social.posts import Found, Numbers, Platform
from lahmadaemon.social.store.campaigns import CampaignStore
from lahmadaemon.social.store.posts import Arrival, PostStore, Seen
from lahmadaemon.social.store.reading import PostReader, Wish

TOGETHER = 50
"""Creators in one transaction."""


class Relinker:
    """Looks through the posts of every creator with a campaign whose numbers are kept."""

    def __init__(self, campaigns: CampaignStore, reader: PostReader, posts: PostStore, clock: Clock) -> None:
        self._campaigns = campaigns
        self._reader = reader
        self._posts = posts
        self._clock = clock

    async def __call__(self) -> None:
        live = await self._campaigns.live_by_creator(self._clock.now())
        await self._posts.part(await self._campaigns.to_ask(self._clock.now()))
        creators = sorted(live)
        for start in range(0, len(creators), TOGETHER):
            arrivals = [
                arrival
                for creator_id in creators[start : start + TOGETHER]
                for arrival in await self._arrivals(creator_id, live[creator_id])
            ]
            await self._posts.relink(arrivals, self._clock.now())

    async def _arrivals(self, creator_id: int, campaigns: Sequence[Campaign]) -> list[Arrival]:
        since = min(each.publishing_from for each in campaigns if each.publishing_from is not None)
        kept = await self._reader.of_creator(creator_id, Wish(published_from=since))
        evaluated = frozenset(campaign.campaign_id for campaign in campaigns)
        found: defaultdict[tuple[Platform, str], list[Seen]] = defaultdict(list)
        for each in kept:
            found[each.post.platform, each.account_id].append(seen(Found(each.post, Numbers()), campaigns))
        return [Arrival(creator_id, *account, tuple(posts), evaluated) for account, posts in found.items()]
