"""TikTok's token endpoint: a form goes there, tokens come back, or why not."""

import hashlib
import re
from typing import NoReturn
from urllib.parse import unquote, urlencode

import httpx
import structlog
from pydantic import SecretStr

from lahmadaemon.clock import SECOND, Clock, Instant
from lahmadaemon.errors import ConfigurationError, HopelessError, Refused, UpstreamError
from lahmadaemon.http import Answer, post
from lahmadaemon.social.limits import Bucket
from lahmadaemon.social.settings import TikTokSettings
from lahmadaemon.social.tiktok import fields, payload
from lahmadaemon.social.tiktok.errors import UNREADABLE, OAuthTrouble, TokenTold, judge_token
from lahmadaemon.social.tiktok.payload import Grant

log = structlog.get_logger()

DEADLINE = 12.0
"""Seconds. Long, since an answer that is not waited for is lost; shorter than the house takes to stop."""
LARGEST_ANSWER = 64 * 1024
REFUSED, SETTINGS = "refused", "tiktok_settings"
NOT_SENT = frozenset({"unreachable", "certificate", REFUSED})
"""Outcomes after which the request has surely changed nothing over there."""


class OAuth:
    """One request at a time is the caller's affair."""

    def __init__(self, settings: TikTokSettings, client: httpx.AsyncClient, clock: Clock) -> None:
        """Raises ConfigurationError where the app's key or secret is missing."""
        if not settings.client_key or not settings.client_secret:
            raise ConfigurationError("LAHMA_SOCIAL__TIKTOK__CLIENT_KEY and …__CLIENT_SECRET go together: set both")
        self._url = settings.url
        self._client = client
        self._app = {"client_key": settings.client_key, "client_secret": settings.client_secret.get_secret_value()}
        self._bucket = Bucket(clock, settings.per_second)

    async def turn(self) -> None:
        """Wait until a request may be sent, before anything that must not be interrupted."""
        await self._bucket.take()

    async def exchange(self, code: str, redirect_uri: str, verifier: SecretStr | None) -> Grant:
        """A code for tokens. Raises Refused where the code is no good (used, too old, another redirect_uri)."""
        form = {"grant_type": "authorization_code", "code": unquote(code), "redirect_uri": redirect_uri}
        if verifier is not None:
            form["code_verifier"] = verifier.get_secret_value()
        granted = await self._granted(form)
        if not granted.open_id:
            raise UpstreamError("TikTok gave tokens and did not say whose", outcome="invalid")
        return granted

    async def refresh(self, token: SecretStr) -> Grant:
        """A refresh token for a new pair. Raises Refused where the token is dead, UpstreamError with an outcome of
        `NOT_SENT` or another one (it may have been done), HopelessError where the settings are wrong."""
        return await self._granted({"grant_type": "refresh_token", "refresh_token": token.get_secret_value()})

    async def revoke(self, token: SecretStr) -> None:
        """The creator's consent ends; one that has ended already is as good."""
        answer, told = await self._posted("oauth/revoke/", {"token": token.get_secret_value()})
        done = told.trouble in {None, OAuthTrouble.DEAD} or (told.code == UNREADABLE and answer.status == 200)
        if not done:
            self._refuse("oauth/revoke", told, answer.retry_after)

    async def _granted(self, form: dict[str, str]) -> Grant:
        answer, told = await self._posted("oauth/token/", form)
        if told.trouble:
            self._refuse("oauth/token", told, answer.retry_after)
        if (granted := payload.grant(told.content)) is None:
            raise UpstreamError("TikTok's answer has no tokens in it", outcome="invalid")
        return granted

    async def _posted(self, path: str, form: dict[str, str]) -> tuple[Answer, TokenTold]:
        answer = await post(
            self._client,
            f"{self._url}/{path}",
            headers={"Content-Type": "application/x-www-form-urlencoded", "Cache-Control": "no-cache"},
            content=urlencode(self._app | form).encode(),
            deadline=DEADLINE,
            limit=LARGEST_ANSWER,
            connect=DEADLINE,
        )
        return answer, judge_token(answer.status, answer.body)

    def _refuse(self, endpoint: str, told: TokenTold, retry_after: float | None) -> NoReturn:
        log.info("social.request_refused", platform="tiktok", endpoint=endpoint, code=told.code, log_id=told.log_id)
        match told.trouble:
            case OAuthTrouble.DEAD:
                raise Refused(f"TikTok says {told.code}")
            case OAuthTrouble.SETTINGS:
                raise HopelessError(
                    f"TikTok says {told.code}: look at LAHMA_SOCIAL__TIKTOK__CLIENT_KEY and __CLIENT_SECRET",
                    outcome=SETTINGS,
                )
            case OAuthTrouble.NOTHING_DONE:
                raise UpstreamError(f"TikTok says {told.code}", retry_after=retry_after, outcome=REFUSED)
        raise UpstreamError(f"TikTok says {told.code}", retry_after=retry_after, outcome="unanswered")


def address(settings: TikTokSettings, redirect_uri: str, state: SecretStr, verifier: SecretStr | None = None) -> str:
    """Where a creator's browser is sent to log in. TikTok's S256 is the hash in hexadecimal, not RFC 7636's base64."""
    query = {
        "client_key": settings.client_key or "", "response_type": "code", "scope": ",".join(fields.SCOPES),
        "redirect_uri": redirect_uri, "state": state.get_secret_value(),
    }  # fmt: skip
    if verifier is not None:
        digest = hashlib.sha256(verifier.get_secret_value().encode()).hexdigest()
        query |= {"code_challenge": digest, "code_challenge_method": "S256"}
    return f"{re.sub('/+$', '', settings.authorize_url)}/?{urlencode(query)}"


def until(now: Instant, seconds: int | None) -> Instant | None:
    """The end of a life told in seconds."""
    return None if seconds is None else Instant(now + seconds * SECOND)
