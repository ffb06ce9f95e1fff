"""Creators: how their logins stand, their posts, their months."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from lahmadaemon.social.connections import Account as KnownAccount
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.creators import Creator, email_key
from lahmadaemon.social.store.reading import Account
from lahmadaemon.web.paging import Cursor, Limit, Page, cut, point_on, read, written
from lahmadaemon.web.social.doors import Doors, SocialDoors
from lahmadaemon.web.social.listing import page_of_posts
from lahmadaemon.web.social.parameters import CreatorId, Filters
from lahmadaemon.web.social.routing import NOT_FOUND, api, missing
from lahmadaemon.web.social.shapes import creators as shapes
from lahmadaemon.web.social.shapes.basics import Shape
from lahmadaemon.web.social.shapes.posts import Post
from lahmadaemon.web.social.shapes.sums import MonthTotals, month
from lahmadaemon.web.social.standing import endings, logins_of

router: APIRouter = api("creators")


class Months(Shape):
    """By month (YYYY-MM) and platform."""

    months: dict[str, dict[Platform, MonthTotals]]


class Endings(Shape):
    """The most urgent first."""

    items: list[shapes.Ending]


@router.get("/creators")
async def creators(
    doors: Doors, request: Request, response: Response,
    email: Annotated[str | None, Query(max_length=320, description="Only who has this address")] = None,
    limit: Limit = 50, cursor: Cursor = None,
) -> Page[shapes.Creator]:  # fmt: skip
    """By their numbers; those who are gone as well."""
    known = await doors.creators.all()
    if email is not None:
        known = [each for each in known if each.email is not None and email_key(each.email) == email_key(email)]
    some, last = cut(known, lambda each: each.id, (read(cursor, int) or [None])[0], limit)
    following = None if last is None else written(last.id)
    point_on(request, response, following)
    return Page(items=await told(doors, some), next=following)


@router.get("/creators/{creator_id}", responses=NOT_FOUND)
async def creator(doors: Doors, creator_id: CreatorId) -> shapes.Creator:
    """One creator."""
    return (await told(doors, [await known_creator(doors, creator_id)]))[0]


@router.get("/creators/{creator_id}/posts", responses=NOT_FOUND)
async def posts(
    doors: Doors, request: Request, response: Response, creator_id: CreatorId, filters: Filters,
    limit: Limit = 50, cursor: Cursor = None,
) -> Page[Post]:  # fmt: skip
    """Everything collected of a creator, newest first, whether it belongs to a campaign or not."""
    await known_creator(doors, creator_id)
    page, following = await page_of_posts(
        doors, lambda wish: doors.reader.of_creator(creator_id, wish), filters, cursor, limit
    )
    point_on(request, response, following)
    return page


@router.get("/creators/{creator_id}/months", responses=NOT_FOUND)
async def months(doors: Doors, creator_id: CreatorId) -> Months:
    """What the posts of each local month add up to, by platform."""
    await known_creator(doors, creator_id)
    found: defaultdict[str, dict[Platform, MonthTotals]] = defaultdict(dict)
    for each in await doors.sums.months_of(creator_id, await collected(doors, creator_id)):
        found[f"{each.year:04}-{each.month:02}"][each.platform] = month(each)
    return Months(months=found)


@router.get("/logins")
async def logins(doors: Doors) -> Endings:
    """Every login that is dead or ends soon."""
    emails = {each.id: each.email for each in await doors.creators.all()}
    return Endings(items=shapes.endings(await endings(doors), emails))


async def known_creator(doors: SocialDoors, creator_id: int) -> Creator:
    """Raises Refusal where there is none such."""
    known = await doors.creators.by_id(creator_id)
    if known is None:
        raise missing("creator")
    return known


async def collected(doors: SocialDoors, creator_id: int) -> list[Account]:
    """The accounts whose posts are collected, one of each platform."""
    return [each.key for each in await doors.connections.accounts([creator_id], chosen_only=True)]


async def told(doors: SocialDoors, known: Sequence[Creator]) -> list[shapes.Creator]:
    """With their connections and accounts."""
    ids = [each.id for each in known]
    held = await logins_of(doors, ids)
    accounts: defaultdict[int, list[KnownAccount]] = defaultdict(list)
    for one in await doors.connections.accounts(ids):
        accounts[one.creator_id].append(one)
    return [shapes.creator(each, held.get(each.id, {}), accounts[each.id]) for each in known]
