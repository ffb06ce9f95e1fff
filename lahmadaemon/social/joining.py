"""How a creator joins, whichever door they come through, and leaves. Codes and tokens come in here; none is told to anybody."""

import base64
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog
from pydantic import SecretStr

from lahmadaemon.clock import Clock, Instant
from lahmadaemon.errors import HopelessError, Refused, UpstreamError
from lahmadaemon.social.connections import Connection, Provider
from lahmadaemon.social.leaving import Leaving, Left
from lahmadaemon.social.meta import connecting as meta
from lahmadaemon.social.meta.connecting import GraphRefused
from lahmadaemon.social.meta.graph import Graph
from lahmadaemon.social.meta.people import Debugged
from lahmadaemon.social.not_joined import (
    CodeRefused,
    CreatorUnknown,
    Declined,
    ExchangeFailed,
    LoginUnknown,
    NoPage,
    NotConfigured,
    NotJoined,
    PagesFailed,
    RequestFailed,
)
from lahmadaemon.social.settings import SocialSettings
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.store.creators import Creator, CreatorStore
from lahmadaemon.social.store.logins import LASTING, LoginStore
from lahmadaemon.social.store.sealing import Sealing
from lahmadaemon.social.tiktok import oauth as tiktok
from lahmadaemon.social.tiktok.tokens import TikTokTokens
from lahmadaemon.store.database import Store

log = structlog.get_logger()

T = TypeVar("T")
Whom = int | str
"""A creator's number in the Creators app, or their e-mail."""


@dataclass(frozen=True)
class Begun:
    """Where a creator's browser is to go, before `expires_at`."""

    url: str
    expires_at: Instant


@dataclass(frozen=True)
class Outcome:
    """How a login ended. `trouble` None: they have joined; `back`: where they wanted to be sent, as they said it."""

    trouble: NotJoined | None
    creator_id: int | None = None
    back: str | None = None


class Joining:
    """Every way in and out. `graph`, `tokens`: None where that provider is not configured."""

    def __init__(
        self, store: Store, vault: Sealing, settings: SocialSettings, clock: Clock, *,
        graph: Graph | None, tokens: TikTokTokens | None,
    ) -> None:  # fmt: skip
        self.on_joined: list[Callable[[], None]] = []
        """Called when somebody has joined; must be quick."""
        self._settings = settings
        self._clock = clock
        self._graph, self._tokens = graph, tokens
        self._creators = CreatorStore(store)
        self._connections = ConnectionStore(store, vault)
        self._logins = LoginStore(store, vault)
        self._leaving = Leaving(store, self._connections, self._creators, graph, tokens)

    async def meta_token(self, whom: Whom, short: SecretStr, user_id: str, scopes: frozenset[str]) -> Connection:
        """With a short-lived token that somebody's own login gave. `user_id`, `scopes`: believed where Meta tells none.

        Raises CreatorUnknown, NotConfigured, ExchangeFailed, PagesFailed, NoPage.
        """
        creator = await self._creator(whom)
        return await self._meta(creator.id, self._of_meta(), short, user_id, scopes)

    async def meta_code(
        self, whom: Whom, code: str, redirect_uri: str, verifier: SecretStr | None = None
    ) -> Connection:
        """With a code of Meta's dialog. Raises CodeRefused, and as `meta_token`."""
        creator, graph = await self._creator(whom), self._of_meta()
        try:
            short = await meta.code_exchange(graph, code, redirect_uri, verifier)
        except GraphRefused as refusal:
            raise CodeRefused("Meta does not take the code", refusal.trouble.reason) from None
        except (UpstreamError, HopelessError) as trouble:
            raise ExchangeFailed(str(trouble), passing=isinstance(trouble, UpstreamError)) from None
        return await self._meta(creator.id, graph, short.token, None, frozenset())

    async def tiktok_code(
        self, whom: Whom, code: str, redirect_uri: str, verifier: SecretStr | None = None
    ) -> Connection:
        """With a code of TikTok's, as it stands in an address. Raises CreatorUnknown, NotConfigured, CodeRefused, RequestFailed."""
        creator = await self._creator(whom)
        if self._tokens is None:
            raise NotConfigured("LAHMA_SOCIAL__TIKTOK__CLIENT_KEY and …__CLIENT_SECRET are not set")
        try:
            made = await self._tokens.connect(creator.id, code, redirect_uri, verifier)
        except UpstreamError as trouble:
            raise RequestFailed(str(trouble), passing=True) from None
        except (Refused, HopelessError) as refusal:  # both begin "TikTok says" and its word
            word = str(refusal).removeprefix("TikTok says ").partition(":")[0]
            raise CodeRefused("TikTok does not take the code", word) from None
        self._tell()
        return made

    async def start(self, provider: Provider, creator_id: int, back: str | None = None) -> Begun:
        """Send a creator to log in. `back`: where to send them afterwards; whether they may go there is the caller's affair.

        Raises CreatorUnknown, NotConfigured.
        """
        creator = await self._creator(creator_id)
        redirect_uri = self._callback(provider)
        if provider is Provider.META:
            self._of_meta()
        elif self._tokens is None:
            raise NotConfigured("LAHMA_SOCIAL__TIKTOK__CLIENT_KEY and …__CLIENT_SECRET are not set")
        verifier, now = SecretStr(secrets.token_urlsafe(64)), self._clock.now()
        state = await self._logins.begin_login(provider, creator.id, now, verifier=verifier, back=back)
        if provider is Provider.TIKTOK:
            url = tiktok.address(self._settings.tiktok, redirect_uri, state, verifier)
        else:
            challenge = _challenge(verifier)
            url = meta.login_address(self._settings.meta, redirect_uri, state.get_secret_value(), challenge)
        return Begun(url, Instant(now + LASTING))

    async def finish(self, provider: Provider, state: str, code: str | None, error: str | None) -> Outcome:
        """A creator is back. `error`: the provider's word, where there is no code."""
        try:
            login = await self._logins.finish_login(provider, state, self._clock.now())
        except HopelessError:  # the house's key is another since they left
            login = None
        if login is None:
            return Outcome(LoginUnknown("nobody is expected with that state"))
        try:
            await self._came(provider, login.creator_id, code, error, login.verifier)
        except NotJoined as trouble:
            log.info(
                "social.creator_not_connected", creator=login.creator_id, provider=provider.value, reason=trouble.reason,
                error=str(trouble),
            )  # fmt: skip
            return Outcome(trouble, login.creator_id, login.back)
        return Outcome(None, login.creator_id, login.back)

    async def leave(self, creator_id: int, provider: Provider | None = None) -> list[Left]:
        """As `Leaving.leave`."""
        return await self._leaving.leave(creator_id, provider)

    async def forget(self, creator_id: int) -> list[Left]:
        """As `Leaving.forget`."""
        return await self._leaving.forget(creator_id)

    async def _came(
        self, provider: Provider, creator_id: int, code: str | None, error: str | None, verifier: SecretStr | None
    ) -> None:
        if error == "access_denied":
            raise Declined("the creator said no")
        if not code:
            raise RequestFailed("the provider sent the creator back without a code")
        connect = self.tiktok_code if provider is Provider.TIKTOK else self.meta_code
        await connect(creator_id, code, self._callback(provider), verifier)

    async def _creator(self, whom: Whom) -> Creator:
        found = await (self._creators.by_id(whom) if isinstance(whom, int) else self._creators.by_email(whom))
        if found is None or not found.here:
            raise CreatorUnknown("the Creators app names no such creator")
        return found

    def _of_meta(self) -> Graph:
        if self._graph is None or self._graph.app_token is None:
            raise NotConfigured("LAHMA_SOCIAL__META__APP_ID and …__APP_SECRET are not set")
        return self._graph

    def _callback(self, provider: Provider) -> str:
        if self._settings.public_url is None:
            raise NotConfigured("LAHMA_SOCIAL__PUBLIC_URL is not set")
        return f"{self._settings.public_url}/connect/{provider.value}/callback"

    async def _meta(
        self, creator_id: int, graph: Graph, short: SecretStr, user_id: str | None, scopes: frozenset[str]
    ) -> Connection:
        """A short token becomes a connection."""
        now = self._clock.now()
        long = await _or(ExchangeFailed, meta.exchange(graph, short))
        pages = await _or(PagesFailed, meta.accounts(graph, long.token))
        if not pages:
            raise NoPage("the creator has no Facebook page, or does not let us see any")
        said = await self._debugged(graph, long.token)
        if said and said.problem:
            raise ExchangeFailed(f"Meta calls the token it gave dead: {said.problem}")
        user = (said.user_id if said else None) or user_id
        if user is None:
            raise RequestFailed("Meta did not say whose token it is", passing=True)
        made = Connection(
            creator_id=creator_id, provider=Provider.META, user_id=user, access=long.token, issued_at=now,
            access_until=said.until if said and said.until else long.until(now),
            data_access_until=said.data_access_until if said else None,
            scopes=said.scopes if said else scopes, state_since=now,
        )  # fmt: skip
        await self._connections.connect(made, meta.collectable(creator_id, pages))
        log.info("social.creator_connected", creator=creator_id, provider="meta", scopes=sorted(made.scopes))
        self._tell()
        return made

    def _tell(self) -> None:
        for tell in self.on_joined:
            tell()

    async def _debugged(self, graph: Graph, token: SecretStr) -> Debugged | None:
        """None where Meta does not say: it is asked again within a day."""
        try:
            return await meta.debug(graph, token)
        except (Refused, UpstreamError, HopelessError) as trouble:
            log.info("social.token_not_looked_at", provider="meta", error=str(trouble))
            return None


async def _or(kind: type[NotJoined], asking: Awaitable[T]) -> T:
    """What Meta answers; where it does not, that is told as this kind of trouble."""
    try:
        return await asking
    except UpstreamError as trouble:
        raise kind(str(trouble), passing=True) from None
    except (Refused, HopelessError) as refusal:
        raise kind(str(refusal)) from None


def _challenge(verifier: SecretStr) -> str:
    """S256 (RFC 7636, 4.2), as Meta's documentation of PKCE has it, too."""
    digest = hashlib.sha256(verifier.get_secret_value().encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
