"""All of the room's routes."""

from fastapi import FastAPI

from lahmadaemon.web.document import describe
from lahmadaemon.web.social import campaigns, changing, collecting, connecting, creators, legacy, posts, tables
from lahmadaemon.web.social.shapes.legacy import LegacyRefusal

DESCRIPTION = """Creators, campaigns, posts and their engagement.

Unknown numbers are null, never 0; `flags` say why. Rates are percent with four decimals. Times are ISO 8601 in UTC; ids of
platforms are text. Lists come by pages: pass `next` on as `cursor`. Answers to GET carry an ETag. Refusals are problem
details (RFC 9457), with a name in `error`; those of the routes tagged legacy have the older AnalyticsServer's shape.
"""
TAGS = (
    {"name": "campaigns", "description": "Campaigns, their posts, and what these add up to"},
    {"name": "posts", "description": "Single posts and their numbers over time"},
    {"name": "creators", "description": "Creators, their logins, accounts and months"},
    {"name": "connecting", "description": "How creators let us in"},
    {"name": "collecting", "description": "Runs of the collector, the Creators app, limits"},
    {"name": "tables", "description": "The same for spreadsheets (RFC 4180)"},
    {"name": "legacy", "description": "The older AnalyticsServer's routes, key for key"},
)


def serve_social(app: FastAPI) -> None:
    """Adds them to the window."""
    for each in (campaigns, posts, creators, changing, connecting, collecting, tables, legacy):
        app.include_router(each.router)
    app.include_router(connecting.callbacks)
    describe(app, DESCRIPTION, TAGS, [LegacyRefusal])
