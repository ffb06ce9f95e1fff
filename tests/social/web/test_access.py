"""Who may look, from where, and how much they may bring."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.social.settings import LegacySettings
from lahmadaemon.web.house.doorkeeper import LARGEST_BODY
from lahmadaemon.web.origins import origin_of
from lahmadaemon.web.settings import WebSettings
from tests.fakes.window import window_app
from tests.social.web.room import SECRETS, TOKEN, Room, seeded_room

API = "/api/v1/social"
PLACES = {
    "campaign_id": "101", "creator_id": "11", "platform": "instagram", "platform_id": "17900000000000001",
    "provider": "meta", "run_id": "run-0",
}  # fmt: skip
OPEN = {"/health/live", "/health/ready", "/connect/{provider}/callback"}


def routes(opened: Room) -> list[tuple[str, str]]:
    """Method and path of everything of this room's in the document, and the document."""
    every = opened.app().openapi()["paths"]
    others = ("/api/v1/", "/pictures/", "/metrics")
    paths = {path: each for path, each in every.items() if path.startswith(API) or not path.startswith(others)}
    found = [(method.upper(), path) for path, operations in paths.items() for method in operations]
    return [*found, ("GET", "/openapi.json")]


async def test_without_the_token_nothing_is_told_but_to_creators_who_come_back(seeded: Room) -> None:
    async with seeded.visitor(shows=None) as stranger:
        refused = {
            (method, path): (await stranger.request(method, path.format(**PLACES))) for method, path in routes(seeded)
        }

    assert len(refused) >= 35
    for (_, path), answer in refused.items():
        assert (answer.status_code == 401) == (path not in OPEN), path
        if path not in OPEN:
            assert answer.headers["www-authenticate"] == "Bearer"
            assert "Alma" not in answer.text


@pytest.mark.parametrize("shows", ["wrong", "open sesam", "open sesame!", "", "\u00e9"])
async def test_a_wrong_token_is_none(seeded: Room, shows: str) -> None:
    async with seeded.visitor(shows=None) as stranger:
        answer = await stranger.get(f"{API}/campaigns", headers={b"Authorization": f"Bearer {shows}".encode()})

    assert answer.status_code == 401


async def test_where_no_token_is_set_everybody_on_this_machine_may_look(seeded: Room) -> None:
    async with seeded.visitor(None, shows=None) as anybody:
        assert (await anybody.get(f"{API}/campaigns")).status_code == 200


async def test_the_older_server_s_routes_can_be_left_open_and_nothing_else(tmp_path: Path) -> None:
    async with (
        seeded_room(tmp_path, legacy=LegacySettings(open=True)) as opened,
        opened.visitor(shows=None) as stranger,
    ):
        legacy = await stranger.get("/api/metrics/post", params={"campaign_id": "101"})
        ours = await stranger.get(f"{API}/campaigns")

    assert (legacy.status_code, ours.status_code) == (200, 401)


async def test_no_answer_has_a_token_in_it(seeded: Room, visitor: httpx.AsyncClient) -> None:
    told = [
        (
            await visitor.get(
                path.format(**PLACES), params={"id": "11", "email": "alma@example.org", "campaign_id": "101"}
            )
        ).text
        for method, path in routes(seeded)
        if method == "GET"
    ]

    assert any("Alma@Example.org" in text for text in told)
    for text in told:
        assert not [secret for secret in (*SECRETS, TOKEN) if secret in text]


async def test_what_is_known_already_is_not_sent_again(seeded: Room, visitor: httpx.AsyncClient) -> None:
    first = await visitor.get(f"{API}/campaigns", params={"limit": 1})
    tag = first.headers["etag"]
    again = await visitor.get(f"{API}/campaigns", params={"limit": 1}, headers={"If-None-Match": f'"x", W/{tag}'})
    await seeded.doors.campaigns.take_involved({101: {11}})
    changed = await visitor.get(f"{API}/campaigns", params={"limit": 1}, headers={"If-None-Match": tag})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert again.headers["link"] == first.headers["link"]
    assert first.headers["cache-control"] == "private, no-cache"
    assert (changed.status_code, changed.json()["items"][0]["creators"]) == (200, [11])


async def test_pages_of_listed_origins_may_read_answers_and_refusals(seeded: Room) -> None:
    listed = {"Origin": "https://app.example"}
    async with seeded.visitor(shows=None, origins=("https://app.example",)) as page:
        refused = await page.get(f"{API}/campaigns", headers=listed)
        asked = await page.options(
            f"{API}/creators/11",
            headers=listed
            | {"Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": "authorization"},
        )
        stranger = await page.get(f"{API}/campaigns", headers={"Origin": "https://evil.example"})

    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, "https://app.example")
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, "https://app.example")
    assert "access-control-allow-origin" not in stranger.headers


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 202), ("http://localhost", 202), ("https://app.example", 202), ("https://stats.example", 202),
        ("https://evil.example", 403), ("null", 403), ("http://localhost.evil.example", 403),
    ],
)  # fmt: skip
async def test_pages_of_other_origins_cannot_change_anything(seeded: Room, origin: str | None, status: int) -> None:
    async with seeded.visitor(None, shows=None, origins=("https://app.example",)) as page:
        answer = await page.post(f"{API}/refresh", headers={"Origin": origin} if origin else {})

    assert answer.status_code == status
    assert len(seeded.collector.asked) == (status == 202)


async def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(visitor: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(LARGEST_BODY // 1024 + 1):
            yield b" " * 1024

    said = await visitor.post(f"{API}/refresh", content=b" " * (LARGEST_BODY + 1))
    unsaid = await visitor.post(f"{API}/refresh", content=pieces(), headers={"Content-Type": "application/json"})
    legacy = await visitor.post("/api/tiktok/token", content=pieces())

    assert [each.status_code for each in (said, unsaid, legacy)] == [413, 413, 413]
    assert {each.json()["error"] for each in (said, unsaid, legacy)} == {"too_large"}


async def test_a_body_that_is_no_json_is_refused(visitor: httpx.AsyncClient) -> None:
    json = {"Content-Type": "application/json"}
    broken = [b"{", b"[" * 20_000, b'"\xff"', b'{"campaign_id": 1e999}', b'{"campaign_id": "x"}', b'{"other": 1}']

    answers = [await visitor.post(f"{API}/refresh", content=each, headers=json) for each in broken]

    assert {each.status_code for each in answers} <= {400, 422}
    assert all(each.headers["content-type"] == "application/problem+json" for each in answers)


async def test_a_refusal_never_repeats_what_was_given(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.put(f"{API}/creators/11/handle", json={"handle": "a secret by mistake"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "body.handle"
    assert "mistake" not in answer.text


@pytest.mark.parametrize(("error", "wait"), [(UpstreamError("busy"), "5"), (HopelessError("damaged at /var"), None)])
async def test_a_store_that_does_not_answer_is_said_without_its_secrets(
    seeded: Room, monkeypatch: pytest.MonkeyPatch, error: Exception, wait: str | None
) -> None:
    async def broken() -> None:
        raise error

    monkeypatch.setattr(seeded.doors.campaigns, "campaigns", broken)
    async with seeded.visitor() as visitor:
        answer = await visitor.get(f"{API}/campaigns")

    assert (answer.status_code, answer.json()["error"], answer.headers.get("retry-after")) == (503, "unavailable", wait)
    assert "/var" not in answer.text


async def test_a_mistake_of_ours_is_told_as_a_problem_too(seeded: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeded.doors.campaigns, "campaigns", None)
    transport = httpx.ASGITransport(seeded.app(None), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get(f"{API}/campaigns")

    assert (answer.status_code, answer.json()["error"]) == (500, "broken")


async def test_every_answer_is_what_it_says_it_is(visitor: httpx.AsyncClient) -> None:
    for path in (f"{API}/campaigns", f"{API}/none", "/connect/meta/callback", "/api/user/valid"):
        assert (await visitor.get(path)).headers["x-content-type-options"] == "nosniff"


async def test_addresses_with_dots_lead_nowhere(visitor: httpx.AsyncClient) -> None:
    for path in (
        "/../../etc/passwd",
        "/%2e%2e/etc/passwd",
        f"{API}/posts/instagram/..%2f..%2fx",
        f"{API}/runs/%0d%0ax",
    ):
        answer = await visitor.get(path)
        assert answer.status_code in {404, 422}, path


def test_the_routes_are_there_only_where_the_room_is() -> None:
    paths = window_app().openapi()["paths"]
    assert "/health" in paths
    assert not [path for path in paths if "social" in path or "connect" in path or path.startswith("/api/metrics")]


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://App.example/x?y#z", "https://app.example"),
        ("https://app.example:443/", "https://app.example"),
        ("http://app.example:8080", "http://app.example:8080"),
        ("http://[::1]:80/", "http://[::1]"),
        ("https://app.example@evil.example/", None),
        ("https://app.example\\@evil.example/", None),
        ("https://app.example\r\nX: y", None),
        ("//app.example", None),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("null", None),
    ],
)
def test_the_origin_of_an_address(url: str, origin: str | None) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize("given", ["*", "app.example", "https://app.example/path", "https://a.example,*"])
def test_only_origins_can_be_listed(given: str) -> None:
    with pytest.raises(ValidationError, match="write an origin"):
        WebSettings.model_validate({"cors_origins": given})


def test_origins_are_listed_with_commas() -> None:
    listed = WebSettings.model_validate({"cors_origins": "https://A.example/, http://localhost:3000"}).cors_origins
    assert listed == ("https://a.example", "http://localhost:3000")
