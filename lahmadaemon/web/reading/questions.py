"""Which requests are questions for the reading room, and the route that hands them on once who asks may come in."""

import re

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from lahmadaemon.errors import UpstreamError
from lahmadaemon.web.access import visitor
from lahmadaemon.web.live import Live
from lahmadaemon.web.problems import Refusal
from lahmadaemon.web.reading.room import ReadingRoom

_QUESTION = re.compile(r"/(?:(?:api/v1/|pictures/)?(?:radio|visitors)(?:/.*)?)?", re.DOTALL)
"""Today, and all that only reads what the rooms have measured: pages, pictures and API alike."""
_FIGURES = ("/api/", "/pictures/")
AGAIN = "5"
"""Seconds."""

router = APIRouter(include_in_schema=False, dependencies=[Depends(visitor)])


def is_question(method: str, path: str) -> bool:
    """`path`: below our root."""
    return method == "GET" and _QUESTION.fullmatch(path) is not None


@router.get("/{path:path}")
async def handed_on(request: Request, path: str) -> Response:
    """The room's answer. 503 where it has none."""
    room: ReadingRoom = request.app.state.room
    live: Live = request.app.state.live
    stamp = "" if f"/{path}".startswith(_FIGURES) else await live.stamp()
    try:
        told = await room.answer(request.scope, stamp)
    except UpstreamError as error:
        raise Refusal(503, "no_answer", "there is no answer to this now", {"Retry-After": AGAIN}) from error
    answer = Response(told.body, told.status)
    answer.raw_headers = told.headers
    return answer
