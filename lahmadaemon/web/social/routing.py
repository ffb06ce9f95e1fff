"""How the room's own routes are made: under one address, for visitors only, with ETags, their refusals declared."""

from fastapi import APIRouter, Depends

from lahmadaemon.web.access import visitor
from lahmadaemon.web.caching import Conditional
from lahmadaemon.web.problems import Refusal, declared

PREFIX = "/api/v1/social"


def api(tag: str) -> APIRouter:
    """A router of the API. Every route may be refused for want of the token, for what is asked, and by the store."""
    return APIRouter(
        prefix=PREFIX, tags=[tag], dependencies=[Depends(visitor)], route_class=Conditional,
        responses=declared(401, 422, 503),
    )  # fmt: skip


NOT_FOUND = declared(404)
CHANGES = declared(403, 413)
"""Of routes that change something."""
BODY = declared(400)
"""Of routes that read a body, which may be unreadable."""


def missing(what: str) -> Refusal:
    """404."""
    return Refusal(404, f"{what}_not_found", f"there is no such {what}")
