"""The OpenAPI document of the whole window, for who may look."""

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from lahmadaemon.web.access import visitor
from lahmadaemon.web.problems import Problem, declared

_REFERENCES = "#/components/schemas/{model}"


def describe(
    app: FastAPI, description: str, tags: Sequence[dict[str, str]], refusals: Sequence[type[BaseModel]] = ()
) -> None:
    """A room's chapter. `refusals`: shapes that its routes name in their refusals only, beside problems."""
    app.description = "\n\n".join(filter(None, (app.description.strip(), description.strip()))) + "\n"
    app.openapi_tags = [*tags, *(app.openapi_tags or ())]
    app.state.refusals = [*getattr(app.state, "refusals", ()), *refusals]


def document(app: FastAPI) -> None:
    """Serve `/openapi.json`: all routes, and what the rooms say of theirs."""
    describe(app, "", [{"name": "health", "description": "How the daemon is"}])

    def made() -> dict[str, Any]:
        if app.openapi_schema is None:
            told = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes,
                tags=app.openapi_tags, servers=[{"url": app.state.root_path or "/"}],
            )  # fmt: skip
            schemas = told.setdefault("components", {}).setdefault("schemas", {})
            models: list[type[BaseModel]] = [Problem, *app.state.refusals]
            for model in models:
                schema = model.model_json_schema(mode="serialization", ref_template=_REFERENCES)
                schemas |= schema.pop("$defs", {}) | {model.__name__: schema}
            _without_fastapis_own(told)
            _with_the_doorkeepers(told)
            app.openapi_schema = told
        return app.openapi_schema

    app.openapi = made  # type: ignore[method-assign]  # as FastAPI's documentation has it

    @app.get("/openapi.json", include_in_schema=False, dependencies=[Depends(visitor)])
    async def openapi() -> JSONResponse:
        return JSONResponse(await asyncio.to_thread(app.openapi))


def _without_fastapis_own(told: dict[str, Any]) -> None:
    """A 422 is declared where it can come; FastAPI adds one, of a shape that nothing here has, wherever there are parameters."""
    for path in told["paths"].values():
        for operation in path.values():
            if "HTTPValidationError" in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        told["components"]["schemas"].pop(name, None)


def _with_the_doorkeepers(told: dict[str, Any]) -> None:
    """Before any route is asked, a head that is too large is refused."""
    refusal = {str(status): one for status, one in declared(431).items()}
    for path in told["paths"].values():
        for operation in path.values():
            operation["responses"] |= refusal
