"""Refuses what is too large or too slow, and changes that a page of some other origin asks a browser for."""

import asyncio
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lahmadaemon.web.problems import Refusal, answer

LARGEST_BODY = 64 * 1024
LARGEST_HEAD = 16 * 1024
"""Address and headers; what reads them stops only where they come in pieces."""
BODY_WITHIN = 10.0
"""Seconds for the whole of a body."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})
"""`Sec-Fetch-Site` of what our own page or its reader asks for (Fetch Metadata Request Headers)."""
_TOO_LARGE = f"a body may have {LARGEST_BODY} bytes"


class Doorkeeper:
    """Stands before every route. `origins`: those whose pages may change something, beside our own."""

    def __init__(self, app: ASGIApp, origins: Collection[str] = (), within: float = BODY_WITHIN) -> None:
        self._app = app
        self._origins = frozenset(origins)
        self._within = within

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if _head(scope) > LARGEST_HEAD:
            await answer(431, "too_large", f"address and headers may have {LARGEST_HEAD} bytes")(scope, receive, send)
        elif scope["method"] not in SAFE and not self._may_change(headers):
            refused = answer(403, "other_origin", "pages of that origin may not change anything here")
            await refused(scope, receive, send)
        elif _length(headers) > LARGEST_BODY:
            await answer(413, "too_large", _TOO_LARGE)(scope, receive, send)
        else:
            await self._app(scope, _Measured(receive, self._within), send)

    def _may_change(self, headers: Headers) -> bool:
        """Browsers say where a page comes from (the Fetch standard, 3.1); whoever is no browser need not, but has no
        cookie of ours either."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin in self._origins or site in _OURS:
            return True
        if origin is None:
            return site is None and "cookie" not in headers
        return site is None and origin.partition("://")[2] == headers.get("host")


class _Measured:
    """What comes of a body, counted, whatever length was announced, and waited for no longer than that."""

    def __init__(self, receive: Receive, within: float) -> None:
        self._receive = receive
        self._left = within
        self._came = 0
        self._whole = False

    async def __call__(self) -> Message:
        if self._whole:  # what is left to hear is that they went away
            return await self._receive()
        message = await self._next()
        self._whole = message["type"] != "http.request" or not message.get("more_body", False)
        self._came += len(message.get("body", b""))
        if self._came > LARGEST_BODY:
            raise Refusal(413, "too_large", _TOO_LARGE)
        return message

    async def _next(self) -> Message:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(self._left):
                return await self._receive()
        except TimeoutError as error:
            raise Refusal(408, "too_slow", "the body did not come", {"Connection": "close"}) from error
        finally:
            self._left -= loop.time() - began


def _head(scope: Scope) -> int:
    told = sum(len(name) + len(value) for name, value in scope["headers"])
    return told + len(scope["path"]) + len(scope.get("query_string", b""))


def _length(headers: Headers) -> int:
    told = headers.get("content-length", "")
    return int(told) if told.isdecimal() and len(told) < 20 else 0
