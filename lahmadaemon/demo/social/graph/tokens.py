"""Access tokens: short, long and page tokens, how long each lives and what ends it sooner."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from lahmadaemon.clock import DAY, HOUR, SECOND, Clock, Instant
from lahmadaemon.demo.social.graph.errors import GraphError, dead_token, unreadable_token
from lahmadaemon.demo.social.world import Creator, Page, World

SHORT = 2 * HOUR
LONG = 5_183_944 * SECOND
DATA_ACCESS = 90 * DAY
"""After the creator was last seen in the login dialog the app may see their data for so long, whatever its token says."""
SCOPES = frozenset({
    "instagram_basic", "instagram_manage_insights", "pages_show_list", "pages_read_engagement", "read_insights",
    "business_management",
})  # fmt: skip


@dataclass(frozen=True)
class Token:
    """One token. `page_id`: it is that page's; `expires_at` None: never. `number`: in the order they were issued."""

    text: str
    number: int
    creator_id: int
    page_id: str | None
    issued_at: Instant
    expires_at: Instant | None
    long: bool


class Tokens:
    """All that were issued. `granted`: what each creator lets the app do; nothing where they never met it."""

    def __init__(self, world: World, clock: Clock, app_id: str, app_secret: str) -> None:
        self.granted: dict[int, frozenset[str]] = {}
        self.last_login: dict[int, Instant] = {}
        self._world, self._clock = world, clock
        self._app_secret = app_secret
        self.app_token = f"{app_id}|{app_secret}"
        self._issued: dict[str, Token] = {}
        self._killed: dict[int, tuple[int, int | None]] = {}

    def log_in(self, creator_id: int, scopes: frozenset[str]) -> Token:
        """The short token of a creator who has just agreed; what they granted before stays granted."""
        self._world.creators[creator_id]  # raises KeyError for one who is not there
        self.granted[creator_id] = self.granted.get(creator_id, frozenset()) | scopes | {"public_profile"}
        self.last_login[creator_id] = self._clock.now()
        return self._issue(creator_id, None, Instant(self._clock.now() + SHORT), long=False)

    def prolong(self, token: Token, *, extends: bool) -> Token:
        """The long token for a user token; `extends`: a long one gets its sixty days anew."""
        ends = Instant(self._clock.now() + LONG)
        if token.long and not extends and token.expires_at is not None:
            ends = token.expires_at
        return self._issue(token.creator_id, None, ends, long=True)

    def page_token(self, token: Token, page: Page) -> str:
        """The same text whenever it is asked for with the same token. It lives as long as a short one, or for ever."""
        if token.page_id:
            return token.text
        text = self._text("EAAP", token.text, page.id)
        if text not in self._issued:
            ends = None if token.long else token.expires_at
            self._issue(token.creator_id, page.id, ends, long=token.long, text=text)
        return text

    def kill(self, creator_id: int, subcode: int | None) -> None:
        """Ends every token of the creator that was issued until now."""
        self._killed[creator_id] = (len(self._issued), subcode)

    def known(self, text: str) -> Token | None:
        return self._issued.get(text)

    def check(self, text: str) -> tuple[Token, Creator]:
        """Raises GraphError 190."""
        token = self._issued.get(text)
        creator = self._world.creators.get(token.creator_id) if token else None
        if token is None or creator is None:
            raise unreadable_token(text)
        if (trouble := self.trouble(token)) is not None:
            raise trouble
        return token, creator

    def trouble(self, token: Token) -> GraphError | None:
        """Why it is dead, if it is. Which code follows when data access has run out is not documented; ours is plain 190."""
        number, subcode = self._killed.get(token.creator_id, (0, None))
        now = self._clock.now()
        if token.number <= number:
            return dead_token(subcode)
        if token.expires_at is not None and token.expires_at <= now:
            return dead_token(463)
        return dead_token(None) if self.data_access_ends(token) <= now else None

    def data_access_ends(self, token: Token) -> Instant:
        return Instant(self.last_login[token.creator_id] + DATA_ACCESS)

    def revoke(self, creator_id: int, scope: str | None = None) -> None:
        """The creator takes one permission back, or, with None, all of them and the app's login."""
        if scope is None:
            self.granted.pop(creator_id, None)
            self.kill(creator_id, 458)
        else:
            self.granted[creator_id] = self.granted.get(creator_id, frozenset()) - {scope}

    def check_proof(self, token: str, query: Mapping[str, str], *, required: bool) -> None:
        """`appsecret_proof`: HMAC-SHA256 of the token under the app's secret, in hexadecimal. Raises GraphError 100."""
        proof = query.get("appsecret_proof")
        if proof is None:
            if required:
                raise GraphError("API calls from the server require an appsecret_proof argument", 100)
        elif not hmac.compare_digest(proof.encode(), self.proof_of(token).encode()):
            raise GraphError("Invalid appsecret_proof provided in the API argument", 100, kind="GraphMethodException")

    def proof_of(self, token: str) -> str:
        return hmac.new(self._app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()

    def _issue(
        self, creator_id: int, page_id: str | None, ends: Instant | None, *, long: bool, text: str = ""
    ) -> Token:  # fmt: skip
        number = len(self._issued) + 1
        text = text or self._text("EAAU", str(creator_id), str(number))
        token = Token(text, number, creator_id, page_id, self._clock.now(), ends, long)
        return self._issued.setdefault(text, token)

    def _text(self, *parts: str) -> str:
        digest = hashlib.sha256("/".join((*parts, self._app_secret)).encode()).hexdigest()
        return f"{parts[0]}standin{digest}"
