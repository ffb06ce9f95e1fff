"""The daemon's routes."""

from typing import Annotated

from fastapi import APIRouter, Path

from lahmadaemon.web.doors import House
from lahmadaemon.web.routing import NOT_FOUND, api
from lahmadaemon.web.services import shapes, telling

router: APIRouter = api("", "services")


@router.get("/services")
async def services(house: House) -> shapes.Services:
    """How every service is."""
    return await telling.services(house)


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
