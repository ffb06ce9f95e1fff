"""How the room's own routes are made: under one address; the rest as everywhere."""

from fastapi import APIRouter, Depends

from lahmadaemon.web.access import visitor
from lahmadaemon.web.caching import Conditional
from lahmadaemon.web.problems import declared
from lahmadaemon.web.routing import API
from lahmadaemon.web.routing import BODY as BODY
from lahmadaemon.web.routing import CHANGES as CHANGES
from lahmadaemon.web.routing import NOT_FOUND as NOT_FOUND
from lahmadaemon.web.routing import missing as missing

PREFIX = f"{API}/social"


def api(tag: str) -> APIRouter:
    """A router of the room's API. A query parameter nobody knows is passed over, as it was from the beginning."""
    return APIRouter(
        prefix=PREFIX, tags=[tag], dependencies=[Depends(visitor)], route_class=Conditional,
        responses=declared(401, 422, 503),
    )  # fmt: skip
