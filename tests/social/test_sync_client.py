"""How the Creators app is asked, over real HTTP, and what is made of answers that are none."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from lahmadaemon.demo.social.creators_app import CreatorsApp as StandIn
from lahmadaemon.demo.social.creators_app import Trouble
from lahmadaemon.demo.social.world import World
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.http import open_client
from lahmadaemon.social.creators_app.client import LONGEST_LIST, CreatorsApp, in_parts, listed
from lahmadaemon.social.creators_app.payload import WrongShapeError
from lahmadaemon.social.settings import CreatorsAppSettings
from tests.samples import sample


@dataclass
class Other:
    """Gives one answer to everything, and remembers what it was asked."""

    answer: Response
    asked: list[str] = field(default_factory=list)
    authorizations: list[str | None] = field(default_factory=list)

    async def __call__(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        request = Request(scope)
        query = scope["query_string"].decode()
        self.asked.append(f"{request.method} {scope['raw_path'].decode()}" + (f"?{query}" if query else ""))
        self.authorizations.append(request.headers.get("authorization"))
        await self.answer(scope, receive, send)


@asynccontextmanager
async def asking(
    other: Other, token: str | None = None, deadline: float = 5.0
) -> AsyncIterator[CreatorsApp]:  # fmt: skip
    async with standing_in(other) as url, open_client() as client:
        settings = CreatorsAppSettings(url=f"{url}/", token=SecretStr(token) if token else None)
        yield CreatorsApp(settings, client, deadline=deadline)


def answering(content: bytes, status: int = 200, **headers: str) -> Other:
    return Other(Response(content, status, headers))


async def test_creators_and_campaigns_are_asked_for_at_their_paths() -> None:
    creators = answering(sample("social/creators_app/creators.json"))
    campaigns = answering(sample("social/creators_app/campaigns.json"))

    async with asking(creators) as app:
        assert len((await app.creators()).good) == 6
    async with asking(campaigns) as app:
        assert len((await app.campaigns()).good) == 17

    assert creators.asked == ["GET /api-influencers/creators/"]
    assert campaigns.asked == ["GET /api-influencers/campaigns/"]
    assert creators.authorizations == [None]


async def test_campaign_ids_travel_as_a_python_list_percent_encoded_but_for_its_commas() -> None:
    other = answering(sample("social/creators_app/involved.json"))

    async with asking(other) as app:
        rows = await app.involved([1, 2, 3])

    assert other.asked == ["GET /api-influencers/involved?campaign-ids=%5B1,%202,%203%5D"]
    assert [row.campaign_id for row in rows.good] == [101, 102, 108, 109, 999]


async def test_a_token_travels_in_a_header_and_is_in_no_address() -> None:
    other = answering(b"[]")

    async with asking(other, token="made-up-token") as app:
        await app.involved([7])

    assert other.authorizations == ["Bearer made-up-token"]
    assert "made-up-token" not in other.asked[0]


@pytest.mark.parametrize("status", [401, 403])
async def test_who_is_not_let_in_hears_which_setting_to_change(status: int) -> None:
    async with asking(answering(b"{}", status), token="made-up-token") as app:
        with pytest.raises(HopelessError, match="LAHMA_SOCIAL__CREATORS__TOKEN") as caught:
            await app.creators()

    assert "made-up-token" not in str(caught.value)


@pytest.mark.parametrize(
    ("other", "outcome"),
    [
        (answering(sample("social/creators_app/creators_502.html"), 502), "server_error"),
        (answering(b"", 500), "server_error"),
        (answering(b"", 404), "invalid"),
        (answering(b"", 302, location="https://login.example"), "invalid"),
        (answering(b"slow down", 429), "rate_limited"),
        (answering(b"\n<!doctype html><html></html>", 200), "invalid"),
        (answering(sample("social/creators_app/creators_wrong_shape.json")), "wrong_shape"),
        (answering(b" " * (16 * 1024 * 1024 + 1)), "invalid"),
    ],
    ids=["502", "500", "404", "redirect", "429", "web page", "wrong shape", "too large"],
)
async def test_what_is_no_answer_is_trouble_that_may_pass(other: Other, outcome: str) -> None:
    async with asking(other) as app:
        with pytest.raises(UpstreamError) as caught:
            await app.creators()

    assert caught.value.outcome == outcome
    assert len(other.asked) == 1, "a redirect is not followed"


async def test_a_wrong_shape_says_who_answered_so() -> None:
    async with asking(answering(b'{"detail": "Not now."}')) as app:
        with pytest.raises(WrongShapeError, match=r"/api-influencers/campaigns/ answered something else .*'campaigns'"):
            await app.campaigns()


async def test_the_wait_that_it_asks_for_is_passed_on() -> None:
    async with asking(answering(b"", 503, **{"retry-after": "120"})) as app:
        with pytest.raises(UpstreamError) as caught:
            await app.creators()

    assert caught.value.retry_after == 120


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [(Trouble.HANGS, "timeout"), (Trouble.DRIPS, "timeout"), (Trouble.CUT_SHORT, "invalid"), (Trouble.PAGE, "invalid")],
)
async def test_an_answer_that_does_not_come_whole_and_in_time_is_trouble_that_may_pass(
    trouble: Trouble, outcome: str
) -> None:
    other = StandIn(World({}, {}, {}))
    other.troubles["creators"] = trouble
    async with standing_in(other) as url, open_client() as client:
        deadline = 0.5 if outcome == "timeout" else 60.0
        app = CreatorsApp(CreatorsAppSettings(url=url), client, deadline=deadline)
        with pytest.raises(UpstreamError) as caught:
            await app.creators()

    assert caught.value.outcome == outcome


async def test_nobody_there_is_trouble_that_may_pass() -> None:
    async with httpx.AsyncClient(verify=False) as client:
        app = CreatorsApp(CreatorsAppSettings(url="http://127.0.0.1:9"), client)
        with pytest.raises(UpstreamError, match="unreachable"):
            await app.creators()


def test_a_list_too_long_for_an_address_is_asked_in_parts() -> None:
    ids = list(range(100_000, 101_000))

    parts = list(in_parts(ids))

    assert len(parts) > 1
    assert [number for part in parts for number in part] == ids
    assert all(len(listed(part)) <= LONGEST_LIST for part in parts)


@given(st.lists(st.integers(10**17, 2**63 - 1), max_size=150))
def test_every_campaign_is_asked_for_exactly_once_and_never_none_of_them(ids: list[int]) -> None:
    parts = list(in_parts(ids))

    assert [number for part in parts for number in part] == ids
    assert all(parts)
