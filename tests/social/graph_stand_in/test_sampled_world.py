"""The sampled world, put into ours: the stand-in tells it as it was sampled."""

from datetime import datetime
from typing import Any

import pytest

from lahmadaemon.clock import Instant, instant
from lahmadaemon.demo.social.graph import Graph
from lahmadaemon.demo.social.world import Creator, Item, Product, World
from tests.fakes.clock import FakeClock
from tests.samples import told
from tests.social.fronting import Front
from tests.social.graph_stand_in.asking import House, error_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = instant(datetime.fromisoformat("2026-09-10T12:00:00+00:00"))
LINKS = {"permalink", "shortcode", "media_url", "thumbnail_url"}
NUMBERS = {"like_count": "likes", "comments_count": "comments", "saved_count": "saved", "shares_count": "shares"}
PRODUCTS = {"REELS": Product.REEL, "STORY": Product.STORY, "AD": Product.AD}


def world(name: str) -> Any:
    return told(f"social/world/{name}")


def item_of(row: dict[str, Any]) -> Item:
    exact = {ours: row[theirs] for theirs, ours in NUMBERS.items() if theirs in row}
    metrics = row.get("insights", {}).get("data", ())
    exact |= {metric["name"]: metric["values"][0]["value"] for metric in metrics}
    kind = Product.ALBUM if row["media_type"] == "CAROUSEL_ALBUM" else Product.IMAGE
    return Item(
        row["id"], PRODUCTS.get(row["media_product_type"], kind), Instant(instant(datetime.fromisoformat(row["timestamp"]))),
        row.get("caption"), 0, likes_hidden="like_count" not in row,
        insights_ready=bool(metrics), exact=exact,
        before_conversion=row["id"] == "17900000000000208",
    )  # fmt: skip


def rows_of(number: int) -> list[dict[str, Any]]:
    second = f"meta_{number}_media_page2{'_plain' if number == 12 else ''}.json"
    rows: list[dict[str, Any]] = [*world(f"meta_{number}_media_page1.json")["data"], *world(second)["data"]]
    for row in rows:
        if "insights" not in row and row["id"] != "17900000000000208":
            row["insights"] = world(f"meta_{row['id']}_insights.json")
    return rows


def creator_of(number: int) -> Creator:
    (page,) = world(f"meta_{number}_accounts.json")["data"]
    account = page["instagram_business_account"]
    made = Creator(
        number, f"{number}@creators.example.org", account["name"], account["username"], f"2000000000000{number}", page["id"],
        account["id"], "", account["followers_count"],
    )  # fmt: skip
    made.media = [item_of(row) for row in rows_of(number)]
    made.stories = [item_of(row) for row in world(f"meta_{number}_stories.json")["data"]]
    return made


@pytest.fixture(params=[11, 12])
def sampled(front: Front, request: pytest.FixtureRequest) -> House:
    number, clock = request.param, FakeClock(NOW)
    creators = {number: creator_of(number)}
    front.app = graph = Graph(World(creators, {}, {}), clock)
    return House(graph, World({10: creators[number]}, {}, {}), clock, front.http, graph.page_token(number))


def bare(row: dict[str, Any], keys: set[str]) -> dict[str, Any]:
    """Without links, which are ours, and without the words of insights."""
    left = {name: value for name, value in row.items() if name in keys - LINKS - {"insights"}}
    metrics = row.get("insights", {}).get("data", ())
    return left | {metric["name"]: (metric["id"], metric["period"], metric["values"]) for metric in metrics}


async def test_every_post_is_told_as_it_was_sampled(sampled: House) -> None:
    sampled.creator.media = [item for item in sampled.creator.media if not item.before_conversion]
    rows = [row for row in rows_of(sampled.creator.id) if row["id"] != "17900000000000208"]
    keys = set().union(*rows)
    fields = ",".join(keys - {"insights"}) + ",insights.metric(views,reach)"

    answer = await sampled.media(fields=fields, limit=100)

    assert [bare(row, keys) for row in answer["data"]] == [bare(row, keys) for row in rows]
    assert [row.keys() for row in answer["data"]] == [row.keys() for row in rows]


async def test_every_story_is_told_as_it_was_sampled(sampled: House) -> None:
    rows = world(f"meta_{sampled.creator.id}_stories.json")["data"]
    keys = set().union(*rows) - {"insights"} or {"id"}
    fields = ",".join(keys) + ",insights.metric(views,reach,shares,replies,total_interactions)"

    answer = (await sampled.get(f"{sampled.ig}/stories", fields=fields)).json()

    assert [bare(row, keys) for row in answer["data"]] == [bare(row, keys) for row in rows]


async def test_the_account_is_found_as_it_was_sampled(sampled: House) -> None:
    (page,) = world(f"meta_{sampled.creator.id}_accounts.json")["data"]
    inner = ",".join(page["instagram_business_account"])
    fields = f"id,access_token,tasks,instagram_business_account{{{inner}}}"

    answer = await sampled.get("me/accounts", sampled.graph.long_token(sampled.creator.id), fields=fields)

    (found,) = answer.json()["data"]
    assert found.keys() == page.keys() - {"name"}
    for name in ("id", "username", "name", "followers_count"):
        assert found["instagram_business_account"][name] == page["instagram_business_account"][name]


async def test_a_poisoned_page_is_poisoned_as_it_was_sampled(sampled: House) -> None:
    poisoned = any(item.before_conversion for item in sampled.creator.media)
    rows = world(f"meta_{sampled.creator.id}_media_page1.json")["data"]
    first = await sampled.media(fields="id,insights.metric(views,reach)", limit=len(rows))

    after = first["paging"]["cursors"]["after"]
    second = await sampled.get(f"{sampled.ig}/media", fields="id,insights.metric(views,reach)", after=after)

    assert poisoned == (sampled.creator.id == 12)
    if poisoned:
        assert error_of(second) == (400, 100, 2108006)
        sample = world("meta_12_media_page2.error.json")["error"]
        assert second.json()["error"].keys() == sample.keys()
        assert second.json()["error"]["type"] == sample["type"]
    else:
        assert second.status_code == 200
