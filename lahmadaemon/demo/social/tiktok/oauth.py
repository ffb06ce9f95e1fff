"""The token endpoints: codes and refresh tokens become pairs, and a revoked token's creator is disconnected."""

from typing import Any
from urllib.parse import parse_qsl

from lahmadaemon.demo.social.tiktok.answers import RefusedError
from lahmadaemon.demo.social.tiktok.authorizing import Authorizing
from lahmadaemon.demo.social.tiktok.display import Asked
from lahmadaemon.demo.social.tiktok.tokens import Pair, Tokens
from lahmadaemon.demo.social.world import World


class OAuth:
    """Raises RefusedError where TikTok would refuse."""

    def __init__(
        self, world: World, tokens: Tokens, authorizing: Authorizing, client_key: str, client_secret: str
    ) -> None:
        self._world, self._tokens, self._authorizing = world, tokens, authorizing
        self._client = {"client_key": client_key, "client_secret": client_secret}

    def token(self, asked: Asked) -> dict[str, Any]:
        form = self._form(asked)
        match form.get("grant_type"):
            case "authorization_code":
                _need(form, "code", "redirect_uri")
                consent = self._authorizing.redeem(form)
                return self._tokens.told(self.connect(consent.creator_id, consent.scopes))
            case "refresh_token":
                _need(form, "refresh_token")
                pair = self._tokens.refresh(form["refresh_token"])
                if pair is None:
                    raise RefusedError("invalid_grant", "The refresh token is not valid any more.")
                return self._tokens.told(pair)
        raise RefusedError("unsupported_grant_type", "There is no such grant_type here.")

    def revoke(self, asked: Asked) -> dict[str, Any]:
        """Takes an access token that lives, and gives an empty object."""
        form = self._form(asked)
        _need(form, "token")
        pair = self._tokens.bearer(form["token"])
        if pair is None:
            raise RefusedError("invalid_grant", "The access token is not valid any more.")
        self._tokens.kill(pair.creator_id)
        return {}

    def connect(self, creator_id: int, scopes: tuple[str, ...]) -> Pair:
        """A new pair; what the creator gave before is over."""
        self._tokens.kill(creator_id)
        return self._tokens.issue(creator_id, self._world.creators[creator_id].open_id, scopes)

    def _form(self, asked: Asked) -> dict[str, str]:
        if asked.query or asked.content_type.partition(";")[0].strip() != "application/x-www-form-urlencoded":
            raise RefusedError("invalid_request", "Parameters belong into the body, as a form.")
        form = form_of(asked)
        _need(form, "client_key", "client_secret")
        if any(form[name] != value for name, value in self._client.items()):
            raise RefusedError("invalid_client", "Client key or secret is wrong.")
        return form


def form_of(asked: Asked) -> dict[str, str]:
    return dict(parse_qsl(asked.body))


def _need(form: dict[str, str], *names: str) -> None:
    if missing := [name for name in names if name not in form]:
        raise RefusedError("invalid_request", f"{missing[0]} is missing.")
