"""Refusals, as problem details (RFC 9457): one shape for whatever goes wrong, and how it stands in the document."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi import HTTPException as OfFastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from lahmadaemon.errors import LahmaError, UpstreamError

MEDIA_TYPE = "application/problem+json"
AGAIN = 5.0
"""Seconds after which a store that does not answer may be asked again."""


class Wrong(BaseModel):
    """One thing that is wrong with a request; never with what was given, which may be a secret."""

    where: str = Field(description="Where it stands: query.limit, body.account_id")
    message: str


class Problem(BaseModel):
    """Why not."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field("about:blank", description="Always about:blank: the title is that of the status")
    title: str
    status: int
    detail: str = Field(description="A sentence for people; it may change")
    error: str = Field(description="A name for programs; it does not change")
    errors: list[Wrong] = Field(default=[], description="Of 422: what is wrong, one by one")


class Refusal(OfFastAPI):
    """A no with a name."""

    def __init__(self, status: int, error: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, detail, dict(headers) if headers else None)
        self.error = error


def answer(
    status: int, error: str, detail: str, headers: Mapping[str, str] | None = None, errors: Sequence[Wrong] = ()
) -> JSONResponse:
    """The refusal as it is sent."""
    told = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, error=error, errors=list(errors))
    fixed = {"Cache-Control": "no-store"} | dict(headers or {})
    return JSONResponse(told.model_dump(), status, fixed, media_type=MEDIA_TYPE)


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Refusals of a route, for the OpenAPI document."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: schema}}
        for status in sorted(statuses)
    }


def speak_problems(app: FastAPI) -> None:
    """Whatever goes wrong in the app is told this way."""
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(RequestValidationError, _of_request)
    app.add_exception_handler(LahmaError, _of_house)
    app.add_exception_handler(Exception, _of_mistake)


def wrong(error: RequestValidationError) -> list[Wrong]:
    """What is wrong, in words."""
    return [
        Wrong(where=".".join(str(part) for part in each["loc"])[:200], message=str(each["msg"])[:300])
        for each in error.errors()
    ]


async def _of_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for those
    name = getattr(error, "error", None) or HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    return answer(error.status_code, name, str(error.detail), error.headers)


async def _of_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - likewise
    told = wrong(error)
    return answer(
        422, "invalid_request", "; ".join(f"{each.where}: {each.message}" for each in told)[:1000], errors=told
    )


async def _of_house(_: Request, error: Exception) -> Response:
    """The store, mostly; what it says of files and disks is in the log, and no visitor's affair."""
    wait = (error.retry_after or AGAIN) if isinstance(error, UpstreamError) else None
    return answer(503, "unavailable", "the store does not answer", {"Retry-After": f"{wait:.0f}"} if wait else None)


async def _of_mistake(_: Request, __: Exception) -> Response:
    """The server logs it, with its traceback."""
    return answer(500, "broken", "that was our mistake")
