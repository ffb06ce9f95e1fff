"""Creators over HTTP: how their logins stand, their months, and what can be changed of them."""

from pathlib import Path

import httpx
import pytest

from lahmadaemon.clock import DAY, HOUR, iso
from lahmadaemon.social.connections import KEY_LOST, Provider
from tests.fakes.clock import START
from tests.social.web.room import (
    INSTAGRAM,
    OPEN_ID,
    OTHER_INSTAGRAM,
    PAGE,
    PHOTO,
    REEL,
    STORY,
    VIDEO,
    WALL,
    Room,
    seeded_room,
)

API = "/api/v1/social"


async def test_a_creator_tells_how_each_login_stands(visitor: httpx.AsyncClient) -> None:
    told = (await visitor.get(f"{API}/creators/11")).json()
    meta, tiktok = told["connections"]

    assert (told["email"], told["gone_at"]) == ("Alma@Example.org", None)
    assert (meta["provider"], meta["state"], meta["ends_at"], meta["warned"]) == (
        "meta",
        "ok",
        iso(START + 50 * DAY),
        False,
    )
    assert (tiktok["state"], tiktok["reason"], tiktok["ends_at"], tiktok["warned"]) == (
        "ok", "login_ends", iso(START + 3 * DAY), True,
    )  # fmt: skip


async def test_a_dead_login_tells_why_and_since_when_and_none_is_none(visitor: httpx.AsyncClient) -> None:
    told = (await visitor.get(f"{API}/creators/13")).json()
    meta, tiktok = told["connections"]

    assert (meta["state"], meta["reason"], meta["since"]) == ("not_connected", "not_connected", None)
    assert (tiktok["state"], tiktok["reason"], tiktok["since"]) == (
        "reauth_required",
        "refresh_refused",
        iso(START - DAY),
    )


async def test_a_login_no_key_opens_is_dead(tmp_path: Path) -> None:
    async with seeded_room(tmp_path, lost={(11, Provider.META)}) as opened, opened.visitor() as visitor:
        told = (await visitor.get(f"{API}/creators/11")).json()

    assert (told["connections"][0]["state"], told["connections"][0]["reason"]) == ("reauth_required", KEY_LOST)


async def test_accounts_tell_which_is_collected_and_how_that_went(visitor: httpx.AsyncClient) -> None:
    told = {each["account_id"]: each for each in (await visitor.get(f"{API}/creators/11")).json()["accounts"]}

    assert {number: each["chosen"] for number, each in told.items()} == {
        INSTAGRAM: True, OTHER_INSTAGRAM: False, PAGE: True, OPEN_ID: True,
    }  # fmt: skip
    assert (told[INSTAGRAM]["result"], told[INSTAGRAM]["reason"]) == ("partial", "insights_failed")
    assert told[INSTAGRAM]["looked_at"] == iso(START - HOUR)
    assert told[PAGE]["result"] is None


async def test_creators_are_listed_by_pages_with_those_who_are_gone(visitor: httpx.AsyncClient) -> None:
    first = (await visitor.get(f"{API}/creators", params={"limit": 2})).json()
    second = (await visitor.get(f"{API}/creators", params={"limit": 2, "cursor": first["next"]})).json()

    assert [each["id"] for each in (*first["items"], *second["items"])] == [11, 12, 13, 14]
    assert second["items"][1]["gone_at"] == iso(START - 50 * DAY)
    assert second["next"] is None


@pytest.mark.parametrize(
    ("email", "ids"), [(" ALMA@example.org", [11]), ("nobody@example.org", []), ("", []), ("\0", [])]
)
async def test_a_creator_is_found_by_address(visitor: httpx.AsyncClient, email: str, ids: list[int]) -> None:
    told = (await visitor.get(f"{API}/creators", params={"email": email})).json()

    assert [each["id"] for each in told["items"]] == ids


async def test_a_creator_s_posts_are_those_of_campaigns_and_the_others(visitor: httpx.AsyncClient) -> None:
    told = (await visitor.get(f"{API}/creators/11/posts")).json()["items"]

    assert [each["platform_id"] for each in told] == [
        each.platform_id for each in sorted((REEL, PHOTO, STORY, VIDEO, WALL), key=lambda each: -each.published_at)
    ]
    assert told[-1]["campaigns"] == []


async def test_months_are_keyed_by_year_and_month_and_platform(visitor: httpx.AsyncClient) -> None:
    months = (await visitor.get(f"{API}/creators/11/months")).json()["months"]

    assert {month: sorted(each) for month, each in months.items()} == {
        "2026-09": ["facebook"], "2026-10": ["instagram", "tiktok"],
    }  # fmt: skip
    instagram = months["2026-10"]["instagram"]
    assert (instagram["posts"], instagram["total_views"], instagram["followers"]) == (3, 1300 + 500 + 90, 12_500)
    assert instagram["avg_likes"] == 69.0
    assert instagram["er_views_pooled"] == round((106 + 5) / 1800 * 100, 4)
    assert months["2026-10"]["tiktok"]["followers"] is None


async def test_logins_that_end_or_are_dead_are_told_the_most_urgent_first(visitor: httpx.AsyncClient) -> None:
    told = (await visitor.get(f"{API}/logins")).json()["items"]

    assert [(each["creator_id"], each["provider"], each["dead"], each["reason"], each["at"]) for each in told] == [
        (13, "tiktok", True, "refresh_refused", iso(START - DAY)), (11, "tiktok", False, "login_ends", iso(START + 3 * DAY)),
    ]  # fmt: skip
    assert told[0]["email"] == "bence@example.org"


async def test_another_account_of_several_is_chosen(visitor: httpx.AsyncClient) -> None:
    place = f"{API}/creators/11/accounts/instagram"

    told = (await visitor.put(place, json={"account_id": OTHER_INSTAGRAM})).json()
    refused = await visitor.put(place, json={"account_id": PAGE})

    assert {each["account_id"] for each in told["accounts"] if each["chosen"]} == {OTHER_INSTAGRAM, PAGE, OPEN_ID}
    assert (refused.status_code, refused.json()["error"]) == (404, "account_not_found")


@pytest.mark.parametrize(("given", "kept"), [("@alma.bakes", "alma.bakes"), ("alma", "alma"), (None, None)])
async def test_a_name_is_given_and_taken_back(visitor: httpx.AsyncClient, given: str | None, kept: str | None) -> None:
    answer = await visitor.put(f"{API}/creators/12/handle", json={"handle": given})

    assert (answer.status_code, answer.json()["handle"]) == (200, kept)


@pytest.mark.parametrize("given", ["", "@", "a b", "x" * 31, "<script>", "á", "a\n"])
async def test_what_is_no_name_is_refused(visitor: httpx.AsyncClient, given: str) -> None:
    assert (await visitor.put(f"{API}/creators/12/handle", json={"handle": given})).status_code == 422


async def test_a_login_is_ended_and_its_posts_stay(seeded: Room, visitor: httpx.AsyncClient) -> None:
    told = await visitor.delete(f"{API}/creators/11/connections/tiktok")
    again = await visitor.delete(f"{API}/creators/11/connections/tiktok")

    assert told.json() == {"connections": [{"provider": "tiktok", "revoked": False, "reason": "not_configured"}]}
    assert again.json() == {"connections": []}
    assert {each.account_id for each in await seeded.doors.connections.accounts([11])} == {
        INSTAGRAM,
        OTHER_INSTAGRAM,
        PAGE,
    }
    assert (await visitor.get(f"{API}/posts/tiktok/{VIDEO.platform_id}")).status_code == 200


async def test_a_creator_is_forgotten_and_once_more_does_no_harm(visitor: httpx.AsyncClient) -> None:
    told = await visitor.delete(f"{API}/creators/11")
    again = await visitor.delete(f"{API}/creators/11")

    assert [each["provider"] for each in told.json()["connections"]] == ["meta", "tiktok"]
    assert (again.status_code, again.json()) == (200, {"connections": []})
    assert (await visitor.get(f"{API}/creators/11")).status_code == 404
    assert (await visitor.get(f"{API}/posts/instagram/{REEL.platform_id}")).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "creators/99"), ("GET", "creators/99/posts"), ("GET", "creators/99/months"),
        ("PUT", "creators/99/handle"), ("PUT", "creators/99/accounts/tiktok"), ("DELETE", "creators/99/connections/meta"),
        ("POST", "creators/99/connect/meta"),
    ],
)  # fmt: skip
async def test_a_creator_nobody_knows_is_not_found(visitor: httpx.AsyncClient, method: str, path: str) -> None:
    body = {"handle": "x"} if path.endswith("handle") else {"account_id": "x"} if "accounts" in path else None
    refused = await visitor.request(method, f"{API}/{path}", json=body)

    assert (refused.status_code, refused.json()["error"]) == (404, "creator_not_found")


@pytest.mark.parametrize("number", ["-1", "x", str(2**63), "1.5"])
async def test_what_is_no_number_is_refused(visitor: httpx.AsyncClient, number: str) -> None:
    assert (await visitor.get(f"{API}/creators/{number}")).status_code == 422
