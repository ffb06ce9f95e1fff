"""All pages, their static files, and the line that keeps them fresh."""

from fastapi import FastAPI, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from lahmadaemon.web.live import serve_live
from lahmadaemon.web.pages import house, radio, today, visitors, without
from lahmadaemon.web.pages.rendering import STATIC, Templates

FOR_EVER = "public, max-age=31536000, immutable"


class _Static(StaticFiles):
    """A file whose address has its digest never changes."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = FOR_EVER if b"v=" in scope["query_string"] else "no-cache"
        return answer


def serve_pages(app: FastAPI) -> None:
    """Adds them to the window. Blocking: templates and locales are read now, and not while somebody waits."""
    app.state.templates = Templates()
    serve_live(app)
    app.mount("/static", _Static(directory=STATIC))
    for each in (today, radio, visitors, house):
        app.include_router(each.router)
    if app.state.social:
        # A second's work, which a house without the room is spared.
        from lahmadaemon.web.pages import social

        app.include_router(social.router)
    else:
        app.include_router(without.router)
