"""A campaign's figures as they are drawn, and their route."""

from collections.abc import Sequence
from datetime import date

from fastapi import APIRouter, Depends
from starlette.responses import Response

from lahmadaemon.pictures.curve import Tick
from lahmadaemon.pictures.rates import Line, Rates
from lahmadaemon.social.over_time import RATES, Day
from lahmadaemon.web.access import visitor
from lahmadaemon.web.doors import House, HouseDoors
from lahmadaemon.web.pages import alts
from lahmadaemon.web.pages.reader import Reader
from lahmadaemon.web.pictures.heads import head
from lahmadaemon.web.pictures.wishes import PICTURE, Wished
from lahmadaemon.web.problems import declared
from lahmadaemon.web.routing import nothing_unknown
from lahmadaemon.web.social.campaigns import known_campaign
from lahmadaemon.web.social.doors import Doors, SocialDoors
from lahmadaemon.web.social.over_time import days_of
from lahmadaemon.web.social.parameters import CampaignId
from lahmadaemon.web.social.shapes import campaigns as shapes

MEANWHILE = 7200.0
"""Seconds. A year's campaign, half a million readings, takes some of them: meanwhile its course of a while ago is shown."""
TICKS = 6

router = APIRouter(
    prefix="/pictures", tags=["pictures"], dependencies=[Depends(visitor), Depends(nothing_unknown)],
    default_response_class=Response, responses=PICTURE | declared(401, 404, 422, 503),
)  # fmt: skip


@router.get("/social/{campaign_id}/rates.{form}")
async def rates(house: House, doors: Doors, campaign_id: CampaignId, wish: Wished) -> Response:
    """A campaign's engagement over time."""
    return await wish.answer(await _rates(house, doors, wish.reader.within(doors.zone), campaign_id))


async def _rates(house: HouseDoors, doors: SocialDoors, reader: Reader, campaign_id: int) -> Rates:
    known, sums = await known_campaign(doors, campaign_id), await doors.sums.of_campaigns([campaign_id])
    told = shapes.campaign(known, (), sums[campaign_id])
    days = await days_of(house, doors, campaign_id, meanwhile=MEANWHILE)
    title, posts = reader.say("pictures.rates", name=known.campaign.name), told.totals.posts
    subtitle = reader.count("pictures.rates.sums", posts) if posts else ""
    lines = [
        Line(reader.say(f"pictures.{name}"), [(_after(days, day), _rounded(getattr(day, name))) for day in days])
        for name in RATES
    ]
    return Rates(
        head(reader, title, subtitle, alts.of_rates(reader, told), "pictures.no_rates"), lines,
        float(_after(days, days[-1])) if days else 0.0, reader.say("pictures.percent"), _ticks(reader, days),
    )  # fmt: skip


def _after(days: Sequence[Day], day: Day) -> int:
    return (day.day - days[0].day).days


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 3)


def _ticks(reader: Reader, days: Sequence[Day]) -> list[Tick]:
    """At most six, at whole days; the first one with its year where the last one has another."""
    if not days:
        return []
    step = max(1, -(-_after(days, days[-1]) // (TICKS - 1)))
    first, form = days[0].day.toordinal(), "plain" if days[0].day.year == days[-1].day.year else "dated"
    return [
        Tick(at, reader.day(date.fromordinal(first + at), form if at == 0 else "plain"))
        for at in range(0, _after(days, days[-1]) + 1, step)
    ]
