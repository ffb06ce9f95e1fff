"""The pictures' routes. Each is `.svg` and `.png`."""

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Path, Query
from starlette.responses import Response

from lahmadaemon.web.access import visitor
from lahmadaemon.web.document import describe
from lahmadaemon.web.doors import House
from lahmadaemon.web.pages.alts import Kind
from lahmadaemon.web.pictures import radio, visitors
from lahmadaemon.web.pictures.wishes import PICTURE, Wished
from lahmadaemon.web.problems import declared
from lahmadaemon.web.radio.station import Station, station_of
from lahmadaemon.web.routing import nothing_unknown
from lahmadaemon.web.spans import LocalDay, named

TAGS = ({"name": "pictures", "description": "The same figures to look at, as SVG and PNG"},)

router = APIRouter(
    prefix="/pictures", tags=["pictures"], dependencies=[Depends(visitor), Depends(nothing_unknown)],
    default_response_class=Response, responses=PICTURE | declared(401, 404, 422, 503),
)  # fmt: skip

Name = Annotated[str, Path(max_length=100, description="The station's name in the settings")]
Camera = Annotated[str, Path(max_length=100, description="The camera")]
OnDay = Annotated[
    LocalDay | None, Query(alias="date", description="The local day, such as 2026-10-14 (default: today)")
]
Of = Annotated[Kind, Query(alias="of", description="People, or everybody: machines too")]
OfWeek = Annotated[
    str | None, Query(alias="week", max_length=20, description="2026-W42 or a day in it (default: this week)")
]


async def _of_week(house: House, station: Name, week: OfWeek = None, kind: Of = "net") -> radio.Week:
    asked = await station_of(house, station)
    return radio.Week(asked, named("week", week, "week", asked.today) or asked.today, kind)


async def _of_day(house: House, station: Name) -> Station:
    return await station_of(house, station)


Week = Annotated[radio.Week, Depends(_of_week)]


@router.get("/radio/{station}/day.{form}")
async def day(
    asked: Annotated[Station, Depends(_of_day)], wish: Wished, on: OnDay = None, kind: Of = "net"
) -> Response:
    """A day's audience, hour by hour, and what was on air."""
    return await wish.answer(await radio.day(asked, wish.reader, on or asked.today, kind))


@router.get("/radio/{station}/week.{form}")
async def week(asked: Week, wish: Wished) -> Response:
    """The audience of an ISO week."""
    return await wish.answer(await radio.week(asked, wish.reader))


@router.get("/radio/{station}/heat.{form}")
async def heat(asked: Week, wish: Wished) -> Response:
    """The same as a map of hours and weekdays."""
    return await wish.answer(await radio.heat(asked, wish.reader))


@router.get("/radio/{station}/shows.{form}")
async def shows(asked: Week, wish: Wished) -> Response:
    """The shows of the week, the most listened to first."""
    return await wish.answer(await radio.shows(asked, wish.reader))


@router.get("/visitors/{camera}/day.{form}")
async def crossings(house: House, camera: Camera, wish: Wished, on: OnDay = None) -> Response:
    """Who came and went on a day, hour by hour."""
    return await wish.answer(await visitors.day(house, wish.reader, camera, on))


def serve_pictures(app: FastAPI, *, social: bool) -> None:
    """Adds them to the window; they are drawn by `app.state.studio`."""
    app.include_router(router)
    if social:
        from lahmadaemon.web.pictures.social import router as of_social

        app.include_router(of_social)
    describe(app, "", TAGS)
