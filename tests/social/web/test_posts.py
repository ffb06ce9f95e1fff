"""Single posts over HTTP: numbers over time, and campaigns by hand."""

from dataclasses import replace

import httpx

from lahmadaemon.clock import DAY, HOUR, Instant, iso
from lahmadaemon.social.posts import Flag, Numbers, Platform
from lahmadaemon.social.store.posts import Arrival
from lahmadaemon.web.social.shapes.posts import insights_status
from tests.fakes.clock import START
from tests.social.web.room import INSTAGRAM, REEL, STORY, VIDEO, Room, keep, seen

API = "/api/v1/social"
REEL_AT, STORY_AT = f"{API}/posts/instagram/{REEL.platform_id}", f"{API}/posts/instagram/{STORY.platform_id}"


async def test_one_post_is_told_as_in_lists(visitor: httpx.AsyncClient) -> None:
    told = (await visitor.get(REEL_AT)).json()
    listed = (await visitor.get(f"{API}/campaigns/101/posts", params={"kind": "reel"})).json()["items"]

    assert [told] == listed
    assert told["captured_at"] == iso(START - HOUR)
    assert told["published_at"] == iso(REEL.published_at)


async def test_captures_tell_what_was_gained_and_what_fell(visitor: httpx.AsyncClient) -> None:
    told = (await visitor.get(f"{REEL_AT}/captures")).json()
    first, second = told["items"]

    assert (first["views"], first["growth"], first["er_followers"]) == (1000, None, 0.875)
    assert (second["growth"]["since"], second["growth"]["gained"]["views"]) == (first["taken_at"], 300)
    assert second["growth"]["gained"]["likes"] == -1
    assert second["growth"]["gained"]["replies"] is None
    assert second["growth"]["per_hour"]["views"] == round(300 / (3 * 24 - 2), 4)
    assert told["heights"]["likes"] == {
        "latest": 69, "latest_at": second["taken_at"], "peak": 70, "peak_at": first["taken_at"],
    }  # fmt: skip


async def test_captures_come_by_pages_and_know_the_one_before(visitor: httpx.AsyncClient) -> None:
    first = (await visitor.get(f"{REEL_AT}/captures", params={"limit": 1})).json()
    second = (await visitor.get(f"{REEL_AT}/captures", params={"limit": 1, "cursor": first["next"]})).json()

    assert [each["views"] for each in (*first["items"], *second["items"])] == [1000, 1300]
    assert second["items"][0]["growth"]["gained"]["views"] == 300
    assert second["next"] is None


async def test_a_capture_says_why_something_is_unknown(seeded: Room, visitor: httpx.AsyncClient) -> None:
    empty = Numbers(likes=1, flags=frozenset({Flag.INSIGHTS_EMPTY}))
    await keep(seeded, START, Arrival(11, Platform.INSTAGRAM, INSTAGRAM, (seen(REEL, empty),)))

    newest = (await visitor.get(f"{REEL_AT}/captures")).json()["items"][-1]
    post = (await visitor.get(REEL_AT)).json()

    assert (newest["views"], newest["insights_status"]) == (None, "empty")
    assert newest["flags"] == ["followers_from_nearest_snapshot", "insights_empty"]
    assert newest["er_views"] is None
    assert post["views"] == 1300  # the newest that is not missing for a passing reason


async def test_a_story_is_put_into_a_campaign_by_hand_and_taken_out(visitor: httpx.AsyncClient) -> None:
    place = f"{API}/campaigns/101/posts/instagram/{STORY.platform_id}"

    put = await visitor.put(place)
    twice = await visitor.put(place)
    taken = await visitor.delete(place)
    again = await visitor.delete(place)

    assert put.json()["campaigns"] == [{"campaign_id": 101, "rule": "manual", "matched": []}]
    assert (put.status_code, twice.status_code) == (200, 200)
    assert (taken.status_code, taken.content) == (204, b"")
    assert (again.status_code, again.json()["error"]) == (404, "link_not_found")
    assert (await visitor.get(STORY_AT)).json()["campaigns"] == []


async def test_a_post_that_is_there_by_its_hashtags_cannot_be_taken_out(visitor: httpx.AsyncClient) -> None:
    refused = await visitor.delete(f"{API}/campaigns/101/posts/instagram/{REEL.platform_id}")

    assert (refused.status_code, refused.json()["error"]) == (409, "linked_by_rule")


async def test_posts_and_campaigns_nobody_knows_are_not_found(visitor: httpx.AsyncClient) -> None:
    asked = {
        ("GET", f"{API}/posts/instagram/1"): "post_not_found",
        ("GET", f"{API}/posts/tiktok/{REEL.platform_id}/captures"): "post_not_found",
        ("PUT", f"{API}/campaigns/101/posts/instagram/1"): "post_not_found",
        ("PUT", f"{API}/campaigns/9/posts/instagram/{REEL.platform_id}"): "campaign_not_found",
        ("DELETE", f"{API}/campaigns/9/posts/instagram/1"): "link_not_found",
    }

    told = {(method, path): (await visitor.request(method, path)).json() for method, path in asked}

    assert {key: each["error"] for key, each in told.items()} == asked
    assert {each["status"] for each in told.values()} == {404}


async def test_a_story_of_yesterday_has_expired(seeded: Room, visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get(STORY_AT)).json()["state"] == "live"
    await seeded.clock.advance(5 * 3600)
    assert (await visitor.get(STORY_AT)).json()["state"] == "expired"


async def test_a_post_that_was_never_captured_knows_nothing(seeded: Room, visitor: httpx.AsyncClient) -> None:
    async with seeded.store.write() as connection:
        await connection.exec_driver_sql("DELETE FROM social_captures")

    told = (await visitor.get(f"{API}/posts/tiktok/{VIDEO.platform_id}")).json()
    captures = (await visitor.get(f"{API}/posts/tiktok/{VIDEO.platform_id}/captures")).json()

    assert (told["views"], told["captured_at"], told["insights_status"], told["interactions"]) == (
        None,
        None,
        None,
        None,
    )
    assert captures == {"items": [], "next": None, "heights": {}}


def test_lasting_reasons_have_a_word() -> None:
    for flag, word in {
        Flag.INSIGHTS_BEFORE_CONVERSION: "before_conversion", Flag.INSIGHTS_FEW_VIEWERS: "few_viewers",
        Flag.INSIGHTS_FORBIDDEN: "forbidden", Flag.LIKES_HIDDEN: "ok",
    }.items():  # fmt: skip
        assert insights_status(Numbers(flags=frozenset({flag}))) == word


async def test_times_are_of_the_post_not_of_the_reader(seeded: Room, visitor: httpx.AsyncClient) -> None:
    late = replace(REEL, platform_id="179", published_at=Instant(START - DAY + 1))
    await keep(seeded, START, Arrival(11, Platform.INSTAGRAM, INSTAGRAM, (seen(late, Numbers()),)))

    told = (await visitor.get(f"{API}/posts/instagram/179")).json()

    assert (told["published_at"], told["first_seen_at"]) == ("2026-10-20T17:57:00Z", "2026-10-21T17:57:00Z")
