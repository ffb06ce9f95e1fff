"""Campaigns with their totals, and the posts that belong to them."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from lahmadaemon.social.campaigns import State
from lahmadaemon.social.store.campaigns import Known
from lahmadaemon.web.caching import PRIVATE
from lahmadaemon.web.doors import House
from lahmadaemon.web.paging import Cursor, Limit, Page, cut, point_on, read, written
from lahmadaemon.web.sheets import MEDIA_TYPE
from lahmadaemon.web.social.doors import Doors, SocialDoors
from lahmadaemon.web.social.listing import page_of_posts
from lahmadaemon.web.social.over_time import days_of
from lahmadaemon.web.social.parameters import CampaignId, Filters
from lahmadaemon.web.social.routing import NOT_FOUND, api, missing
from lahmadaemon.web.social.shapes import campaigns as shapes
from lahmadaemon.web.social.shapes.posts import Post
from lahmadaemon.web.social.sheet import begun, lines

router: APIRouter = api("campaigns")


@router.get("/campaigns")
async def campaigns(
    doors: Doors,
    request: Request,
    response: Response,
    state: Annotated[State | None, Query(description="Only those in this state")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[shapes.Campaign]:
    """By their numbers; those that are skipped, ended or gone as well."""
    known = [each for each in await doors.campaigns.campaigns() if state in (None, each.state)]
    some, last = cut(known, _number, (read(cursor, int) or [None])[0], limit)
    following = None if last is None else written(_number(last))
    point_on(request, response, following)
    return Page(items=await told(doors, some), next=following)


@router.get("/campaigns/{campaign_id}", responses=NOT_FOUND)
async def campaign(doors: Doors, campaign_id: CampaignId) -> shapes.CampaignInFull:
    """One campaign, with what each kind of its posts adds up to."""
    known = await known_campaign(doors, campaign_id)
    involved = await doors.campaigns.involved()
    sums = await doors.sums.of_campaigns([campaign_id])
    return shapes.campaign_in_full(known, involved.get(campaign_id, ()), sums[campaign_id])


@router.get("/campaigns/{campaign_id}/days", responses=NOT_FOUND)
async def days(house: House, doors: Doors, campaign_id: CampaignId) -> shapes.Course:
    """Its rates over time. Followers as they were known up to an hour ago."""
    await known_campaign(doors, campaign_id)
    return shapes.Course(days=[shapes.day(each) for each in await days_of(house, doors, campaign_id)])


@router.get("/campaigns/{campaign_id}/posts", responses=NOT_FOUND)
async def posts(
    doors: Doors, request: Request, response: Response, campaign_id: CampaignId, filters: Filters,
    limit: Limit = 50, cursor: Cursor = None,
) -> Page[Post]:  # fmt: skip
    """A campaign's posts, newest first, with their latest numbers."""
    await known_campaign(doors, campaign_id)

    page, following = await page_of_posts(
        doors, lambda wish: doors.reader.of_campaign(campaign_id, wish), filters, cursor, limit
    )
    point_on(request, response, following)
    return page


@router.get(
    "/campaigns/{campaign_id}/posts.csv",
    responses=NOT_FOUND | {200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "A table"}},
    response_class=StreamingResponse,
)
async def sheet(doors: Doors, campaign_id: CampaignId, filters: Filters) -> StreamingResponse:
    """The same posts, all of them, as a table for spreadsheets."""
    known = await known_campaign(doors, campaign_id)
    begin = await begun(doors, known.campaign, filters)
    headers = {
        "Content-Disposition": f'attachment; filename="campaign-{campaign_id}.csv"', "Cache-Control": PRIVATE,
    }  # fmt: skip
    return StreamingResponse(lines(doors, known.campaign, filters, begin), headers=headers, media_type=MEDIA_TYPE)


async def known_campaign(doors: SocialDoors, campaign_id: int) -> Known:
    """Raises Refusal where there is none such."""
    known = await doors.campaigns.campaign(campaign_id)
    if known is None:
        raise missing("campaign")
    return known


async def told(doors: SocialDoors, known: Sequence[Known]) -> list[shapes.Campaign]:
    """With who takes part and what their posts add up to."""
    involved = await doors.campaigns.involved()
    sums = await doors.sums.of_campaigns([_number(each) for each in known])
    return [shapes.campaign(each, involved.get(_number(each), ()), sums[_number(each)]) for each in known]


def _number(known: Known) -> int:
    return known.campaign.campaign_id
