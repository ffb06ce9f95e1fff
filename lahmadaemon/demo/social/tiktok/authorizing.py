"""The page on which a creator lets the app in, and the codes it gives out (TikTok's documentation of Login Kit)."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import count
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from lahmadaemon.clock import MINUTE, Clock, Instant
from lahmadaemon.demo.social.tiktok.answers import RefusedError
from lahmadaemon.demo.social.tiktok.tokens import SCOPES
from lahmadaemon.demo.social.world import World

CODE_LIFE = 10 * MINUTE
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
OFFERED = 50
"""Creators to choose from on the page."""


@dataclass(frozen=True)
class Consent:
    """What a code stands for. `redirect_uri`: where it was sent, None: any will do; `challenge`: of PKCE, None: without."""

    creator_id: int
    scopes: tuple[str, ...]
    redirect_uri: str | None
    challenge: str | None
    until: Instant


class Authorizing:
    """`visitor`: who sits at the browser and agrees at once, to `grants` of what is asked (None: to all of it), unless they
    refuse; None: a page asks who it is."""

    def __init__(self, world: World, clock: Clock, client_key: str) -> None:
        self.visitor: int | None = None
        self.grants: frozenset[str] | None = None
        self.refuses = False
        self._world, self._clock, self._client_key = world, clock, client_key
        self._codes: dict[str, Consent] = {}
        self._serial = count(1)

    def code(
        self, creator_id: int, scopes: Iterable[str], redirect_uri: str | None = None, challenge: str | None = None
    ) -> str:
        """A new code. It has signs in it that are written otherwise in an address, as TikTok's codes have."""
        code = f"example{creator_id}code{next(self._serial):04}*1!4907.e1"
        until = Instant(self._clock.now() + CODE_LIFE)
        self._codes[code] = Consent(creator_id, tuple(scopes), redirect_uri, challenge, until)
        return code

    def redeem(self, form: Mapping[str, str]) -> Consent:
        """For the token endpoint; a code is good once. Raises RefusedError."""
        consent = self._codes.get(form["code"])
        if consent is None or consent.until <= self._clock.now():
            raise RefusedError("invalid_grant", "The code is not valid any more.")
        if consent.redirect_uri not in (None, form["redirect_uri"]):
            raise RefusedError("invalid_grant", "The redirect_uri is not the one the code was sent to.")
        if consent.challenge is not None and not _verifies(form.get("code_verifier", ""), consent.challenge):
            raise RefusedError("invalid_request", "Code verifier or code challenge is invalid.")
        return self._codes.pop(form["code"])

    async def page(self, request: Request) -> Response:
        """Back to the app at once, or a page to choose on."""
        asked = dict(request.query_params)
        if wrong := self._wrong(asked):
            return HTMLResponse(f"<p>We couldn't log in with TikTok. To be corrected by the app: {wrong}</p>", 400)
        chosen = asked.get("visitor") or ("nobody" if self.refuses else self.visitor)
        if chosen is None:
            return HTMLResponse(self._offer(request))
        if chosen == "nobody":
            told = {"error": "access_denied", "error_description": "The user said no.", "state": asked["state"]}
        else:
            scopes = tuple(s for s in asked["scope"].split(",") if self.grants is None or s in self.grants)
            code = self.code(int(chosen), scopes, asked["redirect_uri"], asked.get("code_challenge"))
            told = {"code": code, "scopes": ",".join(scopes), "state": asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(told)}", 302)

    def _wrong(self, asked: Mapping[str, str]) -> str | None:
        """The first parameter that is missing or wrong."""
        visitor = asked.get("visitor", "nobody")
        right = {
            "client_key": asked.get("client_key") == self._client_key,
            "response_type": asked.get("response_type") == "code",
            "scope": set(asked.get("scope", "").split(",")) <= set(SCOPES),
            "redirect_uri": _is_redirect(asked.get("redirect_uri", "")),
            "state": bool(asked.get("state")),
            "code_challenge": ("code_challenge" in asked) == ("code_challenge_method" in asked),
            "code_challenge_method": asked.get("code_challenge_method", "S256") == "S256",
            "visitor": visitor == "nobody" or (visitor.isdecimal() and int(visitor) in self._world.creators),
        }
        return next((name for name, is_right in right.items() if not is_right), None)

    def _offer(self, request: Request) -> str:
        query = request.url.query
        people = [(str(who.id), f"{who.name} (@{who.handle})") for who in self._world.creators.values()][:OFFERED]
        links = "".join(
            f'<li><a href="?{escape(query)}&amp;visitor={who}">{escape(name)}</a></li>'
            for who, name in [*people, ("nobody", "Cancel")]
        )
        return f"<!doctype html><title>TikTok (stand-in)</title><p>Continue as</p><ul>{links}</ul>"


def _is_redirect(uri: str) -> bool:
    """Absolute and static; without TLS only to the machine the browser runs on."""
    parts = urlsplit(uri)
    local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1") and parts.port is not None
    plain = not parts.query and not parts.fragment and len(uri) < 512
    return plain and bool(parts.hostname) and (parts.scheme == "https" or local)


def _verifies(verifier: str, challenge: str) -> bool:
    """TikTok's own form of S256: the hash in hexadecimal, where RFC 7636 has base64url."""
    return bool(VERIFIER.fullmatch(verifier)) and hashlib.sha256(verifier.encode()).hexdigest() == challenge
