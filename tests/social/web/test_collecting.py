"""Asking for collections and syncs over HTTP, and looking how they go."""

from dataclasses import replace

import httpx

from lahmadaemon.clock import HOUR, Instant, iso
from lahmadaemon.social.store.runs import STORIES, Run
from tests.fakes.clock import START
from tests.social.web.room import INSTAGRAM, Room

API = "/api/v1/social"


async def test_a_refresh_answers_at_once_with_a_run_that_others_join(seeded: Room, visitor: httpx.AsyncClient) -> None:
    first = await visitor.post(f"{API}/refresh")
    second = await visitor.post(f"{API}/refresh")
    looked = await visitor.get(first.headers["location"])

    assert (first.status_code, first.json()["status"], first.json()["percent"]) == (202, "running", 25.0)
    assert second.json()["id"] == first.json()["id"]
    assert (looked.status_code, looked.json()["accounts"], looked.json()["done"]) == (200, 4, 1)
    assert seeded.collector.asked == [(None, None), (None, None)]


async def test_a_refresh_is_of_a_creator_or_a_campaign(seeded: Room, visitor: httpx.AsyncClient) -> None:
    for body in ({"creator_id": 11}, {"campaign_id": 101}, {"creator_id": 11, "campaign_id": 101}, {}):
        assert (await visitor.post(f"{API}/refresh", json=body)).status_code == 202

    assert seeded.collector.asked == [
        (frozenset({11}), None), (None, 101), (frozenset({11}), 101), (None, None),
    ]  # fmt: skip


async def test_nobody_is_collected_whom_nobody_knows(seeded: Room, visitor: httpx.AsyncClient) -> None:
    campaign = await visitor.post(f"{API}/refresh", json={"campaign_id": 9})
    creator = await visitor.post(f"{API}/refresh", json={"creator_id": 99})

    assert [each.json()["error"] for each in (campaign, creator)] == ["campaign_not_found", "creator_not_found"]
    assert seeded.collector.asked == []


async def test_a_run_tells_how_each_account_fared(visitor: httpx.AsyncClient) -> None:
    told = (await visitor.get(f"{API}/runs/run-0")).json()

    assert (told["kind"], told["status"], told["percent"]) == ("collect", "ended", 100.0)
    assert told["results"] == [{
        "creator_id": 11, "platform": "instagram", "account_id": INSTAGRAM, "result": "partial",
        "reason": "insights_failed", "posts": 3, "asks": 2, "ended_at": iso(START - HOUR),
    }]  # fmt: skip


async def test_the_newest_run_of_each_kind_is_listed(seeded: Room, visitor: httpx.AsyncClient) -> None:
    stories = Run("run-s", STORIES, Instant(START - 2 * HOUR))
    await seeded.doors.runs.begin(stories)
    await seeded.doors.runs.end(replace(stories, ended_at=Instant(START - HOUR), problem="it was broken off"))
    await visitor.post(f"{API}/refresh")

    told = (await visitor.get(f"{API}/runs")).json()["items"]

    assert [(each["id"], each["kind"], each["status"]) for each in told] == [
        ("run-1", "refresh", "running"), ("run-0", "collect", "ended"), ("run-s", "stories", "broken"),
    ]  # fmt: skip


async def test_a_run_nobody_knows_is_not_found(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get(f"{API}/runs/none")).json()["error"] == "run_not_found"


async def test_a_sync_is_asked_for_and_what_is_known_is_told(seeded: Room, visitor: httpx.AsyncClient) -> None:
    asked = await visitor.post(f"{API}/sync")
    looked = await visitor.get(asked.headers["location"])

    assert asked.status_code == 202
    assert seeded.syncs == [START]
    assert looked.json() == asked.json() == {"parts": [
        {"part": "creators", "asked_at": iso(START - HOUR), "good_at": iso(START - HOUR), "problem": None},
        {"part": "campaigns", "asked_at": iso(START - HOUR), "good_at": None, "problem": "it answered 502"},
        {"part": "involved", "asked_at": None, "good_at": None, "problem": None},
    ]}  # fmt: skip


async def test_limits_are_told_while_they_hold(seeded: Room, visitor: httpx.AsyncClient) -> None:
    held = (await visitor.get(f"{API}/limits")).json()
    await seeded.clock.advance(3600)
    after = (await visitor.get(f"{API}/limits")).json()

    assert held == {"items": [{"scope": "meta.app", "until": iso(START + HOUR), "reason": "95 % used"}]}
    assert after == {"items": []}
