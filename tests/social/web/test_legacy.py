"""The older AnalyticsServer's contract, row by row: addresses, keys, status codes, the odd ones too."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from lahmadaemon.clock import DAY, iso
from lahmadaemon.demo.social.graph import Trouble as MetaTrouble
from lahmadaemon.demo.social.tiktok import Trouble as TikTokTrouble
from lahmadaemon.social.posts import Kind, Platform
from lahmadaemon.social.settings import LegacySettings
from lahmadaemon.web.social.shapes.legacy import TYPES, number
from tests.fakes.clock import START
from tests.social.web.room import PHOTO, REEL, VIDEO, Room, seeded_room
from tests.social.web.world import Outside, outside

EMAIL = "CREATOR10@creators.example.org "


@pytest.fixture
async def outside_(tmp_path: Path) -> AsyncIterator[Outside]:
    async with outside(tmp_path, legacy=LegacySettings(echo_token=True)) as opened:
        yield opened


@pytest.fixture
async def client(outside_: Outside) -> AsyncIterator[httpx.AsyncClient]:
    async with outside_.room.visitor() as opened:
        yield opened


def tiktok(outside_: Outside, **other: Any) -> dict[str, Any]:
    given = {"redirect_uri": "https://app.example/back", "email": EMAIL, "tiktok_scopes": "user.info.basic,video.list"}
    return {"code": outside_.tiktok.code(10), **given, **other}


def facebook(outside_: Outside, **other: Any) -> dict[str, Any]:
    given = {"facebook_user_id": "1", "email": EMAIL, "meta_scopes": ["instagram_basic", "pages_show_list"]}
    return {"meta_token": outside_.graph.short_token(10), **given, **other}


def refused(answer: httpx.Response) -> tuple[int, str]:
    told = answer.json()
    assert {"error", "error_description"} <= told.keys() <= {
        "error", "error_description", "original_error", "original_error_description",
    }  # fmt: skip
    return answer.status_code, told["error"]


async def test_tiktok_token_connects_and_echoes_where_that_is_wanted(
    outside_: Outside, client: httpx.AsyncClient
) -> None:
    answer = await client.post("/api/tiktok/token", json=tiktok(outside_))

    (held,) = await outside_.room.doors.connections.standings()
    known = await outside_.room.doors.connections.load(10, held.provider)
    assert known is not None
    assert (answer.status_code, answer.json()) == (200, {"token": known.access.get_secret_value()})


async def test_facebook_token_connects_and_echoes_the_short_one(outside_: Outside, client: httpx.AsyncClient) -> None:
    given = facebook(outside_)
    answer = await client.post("/api/facebook/token", json=given)

    assert (answer.status_code, answer.json()) == (200, {"token": given["meta_token"]})
    assert [each.user_id for each in await outside_.room.doors.connections.standings()] == [
        outside_.world.creators[10].facebook_id
    ]


async def test_no_token_is_echoed_unless_asked_for(tmp_path: Path) -> None:
    async with outside(tmp_path) as opened, opened.room.visitor() as client:
        answers = [
            await client.post("/api/tiktok/token", json=tiktok(opened)),
            await client.post("/api/facebook/token", json=facebook(opened)),
        ]

    assert [(each.status_code, each.json()) for each in answers] == [(200, {"token": None})] * 2


async def test_tiktok_token_that_cannot_be_asked_for(outside_: Outside, client: httpx.AsyncClient) -> None:
    outside_.tiktok.troubles.next(TikTokTrouble.BUSY, endpoint="oauth/token")

    assert refused(await client.post("/api/tiktok/token", json=tiktok(outside_))) == (
        400,
        "tiktok_token_request_failed",
    )


async def test_tiktok_token_with_a_code_that_is_no_good(outside_: Outside, client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/tiktok/token", json=tiktok(outside_, code="old"))

    assert refused(answer) == (400, "expired_code")
    assert answer.json()["original_error"] == "invalid_grant"
    assert answer.json()["original_error_description"]


@pytest.mark.parametrize("path", ["tiktok", "facebook"])
async def test_tokens_of_nobody_are_refused_not_lost(outside_: Outside, client: httpx.AsyncClient, path: str) -> None:
    given = (tiktok if path == "tiktok" else facebook)(outside_, email="nobody@example.org")

    assert refused(await client.post(f"/api/{path}/token", json=given)) == (400, "user_not_exist")


async def test_facebook_token_that_is_not_exchanged(outside_: Outside, client: httpx.AsyncClient) -> None:
    given = facebook(outside_)
    outside_.graph.kill(10)

    answer = await client.post("/api/facebook/token", json=given)

    assert refused(answer) == (400, "long_lived_token_retriev_failed")
    assert given["meta_token"] not in answer.text


async def test_facebook_pages_that_are_not_told_or_not_there(outside_: Outside, client: httpx.AsyncClient) -> None:
    given = facebook(outside_)
    outside_.graph.trouble(10, MetaTrouble.TRANSIENT)
    untold = await client.post("/api/facebook/token", json=given)
    outside_.world.creators[10].page_id = ""
    none = await client.post("/api/facebook/token", json=facebook(outside_))

    assert refused(untold) == (400, "page_id_request_failed")
    assert refused(none) == (400, "page_id_doesnt_exist")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("tiktok", "code"), ("tiktok", "redirect_uri"), ("tiktok", "email"), ("tiktok", "tiktok_scopes"),
        ("facebook", "meta_token"), ("facebook", "facebook_user_id"), ("facebook", "email"), ("facebook", "meta_scopes"),
    ],
)  # fmt: skip
async def test_what_is_missing_is_named_and_no_mistake_of_ours(
    visitor: httpx.AsyncClient, path: str, name: str
) -> None:
    names = {"tiktok": ["code", "redirect_uri", "email", "tiktok_scopes"],
             "facebook": ["meta_token", "facebook_user_id", "email", "meta_scopes"]}[path]  # fmt: skip
    wrong: list[Any] = [None, "", "  ", {}, True, "\ud800", "\0"]
    for value in wrong:
        given = dict.fromkeys(names, "x") | {name: value}
        answer = await visitor.post(f"/api/{path}/token", content=json.dumps(given))

        assert refused(answer) == (400, f"{name}_not_entered"), value


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 10_000, b"\xff"])
async def test_a_body_that_is_no_object_is_named(visitor: httpx.AsyncClient, body: bytes) -> None:
    assert refused(await visitor.post("/api/tiktok/token", content=body)) == (400, "body_not_json")


async def test_user_valid_tells_both_and_why_not(visitor: httpx.AsyncClient) -> None:
    both = await visitor.get("/api/user/valid", params={"id": "11", "email": " alma@EXAMPLE.org"})
    dead = await visitor.get("/api/user/valid", params={"id": "13", "email": "bence@example.org"})

    assert (both.status_code, both.json()["data"]["tiktok_valid"], both.json()["data"]["meta_valid"]) == (
        200,
        True,
        True,
    )
    assert both.json()["data"]["tiktok_ends_at"] == iso(START + 3 * DAY)
    assert both.json()["data"]["tiktok_reason"] == "login_ends"
    told = dead.json()["data"]
    assert (told["tiktok_valid"], told["tiktok_reauth_required"], told["tiktok_reason"]) == (
        False,
        True,
        "refresh_refused",
    )
    assert told["tiktok_reauth_since"] == iso(START - DAY)
    assert (told["meta_valid"], told["meta_reauth_required"], told["meta_reason"]) == (False, False, "not_connected")


async def test_a_login_that_has_ended_is_not_valid(seeded: Room, visitor: httpx.AsyncClient) -> None:
    await seeded.clock.advance(3 * 24 * 3600)

    told = (await visitor.get("/api/user/valid", params={"id": "11", "email": "alma@example.org"})).json()["data"]

    assert (told["tiktok_valid"], told["meta_valid"]) == (False, True)


@pytest.mark.parametrize(
    ("asked", "status", "error"),
    [
        ({}, 400, "id_or_email_not_entered"), ({"id": "11"}, 400, "id_or_email_not_entered"),
        ({"email": "a"}, 400, "id_or_email_not_entered"), ({"id": "", "email": "a"}, 400, "id_or_email_not_entered"),
        ({"id": "11", "email": "bence@example.org"}, 404, "user_not_found"), ({"id": "x", "email": "a"}, 404, "user_not_found"),
        ({"id": "14", "email": "gone@example.org"}, 404, "user_not_found"), ({"id": "9" * 30, "email": "a"}, 404, "user_not_found"),
    ],
)  # fmt: skip
async def test_user_valid_refuses(visitor: httpx.AsyncClient, asked: dict[str, str], status: int, error: str) -> None:
    assert refused(await visitor.get("/api/user/valid", params=asked)) == (status, error)


OLD_KEYS = {
    "id", "platform_type_id", "published_at", "media_url", "thumbnail_url", "media_type", "views", "likes", "comments",
    "engagement_rate", "user",
}  # fmt: skip
NEW_KEYS = {"shares", "saves", "reach", "er_views", "er_reach", "er_followers", "insights_status", "captured_at"}


async def test_metrics_post_has_every_key_and_more(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/api/metrics/post", params={"campaign_id": "101"})
    told = answer.json()
    video, photo, reel = told["posts"]

    assert (answer.status_code, told.keys()) == (200, {"creators_campaign_id", "posts"})
    assert told["creators_campaign_id"] == 101
    assert reel.keys() >= OLD_KEYS | NEW_KEYS
    assert (reel["platform_type_id"], reel["media_url"], reel["thumbnail_url"]) == (
        3,
        REEL.permalink,
        REEL.thumbnail_url,
    )
    assert (reel["published_at"], reel["engagement_rate"]) == (iso(REEL.published_at), 8.1538)
    assert reel["user"] == {"creators_id": 11, "creators_email": "Alma@Example.org"}
    assert (video["platform_type_id"], video["media_url"], video["views"]) == (4, VIDEO.media_url, 4_000_000_000)
    assert (photo["platform_type_id"], photo["likes"]) == (1, None)
    assert len({each["id"] for each in told["posts"]}) == 3
    assert all(0 <= each["id"] < 2**53 for each in told["posts"])


async def test_an_unknown_rate_is_0_as_it_used_to_be_or_null(tmp_path: Path) -> None:
    rates = []
    for zero in (True, False):
        async with seeded_room(tmp_path, legacy=LegacySettings(zero_rates=zero)) as opened, opened.visitor() as client:
            async with opened.store.write() as connection:
                await connection.exec_driver_sql("UPDATE social_captures SET views = NULL")
            rates += [
                each["engagement_rate"]
                for each in (await client.get("/api/metrics/post", params={"campaign_id": "101"})).json()["posts"]
            ]

    assert rates == [0.0] * 3 + [None] * 3


@pytest.mark.parametrize(
    ("asked", "status", "error"),
    [
        ({}, 400, "campaign_id_not_entered"), ({"campaign_id": "x"}, 400, "campaign_id_not_entered"),
        ({"campaign_id": "1.5"}, 400, "campaign_id_not_entered"), ({"campaign_id": "9"}, 404, "no_campaign_with_campaign_id"),
    ],
)  # fmt: skip
async def test_metrics_post_refuses(visitor: httpx.AsyncClient, asked: dict[str, str], status: int, error: str) -> None:
    assert refused(await visitor.get("/api/metrics/post", params=asked)) == (status, error)


METRICS = ("total_views", "total_likes", "total_comments", "followers_count", "avg_views", "avg_likes", "avg_comments",
           "engagement_rate")  # fmt: skip


async def test_metrics_profile_has_24_numbers_of_the_month_and_the_user(visitor: httpx.AsyncClient) -> None:
    told = (await visitor.get("/api/metrics/profile", params={"id": "11"})).json()
    analytics = told["data"]["analytics"]

    assert told.keys() == {"data"}
    assert told["data"].keys() == {"analytics"}
    assert analytics.keys() == {f"{each}_{name}" for each in Platform for name in METRICS} | {"user_id", "user"}
    assert (analytics["instagram_total_views"], analytics["instagram_followers_count"]) == (1300 + 500 + 90, 12_500)
    assert (analytics["instagram_avg_likes"], analytics["instagram_engagement_rate"]) == (69.0, 6.1667)
    assert (analytics["facebook_total_views"], analytics["facebook_engagement_rate"]) == (
        None,
        0.0,
    )  # it was last month
    assert (analytics["user_id"], analytics["user"]["creators_email"]) == (11, "Alma@Example.org")


async def test_metrics_profile_of_somebody_of_whom_nothing_is_known(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/api/metrics/profile", params={"id": "12"})).json() == {"data": {"analytics": {}}}


@pytest.mark.parametrize(
    ("asked", "status", "error"),
    [
        ({}, 400, "user_id_not_entered"), ({"id": "99"}, 400, "user_with_user_id_doesnt_exist"),
        ({"id": "x"}, 400, "user_with_user_id_doesnt_exist"),
    ],
)  # fmt: skip
async def test_metrics_profile_refuses(
    visitor: httpx.AsyncClient, asked: dict[str, str], status: int, error: str
) -> None:
    assert refused(await visitor.get("/api/metrics/profile", params=asked)) == (status, error)


async def test_refresh_answers_at_once_and_joins_what_runs(seeded: Room, visitor: httpx.AsyncClient) -> None:
    got = await visitor.get("/api/metrics/posts/refresh/all")
    posted = await visitor.post("/api/metrics/posts/refresh/all")
    assert seeded.collector.current is not None
    seeded.collector.current = replace(seeded.collector.current, ended_at=START, done=4)
    ended = (await visitor.get("/api/metrics/posts/refresh/all")).json()["refresh"]

    assert (got.status_code, got.json()) == (200, posted.json())
    told = got.json()["refresh"]
    assert parsedate_to_datetime(told["started_at"]).timestamp() * 1000 == START
    assert (told["ended_at"], told["job"], told["status"], told["percent"]) == (None, "run-1", "running", 25.0)
    assert (ended["ended_at"], ended["status"], ended["percent"]) == ("Wed, 21 Oct 2026 17:57:00 GMT", "ended", 100.0)


async def test_the_routes_for_developers_are_gone(visitor: httpx.AsyncClient) -> None:
    for path in ("users", "posts", "campaigns", "now"):
        assert (await visitor.get(f"/dev/{path}", params={"password": "x"})).status_code == 404


async def test_who_shows_no_token_is_told_so_in_the_old_shape(seeded: Room) -> None:
    async with seeded.visitor(shows=None) as stranger:
        answer = await stranger.get("/api/user/valid", params={"id": "11", "email": "alma@example.org"})

    assert refused(answer) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_every_kind_of_post_has_a_number_and_every_post_its_own() -> None:
    assert TYPES.keys() == set(Kind)
    assert number(Platform.INSTAGRAM, PHOTO.platform_id) == number(Platform.INSTAGRAM, PHOTO.platform_id)
    assert number(Platform.INSTAGRAM, "1") != number(Platform.FACEBOOK, "1")
