"""What campaigns and creators' months add up to, from what is stored. A campaign in which nothing changes is reckoned once."""

import asyncio
from collections.abc import Collection, Iterable
from contextlib import aclosing
from zoneinfo import ZoneInfo

from lahmadaemon.clock import Instant
from lahmadaemon.social.engagement import rates
from lahmadaemon.social.followers import Followers
from lahmadaemon.social.over_time import Day, Growth
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.rollups import CampaignTotals, Measured, Month, campaign_totals, months
from lahmadaemon.social.store.over_time import courses
from lahmadaemon.social.store.reading import Account, PostReader
from lahmadaemon.social.store.summing import Counted, Mark, SumReader
from lahmadaemon.store.database import Store

_NOBODY = Followers()


class Sums:
    """Reads only. What it remembers is as good as new."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        """`zone`: that of days and months."""
        self._store = store
        self._posts = SumReader(store)
        self._reader = PostReader(store)
        self._zone = zone
        self._known: dict[int, tuple[Mark, CampaignTotals]] = {}

    async def of_campaigns(self, campaigns: Collection[int]) -> dict[int, CampaignTotals]:
        """Of each of them."""
        marks = await self._posts.marks(campaigns)
        found = {}
        for campaign in campaigns:
            mark = marks.get(campaign)
            known = self._known.get(campaign)
            if mark is None:
                self._known.pop(campaign, None)
                found[campaign] = campaign_totals([])
            elif known and known[0] == mark:
                found[campaign] = known[1]
            else:
                found[campaign] = campaign_totals(_measured(await self._posts.of_campaign(campaign)))
                self._known[campaign] = mark, found[campaign]
        return found

    async def mark_of(self, campaign: int) -> Mark | None:
        """Another one when a post of it is linked or read; None: it has none."""
        return (await self._posts.marks([campaign])).get(campaign)

    async def by_day(self, campaign: int) -> list[Day]:
        """What its posts came to at the end of each day. All their readings are gone through."""
        growth = Growth(self._zone)
        async with aclosing(courses(self._store, campaign)) as all_of_them:
            async for some in all_of_them:
                await asyncio.to_thread(growth.add, some)
        return growth.days()

    async def months_of(
        self, creator_id: int, collected: Iterable[Account], since: Instant | None = None
    ) -> list[Month]:
        """A creator's months by platform, oldest first; `since`: of what was published and read from then on.

        Followers are those of the accounts that are `collected`, one of each platform: people who follow two count once.
        """
        measured = _measured(await self._posts.of_creator(creator_id, since))
        own = {account[0]: account for account in collected}
        followers = await self._reader.followers(own.values()) if own else {}
        found: list[Month] = []
        for platform in Platform:
            counts = followers.get(own[platform], _NOBODY).counts if platform in own else ()
            readings = [(at, count) for at, count in counts if since is None or at >= since]
            found += months(platform, [each for each in measured if each.platform is platform], readings, self._zone)
        return sorted(found, key=lambda each: (each.year, each.month, each.platform))


def _measured(counted: Iterable[Counted]) -> list[Measured]:
    found = []
    for each in counted:
        count, at_publish = each.followers.at(each.published_at)
        its = rates(each.kind, each.numbers, count, followers_at_publish=at_publish)
        found.append(Measured(each.platform, each.kind, each.creator_id, each.published_at, each.numbers, its))
    return found
