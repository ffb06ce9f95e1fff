"""Puts an ASGI app on a free port of this machine, as if it were a server somewhere out there."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from lahmadaemon.serving import address_of, bind, serving


@asynccontextmanager
async def standing_in(app: ASGIApp) -> AsyncIterator[str]:
    """Serve the app until the block ends; yields its base URL."""
    listener = bind("127.0.0.1", 0)
    log = logging.getLogger("uvicorn.error")
    log.addFilter(_worth_telling)
    try:
        async with serving(app, listener, dated=False):
            yield address_of(listener)
    finally:
        log.removeFilter(_worth_telling)


def _worth_telling(record: logging.LogRecord) -> bool:
    """An answer cut short is meant here; uvicorn would report it as a mistake."""
    return "without completing response" not in record.getMessage()
