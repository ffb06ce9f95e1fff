"""Creators who come and go through the window, against stand-ins of both platforms."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from lahmadaemon.clock import MINUTE, iso
from lahmadaemon.demo.social.graph import Trouble as MetaTrouble
from lahmadaemon.social.connections import Provider
from tests.fakes.clock import START
from tests.social.web.room import Room
from tests.social.web.world import Outside, outside

API = "/api/v1/social"
APP = "https://app.example"


@pytest.fixture
async def outside_(tmp_path: Path) -> AsyncIterator[Outside]:
    async with outside(tmp_path) as opened:
        opened.graph.visitor = opened.tiktok.visitor = 10
        yield opened


@pytest.fixture
async def agency(outside_: Outside) -> AsyncIterator[httpx.AsyncClient]:
    """Who shows the token; pages of the app may read answers."""
    async with outside_.room.visitor(origins=(APP,)) as client:
        yield client


async def come_back(outside_: Outside, url: str) -> httpx.Response:
    """A creator's browser goes where it is sent, and comes back to us: without any token."""
    async with httpx.AsyncClient(timeout=60) as browser:
        there = await browser.get(url)
    back = urlsplit(there.headers["location"])
    assert f"{back.scheme}://{back.netloc}" == "https://stats.example"
    async with outside_.room.visitor(shows=None, origins=(APP,)) as creator:
        return await creator.get(f"{back.path}?{back.query}")


@pytest.mark.parametrize("provider", Provider)
async def test_a_creator_connects_and_sees_a_page_that_loads_and_runs_nothing(
    outside_: Outside, agency: httpx.AsyncClient, provider: Provider
) -> None:
    begun = await agency.post(f"{API}/creators/10/connect/{provider}")
    page = await come_back(outside_, begun.json()["url"])

    assert (begun.status_code, begun.json()["expires_at"]) == (201, iso(START + 15 * MINUTE))
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert (page.headers["referrer-policy"], page.headers["cache-control"]) == ("no-referrer", "no-store")
    assert "connected" in page.text
    assert "<script" not in page.text
    assert "src=" not in page.text
    assert "href=" not in page.text
    assert [each.provider for each in await outside_.room.doors.connections.standings()] == [provider]


async def test_a_creator_is_sent_on_to_a_listed_origin_with_the_outcome(
    outside_: Outside, agency: httpx.AsyncClient
) -> None:
    url = (await agency.post(f"{API}/creators/10/connect/meta", json={"back": f"{APP}/done?x=1#top"})).json()["url"]
    back = await come_back(outside_, url)

    assert back.status_code == 303
    assert back.headers["location"] == f"{APP}/done?x=1&provider=meta&outcome=connected#top"


async def test_who_says_no_is_sent_on_too(outside_: Outside, agency: httpx.AsyncClient) -> None:
    outside_.graph.visitor = None
    url = (await agency.post(f"{API}/creators/10/connect/meta", json={"back": "https://stats.example/x"})).json()["url"]

    assert (await come_back(outside_, url)).headers[
        "location"
    ] == "https://stats.example/x?provider=meta&outcome=declined"


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example",
        "https://app.example@evil.example",
        "//app.example",
        "javascript:alert(1)",
        APP + ".evil.example",
    ],
)
async def test_nobody_is_sent_on_to_a_stranger_s_page(agency: httpx.AsyncClient, back: str) -> None:
    refused = await agency.post(f"{API}/creators/10/connect/meta", json={"back": back})

    assert (refused.status_code, refused.json()["error"]) == (422, "back_refused")


async def test_an_origin_that_is_not_listed_any_more_is_not_gone_to(
    outside_: Outside, agency: httpx.AsyncClient
) -> None:
    url = (await agency.post(f"{API}/creators/10/connect/meta", json={"back": APP})).json()["url"]
    async with httpx.AsyncClient(timeout=60) as browser:
        back = urlsplit((await browser.get(url)).headers["location"])
    async with outside_.room.visitor(shows=None) as creator:
        page = await creator.get(f"{back.path}?{back.query}")

    assert page.status_code == 200
    assert "location" not in page.headers


async def test_a_link_that_was_used_is_no_good(outside_: Outside, agency: httpx.AsyncClient) -> None:
    url = (await agency.post(f"{API}/creators/10/connect/meta")).json()["url"]
    state = parse_qs(urlsplit(url).query)["state"][0]
    await come_back(outside_, url)

    async with outside_.room.visitor(shows=None) as creator:
        page = await creator.get("/connect/meta/callback", params={"state": state, "code": "AQ"})

    assert page.status_code == 400
    assert "used already" in page.text


async def test_a_provider_that_does_not_answer_is_said_so(outside_: Outside, agency: httpx.AsyncClient) -> None:
    url = (await agency.post(f"{API}/creators/10/connect/meta")).json()["url"]
    async with httpx.AsyncClient(timeout=60) as browser:
        back = urlsplit((await browser.get(url)).headers["location"])
    outside_.graph.trouble(None, MetaTrouble.HTML)

    page = await agency.get(f"{back.path}?{back.query}")

    assert page.status_code == 502
    assert "try again later" in page.text


async def test_what_comes_in_the_address_is_never_shown(seeded: Room) -> None:
    async with seeded.visitor(shows=None) as stranger:
        script = "<script>alert(1)</script>"
        page = await stranger.get(
            "/connect/tiktok/callback",
            params={"state": script, "code": script, "error": script, "error_description": script},
        )

    assert page.status_code == 400
    assert "alert" not in page.text


async def test_a_creator_who_is_gone_and_missing_settings_are_told(seeded: Room, visitor: httpx.AsyncClient) -> None:
    gone = await visitor.post(f"{API}/creators/14/connect/meta")
    unset = await visitor.post(f"{API}/creators/11/connect/meta")

    assert (gone.status_code, gone.json()["error"]) == (409, "creator_gone")
    assert (unset.status_code, unset.json()["error"]) == (409, "not_configured")
    assert "LAHMA_SOCIAL__META__APP_ID" in unset.json()["detail"]
