"""`/live`: tells pages that are open when there is something new to see, by server-sent events (HTML Standard, 9.2)."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from lahmadaemon.clock import HOUR, Instant
from lahmadaemon.errors import LahmaError
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.visitors.push.store import counts
from lahmadaemon.visitors.store import camera_states
from lahmadaemon.web.access import visitor
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.problems import Refusal, declared

if TYPE_CHECKING:
    from lahmadaemon.web.social.doors import SocialDoors

MOST = 64
"""Who listen at once; uvicorn takes 256 connections."""
LOOK = 4.0
"""Seconds between two looks for news."""
SIGN = 16.0
"""Seconds of silence after which a listener gets a sign of life, which proxies want, too."""
FRESH = 2.0
"""Seconds for which a look serves everybody."""


class Live:
    """What is new, and who listens. One look serves all who ask at the same time."""

    def __init__(
        self, house: HouseDoors, social: "SocialDoors | None" = None, renewed: Callable[[], int] = lambda: 0
    ) -> None:
        """`renewed`: how often figures were made anew after the old ones had been told."""
        self._house, self._social, self._renewed = house, social, renewed
        self._stamp = "0"
        self._ended = asyncio.Event()
        self.listeners = 0

    def end(self) -> None:
        """Everybody is let go, so that the server need not wait for them."""
        self._ended.set()

    async def stamp(self) -> str:
        """A word for all figures as they are: another one means that something is new."""
        try:
            self._stamp = await self._house.memory.kept("live", FRESH, self._look)
        except LahmaError:
            return self._stamp  # the store is away for a moment: nothing is known to be new
        return self._stamp

    async def told(self) -> AsyncIterator[str]:
        """An event for each new stamp, the first at once."""
        yield "retry: 3000\n\n"
        clock, last, spoken = self._house.clock, "", 0.0
        while not self._ended.is_set():
            stamp = await self.stamp()
            if stamp != last:
                yield f"event: figures\ndata: {stamp}\n\n"
                last, spoken = stamp, clock.monotonic()
            elif clock.monotonic() - spoken >= SIGN:
                yield ": still here\n\n"
                spoken = clock.monotonic()
            await clock.wait(self._ended, LOOK)

    async def _look(self) -> str:
        house = self._house
        report = house.report()
        polls = [await RadioStore(house.store, station).last_poll() for station in house.zones]
        seen: list[object] = [
            [poll and poll.polled_at for poll in polls],
            await camera_states(house.store),
            await counts(house.store, Instant(house.clock.now() - HOUR)),
            self._social and await self._social.runs.newest(),
            [(each.number, each.state, each.acked_at) for each in house.desk.open_incidents()],
            [(each.name, each.state, each.restarts, each.last_error) for each in report.services],
            self._renewed(),
        ]
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


class Stream(StreamingResponse):
    """One listener's events, counted until the connection ends, however it does."""

    def __init__(self, live: Live) -> None:
        super().__init__(live.told(), media_type="text/event-stream", headers={
            "Cache-Control": "no-store", "X-Accel-Buffering": "no",
        })  # fmt: skip
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._live.listeners += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._live.listeners -= 1


router = APIRouter(dependencies=[Depends(visitor)])


@router.get("/live", include_in_schema=False, responses=declared(401, 503))
async def live(request: Request) -> StreamingResponse:
    """Events of the name `figures`."""
    found: Live = request.app.state.live
    if found.listeners >= MOST:
        raise Refusal(
            503, "too_many_listeners", "too many pages are open; this one does without", {"Retry-After": "60"}
        )
    return Stream(found)
