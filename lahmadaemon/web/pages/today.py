"""Today, all rooms at a glance."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse

from lahmadaemon.alerts.wording import Wording
from lahmadaemon.web.doors import House, HouseDoors
from lahmadaemon.web.pages.alts import of_day
from lahmadaemon.web.pages.campaigns import at_a_glance
from lahmadaemon.web.pages.reader import Reader
from lahmadaemon.web.pages.rendering import page, reader_of, stamp
from lahmadaemon.web.pages.routing import pages
from lahmadaemon.web.radio import telling as radio
from lahmadaemon.web.radio.shapes import RadioNow
from lahmadaemon.web.visitors import telling as visitors

router = pages()


@dataclass(frozen=True)
class StationToday:
    """What the page says of one station."""

    r: Reader
    now: RadioNow
    alt: str
    covered: float | None
    """The share of what is over of the day."""


@router.get("/")
async def today(request: Request, house: House) -> HTMLResponse:
    """The page people open in the morning."""
    live, reader = await stamp(request), reader_of(request)
    report = house.report()
    told: dict[str, Any] = {
        "stations": [await _station(house, each.station, reader) for each in (await radio.stations(house)).stations],
        "cameras": (await visitors.now(house)).cameras,
        "social": request.app.state.social is not None,
        "campaigns": await at_a_glance(request.app.state.social),
        "report": report,
        "well": sum(each.well for each in report.services),
        "worst": next(
            (worded(house, reader).what(each, house.clock.now()) for each in house.desk.open_incidents()), ""
        ),
    }
    return await page(request, "today.html", live=live, **told)


def worded(house: HouseDoors, reader: Reader) -> Wording:
    """Alarms in the reader's words, not in those of the house's messages."""
    return Wording(reader.language, house.zone)


async def _station(house: HouseDoors, name: str, reader: Reader) -> StationToday:
    now = await radio.now(house, name)
    own = reader.within(ZoneInfo(now.timezone))
    hours = (await radio.hours(house, name)).hours
    covered = sum(each.coverage for each in hours) / len(hours) if hours else None
    return StationToday(own, now, of_day(own, now.day, hours, now.today), covered)
