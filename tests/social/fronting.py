"""One server for all tests of a module: each puts its own stand-in behind it. To start and stop one takes a fifth of a second."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from lahmadaemon.demo.stand_in import standing_in


@dataclass
class Front:
    """`http`: a client of whatever stands behind."""

    app: ASGIApp
    http: httpx.AsyncClient

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@asynccontextmanager
async def fronting() -> AsyncIterator[Front]:
    async with httpx.AsyncClient(timeout=60, verify=False) as http:
        front = Front(PlainTextResponse("nobody is here"), http)
        async with standing_in(front) as url:
            http.base_url = httpx.URL(url)
            yield front
