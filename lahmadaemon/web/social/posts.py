"""Single posts: their numbers over time, and the campaigns that somebody puts them into by hand."""

from fastapi import APIRouter, Request, Response

from lahmadaemon.social import rollups
from lahmadaemon.social.engagement import Rates
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.reading import Kept
from lahmadaemon.web.paging import Cursor, Limit, Page, cut, point_on, read, written
from lahmadaemon.web.problems import Refusal, declared
from lahmadaemon.web.social.campaigns import known_campaign
from lahmadaemon.web.social.doors import Doors, SocialDoors
from lahmadaemon.web.social.figures import rates_of
from lahmadaemon.web.social.listing import told
from lahmadaemon.web.social.parameters import CampaignId, PlatformId
from lahmadaemon.web.social.routing import CHANGES, NOT_FOUND, api, missing
from lahmadaemon.web.social.shapes import posts as shapes

router: APIRouter = api("posts")


Taken = tuple[rollups.Capture, Rates, rollups.Growth | None]


class Readings(Page[shapes.Reading]):
    """Captures, oldest first. `heights`: of each number that was ever known, over all captures."""

    heights: dict[str, shapes.Height]


@router.get("/posts/{platform}/{platform_id}", responses=NOT_FOUND)
async def post(doors: Doors, platform: Platform, platform_id: PlatformId) -> shapes.Post:
    """One post with its latest numbers."""
    return (await told(doors, [await _known(doors, platform, platform_id)]))[0]


@router.get("/posts/{platform}/{platform_id}/captures", responses=NOT_FOUND)
async def captures(
    doors: Doors, request: Request, response: Response, platform: Platform, platform_id: PlatformId,
    limit: Limit = 200, cursor: Cursor = None,
) -> Readings:  # fmt: skip
    """Its numbers over time: each capture with what it gained since the one before, and why something is unknown."""
    taken = await readings(doors, platform, platform_id)
    some, last = cut(list(enumerate(taken)), lambda each: each[0], (read(cursor, int) or [None])[0], limit)
    following = None if last is None else written(last[0])
    point_on(request, response, following)
    heights = rollups.courses(capture for capture, _, _ in taken)
    return Readings(
        items=[shapes.reading(*each) for _, each in some], next=following,
        heights={name: shapes.height(course) for name, course in heights.items()},
    )  # fmt: skip


async def readings(doors: SocialDoors, platform: Platform, platform_id: str) -> list[Taken]:
    """A post's captures, oldest first, each with its rates and what it gained. Raises Refusal where there is no such post."""
    kept = await _known(doors, platform, platform_id)
    taken = await doors.reader.captures(platform, platform_id)
    grown: list[rollups.Growth | None] = [None, *rollups.growth(taken)]
    return [(each, rates_of(kept, each.numbers), grew) for each, grew in zip(taken, grown, strict=False)]


@router.put("/campaigns/{campaign_id}/posts/{platform}/{platform_id}", responses=NOT_FOUND | CHANGES)
async def link(doors: Doors, campaign_id: CampaignId, platform: Platform, platform_id: PlatformId) -> shapes.Post:
    """Put a post into a campaign by hand: a story without hashtags, mostly. No rule takes that back."""
    await known_campaign(doors, campaign_id)
    kept = await _known(doors, platform, platform_id)
    await doors.posts.link_by_hand(campaign_id, kept.creator_id, kept.post, doors.clock.now())
    return (await told(doors, [kept]))[0]


@router.delete(
    "/campaigns/{campaign_id}/posts/{platform}/{platform_id}",
    status_code=204,
    responses=NOT_FOUND | CHANGES | declared(409),
)
async def unlink(doors: Doors, campaign_id: CampaignId, platform: Platform, platform_id: PlatformId) -> None:
    """Take back what was put there by hand. 409: it is there by its hashtags, and would come again."""
    key = (platform, platform_id)
    if await doors.links.unlink(campaign_id, key):
        return
    if any(each.campaign_id == campaign_id for each in (await doors.links.of([key])).get(key, ())):
        raise Refusal(409, "linked_by_rule", "the post is there by its hashtags, not by hand")
    raise missing("link")


async def _known(doors: SocialDoors, platform: Platform, platform_id: str) -> Kept:
    kept = await doors.reader.one(platform, platform_id)
    if kept is None:
        raise missing("post")
    return kept
