"""Campaigns and their posts over HTTP: totals, filters, pages, tables."""

import csv
import io

import httpx
import pytest

from lahmadaemon.clock import iso
from lahmadaemon.web.sheets import MARK, harmless
from lahmadaemon.web.social.sheet import COLUMNS
from tests.social.web.room import PHOTO, REEL, VIDEO, Room

API = "/api/v1/social"


async def test_campaigns_are_listed_with_their_state_totals_and_why_one_is_skipped(visitor: httpx.AsyncClient) -> None:
    autumn, nameless, summer = (await visitor.get(f"{API}/campaigns")).json()["items"]

    assert (autumn["id"], autumn["state"], autumn["creators"], autumn["creators_with_posts"]) == (
        101,
        "running",
        [11, 13],
        1,
    )
    assert autumn["publishing_from"] == "2026-09-30T22:00:00Z"
    assert (autumn["totals"]["posts"], autumn["totals"]["total_views"]) == (3, 1300 + 500 + 4_000_000_000)
    assert (autumn["totals"]["total_likes"], autumn["totals"]["known"]["likes"]) == (69 + 40, 2)
    assert (nameless["state"], nameless["skipped"]) == ("skipped", "no hashtags")
    assert (summer["state"], summer["ended_at"]) == ("ended", "2026-08-14T22:00:00Z")
    assert "can never match" in summer["warnings"][0]


async def test_one_campaign_tells_each_kind_of_its_posts(visitor: httpx.AsyncClient) -> None:
    told = (await visitor.get(f"{API}/campaigns/101")).json()

    assert [(each["platform"], each["kind"], each["posts"]) for each in told["by_kind"]] == [
        ("instagram", "post", 1), ("instagram", "reel", 1), ("tiktok", "video", 1),
    ]  # fmt: skip
    assert told["by_kind"][1]["er_views_pooled"] == 8.1538


@pytest.mark.parametrize(("state", "ids"), [("running", [101]), ("skipped", [102]), ("planned", [])])
async def test_campaigns_are_chosen_by_state(visitor: httpx.AsyncClient, state: str, ids: list[int]) -> None:
    told = (await visitor.get(f"{API}/campaigns", params={"state": state})).json()

    assert [each["id"] for each in told["items"]] == ids


async def test_a_post_tells_numbers_rates_and_why_something_is_unknown(visitor: httpx.AsyncClient) -> None:
    video, photo, reel = (await visitor.get(f"{API}/campaigns/101/posts")).json()["items"]

    assert (reel["platform_id"], reel["views"], reel["likes"], reel["interactions"]) == (
        REEL.platform_id,
        1300,
        69,
        112,
    )
    assert (reel["er_views"], reel["er_reach"], reel["er_followers"]) == (8.1538, 12.4444, 0.9333)
    assert reel["campaigns"] == [{"campaign_id": 101, "rule": "all", "matched": ["autumnbake"]}]
    assert (photo["likes"], photo["er_reach"], photo["insights_status"]) == (None, None, "too_old")
    assert photo["flags"] == ["insights_too_old", "likes_hidden"]
    assert (video["views"], video["platform_id"]) == (4_000_000_000, "7400000000000000001")


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"platform": "tiktok"}, [VIDEO.platform_id]),
        ({"kind": "reel"}, [REEL.platform_id]),
        ({"creator": "13"}, []),
        ({"published_from": iso(PHOTO.published_at)}, [VIDEO.platform_id, PHOTO.platform_id]),
        ({"published_until": iso(PHOTO.published_at)}, [REEL.platform_id]),
    ],
)
async def test_posts_are_chosen(visitor: httpx.AsyncClient, asked: dict[str, str], ids: list[str]) -> None:
    told = (await visitor.get(f"{API}/campaigns/101/posts", params=asked)).json()

    assert [each["platform_id"] for each in told["items"]] == ids


async def test_pages_follow_one_another_whatever_comes_meanwhile(seeded: Room, visitor: httpx.AsyncClient) -> None:
    first = await visitor.get(f"{API}/campaigns/101/posts", params={"limit": 1, "platform": "instagram"})
    await seeded.doors.posts.link_by_hand(101, 11, VIDEO, seeded.clock.now())

    second = await visitor.get(f"{API}/campaigns/101/posts" + first.headers["link"].partition(">")[0].removeprefix("<"))

    assert [each["platform_id"] for each in first.json()["items"]] == [PHOTO.platform_id]
    assert first.headers["link"].endswith('; rel="next"')
    assert first.json()["next"] in first.headers["link"]
    assert [each["platform_id"] for each in second.json()["items"]] == [REEL.platform_id]
    assert second.json()["next"] is None
    assert "link" not in second.headers


async def test_campaigns_come_by_pages(visitor: httpx.AsyncClient) -> None:
    seen, cursor = [], None
    while True:
        params = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        told = (await visitor.get(f"{API}/campaigns", params=params)).json()
        seen += [each["id"] for each in told["items"]]
        if (cursor := told["next"]) is None:
            break

    assert seen == [101, 102, 103]


@pytest.mark.parametrize("cursor", ["abc", "W10", "WyJ4IiwgMSwgMV0", "bnVsbA", "-", "WzEsMl0"])
async def test_a_cursor_that_was_not_made_here_is_refused(visitor: httpx.AsyncClient, cursor: str) -> None:
    refused = await visitor.get(f"{API}/campaigns/101/posts", params={"cursor": cursor})

    assert (refused.status_code, refused.json()["error"]) == (422, "invalid_cursor")


async def test_the_table_has_every_post_and_no_formula(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get(f"{API}/campaigns/101/posts.csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["content-disposition"] == 'attachment; filename="campaign-101.csv"'
    text = answer.content.decode()
    assert text.startswith(MARK)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(MARK))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["platform_id"] for row in rows] == [VIDEO.platform_id, PHOTO.platform_id, REEL.platform_id]
    assert rows[2]["caption"] == "'=cmd() Apple pie #autumnbake"
    assert (rows[1]["likes"], rows[1]["creator_email"], rows[2]["er_views"]) == ("", "Alma@Example.org", "8.1538")


async def test_the_table_is_read_some_rows_at_a_time(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lahmadaemon.web.social.sheet.AT_ONCE", 1)

    answer = await visitor.get(f"{API}/campaigns/101/posts.csv", params={"platform": "instagram"})

    assert [line.split(",")[3] for line in answer.text.splitlines()] == [
        "platform_id", PHOTO.platform_id, REEL.platform_id,
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "  =1", "＝1", "\r\n=1"])
def test_what_a_spreadsheet_takes_for_a_formula_is_marked(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "#autumnbake", "12"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("path", ["campaigns/9", "campaigns/9/posts", "campaigns/9/posts.csv"])
async def test_a_campaign_nobody_knows_is_not_found(visitor: httpx.AsyncClient, path: str) -> None:
    refused = await visitor.get(f"{API}/{path}")

    assert (refused.status_code, refused.json()["error"]) == (404, "campaign_not_found")
    assert refused.headers["content-type"] == "application/problem+json"
