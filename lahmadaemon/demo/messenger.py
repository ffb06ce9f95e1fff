"""A stand-in for the people who are told: an address that takes alarms and shows the last ones."""

import json
from collections import deque
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

PATH = "/alarms"


class Messenger:
    """`messages`: what was said, the newest last; `lines`: what each said of an incident; `taken`: how many there were."""

    def __init__(self, size: int = 12) -> None:
        self.messages: deque[str] = deque(maxlen=size)
        self.lines: deque[dict[str, Any]] = deque(maxlen=8 * size)
        self.taken = 0
        self.flooded = False
        """Too many messages, it says, and takes none until this is turned back."""
        self._routes = Starlette(routes=[Route(PATH, self._take, methods=["POST"])])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._routes(scope, receive, send)

    async def _take(self, request: Request) -> Response:
        said = json.loads(await request.body())
        if self.flooded:
            return Response(status_code=429, headers={"Retry-After": "30"})
        self.messages.append(said["text"])
        self.lines.extend(said["told"])
        self.taken += 1
        return Response(status_code=204)
