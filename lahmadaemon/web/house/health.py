"""How the daemon is, for machines: all of it, whether the loop turns, and whether everything was reached."""

from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import JSONResponse

from lahmadaemon import __version__
from lahmadaemon.clock import iso
from lahmadaemon.web.access import visitor
from lahmadaemon.web.doors import House
from lahmadaemon.web.problems import declared

router = APIRouter(prefix="/health", tags=["health"])
_NO_STORE = {"Cache-Control": "no-store"}


def serve_health(app: FastAPI) -> None:
    """`/health`, `/health/live` and `/health/ready`."""
    app.include_router(router)


@router.get("/live")
async def live() -> dict[str, str]:
    """Whether the loop turns."""
    return {"status": "live"}


@router.get("/ready", responses={503: {"model": dict[str, str]}})
async def ready(house: House) -> JSONResponse:
    """Whether every essential service has given its first sign of life, and none is gone. 503: not yet, or not any more."""
    report = house.report()
    if report.stopping:
        return JSONResponse({"status": "stopping"}, 503, _NO_STORE)
    status = "ready" if report.ready else "starting"
    return JSONResponse({"status": status}, 200 if report.ready else 503, _NO_STORE)


@router.get("", dependencies=[Depends(visitor)], responses=declared(401) | {503: {"model": dict}})
async def health(house: House) -> JSONResponse:
    """All services, and the open alarms. 503: something is unwell."""
    now = house.report()
    kept = {"last_backup": iso(house.last_backup())}
    whole = {"version": __version__} | now.as_json() | kept | {"alarms": house.open_alarms()}
    return JSONResponse(whole, 200 if now.well else 503, _NO_STORE)
