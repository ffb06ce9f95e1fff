"""The daemon's routes."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from lahmadaemon.web.doors import House
from lahmadaemon.web.routing import NOT_FOUND, api
from lahmadaemon.web.services import shapes, telling
from lahmadaemon.web.sheets import TABLE, Format, sheet

router: APIRouter = api("", "services")


@router.get("/services", response_model=shapes.Services, responses=TABLE)
async def services(house: House, form: Format = "json") -> shapes.Services | Response:
    """How every service is."""
    found = await telling.services(house)
    columns = list(shapes.ServiceTold.model_fields)
    return sheet("services", columns, map(dict, found.services)) if form == "csv" else found


@router.get("/services/{name}", responses=NOT_FOUND)
async def service(
    house: House, name: Annotated[str, Path(max_length=200, description="Such as radio.snapshots.main")]
) -> shapes.ServiceTold:
    """How one service is."""
    return await telling.service(house, name)


@router.get("/house")
async def the_house(house: House) -> shapes.HouseTold:
    """The daemon: its version, its rooms, its store."""
    return await telling.house(house)
