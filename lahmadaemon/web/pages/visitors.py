"""Visitors: camera by camera, hour by hour; reports to partners; files that could not be used."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Query, Request
from fastapi.responses import HTMLResponse

from lahmadaemon.radio import periods
from lahmadaemon.visitors.intake.crossings import Status
from lahmadaemon.web.doors import House, HouseDoors
from lahmadaemon.web.pages import alts
from lahmadaemon.web.pages.rendering import page, reader_of, stamp
from lahmadaemon.web.pages.routing import pages
from lahmadaemon.web.problems import Refusal
from lahmadaemon.web.spans import LocalDay
from lahmadaemon.web.visitors import shapes, telling
from lahmadaemon.web.visitors.cameras import chosen

router = pages()

DAYS = 14
ROWS = 30


@router.get("/visitors")
async def visitors(
    request: Request, house: House, day: Annotated[LocalDay | None, Query(alias="date")] = None
) -> HTMLResponse:
    """A day of every camera, the days before it, and what became of reports and files."""
    live, reader = await stamp(request), reader_of(request)
    zones: dict[str, ZoneInfo] = await chosen(house, None)
    today = periods.today(house.clock.now(), house.zone)
    day = day or today
    if not periods.EARLIEST < day.year < periods.LATEST:
        raise Refusal(422, "invalid_span", "query.date: a day of such a year is not kept")
    if not zones:
        return await page(request, "visitors_off.html", live=live)
    found = {each.camera: each.hours for each in (await telling.crossings(house, day)).cameras}
    tomorrow = day + timedelta(days=1)
    return await page(
        request, "visitors.html", live=live, day=day, is_today=day == today, zones=zones,
        cameras=(await telling.now(house)).cameras, hours={name: hours for name, hours in found.items() if hours},
        alts={name: alts.of_crossings(reader.within(zones[name]), f"{day}", hours) for name, hours in found.items()},
        first=day - timedelta(days=DAYS - 1),
        days=(await telling.days(house, day - timedelta(days=DAYS - 1), day)).days[::-1],
        pushes=(await telling.pushes(house, limit=ROWS)).items, files=await _failed(house),
        before=day - timedelta(days=1), after=tomorrow if tomorrow <= today else None,
    )  # fmt: skip


async def _failed(house: HouseDoors) -> Sequence[shapes.VisitorFile]:
    """Those of which something was refused, the newest first."""
    found = [
        each
        for status in (Status.REJECTED, Status.PARTIAL)
        for each in (await telling.files(house, state=status, limit=ROWS)).items
    ]
    return sorted(found, key=lambda each: each.committed_at, reverse=True)[:ROWS]
