"""Campaigns with their posts and rates, and how creators are connected. Loaded only where the room is on."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.creators import Creator
from lahmadaemon.social.store.reading import ALL
from lahmadaemon.web.pages import alts
from lahmadaemon.web.pages.campaigns import page_of_campaigns
from lahmadaemon.web.pages.rendering import page, reader_of, stamp
from lahmadaemon.web.pages.routing import pages
from lahmadaemon.web.paging import Cursor, cut, read, written
from lahmadaemon.web.social import campaigns as api
from lahmadaemon.web.social import collecting, creators, posts
from lahmadaemon.web.social.doors import Doors, SocialDoors
from lahmadaemon.web.social.listing import page_of_posts
from lahmadaemon.web.social.parameters import CampaignId, PlatformId
from lahmadaemon.web.social.shapes.posts import Post, reading
from lahmadaemon.web.social.standing import endings

router = pages()

ROWS = 50


@router.get("/social")
async def social(request: Request, doors: Doors, cursor: Cursor = None, campaigns: Cursor = None) -> HTMLResponse:
    """Campaigns, who is connected, and how collecting goes. Who has to log in again comes first, who has left last."""
    live, everybody = await stamp(request), await doors.creators.all()
    here = {each.id for each in everybody if each.here}
    logins = [each for each in await endings(doors) if each.creator_id in here]
    urgent = {each.creator_id: int(not each.dead) for each in reversed(logins)}

    def place(who: Creator) -> tuple[int, int]:
        return urgent.get(who.id, 2) if who.here else 3, who.id

    known, last = cut(everybody, place, read(cursor, int, int), ROWS)
    some, rest = await page_of_campaigns(doors, read(campaigns, int, int, int))
    return await page(
        request, "social.html", live=live, endings=logins,
        creators=await creators.told(doors, known), more_creators=None if last is None else written(*place(last)),
        campaigns=some, more_campaigns=None if rest is None else written(*rest),
        sync=await collecting.sync(doors), runs=(await collecting.runs(doors)).items,
        limits=(await collecting.limits(doors)).items,
    )  # fmt: skip


@router.get("/social/campaigns/{campaign_id}")
async def campaign(request: Request, doors: Doors, campaign_id: CampaignId, cursor: Cursor = None) -> HTMLResponse:
    """One campaign: what it adds up to, its rates over time, its posts."""
    live, reader = await stamp(request), reader_of(request)
    told = await api.campaign(doors, campaign_id)
    some, following = await page_of_posts(
        doors, lambda wish: doors.reader.of_campaign(campaign_id, wish), ALL, cursor, ROWS
    )
    return await page(
        request, "campaign.html", live=live, campaign=told, posts=some.items, following=following,
        names=await _names(doors, some.items), alt=alts.of_rates(reader, told),
    )  # fmt: skip


@router.get("/social/posts/{platform}/{platform_id}")
async def post(
    request: Request, doors: Doors, platform: Platform, platform_id: PlatformId, cursor: Cursor = None
) -> HTMLResponse:
    """One post, and its numbers over time, the newest first."""
    live = await stamp(request)
    told = await posts.post(doors, platform, platform_id)
    taken = list(enumerate(await posts.readings(doors, platform, platform_id)))
    before = read(cursor, int)
    some, last = cut(taken, lambda each: -each[0], before and -before[0], ROWS)
    return await page(
        request, "post.html", live=live, post=told, readings=[reading(*each) for _, each in some],
        following=None if last is None else written(last[0]), names=await _names(doors, [told]),
    )  # fmt: skip


async def _names(doors: SocialDoors, some: list[Post]) -> dict[int, str]:
    """What creators are called: by their e-mail, as the Creators app has them."""
    wanted = {each.creator_id for each in some}
    known = {each.id: each for each in await doors.creators.all() if each.id in wanted}
    return {number: known[number].email or f"#{number}" if number in known else f"#{number}" for number in wanted}
