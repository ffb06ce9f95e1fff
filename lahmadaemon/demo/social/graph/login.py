"""How an app comes by tokens: the login dialog, codes and their exchange, short for long, and what a token is."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response

from lahmadaemon.clock import MINUTE, SECOND, Clock, Instant
from lahmadaemon.demo.social.graph.errors import GraphError, bad_parameter
from lahmadaemon.demo.social.graph.switches import Switches
from lahmadaemon.demo.social.graph.tokens import SCOPES, Token, Tokens
from lahmadaemon.demo.social.world import World

CODE_LIVES = 10 * MINUTE


class _Code(NamedTuple):
    creator_id: int
    scopes: frozenset[str]
    redirect_uri: str
    challenge: str | None
    expires_at: Instant


class Login:
    """The dialog's half and the API's."""

    def __init__(
        self, world: World, clock: Clock, tokens: Tokens, switches: Switches, app_id: str, app_secret: str
    ) -> None:
        self._world, self._clock, self._tokens, self._switches = world, clock, tokens, switches
        self._app_id, self._app_secret = app_id, app_secret
        self._codes: dict[str, _Code | None] = {}

    def dialog(self, query: Mapping[str, str]) -> Response:
        """Back to the app at once, with a code or with what a creator's No looks like; a page where the app is wrong."""
        redirect_uri = query.get("redirect_uri", "")
        if query.get("client_id") != self._app_id or not redirect_uri:
            return HTMLResponse("<!DOCTYPE html><title>Error</title><p>Invalid App ID, or no redirect_uri.</p>", 400)
        if self._switches.visitor is None:
            back = {"error": "access_denied", "error_code": "200", "error_reason": "user_denied",
                    "error_description": "Permissions error"}  # fmt: skip
        else:
            back = {"code": self._code(self._switches.visitor, query, redirect_uri)}
        if "state" in query:
            back["state"] = query["state"]
        mark = "&" if "?" in redirect_uri else "?"
        return RedirectResponse(f"{redirect_uri}{mark}{urlencode(back)}#_=_", 302)

    def _code(self, creator_id: int, query: Mapping[str, str], redirect_uri: str) -> str:
        asked = frozenset(query.get("scope", "").replace(" ", ",").split(","))
        text = hashlib.sha256(f"{self._app_secret}/{creator_id}/{len(self._codes)}".encode()).hexdigest()
        self._codes[f"AQ{text}"] = _Code(
            creator_id, (asked & SCOPES) - self._switches.declines, redirect_uri, query.get("code_challenge"),
            Instant(self._clock.now() + CODE_LIVES),
        )  # fmt: skip
        return f"AQ{text}"

    def access_token(self, query: Mapping[str, str]) -> dict[str, object]:
        """`/oauth/access_token`: a code or a user token for a token. Raises GraphError."""
        if query.get("client_id") != self._app_id:
            raise GraphError("Error validating application. Cannot get application info due to a system error.", 101)
        if not hmac.compare_digest(query.get("client_secret", "").encode(), self._app_secret.encode()):
            raise GraphError("Error validating client secret.", 1)
        if query.get("grant_type", "authorization_code") == "authorization_code":
            return self._told(self._redeem(query))
        if query["grant_type"] != "fb_exchange_token":
            raise bad_parameter(f"Unsupported grant_type: {query['grant_type']}")
        token, _ = self._tokens.check(query.get("fb_exchange_token", ""))
        if token.page_id is not None:
            raise bad_parameter("A user access token is required")
        return self._told(self._tokens.prolong(token, extends=self._switches.extends_long))

    def _redeem(self, query: Mapping[str, str]) -> Token:
        """A code is good once, for ten minutes, with the redirect_uri and the challenge it was asked for with."""
        text = query.get("code", "")
        if text not in self._codes:
            raise GraphError("Invalid verification code format.", 100)
        code = self._codes[text]
        if code is None:
            raise GraphError("This authorization code has been used.", 100, 36009)
        if code.expires_at <= self._clock.now():
            raise GraphError("This authorization code has expired.", 100, 36007)
        if query.get("redirect_uri") != code.redirect_uri:
            raise GraphError("Error validating verification code. Please make sure your redirect_uri is identical to the"
                             " one you used in the OAuth dialog request", 100, 36008)  # fmt: skip
        if code.challenge is not None and _challenge(query.get("code_verifier", "")) != code.challenge:
            raise GraphError("Invalid code_verifier parameter", 100)
        self._codes[text] = None
        return self._tokens.log_in(code.creator_id, code.scopes)

    def _told(self, token: Token) -> dict[str, object]:
        told: dict[str, object] = {"access_token": token.text, "token_type": "bearer"}
        if token.expires_at is not None and (self._switches.tells_expiry or not token.long):
            told["expires_in"] = (token.expires_at - self._clock.now()) // SECOND
        return told

    def debug(self, asked_by: str, query: Mapping[str, str]) -> dict[str, object]:
        """`/debug_token`: what a token is, dead or alive. Raises GraphError 100 where it is not the app that asks."""
        if asked_by != self._tokens.app_token:
            raise bad_parameter("You must provide an app access token, or a user access token that is an owner or"
                                " developer of the app")  # fmt: skip
        token = self._tokens.known(query.get("input_token", ""))
        if token is None:
            error = {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"}
            return {"data": {"error": error, "is_valid": False, "scopes": []}}
        trouble = self._tokens.trouble(token)
        if trouble is not None:
            told = {"code": trouble.code, "subcode": trouble.subcode, "message": str(trouble)}
            error = {key: value for key, value in told.items() if value is not None}
            return {"data": {**self._known(token), "is_valid": False, **self._scopes(token), "error": error}}
        return {"data": {**self._known(token), "is_valid": True, **self._scopes(token)}}

    def _known(self, token: Token) -> dict[str, object]:
        creator = self._world.creators[token.creator_id]
        return {
            "app_id": self._app_id,
            "type": "PAGE" if token.page_id else "USER",
            "application": "Example App",
            "user_id": creator.facebook_id,
            **({"profile_id": token.page_id} if token.page_id else {}),
            "issued_at": token.issued_at // SECOND,
            "expires_at": 0 if token.expires_at is None else token.expires_at // SECOND,
            "data_access_expires_at": self._tokens.data_access_ends(token) // SECOND,
        }

    def _scopes(self, token: Token) -> dict[str, object]:
        """Those of Instagram name its accounts, those of pages the pages."""
        pages = self._world.creators[token.creator_id].pages
        targets = {"instagram_": [page.instagram_id for page in pages if page.instagram_id],
                   "pages_read": [page.id for page in pages]}  # fmt: skip
        scopes = sorted(self._tokens.granted.get(token.creator_id, frozenset()))
        granular: list[dict[str, object]] = []
        for scope in scopes:
            ids = next((ids for start, ids in targets.items() if scope.startswith(start)), [])
            granular.append({"scope": scope, "target_ids": ids} if ids else {"scope": scope})
        return {"scopes": scopes, "granular_scopes": granular}


def _challenge(verifier: str) -> str:
    """S256 of RFC 7636."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
