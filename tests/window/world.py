"""A small station, a camera and a daemon in a real store, and who looks in at their API."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from lahmadaemon.clock import HOUR, MINUTE, SECOND, Instant
from lahmadaemon.radio.folding import Closing
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.store import Poll, RadioStore
from lahmadaemon.store.database import Store
from lahmadaemon.visitors.settings import VisitorsSettings
from lahmadaemon.web.doors import HouseDoors
from tests.fakes.clock import START, FakeClock
from tests.fakes.stores import new_store
from tests.fakes.window import house_doors, window_app
from tests.radio.builders import connection

EVERY = 30 * SECOND
RADIO = RadioSettings.model_validate({"stations": {"main": {"url": "https://radio.example", "api_key": "key"}}})
VISITORS = VisitorsSettings.model_validate({"folders": {"lobby": {"path": "/nowhere/lobby"}}})
API = "/api/v1"


@asynccontextmanager
async def house(folder: Path, clock: FakeClock | None = None, **given: Any) -> AsyncIterator[HouseDoors]:
    """With an open store that is empty; `given`: as for `house_doors`."""
    async with new_store(folder / "house.db") as store:
        yield house_doors(store=store, clock=clock or FakeClock(), **{"radio": RADIO, "visitors": VISITORS} | given)


@asynccontextmanager
async def asking(house: HouseDoors, headers: Mapping[str, str] | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who asks its API, without a socket between."""
    app: FastAPI = window_app(house=house)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url=f"http://window.example{API}", headers=headers
    ) as client:
        yield client


def poll(at: int, rows: int = 1, outcome: str = "valid") -> Poll:
    return Poll(Instant(at + 100), Instant(at), EVERY, outcome, rows, rows, rows, 20, -100)


async def listened(
    store: Store, since: int = START - 2 * HOUR, until: int = START, station: str = "main"
) -> RadioStore:
    """Polled twice a minute; Anna came with the first poll and is there, Béla was there for ten minutes, a bot still is."""
    radio = RadioStore(store, station)
    people = [(connection(name, since / SECOND), name) for name in ("anna", "béla", "bot")]
    came = [replace(one, is_bot=True, user_agent="Somebot/1.0") if name == "bot" else one for one, name in people]
    left = Instant(since + 10 * MINUTE)
    await radio.record(poll(since, 3), came)
    gone = [Closing(one.key, left, left, left) for one, name in people if name == "béla"]
    for at in range(since + EVERY, until + 1, EVERY):
        await radio.record(poll(at, 2), closed=gone if at > left else [])
        gone = gone if at <= left else []
    return radio
