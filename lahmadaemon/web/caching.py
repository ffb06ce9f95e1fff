"""Answers that need not be sent twice: each carries its digest, and who has it already is told so (RFC 9110, 13.1.2)."""

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

PRIVATE = "private, no-cache"
"""Browsers may keep it, and ask each time whether it still holds; nobody in between may."""


class Conditional(APIRoute):
    """A route whose good answers to GET have an ETag."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        original = super().get_route_handler()

        async def handle(request: Request) -> Response:
            answer = await original(request)
            answer.headers.setdefault("Cache-Control", PRIVATE)
            answer.headers.setdefault("Vary", "Authorization, Cookie")
            if request.method != "GET" or answer.status_code != 200 or isinstance(answer, StreamingResponse):
                return answer
            tag = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
            answer.headers["ETag"] = tag
            if not is_known(request.headers.get("if-none-match", ""), tag):
                return answer
            kept = {
                name: answer.headers[name]
                for name in ("ETag", "Cache-Control", "Vary", "Link")
                if name in answer.headers
            }
            return Response(status_code=304, headers=kept)

        return handle


def is_known(given: str, tag: str) -> bool:
    """Whether `If-None-Match` names it. Weak comparison, as the header asks for."""
    return any(each.strip().removeprefix("W/") in ("*", tag) for each in given.split(","))
