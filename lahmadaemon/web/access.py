"""Who may come in: for every route alike, by the token or by the session of who has shown it at the login."""

import hmac
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.house.doorkeeper import Doorkeeper
from lahmadaemon.web.house.headers import Telling
from lahmadaemon.web.house.hosts import Hosts, host_of
from lahmadaemon.web.house.limits import Limits, address_of
from lahmadaemon.web.house.prefix import Prefix, below_root
from lahmadaemon.web.house.sessions import COOKIE, Sessions
from lahmadaemon.web.origins import origin_of
from lahmadaemon.web.problems import Refusal
from lahmadaemon.web.settings import WebSettings

if TYPE_CHECKING:
    from lahmadaemon.web.social.doors import SocialDoors

_bearer = HTTPBearer(auto_error=False, description="The window's token (LAHMA_WEB__TOKEN), where one is set")
Shown = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def is_token(given: str, token: str) -> bool:
    """Takes as long for a wrong one as for the right one."""
    return hmac.compare_digest(given.encode(), token.encode())


def has_session(request: Request) -> bool:
    """Whether they have logged in."""
    sessions: Sessions | None = request.app.state.sessions
    return sessions is not None and sessions.holds(request.cookies.get(COOKIE))


def may_enter(request: Request, shown: HTTPAuthorizationCredentials | None) -> bool:
    """Whether they may come in; without a token everybody may. Raises Refusal (429) after too many wrong ones."""
    token: str | None = request.app.state.token
    if not token or has_session(request):
        return True
    if shown is None:
        return False
    limits: Limits = request.app.state.limits
    address = address_of(request)
    limits.tokens.refuse(address)
    if is_token(shown.credentials, token):
        return True
    limits.tokens.note(address)
    return False


class LoginFirst(Exception):  # noqa: N818 - no error, a detour
    """Somebody at a browser, who is sent to the login and back."""


async def visitor(request: Request, shown: Shown) -> None:
    """A dependency: who shows neither token nor session is refused (401), or sent to the login where a browser asks."""
    if may_enter(request, shown):
        return
    if request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("accept", ""):
        raise LoginFirst
    raise Refusal(401, "token_missing", "show the window's token", {"WWW-Authenticate": "Bearer"})


async def to_login(request: Request, _: Exception) -> Response:
    """The way there; `next`: where they wanted to go, as our routes know it."""
    query = request.scope.get("query_string", b"").decode("latin-1")
    wanted = quote(below_root(request.scope) + (f"?{query}" if query else ""), safe="/")
    place = f"{request.scope.get('root_path', '')}/login" + ("" if wanted == "/" else f"?next={wanted}")
    return Response(status_code=303, headers={"Location": place, "Cache-Control": "no-store"})


def keep_the_door(app: FastAPI, house: HouseDoors, web: WebSettings, social: "SocialDoors | None" = None) -> None:
    """What the guards and the dependencies here find at `app.state`."""
    public_url = social.settings.public_url if social else None
    own, known = origin_of(public_url) if public_url else None, web.known_as
    app.state.house, app.state.social, app.state.limits = house, social, Limits(house.clock)
    app.state.token = web.token.get_secret_value() if web.token else None
    app.state.locked = bool(app.state.token)
    app.state.sessions = Sessions(app.state.token, house.clock) if app.state.token else None
    app.state.origins, app.state.trusted_proxies = web.cors_origins, web.trusted_proxies
    app.state.root_path, app.state.own_origin = web.root_path, own
    app.state.hosts = known and (known | {host_of(own.partition("://")[2])} if own else known)


class GuardedApp(FastAPI):
    """What stands before the routes also stands around what answers for our own mistakes."""

    def inside(self) -> ASGIApp:
        """What is behind the guards, for requests that have passed them elsewhere."""
        inner = super().build_middleware_stack()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await inner({**scope, "app": self}, receive, send)

        return app

    def build_middleware_stack(self) -> ASGIApp:
        """From outside: the proxy's headers, our prefix, what every answer says, other origins, our names, the doorkeeper."""
        state, own = self.state, self.state.own_origin
        app: ASGIApp = super().build_middleware_stack()
        app = Doorkeeper(app, [*state.origins, *([own] if own else [])])
        app = Hosts(app, state)
        if state.origins:
            app = _for_pages_of(app, state.origins)
        app = Prefix(Telling(app), state.root_path)
        proxies = list(state.trusted_proxies)
        return ProxyHeadersMiddleware(app, proxies) if proxies else app  # type: ignore[arg-type,return-value]


def _for_pages_of(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """Pages of these may read answers, refusals too."""
    return CORSMiddleware(
        app,
        allow_origins=list(origins),
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "If-None-Match"],
        expose_headers=["ETag", "Link", "Location", "Retry-After"],
    )
