"""What would be done anew for every test, or in every process, and comes out the same: done once. Nothing here is checked."""

import asyncio
import functools
import os
import ssl
from types import SimpleNamespace
from typing import Any

import httpx._transports.default
import uvicorn.server


def trust_once() -> None:
    """Reading all authorities of this world costs every HTTP client more than most tests take."""
    place: Any = httpx._transports.default
    read = place.create_ssl_context

    @functools.cache
    def usual(trust_env: bool, *_: str | None) -> ssl.SSLContext:
        context: ssl.SSLContext = read(trust_env=trust_env)
        return context

    def create(verify: Any = True, cert: Any = None, trust_env: bool = True) -> Any:
        if verify is not True or cert:
            return read(verify, cert, trust_env)
        return usual(trust_env, os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))

    place.create_ssl_context = create


def end_servers_soon() -> None:
    """uvicorn looks ten times a second whether it should end, and waits as long again for its connections."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / 10)

    place: Any = uvicorn.server
    place.asyncio = SimpleNamespace(**{**vars(asyncio), "sleep": sleep})
