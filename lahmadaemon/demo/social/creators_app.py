"""A stand-in for the Creators app: its creators, its campaigns, and who takes part, each at its own path."""

import re
from collections import Counter
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from lahmadaemon.demo.social.unfinished import Unfinished
from lahmadaemon.demo.social.world import Campaign, World

LISTS = {
    "creators": "/api-influencers/creators/",
    "campaigns": "/api-influencers/campaigns/",
    "involved": "/api-influencers/involved",
}
IDS = re.compile(r"\[(\d+(, \d+)*)?\]")
"""A list of numbers as Python prints it."""


class Trouble(Enum):
    """What a list may be answered with instead."""

    EMPTY = auto()
    WRONG_SHAPE = auto()
    """200, with an object that tells something else."""
    BAD_GATEWAY = auto()
    """502, in HTML."""
    PAGE = auto()
    """200, with a page."""
    REDIRECT = auto()
    """302, to a page of this very server that counts who comes."""
    HANGS = auto()
    """No answer until the caller hangs up."""
    DRIPS = auto()
    """One byte of it, and then no more until the caller hangs up."""
    CUT_SHORT = auto()
    """The connection breaks in the middle of the body."""


class CreatorsApp:
    """Serves the world's people and campaigns, where `token` is set only to who shows it."""

    def __init__(self, world: World, *, token: str | None = None) -> None:
        self.world = world
        self.token = token
        self.troubles: dict[str, Trouble] = {}
        """By list (`creators`, `campaigns`, `involved`), until taken out again."""
        self.payloads: dict[str, Any] = {}
        """By list: JSON to answer with instead of the world's."""
        self.requests: Counter[str] = Counter()
        """By list."""
        self.campaign_ids: list[tuple[int, ...]] = []
        """What was sent as `campaign-ids`."""
        self.strayed = 0
        """Requests that followed a redirect."""
        self._app = Starlette(routes=[
            *(Route(path, self._list, name=name, methods=["GET"]) for name, path in LISTS.items()),
            Route("/elsewhere", self._stray),
        ])  # fmt: skip
        self._app.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    @property
    def http_requests(self) -> int:
        return self.requests.total()

    async def _list(self, request: Request) -> Response:
        name = next(name for name, path in LISTS.items() if path == request.url.path)
        self.requests[name] += 1
        if self.token is not None and request.headers.get("authorization") != f"Bearer {self.token}":
            told = {"detail": "Authentication credentials were not provided."}
            return JSONResponse(told, 401, {"WWW-Authenticate": "Bearer"})
        if name == "involved":
            ids = _ids(request.query_params)
            if ids is None:
                return JSONResponse({"detail": "campaign-ids must be a list such as [1, 2, 3]."}, 400)
            self.campaign_ids.append(ids)
        else:
            ids = ()
        return _answer(self._told(name, ids), self.troubles.get(name))

    def _told(self, name: str, ids: tuple[int, ...]) -> Any:
        if name in self.payloads:
            return self.payloads[name]
        match name:
            case "creators":
                return {"creators": [{"id": who.id, "email": who.email} for who in self.world.creators.values()]}
            case "campaigns":
                return {"campaigns": [_campaign(each) for each in self.world.campaigns.values()]}
        known = self.world.involved.keys() | self.world.campaigns.keys()
        return [
            {"campaign_id": each, "creator_ids": self.world.involved.get(each, [])} for each in ids if each in known
        ]

    async def _stray(self, _: Request) -> Response:
        self.strayed += 1
        return JSONResponse([])


def _campaign(campaign: Campaign) -> dict[str, Any]:
    return {
        "id": campaign.id,
        "name": campaign.name,
        "hashtags": campaign.hashtags,
        "publishing_start_date": campaign.starts_on.isoformat(),
        "publishing_end_date": campaign.ends_on.isoformat(),
        "platforms": [{"id": each} for each in campaign.platforms],
    }


def _ids(query: Mapping[str, str]) -> tuple[int, ...] | None:
    text = query.get("campaign-ids", "")
    if len(query) != 1 or not IDS.fullmatch(text):
        return None
    return tuple(int(each) for each in text[1:-1].split(", ") if each)


def _answer(told: Any, trouble: Trouble | None) -> Response:
    whole = JSONResponse(told)
    match trouble:
        case Trouble.EMPTY:
            return JSONResponse([] if isinstance(told, list) else {name: [] for name in told})
        case Trouble.WRONG_SHAPE:
            return JSONResponse({"detail": "Not available at the moment."})
        case Trouble.BAD_GATEWAY:
            return HTMLResponse("<html><head><title>502</title></head><body>Bad gateway</body></html>", 502)
        case Trouble.PAGE:
            return HTMLResponse("<html><body>Login</body></html>")
        case Trouble.REDIRECT:
            return RedirectResponse("/elsewhere", 302)
        case Trouble.HANGS:
            return Unfinished(b"", speaks=False, hangs=True)
        case Trouble.DRIPS:
            return Unfinished(bytes(whole.body), pieces=1, hangs=True)
        case Trouble.CUT_SHORT:
            return Unfinished(bytes(whole.body), pieces=len(whole.body) // 2)
    return whole
