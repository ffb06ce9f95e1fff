"""Recorded answers over real HTTP: each by its own request, composed into one node, and in batches."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.samples import told
from tests.social.fronting import Front, fronting
from tests.social.replay import Replay, top_level

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORLD = Path(__file__).parents[1] / "samples" / "social" / "world"
ELEVEN, TWELVE = "17841400000000011", "17841400000000012"
INSIGHTS = "insights.metric(views,reach){name,period,values}"
MEDIA = f"media.limit(50){{id,caption,{INSIGHTS}}}"
STORIES = f"stories{{id,{INSIGHTS}}}"
SECOND_OF_TWELVE = "RVhBTVBMRS1tMTItMQ"


@dataclass
class House:
    replay: Replay
    http: httpx.AsyncClient

    async def get(self, path: str, token: str = "nobody's", **query: str) -> tuple[int, Any]:
        answer = await self.http.get(path, params=query, headers={"Authorization": f"Bearer {token}"})
        return answer.status_code, answer.json()

    async def batch(self, *urls: str, path: str = "/v23.0/", **form: str) -> list[dict[str, Any]]:
        operations = [{"method": "GET", "relative_url": url} for url in urls]
        answer = await self.http.post(path, data={"access_token": "app", "batch": json.dumps(operations), **form})
        assert answer.status_code == 200
        return list(answer.json())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def front() -> AsyncIterator[Front]:
    async with fronting() as served:
        yield served


@pytest.fixture
def house(front: Front) -> House:
    front.app = replay = Replay(WORLD, {"eleven": 11, "thirteen": 13})
    return House(replay, front.http)


def recorded(name: str) -> Any:
    return told(f"social/world/{name}")


async def test_the_creators_app_is_there(house: House) -> None:
    assert await house.get("/api-influencers/creators/") == (200, recorded("creators.json"))
    assert await house.get("/api-influencers/campaigns/") == (200, recorded("campaigns.json"))
    involved = await house.get("/api-influencers/involved", **{"campaign-ids": "[101, 102]"})
    assert involved == (200, recorded("involved.json"))
    assert house.replay.unknown == []


async def test_pages_of_a_user_are_found_by_the_users_token(house: House) -> None:
    assert await house.get("/v23.0/me/accounts", "eleven") == (200, recorded("meta_11_accounts.json"))
    assert (await house.get("/v23.0/me/accounts"))[0] == 404


async def test_profile_media_and_stories_are_composed_into_one_node(house: House) -> None:
    status, node = await house.get(f"/v23.0/{ELEVEN}", fields=f"id,username,{MEDIA},{STORIES}")

    assert status == 200
    assert node == {
        **recorded("meta_11_profile.json"),
        "media": recorded("meta_11_media_page1.json"),
        "stories": recorded("meta_11_stories.json"),
    }


async def test_only_what_was_asked_for_is_composed(house: House) -> None:
    assert await house.get(f"/v23.0/{ELEVEN}", fields="id,username") == (200, recorded("meta_11_profile.json"))
    assert (await house.get(f"/v23.0/{TWELVE}", fields=f"id,{STORIES}"))[1].keys() == {
        *recorded("meta_12_profile.json"),
        "stories",
    }


async def test_a_page_asked_without_insights_has_none(house: House) -> None:
    node = (await house.get(f"/v23.0/{ELEVEN}", fields="id,media.limit(50){id,caption}"))[1]

    assert [item["id"] for item in node["media"]["data"]] == [
        item["id"] for item in recorded("meta_11_media_page1.json")["data"]
    ]
    assert not any("insights" in item for item in node["media"]["data"])


async def test_the_next_page_is_found_by_its_cursor(house: House) -> None:
    cursor = recorded("meta_11_media_page1.json")["paging"]["cursors"]["after"]
    answer = await house.get(f"/v23.0/{ELEVEN}/media", fields=f"id,{INSIGHTS}", limit="50", after=cursor)

    assert answer == (200, recorded("meta_11_media_page2.json"))


async def test_the_poisoned_page_is_an_error_and_without_insights_it_is_not(house: House) -> None:
    path = f"/v23.0/{TWELVE}/media"

    poisoned = await house.get(path, fields=f"id,{INSIGHTS}", after=SECOND_OF_TWELVE)
    assert poisoned == (400, recorded("meta_12_media_page2.error.json"))
    plain = await house.get(path, fields="id,caption", after=SECOND_OF_TWELVE)
    assert plain == (200, recorded("meta_12_media_page2_plain.json"))


async def test_insights_are_found_one_by_one_good_or_bad(house: House) -> None:
    good = await house.get("/v23.0/17900000000000207/insights", metric="views,reach")
    bad = await house.get("/v23.0/17900000000000208/insights", metric="views,reach")

    assert good == (200, recorded("meta_17900000000000207_insights.json"))
    assert bad == (400, recorded("meta_17900000000000208_insights.error.json"))


@pytest.mark.parametrize("path", ["/", "/v23.0", "/v23.0/"])
async def test_a_batch_is_answered_one_by_one_in_its_order(house: House, path: str) -> None:
    told_all = await house.batch(
        f"{ELEVEN}?fields=id,{MEDIA},{STORIES}&access_token=secret",
        f"v23.0/{TWELVE}/media?fields=id,{INSIGHTS}&after={SECOND_OF_TWELVE}&access_token=secret",
        "/17900000000000206/insights?metric=views,reach",
        "5/insights",
        path=path,
    )

    assert [element["code"] for element in told_all] == [200, 400, 200, 404]
    assert json.loads(told_all[0]["body"])["stories"] == recorded("meta_11_stories.json")
    assert json.loads(told_all[2]["body"]) == recorded("meta_17900000000000206_insights.json")
    assert told_all[0]["headers"][0]["name"] == "Content-Type"
    assert (house.replay.http_requests, len(house.replay.seen)) == (1, 4)
    assert house.replay.unknown == ["GET /v23.0/5/insights"]
    assert "secret" not in repr(house.replay.seen)


async def test_a_batch_may_come_without_headers(house: House) -> None:
    assert (await house.batch(ELEVEN, include_headers="false"))[0].keys() == {"code", "body"}


async def test_a_bad_part_spoils_the_whole_node(house: House) -> None:
    page = next(r for r in house.replay._recorded if r.told == recorded("meta_12_media_page2.error.json"))
    house.replay._recorded = [r for r in house.replay._recorded if r.path != page.path]
    house.replay._recorded.append(type(page)(**{**vars(page), "after": None}))

    assert await house.get(f"/v23.0/{TWELVE}", fields=f"id,{MEDIA},{STORIES}") == (400, page.told)


async def test_tiktok_knows_the_creator_by_the_token_and_the_page_by_the_cursor(house: House) -> None:
    assert await house.get("/v2/user/info/", "thirteen", fields="open_id") == (200, recorded("tiktok_13_user.json"))
    pages, body = [], {"max_count": 20}
    while True:
        headers = {"Authorization": "Bearer thirteen"}
        answer = (await house.http.post("/v2/video/list/?fields=id", json=body, headers=headers)).json()
        pages.append(answer)
        if not answer["data"]["has_more"]:
            break
        body["cursor"] = answer["data"]["cursor"]

    assert pages == [recorded(f"tiktok_13_videos_{number}.json") for number in (1, 2, 3)]


async def test_tiktok_refuses_a_token_it_does_not_know(house: House) -> None:
    status, answer = await house.get("/v2/user/info/", fields="open_id")

    assert (status, answer["error"]["code"]) == (401, "access_token_invalid")


async def test_what_is_not_recorded_is_not_found_and_remembered(house: House) -> None:
    unknown = {
        "/v23.0/5?fields=id": "GET",
        f"/v23.0/{ELEVEN}?fields=business_discovery.username(x){{id}}": "GET",
        f"/v23.0/{ELEVEN}/media?fields=id&after=elsewhere": "GET",
        f"/v22.0/{ELEVEN}?fields=id": "GET",
        "/api-influencers/involved?campaign-ids=[101]": "GET",
        "/api-influencers/creators": "GET",
        "/v2/video/query/?fields=id": "POST",
    }
    for path, method in unknown.items():
        answer = await house.http.request(method, path, headers={"Authorization": "Bearer eleven"})
        assert answer.status_code == 404, path

    assert house.replay.unknown == [f"{method} {path}" for path, method in unknown.items()]
    assert house.replay.unknown == house.replay.seen


async def test_fields_are_split_where_no_brace_is_open() -> None:
    assert top_level(f"id,{MEDIA},username,{STORIES}") == ["id", MEDIA, "username", STORIES]
    assert top_level("") == []
