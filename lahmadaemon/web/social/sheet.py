"""A campaign's posts as a table (RFC 4180), sent as it is read, harmless to the spreadsheet that opens it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from lahmadaemon.clock import iso
from lahmadaemon.social.campaigns import Campaign
from lahmadaemon.social.matching import Link
from lahmadaemon.social.posts import NUMBERS
from lahmadaemon.social.store.reading import Kept, Wish
from lahmadaemon.web.sheets import MARK, harmless, written
from lahmadaemon.web.social.doors import SocialDoors
from lahmadaemon.web.social.figures import Figured, figured
from lahmadaemon.web.social.shapes.basics import rounded

AT_ONCE = 200
"""Posts in memory: with them the loop is busy for a hundredth of a second or two, and has other things to do in between."""
RATES = ("er_views", "er_reach", "er_followers", "er_story_reach")
COLUMNS = (
    "campaign_id", "campaign", "platform", "platform_id", "kind", "creator_id", "creator_email", "account_id",
    "published_at", "captured_at", "state", *NUMBERS, "interactions", *RATES, "flags", "rule", "matched", "tags",
    "permalink", "media_type", "title", "caption",
)  # fmt: skip


async def begun(doors: SocialDoors, campaign: Campaign, wish: Wish) -> list[Kept]:
    """The first of them: what is wrong with the store shows before the answer begins."""
    return await doors.reader.of_campaign(campaign.campaign_id, replace(wish, limit=AT_ONCE))


async def lines(doors: SocialDoors, campaign: Campaign, wish: Wish, some: Sequence[Kept]) -> AsyncIterator[str]:
    """The head, then the rows, some hundreds at a time, of which `some` are the first."""
    yield MARK + written([COLUMNS])
    while some:
        links = await doors.links.of([each.post.key for each in some])
        yield written(_row(doors, campaign, each, links.get(each.kept.post.key, ())) for each in figured(some))
        if len(some) < AT_ONCE:
            return
        last = some[-1].post
        after = (last.published_at, last.platform.value, last.platform_id)
        some = await doors.reader.of_campaign(campaign.campaign_id, replace(wish, after=after, limit=AT_ONCE))


def _row(doors: SocialDoors, campaign: Campaign, of: Figured, links: Sequence[Link]) -> list[object]:
    """In the order of `COLUMNS`; what is unknown is empty."""
    kept, post, numbers = of.kept, of.kept.post, of.numbers
    link = next((each for each in links if each.campaign_id == campaign.campaign_id), None)
    return [
        campaign.campaign_id, harmless(campaign.name), post.platform.value, harmless(post.platform_id), post.kind.value,
        kept.creator_id, harmless(kept.email), harmless(kept.account_id), iso(post.published_at),
        iso(kept.latest.taken_at) if kept.latest else None, kept.state_at(doors.clock.now()).value,
        *(getattr(numbers, name) for name in NUMBERS), of.rates.interactions,
        *(rounded(getattr(of.rates, name)) for name in RATES),
        " ".join(sorted(of.rates.flags)), link and link.rule, harmless(" ".join(sorted(link.matched)) if link else None),
        harmless(" ".join(sorted(kept.tags))), harmless(post.permalink), harmless(post.media_type),
        harmless(post.title), harmless(post.caption),
    ]  # fmt: skip
