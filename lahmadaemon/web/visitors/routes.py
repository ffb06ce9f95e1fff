"""The visitors' routes."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from lahmadaemon.visitors.intake.crossings import Status
from lahmadaemon.visitors.push.pushes import State
from lahmadaemon.web.doors import House
from lahmadaemon.web.paging import Cursor, Limit, Page, point_on
from lahmadaemon.web.routing import NOT_FOUND, api
from lahmadaemon.web.shapes import Shape
from lahmadaemon.web.sheets import TABLE, Format, sheet
from lahmadaemon.web.spans import From, LocalDay, To
from lahmadaemon.web.visitors import shapes, telling

router: APIRouter = api("/visitors", "visitors")

Camera = Annotated[str | None, Query(max_length=100, description="Only this camera's")]


@router.get("/now", response_model=shapes.VisitorsNow, responses=TABLE)
async def now(house: House, form: Format = "json") -> shapes.VisitorsNow | Response:
    """How many came and went today, and whether the cameras are heard of."""
    found = await telling.now(house)
    return _table("visitors-now", shapes.CameraNow, found.cameras) if form == "csv" else found


@router.get("/days", response_model=shapes.VisitorDays, responses=NOT_FOUND | TABLE)
async def days(
    house: House, first: From = None, last: To = None, camera: Camera = None, form: Format = "json"
) -> shapes.VisitorDays | Response:
    """How many came and went, by day and camera."""
    found = await telling.days(house, first, last, camera)
    return _table("visitors-days", shapes.VisitorDay, found.days) if form == "csv" else found


@router.get("/crossings", response_model=shapes.Crossings, responses=NOT_FOUND | TABLE)
async def crossings(
    house: House,
    day: Annotated[LocalDay | None, Query(description="A local day, such as 2026-10-14 (default: today)")] = None,
    camera: Camera = None,
    form: Format = "json",
) -> shapes.Crossings | Response:
    """How many came and went, hour by hour."""
    found = await telling.crossings(house, day, camera)
    if form == "csv":
        rows = [{"camera": each.camera, "day": each.day} | dict(hour) for each in found.cameras for hour in each.hours]
        return sheet("visitors-crossings", ["camera", "day", *shapes.CrossingHour.model_fields], rows)
    return found


@router.get("/files", response_model=Page[shapes.VisitorFile], responses=NOT_FOUND | TABLE)
async def files(
    house: House, request: Request, response: Response, camera: Camera = None,
    state: Annotated[Status | None, Query(description="Only those of which this became")] = None,
    limit: Limit = 50, cursor: Cursor = None, form: Format = "json",
) -> Page[shapes.VisitorFile] | Response:  # fmt: skip
    """What the cameras brought and what became of it, the newest first; of what was refused, why."""
    page = await telling.files(house, camera, state, cursor, limit)
    point_on(request, response, page.next)
    return _table("visitors-files", shapes.VisitorFile, page.items, response) if form == "csv" else page


@router.get("/pushes", response_model=Page[shapes.VisitorPush], responses=NOT_FOUND | TABLE)
async def pushes(
    house: House, request: Request, response: Response,
    target: Annotated[str | None, Query(max_length=100, description="Only to this partner")] = None,
    state: Annotated[State | None, Query(description="Only those in this state")] = None,
    limit: Limit = 50, cursor: Cursor = None, form: Format = "json",
) -> Page[shapes.VisitorPush] | Response:  # fmt: skip
    """Reports to partners: windows, attempts, answers; the newest first."""
    page = await telling.pushes(house, target, state, cursor, limit)
    point_on(request, response, page.next)
    return _table("visitors-pushes", shapes.VisitorPush, page.items, response) if form == "csv" else page


def _table(name: str, of: type[Shape], rows: Sequence[Shape], pointing: Response | None = None) -> Response:
    return sheet(name, list(of.model_fields), map(dict, rows), pointing.headers if pointing else None)
