"""Somebody who asks the stand-in for the Graph API, over real HTTP."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from lahmadaemon.demo.social.graph import Graph
from lahmadaemon.demo.social.world import Creator, World
from tests.fakes.clock import FakeClock

LIST = (
    "id,timestamp,media_type,media_product_type,caption,permalink,shortcode,media_url,thumbnail_url,like_count,"
    "comments_count,saved_count,shares_count,reposts_count,is_shared_to_feed,username,owner"
)
COMMON = "views,reach,likes,comments,shares,saved,total_interactions"


@dataclass
class House:
    """Creator 10's page token is at hand."""

    graph: Graph
    world: World
    clock: FakeClock
    http: httpx.AsyncClient
    token: str

    @property
    def creator(self) -> Creator:
        return self.world.creators[10]

    @property
    def ig(self) -> str:
        return self.creator.instagram_id

    async def get(self, path: str, token: str | None = None, **query: object) -> httpx.Response:
        sent = {name: str(value) for name, value in query.items()}
        return await self.http.get(f"/v23.0/{path}", params=sent, headers=bearer(token or self.token))

    async def batch(self, urls: Sequence[str], token: str | None = None, **form: str) -> httpx.Response:
        return await self.operations([{"method": "GET", "relative_url": url} for url in urls], token, **form)

    async def operations(self, what: object, token: str | None = None, **form: str) -> httpx.Response:
        sent = {"access_token": token or self.token, "batch": json.dumps(what), **form}
        return await self.http.post("/v23.0/", data=sent)

    async def media(self, **query: Any) -> Any:
        """A page of creator 10's media."""
        answer = await self.get(f"{self.ig}/media", **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def metrics(self, media_id: str, metric: str) -> dict[str, Any]:
        """Values by name."""
        answer = await self.get(f"{media_id}/insights", metric=metric)
        assert answer.status_code == 200, answer.text
        return {row["name"]: row["values"][0]["value"] for row in answer.json()["data"]}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def error_of(answer: httpx.Response) -> tuple[int, int | None, int | None]:
    """Status, code and sub-code, after a look at its form."""
    error = answer.json()["error"]
    assert answer.json().keys() == {"error"}
    assert {"message", "type", "fbtrace_id"} <= error.keys()
    return answer.status_code, error.get("code"), error.get("error_subcode")


def inner(row: Any) -> Any:
    """What an element of a batch's answer says."""
    return json.loads(row["body"])


def url(path: str, **query: str) -> str:
    return f"{path}?{urlencode(query)}"
