"""How creators connect: an address to send them to, and the doors through which providers send them back."""

from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import Field

from lahmadaemon.social.connections import Provider
from lahmadaemon.social.joining import Outcome
from lahmadaemon.social.not_joined import NotJoined
from lahmadaemon.web.origins import origin_of
from lahmadaemon.web.problems import Refusal, declared
from lahmadaemon.web.social.creators import known_creator
from lahmadaemon.web.social.doors import Doors, SocialDoors
from lahmadaemon.web.social.page import page
from lahmadaemon.web.social.parameters import CreatorId
from lahmadaemon.web.social.routing import BODY, CHANGES, NOT_FOUND, api
from lahmadaemon.web.social.shapes.basics import Moment, Shape, moment

router: APIRouter = api("connecting")
callbacks = APIRouter(tags=["connecting"])


class Return(Shape):
    """Where the creator is sent afterwards."""

    back: Annotated[str, Field(max_length=1000)] | None = Field(
        None, description="Of an origin in LAHMA_WEB__CORS_ORIGINS, or our own; it gets `provider` and `outcome`"
    )


class Begun(Shape):
    """Send the creator's browser there."""

    url: str
    expires_at: Moment


@router.post(
    "/creators/{creator_id}/connect/{provider}", status_code=201, responses=NOT_FOUND | CHANGES | BODY | declared(409)
)
async def connect(
    doors: Doors, request: Request, creator_id: CreatorId, provider: Provider, given: Return | None = None
) -> Begun:
    """Begin a login. The address is good once, for a quarter of an hour. 409: settings are missing."""
    known = await known_creator(doors, creator_id)
    back = given.back if given else None
    if back is not None and not _may_go(request, doors, back):
        raise Refusal(422, "back_refused", "body.back: its origin is not one of LAHMA_WEB__CORS_ORIGINS")
    if not known.here:
        raise Refusal(409, "creator_gone", "the Creators app does not name this creator any more")
    try:
        begun = await doors.joining.start(provider, creator_id, back)
    except NotJoined as trouble:
        raise Refusal(409, trouble.reason, str(trouble)) from None
    return Begun(url=begun.url, expires_at=moment(begun.expires_at))


_PAGE = {"content": {"text/html": {"schema": {"type": "string"}}}}
_PAGES: dict[int | str, dict[str, Any]] = {
    200: {"description": "A page: the creator has joined"},
    303: {"description": "Back to where they wanted to be sent"},
    400: {"description": "A page: they have not", **_PAGE},
    502: {"description": "A page: the provider does not answer", **_PAGE},
}
_Text = Annotated[str | None, Query(max_length=4000)]


@callbacks.get("/connect/{provider}/callback", response_class=HTMLResponse, responses=_PAGES | declared(422, 503))
async def callback(
    doors: Doors, request: Request, provider: Provider, state: _Text = None, code: _Text = None, error: _Text = None
) -> Response:
    """Where the provider sends a creator back to. The state is the key: it is good once, and was given to nobody else."""
    outcome = await doors.joining.finish(provider, state or "", code, error)
    if outcome.back is not None and _may_go(request, doors, outcome.back):
        answer: Response = RedirectResponse(_with_outcome(outcome.back, provider, outcome), 303)
    else:
        answer = page(provider, outcome)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _may_go(request: Request, doors: SocialDoors, url: str) -> bool:
    """Nobody is sent on to a stranger's page."""
    own = doors.settings.public_url and origin_of(doors.settings.public_url)
    origin = origin_of(url)
    return origin is not None and origin in (*request.app.state.origins, own)


def _with_outcome(back: str, provider: Provider, outcome: Outcome) -> str:
    parts = urlsplit(back)
    told = urlencode(
        {"provider": provider.value, "outcome": outcome.trouble.reason if outcome.trouble else "connected"}
    )
    return urlunsplit(parts._replace(query=f"{parts.query}&{told}" if parts.query else told))
