"""The page at `/docs` and the files it is made of."""

from pathlib import Path

from fastapi import Depends, FastAPI, Request, Response
from starlette.staticfiles import StaticFiles

from lahmadaemon.web.access import visitor
from lahmadaemon.web.caching import PRIVATE
from lahmadaemon.web.house.headers import POLICY
from lahmadaemon.web.routing import missing

PAGE = "docs.html"
FILES = ("swagger-ui.css", "swagger-ui-bundle.js", "begin.js")
_POLICY = POLICY.replace("img-src 'self'", "img-src 'self' data:")
"""Its style sheet has its little pictures within itself."""


def serve_docs(app: FastAPI) -> None:
    """Adds them. Blocking: looks for the files."""
    files = StaticFiles(directory=Path(__file__).parent / "files", packages=[("fastapi_swagger", "resources")])

    @app.get("/docs", include_in_schema=False, dependencies=[Depends(visitor)])
    async def docs(request: Request) -> Response:
        answer = await files.get_response(PAGE, request.scope)
        answer.headers["Content-Security-Policy"] = _POLICY
        answer.headers["Cache-Control"] = PRIVATE
        return answer

    @app.get("/docs/{name}", include_in_schema=False, dependencies=[Depends(visitor)])
    async def asset(request: Request, name: str) -> Response:
        if name not in FILES:
            raise missing("file")
        answer = await files.get_response(name, request.scope)
        answer.headers["Cache-Control"] = PRIVATE
        return answer
