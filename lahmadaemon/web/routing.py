"""How the routes of all rooms are made: for visitors only, with ETags, their refusals declared, nothing passed over."""

import asyncio

from fastapi import APIRouter, Depends, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

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
    known = _parameters(route.dependant)
    for name in request.query_params:
        if name not in known:
            named = ", ".join(sorted(known)) or "no parameters"
            raise Refusal(422, "unknown_parameter", f"query: one that is not there; there are {named}")


def _parameters(of: Dependant) -> set[str]:
    """Of a route and all that it depends on."""
    return {field.alias for field in of.query_params}.union(*map(_parameters, of.dependencies))


async def sent(told: BaseModel) -> Response:
    """The shape as JSON. Large ones would hold up the loop, were they written there."""
    return Response(await asyncio.to_thread(told.model_dump_json, by_alias=True), media_type="application/json")


def missing(what: str) -> Refusal:
    """404."""
    return Refusal(404, f"{what}_not_found", f"there is no such {what}")
