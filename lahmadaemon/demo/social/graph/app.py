"""A stand-in for Meta's Graph API and its login dialog, as an ASGI app: strict about what may be asked, by whom, how often."""

import asyncio
from datetime import UTC, tzinfo
from email.utils import format_datetime
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from lahmadaemon.clock import Clock, local
from lahmadaemon.demo.social.graph.batch import Batches
from lahmadaemon.demo.social.graph.calls import Address, Calls, Told, address
from lahmadaemon.demo.social.graph.errors import GraphError
from lahmadaemon.demo.social.graph.ledger import Ledger
from lahmadaemon.demo.social.graph.login import Login
from lahmadaemon.demo.social.graph.switches import Switches, error_of
from lahmadaemon.demo.social.graph.tokens import SCOPES, Tokens
from lahmadaemon.demo.social.graph.usage import APP
from lahmadaemon.demo.social.world import World


class Graph(Switches, Ledger):
    """The server. `zone`: whose days bare dates in `since` and `until` are. Every answer is dated by `clock`."""

    def __init__(
        self,
        world: World,
        clock: Clock,
        *,
        app_id: str = "app",
        app_secret: str = "app-secret",  # noqa: S107 - nobody's
        zone: tzinfo = UTC,
    ) -> None:
        Switches.__init__(self, len(world.creators))
        Ledger.__init__(self)
        self._world, self._clock = world, clock
        self._tokens = Tokens(world, clock, app_id, app_secret)
        self._login = Login(world, clock, self._tokens, self, app_id, app_secret)
        self._calls = Calls(world, clock, self._tokens, self._login, self, self, zone)
        self._batches = Batches(self._calls, self._tokens, self, self)

    @property
    def app_token(self) -> str:
        return self._tokens.app_token

    @property
    def calls_while_throttled(self) -> int:
        """Calls that came in a scope after its refusal was answered and before its time was over."""
        return self._calls.usage.calls_while_throttled

    def short_token(self, creator_id: int) -> str:
        """As the dialog gives it to a creator who grants everything."""
        return self._tokens.log_in(creator_id, SCOPES).text

    def long_token(self, creator_id: int) -> str:
        """As a short one is exchanged for."""
        return self._tokens.prolong(self._tokens.log_in(creator_id, SCOPES), extends=True).text

    def page_token(self, creator_id: int, page_id: str | None = None) -> str:
        """One that does not expire, for the creator's last page or another of theirs."""
        token, creator = self._tokens.check(self.long_token(creator_id))
        pages = [page for page in creator.pages if page_id in {None, page.id}]
        return self._tokens.page_token(token, pages[-1])

    def proof(self, token: str) -> str:
        """Its `appsecret_proof`."""
        return self._tokens.proof_of(token)

    def grant(self, creator_id: int, *scopes: str) -> None:
        """The creator grants these and no others, from now on."""
        self._tokens.granted[creator_id] = frozenset(scopes)

    def kill(self, creator_id: int, subcode: int | None = None) -> None:
        """Every token of the creator that is out is dead: 190 with the sub-code (458 removed, 460 password, 463 expired …)."""
        self._tokens.kill(creator_id, subcode)

    def spend(self, account: str | None, percent: float) -> None:
        """As if so much of the allowance of that Instagram account or page, None: of the app, were used."""
        self._calls.usage.spend(account or APP, percent, self._clock.now())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.http_requests += 1
        body = (await request.body()).decode(errors="replace")
        answer = self._answer(request, body)
        if self.latency:
            await self._clock.wait(asyncio.Event(), self.latency)
        response = answer if isinstance(answer, Response) else Response(answer.body, answer.status, answer.headers)
        response.headers["date"] = format_datetime(local(self._clock.now(), UTC).replace(microsecond=0), usegmt=True)
        await response(scope, receive, send)
        if isinstance(answer, Told):
            self._calls.usage.answered(answer.refusals)

    def _answer(self, request: Request, body: str) -> Told | Response:
        if (trouble := self.take_trouble(None)) is not None:
            return self._calls.failed(request.method, error_of(trouble, _bearer(request)))
        try:
            where = address(f"{request.url.scheme}://{request.url.netloc}", request.url.path)
        except GraphError as error:
            return self._calls.failed(request.method, error)
        query = dict(parse_qsl(request.url.query, keep_blank_values=True))
        if request.method == "POST":
            query |= dict(parse_qsl(body, keep_blank_values=True))
        return self._routed(request, where, query)

    def _routed(self, request: Request, where: Address, query: dict[str, str]) -> Told | Response:
        if where.parts == ("dialog", "oauth"):
            return self._login.dialog(query)
        if request.method == "POST" and "batch" in query:
            return self._batches.answer(where, query, _bearer(request), self._clock.now())
        return self._calls.call(request.method, where, query, _bearer(request))


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ").strip()
