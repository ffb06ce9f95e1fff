"""A stand-in for the partner's API, as an ASGI app: takes people-flow reports, remembers them all, and has its bad days."""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime
from enum import Enum, auto

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from lahmadaemon.clock import SECOND, Clock, Instant, local

PATH = "/reportParkPeopleFlow"
JSON = "application/json; charset=utf-8"


class Trouble(Enum):
    """What can go wrong with one answer."""

    SERVER_ERROR = auto()
    """500, in HTML."""
    TOO_MANY = auto()
    """429; `retry_after` says how long."""
    MAINTENANCE = auto()
    """503, with a date for Retry-After, `retry_after` seconds away."""
    BAD_REQUEST = auto()
    NOT_ALLOWED = auto()
    """403: the caller's address is not on the list."""
    ELSEWHERE = auto()
    """302, to a page of this very server that counts who comes."""
    PAGE = auto()
    """200, with a page instead of JSON."""
    EMPTY = auto()
    FAILURE = auto()
    """200, with a word that says no."""
    NO_DESC = auto()
    BOM = auto()
    """Success, with a byte order mark and the wrong content type."""
    SILENT = auto()
    """No answer until the caller hangs up."""
    CUT_SHORT = auto()
    """The connection breaks after the headers."""
    TRUNCATED = auto()
    """It breaks in the middle of the body."""
    DRIP = auto()
    """One byte of it, and then no more until the caller hangs up."""


@dataclass(frozen=True)
class Received:
    """A report as it arrived; `trouble`: how it was answered, None: well."""

    at: Instant
    body: bytes
    key: str
    authorization: str
    trouble: Trouble | None


class Partner:
    """The server. Troubles come in the order they are queued, one for each report; `always` holds when none is queued."""

    def __init__(self, clock: Clock, *, desc: str = "Success") -> None:
        self.received: list[Received] = []
        self.strayed = 0
        """Requests that followed a redirect."""
        self.always: Trouble | None = None
        self.desc = desc
        self.retry_after: int | str = 120
        self.skew = 0.0  # seconds its clock is ahead
        self._clock = clock
        self._coming: deque[Trouble | None] = deque()
        self._routes = Starlette(routes=[
            Route(PATH, self._report, methods=["POST"]),
            Route("/elsewhere", self._stray, methods=["GET", "POST"]),
        ])  # fmt: skip

    def next(self, *troubles: Trouble | None) -> None:
        """Queue answers; None is a good one."""
        self._coming.extend(troubles)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Every answer carries the time of the server's own clock."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"date", self._date(0).encode())]
            await send(message)

        await self._routes(scope, receive, dated)

    async def _report(self, request: Request) -> Response:
        body = await request.body()
        trouble = self._coming.popleft() if self._coming else self.always
        headers = request.headers
        self.received.append(
            Received(
                self._clock.now(), body, headers.get("idempotency-key", ""), headers.get("authorization", ""), trouble
            )
        )
        return self._answer(trouble)

    async def _stray(self, _: Request) -> Response:
        self.strayed += 1
        return self._answer(None)

    def _answer(self, trouble: Trouble | None) -> Response:
        success = json.dumps({"Desc": self.desc}, ensure_ascii=False).encode()
        match trouble:
            case Trouble.TOO_MANY:
                return _json({"Desc": "Too many requests"}, 429, {"Retry-After": str(self.retry_after)})
            case Trouble.MAINTENANCE:
                later = {"Retry-After": self._date(float(self.retry_after))}
                return HTMLResponse("<html><body>Maintenance</body></html>", 503, later)
            case Trouble.BOM:
                return Response(b"\xef\xbb\xbf" + success, media_type="text/html")
            case Trouble.SILENT:
                return _Breaking(b"", pieces=0, speaks=False, hangs=True)
            case Trouble.CUT_SHORT:
                return _Breaking(success, pieces=0)
            case Trouble.TRUNCATED:
                return _Breaking(success, pieces=len(success) // 2)
            case Trouble.DRIP:
                return _Breaking(success, pieces=1, hangs=True)
            case None:
                return Response(success, media_type=JSON)
        return _PLAIN[trouble]()

    def _date(self, later: float) -> str:
        at = self._clock.now() + round((self.skew + later) * SECOND)
        return format_datetime(local(at, UTC).replace(microsecond=0), usegmt=True)


def _json(told: dict[str, str], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(told), status, headers, media_type=JSON)


_PLAIN: dict[Trouble, Callable[[], Response]] = {
    Trouble.SERVER_ERROR: lambda: HTMLResponse("<html><body><h1>Server Error</h1></body></html>", 500),
    Trouble.BAD_REQUEST: lambda: _json({"Desc": "StartTime must be yyyyMMddHHmmss"}, 400),
    Trouble.NOT_ALLOWED: lambda: HTMLResponse("<html><body>Address not on the list</body></html>", 403),
    Trouble.ELSEWHERE: lambda: Response(status_code=302, headers={"Location": "/elsewhere"}),
    Trouble.PAGE: lambda: HTMLResponse("<html><body>Login</body></html>"),
    Trouble.EMPTY: lambda: Response(b" \r\n", media_type=JSON),
    Trouble.FAILURE: lambda: _json({"Desc": "Fail: TagID 902 is not registered"}),
    Trouble.NO_DESC: lambda: _json({"Message": "OK"}),
}


class _Breaking(Response):
    """Promises its whole body, sends some bytes of it one by one, then leaves, or waits until the caller has left."""

    def __init__(self, body: bytes, *, pieces: int, speaks: bool = True, hangs: bool = False) -> None:
        super().__init__(body, media_type=JSON)
        self._pieces, self._speaks, self._hangs = pieces, speaks, hangs

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        if self._speaks:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            for byte in self.body[: self._pieces]:
                await send({"type": "http.response.body", "body": bytes([byte]), "more_body": True})
        while self._hangs and (await receive())["type"] != "http.disconnect":
            pass
