"""All pages, their static files, and the line that keeps them fresh."""

from fastapi import FastAPI

from lahmadaemon.web import live
from lahmadaemon.web.pages import house, radio, static, today, visitors, without
from lahmadaemon.web.pages.rendering import Templates


def serve_pages(app: FastAPI) -> None:
    """Adds them to the window. Blocking: files and locales are read now, and not while somebody waits."""
    app.state.templates, app.state.static = Templates(), static.Static()
    for each in (static, live, today, radio, visitors, house):
        app.include_router(each.router)
    if app.state.social:
        # A second's work, which a house without the room is spared.
        from lahmadaemon.web.pages import social

        app.include_router(social.router)
    else:
        app.include_router(without.router)
