"""The server: its routes and switches, and the way of a request from its allowance and troubles to its answer."""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable
from datetime import UTC
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from lahmadaemon.clock import Clock, local
from lahmadaemon.demo.social.tiktok import figures
from lahmadaemon.demo.social.tiktok.accounting import Accounts, Allowance, Call
from lahmadaemon.demo.social.tiktok.answers import RefusedError, Told, good, refuse_for, refused, rendered
from lahmadaemon.demo.social.tiktok.authorizing import Authorizing
from lahmadaemon.demo.social.tiktok.display import Asked, Display
from lahmadaemon.demo.social.tiktok.oauth import OAuth, form_of
from lahmadaemon.demo.social.tiktok.tokens import SCOPES, Tokens
from lahmadaemon.demo.social.tiktok.troubles import Trouble, Troubles
from lahmadaemon.demo.social.world import World

UNDONE = frozenset({Trouble.PAGE, Trouble.HANGS})
"""Where nothing is done of what was asked."""


class TikTok:
    """Serves the world's videos. Lifetimes in seconds; endpoints are called user/info, video/list, video/query, oauth/token,
    oauth/revoke."""

    def __init__(
        self, world: World, clock: Clock, *, client_key: str = "key", client_secret: str = "secret",  # noqa: S107
        access_life: float = 7200, refresh_life: float = 180 * 86400, grace: bool = True,
    ) -> None:  # fmt: skip
        self.latency = 0.0
        """Seconds between what is done and the answer."""
        self.allowance = 600
        """Requests a minute to each endpoint of the Display API."""
        self.short_pages = False
        self.stuck: set[int] = set()
        """Creators whose cursor does not move."""
        self.oauth_errors_with_200 = False
        self.troubles = Troubles()
        self.tokens = Tokens(clock, access_life, refresh_life, grace=grace)
        self.login = Authorizing(world, clock, client_key)
        self._clock = clock
        self._accounts = Accounts()
        self._allowances: defaultdict[str, Allowance] = defaultdict(Allowance)
        self._display = Display(world, clock, self.tokens)
        self._oauth = OAuth(world, self.tokens, self.login, client_key, client_secret)
        self._work: dict[str, Callable[[Asked], dict[str, Any]]] = {
            "user/info": self._display.user_info,
            "video/list": self._video_list,
            "video/query": self._display.video_query,
            "oauth/token": self._oauth.token,
            "oauth/revoke": self._oauth.revoke,
        }
        self._app = Starlette(routes=[
            *(Route(f"/v2/{name}/", self._serve, methods=["GET" if name == "user/info" else "POST"]) for name in self._work),
            Route("/v2/auth/authorize/", self.login.page),
            Route("/v2/auth/authorize", self.login.page),
        ])  # fmt: skip
        self._app.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def connect(self, creator_id: int, scopes: Iterable[str] = SCOPES) -> dict[str, Any]:
        """The creator lets the app in: what the token endpoint would answer to the code."""
        return self.tokens.told(self._oauth.connect(creator_id, tuple(scopes)))

    def code(
        self, creator_id: int, scopes: Iterable[str] = SCOPES, *,
        redirect_uri: str | None = None, challenge: str | None = None,
    ) -> str:  # fmt: skip
        """A code for the token endpoint; without `redirect_uri` any is taken, without `challenge` no verifier is asked."""
        return self.login.code(creator_id, scopes, redirect_uri, challenge)

    def kill(self, creator_id: int, *, refresh: bool = True) -> None:
        """The creator's tokens die before their time; `refresh=False`: the access token only."""
        self.tokens.kill(creator_id, refresh=refresh)

    def throttle(self, endpoint: str, seconds: float = 60) -> None:
        """The endpoint refuses everybody for so long."""
        self._allowances[endpoint].close(self._clock.monotonic() + seconds)

    @property
    def visitor(self) -> int | None:
        """Who sits at the browser of the authorize page and agrees at once; None: the page asks."""
        return self.login.visitor

    @visitor.setter
    def visitor(self, creator_id: int | None) -> None:
        self.login.visitor = creator_id

    @property
    def http_requests(self) -> int:
        """All but those of browsers."""
        return self._accounts.http_requests

    @property
    def seen(self) -> deque[Call]:
        """The last five thousand, oldest first."""
        return self._accounts.seen

    @property
    def codes(self) -> Counter[str]:
        """How often each answer was given: `ok`, an error's code, or a trouble's name."""
        return self._accounts.codes

    @property
    def refreshes(self) -> int:
        """How often a refresh gave something new."""
        return self.tokens.refreshes

    @property
    def used_after_rotation(self) -> int:
        """How often an access or refresh token was shown that a refresh had put out of use, after the grace if there is one."""
        return self.tokens.used_after_rotation

    @property
    def calls_while_throttled(self) -> int:
        """Calls to an endpoint that had refused one before, and had let none in since."""
        return sum(allowance.ignored for allowance in self._allowances.values())

    def begin_cycle(self) -> None:
        """From here on `duplicates` are looked for."""
        self._accounts.begin_cycle()

    def duplicates(self) -> list[Call]:
        """Calls of this cycle whose like (method, URL, body, creator) had been answered well before."""
        return self._accounts.duplicates()

    async def _serve(self, request: Request) -> Response:
        endpoint = request.url.path.removeprefix("/v2/").rstrip("/")
        headers = request.headers
        bearer = headers.get("authorization", "")
        asked = Asked(
            request.query_params, (await request.body()).decode(errors="replace"), headers.get("content-type", ""),
            bearer.removeprefix("Bearer ") if bearer.startswith("Bearer ") else "",
        )  # fmt: skip
        oauth = endpoint.startswith("oauth")
        creator = self.tokens.owner(_shown(asked) if oauth else asked.token)
        told, trouble = self._told(endpoint, asked, creator, oauth=oauth)
        url = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        code = trouble.value if trouble in UNDONE or trouble is Trouble.LOST else told.code
        self._accounts.note(Call(request.method, url, asked.body, creator, self._clock.now(), code))
        if self.latency:
            await self._clock.wait(asyncio.Event(), self.latency)
        return rendered(told, trouble)

    def _told(self, endpoint: str, asked: Asked, creator: int | None, *, oauth: bool) -> tuple[Told, Trouble | None]:
        self._accounts.http_requests += 1
        log_id = f"{local(self._clock.now(), UTC):%Y%m%d%H%M%S}EXAMPLE{self._accounts.http_requests:08}"
        trouble = None
        try:
            if not oauth:
                self._let_in(endpoint)
            trouble = self.troubles.take(endpoint, creator)
            refuse_for(trouble, oauth=oauth)
            data = {} if trouble in UNDONE else self._work[endpoint](asked)
        except RefusedError as error:
            told = refused(error, log_id, oauth=oauth)
            return (Told(told.code, told.content) if oauth and self.oauth_errors_with_200 else told), trouble
        return (Told("ok", data) if oauth else good(data, log_id)), trouble

    def _let_in(self, endpoint: str) -> None:
        if not self._allowances[endpoint].lets_in(self._clock.monotonic(), self.allowance):
            raise RefusedError("rate_limit_exceeded", "Too many requests in this minute.")

    def _video_list(self, asked: Asked) -> dict[str, Any]:
        if self.tokens.owner(asked.token) in self.stuck:
            return self._display.video_list(asked, figures.stuck_page)
        return self._display.video_list(asked, figures.short_page if self.short_pages else figures.page)


def _shown(asked: Asked) -> str:
    """The token that a form is about."""
    form = form_of(asked)
    return form.get("refresh_token") or form.get("token") or ""
