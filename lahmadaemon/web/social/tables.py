"""The same as tables for spreadsheets: of parts of a whole each is a column, `meta_state` or `instagram_username`."""

from fastapi import APIRouter, Response

from lahmadaemon.social.connections import Provider
from lahmadaemon.social.posts import NUMBERS, Platform
from lahmadaemon.web.doors import House
from lahmadaemon.web.sheets import TABLE, sheet
from lahmadaemon.web.social.campaigns import campaign
from lahmadaemon.web.social.campaigns import days as course
from lahmadaemon.web.social.campaigns import told as told_of_campaigns
from lahmadaemon.web.social.collecting import runs as newest
from lahmadaemon.web.social.creators import months as months_of
from lahmadaemon.web.social.creators import told
from lahmadaemon.web.social.doors import Doors
from lahmadaemon.web.social.parameters import CampaignId, CreatorId, PlatformId
from lahmadaemon.web.social.posts import readings
from lahmadaemon.web.social.routing import NOT_FOUND, api
from lahmadaemon.web.social.shapes import campaigns as shapes
from lahmadaemon.web.social.shapes.basics import Shape
from lahmadaemon.web.social.shapes.campaigns import Campaign
from lahmadaemon.web.social.shapes.creators import Connection, Creator, CreatorAccount
from lahmadaemon.web.social.shapes.posts import Figures, Reading, reading
from lahmadaemon.web.social.shapes.runs import Run
from lahmadaemon.web.social.shapes.sums import MonthTotals, Totals

router: APIRouter = api("tables")


def _columns(of: type[Shape], *but: str) -> list[str]:
    return [name for name in of.model_fields if name not in but]


CAMPAIGNS = [*_columns(Campaign, "totals"), *_columns(Totals, "known")]
CREATORS = [
    *_columns(Creator, "connections", "accounts"),
    *(f"{provider}_{name}" for provider in Provider for name in _columns(Connection, "provider")),
    *(f"{platform}_{name}" for platform in Platform for name in _columns(CreatorAccount, "platform", "chosen")),
]
KINDS = ["platform", "kind", *_columns(Totals, "known")]
CAPTURES = [
    "taken_at", *_columns(Figures, "interactions_known", "more"), *(f"gained_{name}" for name in NUMBERS),
]  # fmt: skip
MONTHS = ["month", "platform", *_columns(MonthTotals, "known")]


@router.get("/campaigns.csv", responses=TABLE)
async def campaigns(doors: Doors) -> Response:
    """All campaigns, with what their posts add up to."""
    rows = await told_of_campaigns(doors, await doors.campaigns.campaigns())
    return sheet("campaigns", CAMPAIGNS, (dict(each) | dict(each.totals) for each in rows))


@router.get("/campaigns/{campaign_id}/kinds.csv", responses=NOT_FOUND | TABLE)
async def kinds(doors: Doors, campaign_id: CampaignId) -> Response:
    """What each kind of its posts adds up to."""
    found = (await campaign(doors, campaign_id)).by_kind
    return sheet(f"campaign-{campaign_id}-kinds", KINDS, map(dict, found))


@router.get("/campaigns/{campaign_id}/days.csv", responses=NOT_FOUND | TABLE)
async def days(house: House, doors: Doors, campaign_id: CampaignId) -> Response:
    """Its rates over time."""
    found = (await course(house, doors, campaign_id)).days
    return sheet(f"campaign-{campaign_id}-days", _columns(shapes.Day), map(dict, found))


@router.get("/posts/{platform}/{platform_id}/captures.csv", responses=NOT_FOUND | TABLE)
async def captures(doors: Doors, platform: Platform, platform_id: PlatformId) -> Response:
    """A post's numbers over time; `gained_…`: since the capture before."""
    taken = [reading(*each) for each in await readings(doors, platform, platform_id)]
    rows = (dict(each) | _gained(each) for each in taken)
    return sheet(f"{platform}-{platform_id}-captures", CAPTURES, rows)


@router.get("/creators.csv", responses=TABLE)
async def creators(doors: Doors) -> Response:
    """All creators, with their connections; of several accounts of one platform the one that is collected."""
    return sheet("creators", CREATORS, map(_creator, await told(doors, await doors.creators.all())))


@router.get("/creators/{creator_id}/months.csv", responses=NOT_FOUND | TABLE)
async def months(doors: Doors, creator_id: CreatorId) -> Response:
    """What the posts of each local month add up to, by platform."""
    found = (await months_of(doors, creator_id)).months
    rows = (
        {"month": name, "platform": platform} | dict(each)
        for name, by in found.items()
        for platform, each in by.items()
    )
    return sheet(f"creator-{creator_id}-months", MONTHS, rows)


@router.get("/runs.csv", responses=TABLE)
async def runs(doors: Doors) -> Response:
    """The newest run of each kind."""
    return sheet("runs", _columns(Run), map(dict, (await newest(doors)).items))


def _gained(of: Reading) -> dict[str, object]:
    return {f"gained_{name}": gained for name, gained in of.growth.gained.items()} if of.growth else {}


def _creator(of: Creator) -> dict[str, object]:
    row = dict(of)
    for connection in of.connections:
        row |= {f"{connection.provider}_{name}": value for name, value in connection}
    for account in of.accounts:
        if account.chosen:
            row |= {f"{account.platform}_{name}": value for name, value in account}
    return row
