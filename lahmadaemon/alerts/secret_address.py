"""Asking an address that is itself a secret, by the token in its path: no error and no log shows more than its host."""

from collections.abc import Awaitable

import httpx

from lahmadaemon.errors import UpstreamError
from lahmadaemon.http import Answer


async def taken(what: str, url: str, asking: Awaitable[Answer]) -> None:
    """Wait for the answer, of which only its being one counts. Raises UpstreamError that says `what` and where."""
    host = httpx.URL(url).host
    try:
        answer = await asking
    except UpstreamError as trouble:
        raise UpstreamError(f"{what} at {host}: {trouble.outcome}") from None  # its text has the path
    if not 200 <= answer.status < 300:
        raise UpstreamError(f"{what} at {host} answered {answer.status}", outcome="refused")
