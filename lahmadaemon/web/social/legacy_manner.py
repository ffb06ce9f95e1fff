"""How the older AnalyticsServer speaks: its refusals, and the bodies it takes."""

import json
import re
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lahmadaemon.errors import LahmaError
from lahmadaemon.web.caching import PRIVATE
from lahmadaemon.web.problems import wrong

SCHEMA = {"schema": {"$ref": "#/components/schemas/LegacyRefusal"}}
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class LegacyError(Exception):
    """A refusal in its words. `more`: keys beside the usual two."""

    def __init__(self, status: int, error: str, description: str, **more: str) -> None:
        super().__init__(error)
        self.status = status
        self.told = {"error": error, "error_description": description, **more}


class Spoken(APIRoute):
    """A route whose every refusal has its shape."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        original = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                answer = await original(request)
            except LegacyError as refusal:
                return _told(refusal.status, refusal.told)
            except RequestValidationError as error:
                first = next(iter(wrong(error)))
                return _told(400, {"error": "invalid_request", "error_description": f"{first.where}: {first.message}"})
            except HTTPException as refusal:
                name = getattr(refusal, "error", None) or "invalid_request"
                return _told(
                    refusal.status_code, {"error": name, "error_description": str(refusal.detail)}, refusal.headers
                )
            except LahmaError:
                return _told(503, {"error": "unavailable", "error_description": "the store does not answer"})
            answer.headers.setdefault("Cache-Control", PRIVATE)
            return answer

        return handle


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Refusals, for the OpenAPI document."""
    return {status: {"description": "As `error` says", "content": {"application/json": SCHEMA}} for status in statuses}


async def fields_of(request: Request, *names: str) -> dict[str, str]:
    """The body's texts of these names; a list of texts is one with commas. Raises LegacyError where one is missing."""
    body = await request.body()
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise LegacyError(400, "body_not_json", "The body must be a JSON object")
    return {name: _text(told, name) for name in names}


def storable(text: str) -> bool:
    """Whether a database can be asked for it at all."""
    return not _UNSTORABLE.search(text)


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        value = ",".join(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or not storable(value):
        raise LegacyError(400, f"{name}_not_entered", f"{name} is missing, or is no text")
    return value.strip()


def _told(status: int, told: Mapping[str, str], headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse(dict(told), status, {"Cache-Control": "no-store", **dict(headers or {})})
