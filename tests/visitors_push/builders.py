"""Crossings in a store, and a sender with all it needs."""

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from lahmadaemon.clock import Instant, instant, local
from lahmadaemon.demo.partner import PATH, Partner
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.http import open_client
from lahmadaemon.store.database import Store
from lahmadaemon.visitors.intake.crossings import Crossing, Judged, Status
from lahmadaemon.visitors.intake.store import CameraStore
from lahmadaemon.visitors.push.pushes import Push
from lahmadaemon.visitors.push.sender import PushService
from lahmadaemon.visitors.push.settings import PushSettings
from lahmadaemon.visitors.push.store import listed
from tests.fakes.alarms import FakeAlarms
from tests.fakes.clock import FakeClock
from tests.fakes.stores import new_store

ZONE = ZoneInfo("Europe/Budapest")
IN, OUT, NEITHER = 0, 1, 2
_files = itertools.count()


def at(text: str, zone: ZoneInfo = ZONE) -> Instant:
    """A local wall time as an instant; the second of two with fold=1 at the end of the text."""
    fold = text.endswith(" again")
    return instant(datetime.fromisoformat(text.removesuffix(" again")).replace(tzinfo=zone, fold=fold))


async def crossed(
    store: Store, camera: str, *crossings: tuple[Instant, int], zone: ZoneInfo = ZONE, now: int = 0
) -> None:
    """One file of a camera with these (moment, direction)."""
    number = next(_files)
    rows = tuple(
        Crossing(when, local(when, zone).date().isoformat(), number, direction, place, None)
        for place, (when, direction) in enumerate(crossings)
    )
    kept = CameraStore(store, camera)
    file = Judged(f"{number}.json", number.to_bytes(32, "big"), 100, Status.STORED, crossings=rows)
    await kept.keep([file], await kept.meet(Instant(now)), Instant(now))


@dataclass
class Lane:
    """A store, a client, a clock and a desk: all a sender is made of."""

    store: Store
    client: httpx.AsyncClient
    clock: FakeClock
    desk: FakeAlarms

    def sender(self, url: str, target: str = "park", *, deadline: float = 5.0, **settings: Any) -> PushService:
        return PushService(
            target, PushSettings(url=url, **settings), self.store, self.client, self.clock, ZONE, self.desk,
            chance=lambda: 1.0, deadline=deadline,
        )  # fmt: skip

    async def states(self, target: str = "park") -> list[str]:
        return [push.state for push in await self.pushes(target)]

    async def pushes(self, target: str = "park") -> list[Push]:
        return await listed(self.store, target, most=5000)


@asynccontextmanager
async def lane(folder: Path, clock: FakeClock, client: httpx.AsyncClient | None = None) -> AsyncIterator[Lane]:
    async with new_store(folder / "push.db") as store, open_client() as usual:
        yield Lane(store, client or usual, clock, FakeAlarms())


@asynccontextmanager
async def partner(clock: FakeClock) -> AsyncIterator[tuple[Partner, str]]:
    """The stand-in on this machine, and the address of its one service."""
    there = Partner(clock)
    async with standing_in(there) as url:
        yield there, url + PATH


def bodies(there: Partner, *, well: bool | None = None) -> Sequence[bytes]:
    """What arrived, in order; `well`: only what was answered well, or not."""
    return [each.body for each in there.received if well is None or (each.trouble is None) is well]
