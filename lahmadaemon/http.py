"""One way to ask other machines: bounded in time and size, their failures in our words."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from lahmadaemon import __version__
from lahmadaemon.errors import UpstreamError

# AzuraCast answers a user agent with "curl" in it in plain text instead of JSON; ours must never contain that word.
USER_AGENT = f"lahmadaemon/{__version__}"


@dataclass(frozen=True)
class Answer:
    """A complete answer: the status, headers by lower-case name, the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def retry_after(self) -> float | None:
        """Seconds the server asked us to wait (RFC 9110, 10.2.3: seconds, or a date by its own clock), or None."""
        value = self.headers.get("retry-after", "").strip()
        if value.isdecimal():
            return float(value)
        asked, served = _date(value), self.served_at
        return max(0.0, (asked - served).total_seconds()) if asked and served else None

    @property
    def served_at(self) -> datetime | None:
        """The server's clock, from the `Date` header."""
        return _date(self.headers.get("date", ""))


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def open_client() -> httpx.AsyncClient:
    """A client that follows neither redirects nor proxies of the environment: keys go only where a setting sends them."""
    headers = {"User-Agent": USER_AGENT, "Accept": "application/json"}
    return httpx.AsyncClient(headers=headers, follow_redirects=False, trust_env=False)


async def fetch(
    client: httpx.AsyncClient, url: str, *, headers: Mapping[str, str], deadline: float, limit: int
) -> Answer:
    """GET the whole answer within `deadline` seconds and `limit` bytes (after decompression).

    Raises UpstreamError (outcome `timeout`, `unreachable` or `invalid`) with a sentence about what happened.
    """
    where = httpx.URL(url).copy_with(query=None, userinfo=b"")
    try:
        async with (
            asyncio.timeout(deadline),
            client.stream("GET", url, headers=dict(headers), timeout=deadline) as response,
        ):
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > limit:
                    raise UpstreamError(f"{where} answered more than {limit} bytes", outcome="invalid")
            return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, bytes(body))
    except (TimeoutError, httpx.TimeoutException) as error:
        raise UpstreamError(f"{where} did not answer within {deadline:g} s", outcome="timeout") from error
    except (httpx.LocalProtocolError, UnicodeEncodeError):  # their texts quote the header, which may be a key
        raise UpstreamError(f"{where} was not asked: a header has signs it must not have", outcome="invalid") from None
    except (httpx.RemoteProtocolError, httpx.DecodingError) as error:
        raise UpstreamError(f"{where} broke off its answer: {error}", outcome="invalid") from error
    except (httpx.TransportError, ssl.SSLError) as error:
        raise UpstreamError(f"{where} is unreachable: {str(error) or type(error).__name__}") from error
