"""Templates, and what every one of them knows: the reader, addresses below our own root, and how fresh the page is."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from lahmadaemon import __version__
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.house.prefix import below_root
from lahmadaemon.web.live import Live
from lahmadaemon.web.pages.reader import COOKIE, Reader, load_locales, reader
from lahmadaemon.web.pages.words import LANGUAGES, NAMES

YEAR = 365 * 24 * 3600
ROOMS = (("today", "/"), ("radio", "/radio"), ("visitors", "/visitors"), ("social", "/social"), ("house", "/house"))


class Templates:
    """Each is compiled when it is first wanted, which takes longer than rendering: a start needs none. Blocking."""

    def __init__(self) -> None:
        load_locales()
        self.loaded = False
        self._environment = Environment(
            loader=PackageLoader("lahmadaemon.web.pages"), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True, auto_reload=False,
        )  # fmt: skip

    def rendered(self, name: str, known: Mapping[str, Any]) -> str:
        """The page's HTML."""
        return self._environment.get_template(name).render(known)

    def load(self) -> None:
        """All of them, before somebody waits."""
        for name in self._environment.list_templates():
            self._environment.get_template(name)
        self.loaded = True


def reader_of(request: Request) -> Reader:
    """Who asks; the zone is the house's."""
    house: HouseDoors = request.app.state.house
    return reader(request.query_params, request.cookies, request.headers.get("accept-language", ""), house.zone)


def address(request: Request, path: str, **query: object) -> str:
    """A path of ours as it is outside: below the root that a proxy may have put us under. Values of None are left out."""
    told = urlencode({name: value for name, value in query.items() if value is not None})
    root: str = request.scope.get("root_path", "").rstrip("/")
    return root + quote(path, safe="/@:") + (f"?{told}" if told else "")


def outside(url: str | None) -> str | None:
    """An address somebody else gave us, where a browser may be sent there by a link."""
    return url if url and url.startswith(("https://", "http://")) else None


async def page(
    request: Request, template: str, *, status: int = 200, live: str | None = None, **told: Any
) -> HTMLResponse:
    """The template's page, in the reader's language. `live`: the stamp of its figures, where it keeps itself fresh."""
    house: HouseDoors = request.app.state.house
    templates: Templates = request.app.state.templates
    reading = reader_of(request)

    def at(path: str, **query: object) -> str:
        return address(request, path, **query)

    def here(**changes: object) -> str:
        """This page, with other wishes."""
        return at(below_root(request.scope), **{**request.query_params, **changes})

    known = {
        "r": reading, "t": reading.say, "at": at, "here": here, "now": house.clock.now(), "live": live,
        "path": below_root(request.scope), "rooms": ROOMS, "languages": NAMES, "version": __version__,
        "csv": lambda path, **query: at(path, format="csv", **query),
        "outside": outside,
        "static": lambda name: at(f"/static/{name}", v=request.app.state.static.digest),
        "alarms": len(house.desk.open_incidents()), "locked": request.app.state.locked, "house": house,
    }  # fmt: skip
    async with house.memory.writing:
        html = await asyncio.to_thread(templates.rendered, template, known | told)
    answer = HTMLResponse(html, status)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Language"] = reading.language
    answer.headers["Vary"] = "Accept-Language, Cookie"
    if (asked := request.query_params.get("lang", "")) in LANGUAGES:
        answer.set_cookie(COOKIE, asked, max_age=YEAR, path=address(request, "/"), httponly=True, samesite="lax")
    return answer


async def stamp(request: Request) -> str:
    """What is known to be new before the page's figures are read: whatever comes meanwhile is told again."""
    told: str | None = getattr(request.state, "stamp", None)  # by the daemon, where this is its reading room
    found: Live = request.app.state.live
    return told or await found.stamp()
