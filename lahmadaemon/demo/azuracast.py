"""An AzuraCast 0.23.7 server with one invented station, as an ASGI app: the answers lahmadaemon asks for, and their troubles."""

import asyncio
from datetime import UTC
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from lahmadaemon.clock import SECOND, Clock, local
from lahmadaemon.demo.audience import Audience
from lahmadaemon.demo.faults import JSON, Fault, Faults, answer
from lahmadaemon.demo.listeners import ListenerTable
from lahmadaemon.demo.now_playing import SHORT_NAME, STATION_ID, now_playing
from lahmadaemon.demo.remembering import asked_range, history, is_true
from lahmadaemon.demo.songs import paged, schedule, song_history


class AzuraCast:
    """The server. `faults` is its switchboard; `other_key` is a key that is known but may not read reports."""

    def __init__(self, clock: Clock, audience: Audience, api_key: str, *, other_key: str | None = None) -> None:
        self.faults = Faults()
        self._clock = clock
        self._audience = audience
        self._api_key, self._other_key = api_key, other_key
        self._table = ListenerTable(audience, self.faults, clock.now())
        self._routes = Starlette(routes=[
            Route("/api/station/{station}/listeners", self._listeners),
            Route("/api/station/{station}/history", self._songs),
            Route("/api/station/{station}/schedule", self._schedule),
            Route("/api/nowplaying/{station}", self._now_playing),
            Route("/api/time", self._time),
        ])  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Every answer carries the time of the server's own clock."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(local(self._server_time() * SECOND, UTC), usegmt=True)
                message["headers"] = [*message["headers"], (b"date", date.encode())]
            await send(message)

        await self._routes(scope, receive, dated)

    def _server_time(self) -> int:
        return self.faults.server_time(self._clock.now())

    async def _listeners(self, request: Request) -> Response:
        """Who listens now, or who did."""
        if refusal := self._refusal(request):
            return refusal
        fault = self.faults.take()
        if fault is Fault.SLOW:
            await self._dawdle(request)
        self._table.advance(self._clock.now())
        if fault is Fault.MASS_RESET:
            self._table.reset()
        rows = self._remembered(request) if request.query_params.get("start") else None
        return answer(self._table.live(self._server_time()) if rows is None else rows, fault)

    def _remembered(self, request: Request) -> list[dict[str, Any]] | None:
        asked = asked_range(request.query_params, self._audience.zone, self._server_time())
        if asked is None:
            return None
        unique = is_true(request.query_params.get("unique"))
        return history(self._table.overlapping(*asked), *asked, unique=unique)

    async def _songs(self, request: Request) -> Response:
        """What was on air; two weeks where no time is asked for."""
        if refusal := self._refusal(request):
            return refusal
        self._table.advance(self._clock.now())
        now = self._server_time()
        asked = asked_range(request.query_params, self._audience.zone, now) or (now - 14 * 86_400, now)
        rows = self._table.overlapping(*asked)
        songs = song_history(self._audience.shows, rows, self.faults, *asked, now)
        return JSONResponse(
            paged(songs, dict(request.query_params), str(request.url.replace(query=""))), media_type=JSON
        )

    async def _schedule(self, request: Request) -> Response:
        """What is planned: in the range asked for, else what runs and what comes next."""
        if not _is_ours(request):
            return _error(request, 404, "NotFoundException", "There is no such station.")
        now = self._server_time()
        asked = asked_range(request.query_params, self._audience.zone, now)
        if asked is not None:
            return JSONResponse(schedule(self._audience.shows, *asked, now), media_type=JSON)
        coming = schedule(self._audience.shows, now, now + 25 * 3600, now)
        return JSONResponse(coming[: int(request.query_params.get("rows", 5))], media_type=JSON)

    async def _now_playing(self, request: Request) -> Response:
        if not _is_ours(request):
            return _error(request, 404, "NotFoundException", "There is no such station.")
        now = self._clock.now()
        self._table.advance(now)
        told = now_playing(self._table, self._audience.shows, self.faults, str(self._audience.zone), now)
        return JSONResponse(told, media_type=JSON, headers={"Cache-Control": "max-age=15"})

    async def _time(self, _: Request) -> Response:
        now = local(self._server_time() * SECOND, UTC)
        clock = f"{now.hour % 12 or 12}:{now:%M}"  # twelve hours, and only one of the texts says which half
        told = {
            "timestamp": self._server_time(),
            "utc_datetime": f"{now:%Y-%m-%d} {clock}:{now:%S}",
            "utc_date": f"{now:%B} {now.day}, {now.year}",
            "utc_time": f"{clock}{'am' if now.hour < 12 else 'pm'}",
            "utc_json": f"{now:%Y-%m-%dT%H:%M:%S.%f}Z",
        }
        return JSONResponse(told, media_type=JSON)

    def _refusal(self, request: Request) -> Response | None:
        if not _is_ours(request):
            return _error(request, 404, "NotFoundException", "There is no such station.")
        key = _key(request)
        if key == self._api_key:
            return None
        if key and key == self._other_key:
            return _error(request, 403, "PermissionDeniedException", "This key may not do that.")
        return _error(request, 403, "NotLoggedInException", "This needs a key.")

    async def _dawdle(self, request: Request) -> None:
        """Let time pass, but not for somebody who has hung up."""
        hung_up = asyncio.Event()

        async def listen() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            hung_up.set()

        async with asyncio.TaskGroup() as group:
            listening = group.create_task(listen())
            await self._clock.wait(hung_up, self.faults.slow_by)
            listening.cancel()


def _is_ours(request: Request) -> bool:
    return request.path_params["station"] in (str(STATION_ID), SHORT_NAME)


def _key(request: Request) -> str:
    """The first thing that looks like a key, in AzuraCast's order."""
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    offered = (bearer, request.headers.get("x-api-key", ""), request.query_params.get("api_key", ""))
    return next((key for key in offered if ":" in key), "")


def _error(request: Request, status: int, kind: str, message: str) -> Response:
    """An API error; a user agent that names curl or Liquidsoap gets it as plain text."""
    where = {"class": kind, "file": "/var/azuracast/www/backend/src/Middleware/StandIn.php", "line": 7}
    user_agent = request.headers.get("user-agent", "")
    if "curl" in user_agent or "Liquidsoap" in user_agent:
        return PlainTextResponse(f"Error: {message} on {where['file']} L{where['line']}", status)
    told = {
        "code": status, "type": kind, "message": message, "formatted_message": message,
        "extra_data": where, "success": False,
    }  # fmt: skip
    return JSONResponse(told, status, media_type=JSON)
