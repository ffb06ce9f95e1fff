"""The login: a page that wants the window's token, works without scripts, and gives a session for it."""

import math
import re
from typing import Annotated
from urllib.parse import parse_qs

import structlog
from fastapi import APIRouter, FastAPI, Query, Request
from starlette.responses import RedirectResponse, Response

from lahmadaemon.web.access import LoginFirst, has_session, is_token, to_login
from lahmadaemon.web.house.limits import Limits, address_of
from lahmadaemon.web.house.sessions import COOKIE, Sessions
from lahmadaemon.web.pages.rendering import page

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)

LONGEST_WAY = 1000
_OURS = re.compile(r"/(?!/)[!-\[\]-~]*")
"""A path of this window: visible ASCII without backslash, which browsers take for a slash, and no host in it (RFC 3986, 4.2)."""
Next = Annotated[str, Query()]


def serve_login(app: FastAPI) -> None:
    """`/login`, `/logout`, and the way there; the page is one of `serve_pages`."""
    app.include_router(router)
    app.add_exception_handler(LoginFirst, to_login)


@router.get("/login")
async def login(request: Request, next: Next = "/") -> Response:  # noqa: A002 - the name that addresses have
    """The page; who is in already goes where they wanted to."""
    if not request.app.state.token or has_session(request):
        return _on(request, next)
    return await _page(request, next)


@router.post("/login")
async def enter(request: Request) -> Response:
    """Token right: a session, and on. Wrong: the page again (403); too often: 429."""
    given, wanted = _fields(await request.body())
    limits: Limits = request.app.state.limits
    token: str | None = request.app.state.token
    sessions: Sessions | None = request.app.state.sessions
    if not token or sessions is None:
        return _on(request, wanted)
    address = address_of(request)
    if wait := math.ceil(limits.logins.wait(address)):
        return await _page(request, wanted, 429, wait)
    if not is_token(given, token):
        limits.logins.note(address)
        if limits.logins.wait(address):
            log.warning("web.logins_limited")
        return await _page(request, wanted, 403)
    answer = _on(request, wanted)
    answer.set_cookie(
        COOKIE, sessions.begun(), max_age=sessions.seconds, path=_home(request), httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


@router.post("/logout")
async def leave(request: Request) -> Response:
    """The session is over, and the browser forgets it."""
    sessions: Sessions | None = request.app.state.sessions
    if sessions is not None:
        sessions.end(request.cookies.get(COOKIE))
    answer = RedirectResponse(f"{_root(request)}/login", 303, {"Cache-Control": "no-store"})
    answer.delete_cookie(COOKIE, path=_home(request), httponly=True, samesite="lax")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _fields(body: bytes) -> tuple[str, str]:
    """`token` and `next` of a form (application/x-www-form-urlencoded); empty where they are not there."""
    try:
        fields = parse_qs(body.decode(errors="replace"), max_num_fields=10)
    except ValueError:
        fields = {}
    return fields.get("token", [""])[0], fields.get("next", [""])[0]


async def _page(request: Request, wanted: str, status: int = 200, wait: int = 0) -> Response:
    trouble = {403: "wrong", 429: "often"}.get(status)
    answer = await page(
        request, "login.html", status=status, action=f"{_root(request)}/login", next=_way(wanted), trouble=trouble,
        seconds=wait, locked=False, version="",
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def _way(wanted: str) -> str:
    """Where they wanted to go, if that is a place of ours."""
    return wanted if len(wanted) <= LONGEST_WAY and _OURS.fullmatch(wanted) else "/"


def _on(request: Request, wanted: str) -> RedirectResponse:
    return RedirectResponse(_root(request) + _way(wanted), 303, {"Cache-Control": "no-store"})


def _root(request: Request) -> str:
    root: str = request.scope.get("root_path", "")
    return root


def _home(request: Request) -> str:
    """The cookie's path (RFC 6265, 5.1.4)."""
    return _root(request) or "/"
