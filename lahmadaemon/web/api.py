"""The house's own API, put together: radio, visitors, alarms, services."""

from fastapi import FastAPI

from lahmadaemon.web.alarms import routes as alarms
from lahmadaemon.web.document import describe
from lahmadaemon.web.radio import routes as radio
from lahmadaemon.web.services import routes as services
from lahmadaemon.web.visitors import routes as visitors

DESCRIPTION = """Listeners of the stations, visitors of the places, alarms, and the daemon itself.

Names are those of the command line's `--json`. What nobody knows is null, never 0, and `flags` say why. Times are ISO 8601 in
UTC, days local to the station, or to the house. Days are asked for with `from` and `to`, both included. Lists that grow come
by pages: pass `next` on as `cursor`. Tables come as CSV with `?format=csv`. Answers to GET carry an ETag. Refusals are problem
details (RFC 9457), with a name in `error`.
"""
TAGS = (
    {"name": "radio", "description": "Who listens, to what, and how far that is known"},
    {"name": "visitors", "description": "Who comes and goes, the cameras' files, reports to partners"},
    {"name": "alarms", "description": "What is wrong, what was, who was told; acknowledging and muting"},
    {"name": "services", "description": "The daemon itself"},
)


def serve_api(app: FastAPI) -> None:
    """Adds its routes to the window."""
    for each in (radio, visitors, alarms, services):
        app.include_router(each.router)
    describe(app, DESCRIPTION, TAGS)
