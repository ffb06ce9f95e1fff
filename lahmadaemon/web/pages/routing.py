"""How pages are routed: for visitors only, who else is sent to the login; what goes wrong is a page, too."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response

from lahmadaemon.errors import LahmaError
from lahmadaemon.web.access import visitor
from lahmadaemon.web.pages.rendering import address, page


class PageRoute(APIRoute):
    """A route whose refusals people can read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        original = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await original(request)
            except HTTPException as refusal:
                if refusal.status_code == 401:  # a form whose session is over
                    return RedirectResponse(address(request, "/login"), 303, {"Cache-Control": "no-store"})
                return await _wrong(request, refusal.status_code)
            except RequestValidationError:
                return await _wrong(request, 422)
            except LahmaError:
                return await _wrong(request, 503)

        return handle


def pages() -> APIRouter:
    """A router of pages, which are in no document."""
    return APIRouter(
        dependencies=[Depends(visitor)], route_class=PageRoute, include_in_schema=False,
        default_response_class=HTMLResponse,
    )  # fmt: skip


async def _wrong(request: Request, status: int) -> Response:
    kind = status if status in (403, 404, 409, 413, 422, 503) else 400
    return await page(request, "wrong.html", status=status, kind=kind)
