"""Which requests are questions for the reading room, and the route that hands them on once who asks may come in."""

import re

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from lahmadaemon.errors import UpstreamError
from lahmadaemon.web.access import visitor
from lahmadaemon.web.live import Live
from lahmadaemon.web.problems import Refusal
from lahmadaemon.web.reading.room import ReadingRoom

_QUESTION = re.compile(
    r"/(?:(?:api/v1/|pictures/)?(?:radio|visitors|social)(?:/.*)?|api/metrics/(?:post|profile))?", re.DOTALL
)
"""Today, and all that only reads what the rooms have measured: pages, pictures and API alike."""
_OWN = re.compile(r"/api/v1/social/(?:runs|sync|limits)(?:[/.].*)?", re.DOTALL)
"""How collecting goes is the daemon's own to tell, and cheap."""
_FIGURES = ("/api/", "/pictures/")
AGAIN = "5"
"""Seconds."""
_SOON = {"Retry-After": AGAIN, "Refresh": AGAIN, "Cache-Control": "no-store"}
SOON = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>lahmadaemon</title>
<link rel="stylesheet" href="{root}/static/style.css"></head>
<body><main><h1>One moment, please</h1>
<p>There is no answer to this now. The page asks again in five seconds; measuring goes on meanwhile.</p>
<p lang="hu">Most nincs erre válasz. Az oldal öt másodperc múlva újra kérdez; a mérés közben folytatódik.</p></main></body>
</html>
"""
"""For people, in both languages of the window, since what knows theirs is what does not answer."""

router = APIRouter(include_in_schema=False, dependencies=[Depends(visitor)])


def is_question(method: str, path: str) -> bool:
    """`path`: below our root."""
    return method == "GET" and bool(_QUESTION.fullmatch(path)) and not _OWN.fullmatch(path)


@router.get("/{path:path}")
async def handed_on(request: Request, path: str) -> Response:
    """The room's answer. 503 where it has none."""
    if not is_question(request.method, f"/{path}"):
        raise HTTPException(404)
    live: Live = request.app.state.live
    page = not f"/{path}".startswith(_FIGURES)
    try:
        return await answered(request, await live.stamp() if page else "")
    except UpstreamError as error:
        if page and "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(SOON.format(root=request.scope["root_path"]), 503, _SOON)
        raise Refusal(503, "no_answer", "there is no answer to this now", {"Retry-After": AGAIN}) from error


async def answered(request: Request, stamp: str = "") -> Response:
    """The room's answer. Raises UpstreamError where it has none; `stamp`: of what pages know to be new."""
    room: ReadingRoom = request.app.state.room
    told = await room.answer(request.scope, stamp)
    answer = Response(told.body, told.status)
    answer.raw_headers = told.headers
    return answer
