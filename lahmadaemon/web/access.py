"""Who may come in, from where, and how much they may bring: for every route alike."""

import hmac
from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lahmadaemon.web.problems import Refusal, answer

LARGEST_BODY = 64 * 1024
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_bearer = HTTPBearer(auto_error=False, description="The window's token (LAHMA_WEB__TOKEN), where one is set")
Shown = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def shows_token(shown: HTTPAuthorizationCredentials | None, token: str | None) -> bool:
    """Whether they may come in; without a token everybody may. Takes as long for a wrong one as for the right one."""
    given = shown.credentials if shown else ""
    return not token or hmac.compare_digest(given.encode(), token.encode())


async def visitor(request: Request, shown: Shown) -> None:
    """A dependency: 401 for who does not show the window's token."""
    if not shows_token(shown, request.app.state.token):
        raise Refusal(401, "token_missing", "show the window's token", {"WWW-Authenticate": "Bearer"})


class Doorkeeper:
    """Refuses bodies that are too large, and changes that a page of some other origin asks a browser for."""

    def __init__(self, app: ASGIApp, origins: Sequence[str] = ()) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        told = _telling(send)
        if scope["method"] not in SAFE and not self._may_change(headers):
            await answer(403, "other_origin", "pages of that origin may not change anything here")(scope, receive, told)
        elif _length(headers) > LARGEST_BODY:
            await answer(413, "too_large", _TOO_LARGE)(scope, receive, told)
        else:
            await self._app(scope, _measured(receive), told)

    def _may_change(self, headers: Headers) -> bool:
        """Browsers say where a page comes from (the Fetch standard, 3.1); whoever is no browser need not."""
        origin = headers.get("origin")
        return origin is None or origin in self._origins or origin.partition("://")[2] == headers.get("host")


def keep_doors(app: FastAPI, origins: Sequence[str], own: str | None = None) -> None:
    """Both middlewares: pages of the listed origins may read answers, refusals too. `own`: our address behind a proxy."""
    app.add_middleware(Doorkeeper, origins=[*origins, *([own] if own else [])])
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "If-None-Match"],
            expose_headers=["ETag", "Link", "Location", "Retry-After"],
        )


_TOO_LARGE = f"a body may have {LARGEST_BODY} bytes"


def _length(headers: Headers) -> int:
    told = headers.get("content-length", "")
    return int(told) if told.isdecimal() and len(told) < 20 else 0


def _measured(receive: Receive) -> Receive:
    """Counts what comes, whatever length was announced."""
    came = 0

    async def counted() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > LARGEST_BODY:
            raise Refusal(413, "too_large", _TOO_LARGE)
        return message

    return counted


def _telling(send: Send) -> Send:
    """Every answer is what it says it is."""

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["X-Content-Type-Options"] = "nosniff"
        await send(message)

    return told
