"""Connecting an account: a code or a short token becomes a long one, its pages are found, and what it may do is asked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr, ValidationError

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.errors import ConfigurationError, HopelessError, Refused, UpstreamError
from lahmadaemon.http import Answer
from lahmadaemon.social.connections import Account
from lahmadaemon.social.meta import payload
from lahmadaemon.social.meta.errors import Kind, Trouble, classify
from lahmadaemon.social.meta.graph import Graph
from lahmadaemon.social.meta.payload import Json
from lahmadaemon.social.meta.people import Debugged, MetaPage, debugged, meta_page
from lahmadaemon.social.settings import MetaSettings
from lahmadaemon.social.walk import Ask

SCOPES = ("instagram_basic", "instagram_manage_insights", "pages_show_list", "pages_read_engagement", "read_insights")
"""All that creators are asked to grant."""
SIXTY_DAYS = 5_184_000.0
"""Seconds a long token lives where Meta does not say."""
_PAGES = (
    "id,name,access_token,tasks,"
    "instagram_business_account{id,username,name,profile_picture_url,followers_count,media_count}"
)
_MOST = 100
_PASSING = {Kind.TRANSIENT, Kind.TOO_MUCH, Kind.THROTTLED_APP, Kind.THROTTLED_ACCOUNT, Kind.THROTTLED_TOKEN}
_NO_SUCH_APP = 101


class GraphRefused(Refused):
    """Meta said no, and will again; `trouble` says what to, without its words."""

    def __init__(self, what: str, trouble: Trouble) -> None:
        numbers = f"code {trouble.code}, sub-code {trouble.subcode}, trace {trouble.trace}"
        super().__init__(f"Meta refused {what}: {trouble.reason} ({numbers})")
        self.trouble = trouble


@dataclass(frozen=True)
class Granted:
    """A token, and for how many seconds it is good."""

    token: SecretStr
    lifetime: float | None

    def until(self, now: Instant) -> Instant | None:
        """When it ends; None: Meta did not say."""
        return None if self.lifetime is None else Instant(now + round(self.lifetime * SECOND))


def login_address(settings: MetaSettings, redirect_uri: str, state: str, challenge: str | None = None) -> str:
    """Where a creator's browser is sent. `challenge`: S256 of a PKCE verifier (RFC 7636)."""
    query = {
        "client_id": settings.app_id or "", "redirect_uri": redirect_uri, "state": state, "response_type": "code",
        "scope": ",".join(SCOPES),
    }  # fmt: skip
    if challenge is not None:
        query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
    return f"{settings.dialog_url}/{settings.version}/dialog/oauth?{urlencode(query)}"


async def code_exchange(graph: Graph, code: str, redirect_uri: str, verifier: SecretStr | None = None) -> Granted:
    """What the login dialog sent the creator back with, for a short token. As `exchange`."""
    more = {} if verifier is None else {"code_verifier": verifier.get_secret_value()}
    return await _granted(graph, {"code": code, "redirect_uri": redirect_uri, **more}, "the code", None)


async def exchange(graph: Graph, token: SecretStr) -> Granted:
    """A user token, short or long, for a long one.

    Raises GraphRefused (a Refused) where it is dead, UpstreamError for what passes, HopelessError where the app is refused.
    """
    form = {"grant_type": "fb_exchange_token", "fb_exchange_token": token.get_secret_value()}
    return await _granted(graph, form, "to exchange the token", SIXTY_DAYS)


async def _granted(graph: Graph, form: dict[str, str], what: str, usual: float | None) -> Granted:
    if not graph.app_id or graph.app_secret is None:
        raise ConfigurationError("LAHMA_SOCIAL__META__APP_ID and …__APP_SECRET go together: set both")
    app = {"client_id": graph.app_id, "client_secret": graph.app_secret.get_secret_value()}
    answer = await graph.form("oauth/access_token", {**app, **form})
    told = _good(answer, what, oauth=True)
    token = payload.clean(told.get("access_token"))
    if not token:
        raise UpstreamError("Meta exchanged a token and gave none", outcome="invalid")
    lifetime = payload.count(told.get("expires_in"))
    return Granted(SecretStr(token), float(lifetime) if lifetime else usual)


async def accounts(graph: Graph, token: SecretStr) -> tuple[MetaPage, ...]:
    """Every page the creator has a role at, with its own token and the Instagram account behind it, if there is one.

    Page tokens that come with a long user token have no end. Raises as `exchange`.
    """
    found: dict[str, MetaPage] = {}
    cursors: set[str] = set()
    query = {"fields": _PAGES, "limit": str(_MOST)}
    for _ in range(_MOST):
        told = _good(await graph.get("me/accounts", query, token), "the list of pages")
        if not isinstance(told.get("data"), list):
            raise UpstreamError("Meta's list of pages is none", outcome="invalid")
        listing = payload.listing(told)
        found |= {page.page_id: page for row in listing.rows if (page := meta_page(row))}
        if listing.after is None or listing.after in cursors:
            break
        cursors.add(listing.after)
        query["after"] = listing.after
    return tuple(found.values())


def collectable(creator_id: int, pages: Iterable[MetaPage]) -> list[Account]:
    """What can be collected with these pages' tokens: each page, and the Instagram accounts behind them."""
    return list(_collectable(creator_id, pages))


def _collectable(creator_id: int, pages: Iterable[MetaPage]) -> Iterator[Account]:
    for page in pages:
        yield page.as_account(creator_id)
        if page.instagram and page.token:
            yield page.instagram.as_account(creator_id, page)


async def debug(graph: Graph, token: SecretStr) -> Debugged:
    """What Meta says of a token: whether it is good, until when, and for what. Raises as `exchange`."""
    told = _good(
        await graph.get("debug_token", {"input_token": token.get_secret_value()}, _app(graph)), "to look at a token",
        as_app=True,
    )  # fmt: skip
    try:
        return debugged(told.get("data"), graph.app_id)
    except ValidationError:
        raise UpstreamError("Meta says nothing of the token", outcome="invalid") from None


async def revoke(graph: Graph, user_id: str, token: SecretStr) -> bool:
    """Give back everything the creator has granted; false where the token is dead, and nothing is left to give back.

    Within a batch, since only there a GET or a POST can delete. Raises as `exchange`.
    """
    answer = await graph.batch([(Ask("DELETE", f"{user_id}/permissions"), token)], graph.app_token or token)
    told = payload.document(answer.body)
    inner = payload.batch(told, 1)[0] if isinstance(told, list) else answer
    if inner is None:
        raise UpstreamError("Meta did not answer in time", outcome="unanswered")
    trouble = classify(inner.status, inner.body)
    if trouble and trouble.kind is Kind.TOKEN_DEAD and inner is not answer:
        return False
    _good(inner, "to give rights back")
    return True


def _app(graph: Graph) -> SecretStr:
    if (token := graph.app_token) is None:
        raise ConfigurationError("LAHMA_SOCIAL__META__APP_ID and …__APP_SECRET go together: set both")
    return token


def _good(answer: Answer, what: str, *, oauth: bool = False, as_app: bool = False) -> Json:
    """The answer's content. Code 1 of the token endpoint is a wrong secret, unless Meta is failing; `as_app`: only the app
    was asked about itself, so that a refusal is about it."""
    trouble = classify(answer.status, answer.body)
    if trouble is None:
        told: Any = payload.document(answer.body)
        return dict(told)
    wrong_secret = oauth and trouble.code == 1 and answer.status < 500
    passing = trouble.kind in _PASSING and not wrong_secret
    if wrong_secret or trouble.code == _NO_SUCH_APP or (as_app and not passing):
        raise HopelessError(
            f"Meta refuses the app itself (code {trouble.code}): check LAHMA_SOCIAL__META__APP_ID and …__APP_SECRET",
            outcome="meta_settings",
        )
    if passing:
        raise UpstreamError(
            f"Meta did not grant {what} for now: {trouble.reason} (code {trouble.code}, trace {trouble.trace})",
            retry_after=answer.retry_after, outcome=trouble.reason,
        )  # fmt: skip
    raise GraphRefused(what, trouble)
