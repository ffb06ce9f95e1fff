"""Campaigns with their posts and rates, and how creators are connected. Loaded only where the room is on."""

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse

from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.reading import ALL
from lahmadaemon.web.pages import alts
from lahmadaemon.web.pages.campaigns import campaigns_of
from lahmadaemon.web.pages.rendering import page, reader_of, stamp
from lahmadaemon.web.pages.routing import pages
from lahmadaemon.web.paging import Cursor, cut, read, written
from lahmadaemon.web.social import campaigns, collecting, creators, posts
from lahmadaemon.web.social.doors import Doors, SocialDoors
from lahmadaemon.web.social.listing import page_of_posts
from lahmadaemon.web.social.parameters import CampaignId, PlatformId
from lahmadaemon.web.social.shapes.posts import Post

router = pages()

ROWS = 50
CREATORS = 100


@router.get("/social")
async def social(request: Request, doors: Doors, cursor: Cursor = None) -> HTMLResponse:
    """All campaigns, who is connected, and how collecting goes."""
    live = await stamp(request)
    known, last = cut(await doors.creators.all(), lambda each: each.id, (read(cursor, int) or [None])[0], CREATORS)
    told = await creators.told(doors, known)
    return await page(
        request, "social.html", live=live, campaigns=await campaigns_of(doors), creators=told,
        following=None if last is None else written(last.id), endings=(await creators.logins(doors)).items,
        sync=await collecting.sync(doors), runs=(await collecting.runs(doors)).items,
        limits=(await collecting.limits(doors)).items,
    )  # fmt: skip


@router.get("/social/campaigns/{campaign_id}")
async def campaign(request: Request, doors: Doors, campaign_id: CampaignId, cursor: Cursor = None) -> HTMLResponse:
    """One campaign: what it adds up to, its rates over time, its posts."""
    live, reader = await stamp(request), reader_of(request)
    told = await campaigns.campaign(doors, campaign_id)
    some, following = await page_of_posts(
        doors, lambda wish: doors.reader.of_campaign(campaign_id, wish), ALL, cursor, ROWS
    )
    return await page(
        request, "campaign.html", live=live, campaign=told, posts=some.items, following=following,
        names=await _names(doors, some.items), alt=alts.of_rates(reader, told),
    )  # fmt: skip


@router.get("/social/posts/{platform}/{platform_id}")
async def post(
    request: Request, doors: Doors, platform: Platform, platform_id: PlatformId,
    cursor: Annotated[str | None, Query(max_length=1000, pattern=r"^[A-Za-z0-9_-]+$")] = None,
) -> HTMLResponse:  # fmt: skip
    """One post, and its numbers over time."""
    live = await stamp(request)
    told = await posts.post(doors, platform, platform_id)
    readings = await posts.captures(doors, request, Response(), platform, platform_id, cursor=cursor)
    return await page(
        request, "post.html", live=live, post=told, readings=readings.items[::-1], following=readings.next,
        names=await _names(doors, [told]),
    )  # fmt: skip


async def _names(doors: SocialDoors, some: list[Post]) -> dict[int, str]:
    """What creators are called: by their e-mail, as the Creators app has them."""
    wanted = {each.creator_id for each in some}
    known = {each.id: each for each in await doors.creators.all() if each.id in wanted}
    return {number: known[number].email or f"#{number}" if number in known else f"#{number}" for number in wanted}
