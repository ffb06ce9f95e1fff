"""The window's routes, put together: the house's, and what the rooms serve. They know nothing but what they are given."""

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI

from lahmadaemon import __version__
from lahmadaemon.web.access import GuardedApp, keep_the_door
from lahmadaemon.web.api import serve_api
from lahmadaemon.web.docs.routes import serve_docs
from lahmadaemon.web.document import document
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.house.figures import Looker
from lahmadaemon.web.house.health import serve_health
from lahmadaemon.web.house.login import serve_login
from lahmadaemon.web.house.metrics import serve_metrics
from lahmadaemon.web.live import Live
from lahmadaemon.web.pages.routes import serve_pages
from lahmadaemon.web.pictures.routes import serve_pictures
from lahmadaemon.web.pictures.studio import Studio
from lahmadaemon.web.problems import speak_problems
from lahmadaemon.web.settings import WebSettings

if TYPE_CHECKING:
    from lahmadaemon.web.social.doors import SocialDoors


def create_app(
    house: HouseDoors, web: WebSettings, *, social: "SocialDoors | None" = None, cache: Path | None = None
) -> GuardedApp:
    """Everything that is served; `social`: its API too; `cache`: a folder for what pictures are drawn with. Blocking, where it
    loads what it needs."""
    app = GuardedApp(
        title="lahmadaemon",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    furnish(app, house, web, social, cache)
    mimetypes.init()  # else the first file that is served would have the loop wait for the disk
    speak_problems(app)

    serve_login(app)
    serve_health(app)
    serve_metrics(app)
    serve_api(app)
    serve_docs(app)
    if social:
        # A second's work, which a house without the room is spared.
        from lahmadaemon.web.social.routes import serve_social

        serve_social(app)
    serve_pictures(app, social=bool(social))
    serve_pages(app)
    document(app)
    # FastAPI prepares routes when the first request looks among them, on the loop: a quarter of a second.
    nobody = {"type": "http", "method": "GET", "path": "/-", "root_path": "", "headers": []}
    for route in app.routes:
        route.matches(nobody)
    return app


def furnish(
    app: FastAPI,
    house: HouseDoors,
    web: WebSettings,
    social: "SocialDoors | None" = None,
    cache: Path | None = None,
) -> None:
    """What routes find at `app.state`: what they are given, and what is remembered between requests."""
    keep_the_door(app, house, web, social)
    app.state.studio, app.state.looker, app.state.live = Studio(cache), Looker(house), Live(house, social)
