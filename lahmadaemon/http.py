"""One way to ask other machines: bounded in time and size, their failures in our words."""

import asyncio
import re
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import import_module
from typing import Any

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


def is_address(text: str) -> bool:
    """Whether httpx could ask there: http or https, a host that can be one, nothing that cannot be in an address.

    Whoever wants none in the address looks for user, query or fragment.
    """
    try:
        url = httpx.URL(text)
        plausible = url.scheme in {"http", "https"} and bool(url.host) and (url.port is None or 0 < url.port < 65536)
        return plausible and not re.search(r"\s", text)
    except (httpx.InvalidURL, ValueError):  # an impossible host is a UnicodeError, which is a ValueError
        return False


def open_client() -> httpx.AsyncClient:
    """A client that follows neither redirects nor proxies of the environment: keys go only where a setting sends them.

    Blocking. httpx would load anyio's half for asyncio at its first request, or else when it is closed: there a daemon
    that has no file descriptor left would end as a broken one. So it is loaded here.
    """
    import_module("anyio._backends._asyncio")
    headers = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "gzip"}
    return httpx.AsyncClient(headers=headers, follow_redirects=False, trust_env=False)


async def fetch(
    client: httpx.AsyncClient, url: str, *, headers: Mapping[str, str], deadline: float, limit: int
) -> Answer:
    """GET the whole answer within `deadline` seconds and `limit` bytes (after decompression).

    Raises UpstreamError (outcome `timeout`, `unreachable` or `invalid`) with a sentence about what happened.
    """
    where = _told(url)
    try:
        return await _ask(client, "GET", url, deadline, limit, headers=dict(headers), timeout=deadline)
    except _TooLargeError:
        raise UpstreamError(f"{where} answered more than {limit} bytes", outcome="invalid") from None
    except (TimeoutError, httpx.TimeoutException) as error:
        raise UpstreamError(f"{where} did not answer within {deadline:g} s", outcome="timeout") from error
    except (httpx.LocalProtocolError, UnicodeEncodeError):  # their texts quote the header, which may be a key
        raise UpstreamError(f"{where} was not asked: a header has signs it must not have", outcome="invalid") from None
    except (httpx.RemoteProtocolError, httpx.DecodingError) as error:
        raise UpstreamError(f"{where} broke off its answer: {error}", outcome="invalid") from error
    except (httpx.TransportError, ssl.SSLError) as error:
        raise UpstreamError(f"{where} is unreachable: {str(error) or type(error).__name__}") from error


async def post(
    client: httpx.AsyncClient,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes,
    deadline: float,
    limit: int,
    connect: float = 5.0,
) -> Answer:
    """POST the content, within `deadline` seconds in all and `connect` until there is a connection; else as `fetch`.

    Raises UpstreamError whose outcome says how far it came: `unreachable` or `certificate`, surely nothing was sent;
    `unanswered`, or `invalid` where the answer is too large or cannot be unpacked: it may have been received.
    """
    where, watch = _told(url), _Watch()
    timeout = httpx.Timeout(deadline, connect=connect)
    more = {"headers": dict(headers), "content": content, "timeout": timeout, "extensions": {"trace": watch}}
    try:
        return await _ask(client, "POST", url, deadline, limit, **more)
    except _TooLargeError:
        raise UpstreamError(f"{where} answered more than {limit} bytes", outcome="invalid") from None
    except httpx.DecodingError as error:
        raise UpstreamError(f"{where} answered what cannot be unpacked: {error}", outcome="invalid") from error
    except (httpx.LocalProtocolError, UnicodeEncodeError):  # as in `fetch`
        raise UpstreamError(f"{where} was not asked: a header has signs it must not have") from None
    except (TimeoutError, httpx.TransportError, ssl.SSLError) as error:
        slow = isinstance(error, TimeoutError | httpx.TimeoutException)
        reason = "it takes too long" if slow else str(error) or type(error).__name__
        if watch.sent:
            raise UpstreamError(f"{where} did not answer in full: {reason}", outcome="unanswered") from error
        outcome = "certificate" if _mistrusted(error) else "unreachable"
        raise UpstreamError(f"{where} is unreachable: {reason}", outcome=outcome) from error


class _TooLargeError(Exception):
    """The answer is larger than it may be."""


class _Watch:
    """Sees, by httpcore's trace of each step, whether a request has left: nothing else tells that for certain."""

    sent = False

    async def __call__(self, step: str, _: Mapping[str, Any]) -> None:
        self.sent = self.sent or step.endswith("send_request_headers.started")


def _told(url: str) -> httpx.URL:
    """The address without what may be secret in it."""
    return httpx.URL(url).copy_with(query=None, userinfo=b"")


def _mistrusted(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


async def _ask(client: httpx.AsyncClient, method: str, url: str, deadline: float, limit: int, **more: Any) -> Answer:
    async with asyncio.timeout(deadline), client.stream(method, url, **more) as response:
        body = await _unpacked(response, limit)
        return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)


async def _unpacked(response: httpx.Response, limit: int) -> bytes:
    """The body. httpx unpacks whole pieces, so that a bomb has gone off before it can be counted; we stop at the limit."""
    packed = response.headers.get("content-encoding", "identity").strip().lower()
    if packed not in {"gzip", "x-gzip", "deflate", "identity", ""}:
        raise httpx.DecodingError(f"packed as {packed[:40]!r}, which was not asked for")
    unpack = zlib.decompressobj(wbits=47) if packed not in {"identity", ""} else None  # 47: gzip or zlib, by its head
    body, came = bytearray(), False
    assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - an AsyncClient's always is
    async for chunk in response.stream:
        came = came or bool(chunk)
        try:
            body += unpack.decompress(chunk, limit + 1 - len(body)) if unpack else chunk
        except zlib.error as error:
            raise httpx.DecodingError(str(error)) from error
        if len(body) > limit:
            raise _TooLargeError
    if unpack and came and not unpack.eof:
        raise httpx.RemoteProtocolError("the packed body ends too early")
    return bytes(body)
