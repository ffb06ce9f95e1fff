"""The switchboard of troubles: what can go wrong with a station's listener answers, once or for a while."""

import json
from collections import deque
from enum import Enum, auto

from starlette.responses import HTMLResponse, Response
from starlette.types import Message, Receive, Scope, Send

from lahmadaemon.clock import SECOND

JSON = "application/json; charset=utf-8"


class Fault(Enum):
    """A trouble of one listeners answer."""

    SERVER_ERROR = auto()
    """500, in HTML."""
    BAD_GATEWAY = auto()
    """502, from the web server in front."""
    TRUNCATED = auto()
    """The connection breaks in the middle of the body."""
    EMPTY = auto()
    """Nobody in the list, while now-playing still counts them all."""
    NULL = auto()
    OBJECT = auto()
    """JSON, but not a list."""
    HTML = auto()
    """200 with a page."""
    SLOW = auto()
    """The right answer after `slow_by` seconds."""
    MASS_RESET = auto()
    """The right answer after a failed read: every row was closed and opened anew."""


class Faults:
    """`next` queues troubles, one for each coming listeners answer; the others last until taken back."""

    def __init__(self) -> None:
        self.frozen = False  # the sync stands still: rows stay as they are, and seem to listen on
        self.counts_only = False  # analytics level `none`: no rows, no unique counts, the totals as ever
        self.hourly_wipe = False  # analytics level `no_ip`: four minutes after the hour all rows are deleted
        self.skew = 0.0  # seconds the server's clock is ahead
        self.slow_by = 20.0
        self.always: Fault | None = None  # holds while none is queued
        self._coming: deque[Fault] = deque()

    def next(self, *faults: Fault) -> None:
        self._coming.extend(faults)

    def take(self) -> Fault | None:
        """The trouble of this answer."""
        return self._coming.popleft() if self._coming else self.always

    def server_time(self, at: int) -> int:
        """The instant in Unix seconds, as the server's clock has it."""
        return int(at / SECOND + self.skew)


class _CutShort(Response):
    """Promises its whole body, sends half of it, and leaves; the server then closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def half(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": self.body[: len(self.body) // 2], "more_body": True}
            await send(message)

        await super().__call__(scope, receive, half)


def answer(rows: list[dict[str, object]], fault: Fault | None) -> Response:
    """The answer with these rows, as the trouble leaves it."""
    body = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    match fault:
        case Fault.SERVER_ERROR:
            return HTMLResponse("<b>Fatal error</b>: no memory left for so many listeners<br />", 500)
        case Fault.BAD_GATEWAY:
            return HTMLResponse("<html><head><title>502 Bad Gateway</title></head><body></body></html>", 502)
        case Fault.TRUNCATED:
            return _CutShort(body, media_type=JSON)
        case Fault.HTML:
            return HTMLResponse("<!doctype html><title>Rádió</title><p>Mindjárt jövünk.</p>")
        case Fault.EMPTY:
            body = "[]"
        case Fault.NULL:
            body = "null"
        case Fault.OBJECT:
            body = '{"message":"no list here"}'
    return Response(body, media_type=JSON)
