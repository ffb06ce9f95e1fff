"""How the routes of all rooms are made: for visitors only, with ETags, their refusals declared, nothing passed over."""

from fastapi import APIRouter, Depends, Request
from fastapi.dependencies.utils import get_flat_dependant
from fastapi.routing import APIRoute

from lahmadaemon.web.access import visitor
from lahmadaemon.web.caching import Conditional
from lahmadaemon.web.problems import Refusal, declared

API = "/api/v1"
NOT_FOUND = declared(404)
CHANGES = declared(403, 413)
"""Of routes that change something."""
BODY = declared(400)
"""Of routes that read a body, which may be unreadable."""


def api(prefix: str, tag: str) -> APIRouter:
    """A router of the API. Every route may be refused for want of the token, for what is asked, and by the store."""
    return APIRouter(
        prefix=f"{API}{prefix}", tags=[tag], dependencies=[Depends(visitor), Depends(nothing_unknown)],
        route_class=Conditional, responses=declared(401, 422, 503),
    )  # fmt: skip


async def nothing_unknown(request: Request) -> None:
    """A dependency: 422 for a query parameter that the route does not have, which is a slip of the pen or worse."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    known = {field.alias for field in get_flat_dependant(route.dependant).query_params}
    for name in request.query_params:
        if name not in known:
            raise Refusal(422, "unknown_parameter", f"query: there are {', '.join(sorted(known)) or 'none'} here, and no other")


def missing(what: str) -> Refusal:
    """404."""
    return Refusal(404, f"{what}_not_found", f"there is no such {what}")
