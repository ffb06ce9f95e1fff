"""A stand-in for the people who are told: an address that takes alarms and shows the last ones."""

import json
from collections import deque

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

PATH = "/alarms"


class Messenger:
    """`messages`: what was said, the newest last."""

    def __init__(self, size: int = 12) -> None:
        self.messages: deque[str] = deque(maxlen=size)
        self._routes = Starlette(routes=[Route(PATH, self._take, methods=["POST"])])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._routes(scope, receive, send)

    async def _take(self, request: Request) -> Response:
        self.messages.append(json.loads(await request.body())["text"])
        return Response(status_code=204)
