"""The routes. They read, they never change anything, and they know nothing but what they are given."""

import hmac
from collections.abc import Callable
from typing import Any

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

from lahmadaemon import __version__
from lahmadaemon.supervision.health import Report


def create_app(report: Callable[[], Report], alarms: Callable[[], list[dict[str, Any]]], token: str | None) -> FastAPI:
    """`/health` (everything, with the open alarms; 200 or 503) and `/health/live` (the loop turns)."""
    app = FastAPI(title="lahmadaemon", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)

    def visitor(request: Request) -> None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token and not hmac.compare_digest(given.encode(), token.encode()):
            raise HTTPException(401, "show the window's token", {"WWW-Authenticate": "Bearer"})

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @app.get("/health", dependencies=[Depends(visitor)])
    async def health() -> JSONResponse:
        now = report()
        whole = {"version": __version__} | now.as_json() | {"alarms": alarms()}
        return JSONResponse(whole, status_code=200 if now.well else 503)

    return app
