"""The window's routes, put together: health, and what the rooms serve. They know nothing but what they are given."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse

from lahmadaemon import __version__
from lahmadaemon.supervision.health import Report
from lahmadaemon.web.access import keep_doors, visitor
from lahmadaemon.web.origins import origin_of
from lahmadaemon.web.problems import declared, speak_problems

if TYPE_CHECKING:
    from lahmadaemon.web.social.doors import SocialDoors


def create_app(
    report: Callable[[], Report],
    alarms: Callable[[], list[dict[str, Any]]],
    token: str | None,
    *,
    social: "SocialDoors | None" = None,
    origins: Sequence[str] = (),
) -> FastAPI:
    """`/health` (everything, with the open alarms; 200 or 503) and `/health/live` (the loop turns); with `social` its API,
    and `/openapi.json`. `origins`: whose pages may read it in browsers. Blocking, where it loads what it needs."""
    app = FastAPI(
        title="lahmadaemon",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.token, app.state.social, app.state.origins = token, social, tuple(origins)
    speak_problems(app)
    public_url = social.settings.public_url if social else None
    keep_doors(app, origins, origin_of(public_url) if public_url else None)

    _serve_health(app, report, alarms)
    if social:
        # A second's work, which a house without the room is spared.
        from lahmadaemon.web.social.routes import serve_social

        serve_social(app)
    return app


def _serve_health(app: FastAPI, report: Callable[[], Report], alarms: Callable[[], list[dict[str, Any]]]) -> None:
    @app.get("/health/live", tags=["health"])
    async def live() -> dict[str, str]:
        """Whether the loop turns."""
        return {"status": "live"}

    @app.get(
        "/health", dependencies=[Depends(visitor)], tags=["health"], responses=declared(401) | {503: {"model": dict}}
    )
    async def health() -> JSONResponse:
        """All services, and the open alarms. 503: something is unwell."""
        now = report()
        whole = {"version": __version__} | now.as_json() | {"alarms": alarms()}
        return JSONResponse(whole, status_code=200 if now.well else 503)
