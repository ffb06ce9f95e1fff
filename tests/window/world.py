"""A small station, a camera and a daemon in a real store, and who looks in at their API."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from lahmadaemon.clock import HOUR, MINUTE, SECOND, Instant
from lahmadaemon.radio.folding import Closing
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.store import Poll, RadioStore, polls
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import upsert
from lahmadaemon.store.settings import StoreSettings
from lahmadaemon.visitors.settings import VisitorsSettings
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.reading.messages import Setup
from lahmadaemon.web.settings import WebSettings
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


def setup_of(doors: HouseDoors, file: Path, **given: Any) -> Setup:
    """What its reading room is given; `file`: its store; `given`: other parts."""
    usual: dict[str, Any] = {
        "store": StoreSettings(url=f"sqlite:///{file}"), "state_folder": file.parent, "zone": doors.zone, "zones": doors.zones,
        "language": "en", "radio": doors.radio, "visitors": doors.visitors, "web": WebSettings(), "locked": False,
    }  # fmt: skip
    return Setup(**usual | given)


@asynccontextmanager
async def asking(house: HouseDoors, headers: Mapping[str, str] | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who asks its API, without a socket between."""
    transport = httpx.ASGITransport(await asyncio.to_thread(lambda: window_app(house=house)))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://localhost{API}", headers=headers) as client:
        yield client


def poll(at: int, rows: int = 1, outcome: str = "valid") -> Poll:
    return Poll(Instant(at + 100), Instant(at), EVERY, outcome, rows, rows, rows, 20, -100)


async def listened(
    store: Store, since: int = START - 2 * HOUR, until: int = START, station: str = "main"
) -> RadioStore:
    """Polled twice a minute; Anna came with the first poll and is there, Béla was there for ten minutes, a bot still is."""
    radio, left = RadioStore(store, station), Instant(since + 10 * MINUTE)
    people = {name: connection(name, since / SECOND) for name in ("anna", "béla", "bot")}
    people["bot"] = replace(people["bot"], is_bot=True, user_agent="Somebot/1.0")
    gone = [Closing(people["béla"].key, left, left, left)] if left < until else []
    await radio.record(poll(since, 3), list(people.values()), gone)
    await polled(store, since + EVERY, until, station)
    return radio


async def polled(store: Store, since: int, until: int, station: str = "main") -> None:
    """Twice a minute, both included."""
    rows = [{"station": station, **vars(poll(at, 2))} for at in range(since, until + 1, EVERY)]
    async with store.write() as connection:
        await connection.execute(upsert(connection, polls).on_conflict_do_nothing(), rows)
