"""How often something may be tried: so many at once, then one at a time; from one address, and by all together."""

import ipaddress
import math
from collections import OrderedDict
from dataclasses import dataclass

from fastapi import Request

from lahmadaemon.clock import Clock
from lahmadaemon.web.problems import Refusal

MOST_ADDRESSES = 1024
"""In memory; those seen longest ago are forgotten first."""


@dataclass(frozen=True)
class Pace:
    """So many at once; then one more every so many seconds."""

    at_once: int
    every: float


@dataclass
class _Bucket:
    """Generic cell rate: the moment at which all would be free again (ITU-T I.371, annex A)."""

    free_at: float = -math.inf

    def wait(self, pace: Pace, now: float) -> float:
        """Seconds until one more is free; 0: now."""
        return max(0.0, self.free_at - now - (pace.at_once - 1) * pace.every)

    def take(self, pace: Pace, now: float) -> None:
        self.free_at = max(self.free_at, now) + pace.every


class Limiter:
    """One kind of attempt. Bounded in memory, by the house's clock."""

    def __init__(self, clock: Clock, each: Pace, together: Pace | None = None, most: int = MOST_ADDRESSES) -> None:
        self._clock = clock
        self._each = each
        self._together = together
        self._most = most
        self._all = _Bucket()
        self._addresses: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, address: str) -> float:
        """Seconds until this address may try again; 0: now."""
        now = self._clock.monotonic()
        mine = self._addresses.get(address, _Bucket()).wait(self._each, now)
        return max(mine, self._all.wait(self._together, now)) if self._together else mine

    def note(self, address: str) -> None:
        """It has tried."""
        now, bucket = self._clock.monotonic(), self._addresses.pop(address, _Bucket())
        while len(self._addresses) >= self._most:
            self._addresses.popitem(last=False)
        self._addresses[address] = bucket
        bucket.take(self._each, now)
        if self._together:
            self._all.take(self._together, now)

    def refuse(self, address: str) -> None:
        """Raises Refusal (429) where it has to wait."""
        if wait := self.wait(address):
            raise Refusal(429, "too_often", "that was too often; wait a little", {"Retry-After": str(math.ceil(wait))})

    def __len__(self) -> int:
        return len(self._addresses)


class Limits:
    """All that are kept: wrong tokens, at the login and elsewhere, and work that is asked for."""

    def __init__(self, clock: Clock) -> None:
        self.logins = Limiter(clock, Pace(5, 12.0), Pace(30, 2.0))
        self.tokens = Limiter(clock, Pace(20, 3.0))
        self.work = Limiter(clock, Pace(10, 6.0), Pace(30, 2.0))


def address_of(request: Request) -> str:
    """Who asks, as far as one can tell: an IPv4 address, or a /64 of IPv6, which is one household."""
    host = request.client.host if request.client else ""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


async def seldom(request: Request) -> None:
    """A dependency of routes that start work: 429 where it is asked for too often."""
    limits: Limits = request.app.state.limits
    address = address_of(request)
    limits.work.refuse(address)
    limits.work.note(address)
