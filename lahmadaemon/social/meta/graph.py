"""The Graph API on the wire: single requests with the token in a header, batches in which each request has its own."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

import httpx
from pydantic import SecretStr

from lahmadaemon.http import Answer, fetch, post
from lahmadaemon.social.settings import MetaSettings
from lahmadaemon.social.walk import Ask

DEADLINE = 30.0
LARGEST, LARGEST_BATCH = 8 * 1024 * 1024, 64 * 1024 * 1024
"""Bytes. A page of a hundred posts with long captions is well below one MiB."""
_FORM = "application/x-www-form-urlencoded"


class Graph:
    """One version of it, as one app."""

    def __init__(self, settings: MetaSettings, client: httpx.AsyncClient, *, deadline: float = DEADLINE) -> None:
        self.app_id, self.app_secret = settings.app_id, settings.app_secret
        self._root = f"{settings.url}/{settings.version}"
        self._client = client
        self._deadline = deadline

    @property
    def app_token(self) -> SecretStr | None:
        """Speaks for the app itself; None without its secret."""
        if not self.app_id or self.app_secret is None:
            return None
        return SecretStr(f"{self.app_id}|{self.app_secret.get_secret_value()}")

    async def get(self, path: str, query: Mapping[str, str], token: SecretStr | None) -> Answer:
        """Raises UpstreamError where there is no answer."""
        headers = {} if token is None else {"Authorization": f"Bearer {token.get_secret_value()}"}
        url = f"{self._root}/{_relative(path, {**query, **self._proof(token)})}"
        return await fetch(self._client, url, headers=headers, deadline=self._deadline, limit=LARGEST)

    async def form(self, path: str, fields: Mapping[str, str]) -> Answer:
        """POST what must not stand in an address: secrets that no header takes. As `get`."""
        return await post(
            self._client, f"{self._root}/{path}", headers={"Content-Type": _FORM}, content=urlencode(fields).encode(),
            deadline=self._deadline, limit=LARGEST,
        )  # fmt: skip

    async def batch(self, asks: Sequence[tuple[Ask, SecretStr]], outer: SecretStr) -> Answer:
        """Several at once, each with its own token; `outer` is what Meta wants for the batch itself. As `get`."""
        operations = [
            {"method": ask.method, "relative_url": _relative(ask.path, {**ask.query, **self._own(token)})}
            for ask, token in asks
        ]
        form = {"batch": json.dumps(operations), "include_headers": "true", **self._proof(outer)}
        headers = {"Authorization": f"Bearer {outer.get_secret_value()}", "Content-Type": _FORM}
        return await post(
            self._client, f"{self._root}/", headers=headers, content=urlencode(form).encode(),
            deadline=self._deadline, limit=LARGEST_BATCH,
        )  # fmt: skip

    def _own(self, token: SecretStr) -> dict[str, str]:
        return {"access_token": token.get_secret_value(), **self._proof(token)}

    def _proof(self, token: SecretStr | None) -> dict[str, str]:
        """That whoever uses the token knows the app's secret: HMAC-SHA256 of the one under the other (Graph API reference)."""
        if token is None or self.app_secret is None:
            return {}
        digest = hmac.new(
            self.app_secret.get_secret_value().encode(), token.get_secret_value().encode(), hashlib.sha256
        )
        return {"appsecret_proof": digest.hexdigest()}


def _relative(path: str, query: Mapping[str, str]) -> str:
    return f"{quote(path, safe='/')}?{urlencode(query)}" if query else quote(path, safe="/")
