"""The visitors' routes."""

from typing import Annotated

from fastapi import APIRouter, Query

from lahmadaemon.web.doors import House
from lahmadaemon.web.routing import NOT_FOUND, api
from lahmadaemon.web.spans import From, To
from lahmadaemon.web.visitors import shapes, telling

router: APIRouter = api("/visitors", "visitors")

Camera = Annotated[str | None, Query(max_length=100, description="Only this camera's")]


@router.get("/now")
async def now(house: House) -> shapes.VisitorsNow:
    """How many came and went today, and whether the cameras are heard of."""
    return await telling.now(house)


@router.get("/days", responses=NOT_FOUND)
async def days(house: House, first: From = None, last: To = None, camera: Camera = None) -> shapes.VisitorDays:
    """How many came and went, by day and camera."""
    return await telling.days(house, first, last, camera)
