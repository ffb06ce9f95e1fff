"""Insights: strict about metrics, and honest about what is not known."""

from typing import Any

import pytest

from lahmadaemon.clock import DAY, HOUR, MINUTE, Instant
from lahmadaemon.demo.social.graph.insights import METRICS, PER_MILLE
from lahmadaemon.demo.social.world import Item, Product
from tests.samples import told
from tests.social.graph_stand_in.asking import COMMON, House, error_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALONE = {"navigation", "crossposted_views", "facebook_views"}


def sampled(name: str) -> Any:
    return told(f"social/meta/{name}")


def item_of(house: House, product: Product) -> Item:
    return next(item for item in [*house.creator.media, *house.creator.stories] if item.product is product)


@pytest.mark.parametrize(
    ("product", "sample"),
    [
        (Product.ALBUM, "insights_feed.json"),
        (Product.REEL, "insights_reels.json"),
        (Product.STORY, "insights_story.json"),
    ],
)
async def test_the_sampled_metrics_of_each_product_come_in_the_sampled_form(
    house: House, product: Product, sample: str
) -> None:
    rows = sampled(sample)["data"]

    answer = await house.get(
        f"{item_of(house, product).id}/insights", metric=",".join(row["name"] for row in rows)
    )  # fmt: skip

    assert [row["name"] for row in answer.json()["data"]] == [row["name"] for row in rows]
    assert all(row.keys() == rows[0].keys() for row in answer.json()["data"])


@pytest.mark.parametrize("product", [Product.IMAGE, Product.ALBUM, Product.REEL, Product.STORY])
async def test_each_product_has_its_metrics_and_no_other(house: House, product: Product) -> None:
    item, known = item_of(house, product), METRICS[product]
    everything = set().union(*METRICS.values())

    allowed = await house.get(f"{item.id}/insights", metric=",".join(sorted(known - ALONE)))

    assert {row["name"] for row in allowed.json()["data"]} == known - ALONE
    for metric in sorted(everything - known - ALONE):
        answer = await house.get(f"{item.id}/insights", metric=f"views,{metric}")
        assert error_of(answer) == (400, 100, None), metric
        assert answer.json()["error"].keys() == sampled("error_100_metric.json")["error"].keys()


@pytest.mark.parametrize("metric", ["impressions", "plays", "engagement", "video_views", "taps_forward", "exits", ""])
async def test_metrics_that_were_taken_away_fail_the_request(house: House, metric: str) -> None:
    answer = await house.get(f"{house.creator.media[0].id}/insights", metric=f"views,{metric}")

    assert error_of(answer) == (400, 100, None)


async def test_insights_without_a_metric_are_an_error(house: House) -> None:
    assert error_of(await house.get(f"{house.creator.media[0].id}/insights")) == (400, 100, None)


async def test_metrics_common_to_posts_and_reels_can_be_asked_of_a_mixed_page_and_others_fail_it_whole(
    house: House,
) -> None:
    good = await house.get(f"{house.ig}/media", fields=f"id,insights.metric({COMMON},reposts)", limit=3)
    bad = await house.get(f"{house.ig}/media", fields="id,insights.metric(views,profile_visits)", limit=3)

    assert all(len(row["insights"]["data"]) == 8 for row in good.json()["data"])
    assert error_of(bad) == (400, 100, None)


async def test_the_numbers_of_the_world_are_told_and_the_formulas_where_it_has_none(house: House) -> None:
    reel = item_of(house, Product.REEL)
    reel.exact = {"views": 15_230, "reach": 12_044, "likes": 412, "comments": 37, "shares": 58, "saved": 96}

    numbers = await house.metrics(reel.id, f"{COMMON},reposts")

    assert numbers == {
        "views": 15_230, "reach": 12_044, "likes": 412, "comments": 37, "shares": 58, "saved": 96,
        "total_interactions": 603, "reposts": 15_230 * PER_MILLE["reposts"] // 1000,
    }  # fmt: skip


async def test_watch_times_are_milliseconds_and_the_skip_rate_has_a_fraction(house: House) -> None:
    reel = item_of(house, Product.REEL)

    numbers = await house.metrics(
        reel.id, "views,ig_reels_avg_watch_time,ig_reels_video_view_total_time,reels_skip_rate"
    )

    assert numbers["ig_reels_video_view_total_time"] == numbers["views"] * numbers["ig_reels_avg_watch_time"]
    assert isinstance(numbers["reels_skip_rate"], float)


async def test_replies_are_none_for_europeans(house: House) -> None:
    assert await house.metrics(item_of(house, Product.STORY).id, "replies") == {"replies": 0}


@pytest.mark.parametrize(
    ("product", "metric", "code", "subcode"),
    [
        (Product.REEL, "crossposted_views", -1, 2207086),
        (Product.IMAGE, "crossposted_views", 100, None),
        (Product.REEL, "facebook_views", -1, 2207086),
        (Product.STORY, "facebook_views", -1, 2207086),
    ],
)
async def test_metrics_of_both_networks_fail_for_media_on_one(
    house: House, product: Product, metric: str, code: int, subcode: int | None
) -> None:
    answer = await house.get(f"{item_of(house, product).id}/insights", metric=f"views,{metric}")

    assert error_of(answer) == (400, code, subcode)


@pytest.mark.parametrize("last", ["1", "2"])
async def test_navigation_is_broken_down_in_small_letters_or_capitals(house: House, last: str) -> None:
    story = item_of(house, Product.STORY)
    story.id = story.id[:-1] + last
    asked = {"metric": "navigation", "breakdown": "story_navigation_action_type"}

    answer = (await house.get(f"{story.id}/insights", **asked)).json()

    name = "insights_story_navigation_upper.json" if last == "1" else "insights_story_navigation.json"
    (row,), (sample,) = answer["data"], sampled(name)["data"]
    assert row.keys() == sample.keys()
    parts, sample_parts = row["total_value"]["breakdowns"][0], sample["total_value"]["breakdowns"][0]
    assert parts["dimension_keys"] == sample_parts["dimension_keys"]
    names = [result["dimension_values"] for result in sample_parts["results"]]
    assert [result["dimension_values"] for result in parts["results"]] == names
    assert row["total_value"]["value"] == sum(result["value"] for result in parts["results"])


async def test_navigation_asked_for_with_others_is_an_unknown_error(house: House) -> None:
    story = f"{item_of(house, Product.STORY).id}/insights"

    assert error_of(await house.get(story, metric="navigation,views")) == (500, 1, None)
    assert error_of(await house.get(story, metric="views", breakdown="story_navigation_action_type")) == (500, 1, None)
    assert error_of(await house.get(story, metric="views", breakdown="age")) == (400, 100, None)
    assert error_of(await house.get(f"{house.ig}/stories", fields="insights.metric(navigation).breakdown(x)")) == (
        400, 100, None,
    )  # fmt: skip


async def test_profile_activity_comes_with_its_breakdown(house: House) -> None:
    image = item_of(house, Product.IMAGE)

    answer = await house.get(f"{image.id}/insights", metric="profile_activity", breakdown="action_type")

    (row,), (sample,) = answer.json()["data"], sampled("insights_feed_profile_activity.json")["data"]
    assert row.keys() == sample.keys()
    assert row["total_value"]["breakdowns"][0].keys() == sample["total_value"]["breakdowns"][0].keys()


async def test_only_lifetimes_can_be_asked_for(house: House) -> None:
    media = f"{house.creator.media[0].id}/insights"

    assert (await house.get(media, metric="views", period="lifetime")).status_code == 200
    assert error_of(await house.get(media, metric="views", period="day")) == (400, 100, None)
    assert error_of(await house.get(f"{house.ig}/media", fields="insights.metric(views){mean}")) == (400, 100, None)


async def test_insights_that_are_not_ready_are_an_empty_list(house: House) -> None:
    item = house.creator.media[0]
    item.insights_ready = False

    assert (await house.get(f"{item.id}/insights", metric="views")).json() == sampled("insights_empty.json")
    row = (await house.media(fields="id,insights.metric(views)", limit=1))["data"][0]
    assert row["insights"] == {"data": []}


async def test_reach_comes_an_hour_after_views(house: House) -> None:
    item = house.creator.media[0]
    item.published_at = Instant(house.clock.now() - 59 * MINUTE)
    assert (await house.metrics(item.id, "views,reach")).keys() == {"views"}

    await house.clock.advance(60)

    assert (await house.metrics(item.id, "views,reach")).keys() == {"views", "reach"}


async def test_insights_are_kept_for_two_years(house: House) -> None:
    item = house.creator.media[-1]
    item.published_at = Instant(house.clock.now() - 730 * DAY)
    assert await house.metrics(item.id, "views")

    await house.clock.advance(1)

    assert await house.metrics(item.id, "views") == {}


async def test_media_from_before_the_conversion_poison_every_request_they_are_in(house: House) -> None:
    house.creator.media[7].before_conversion = True
    with_insights = "id,insights.metric(views){values}"

    alone = await house.get(f"{house.creator.media[7].id}/insights", metric="views")
    page = await house.get(f"{house.ig}/media", fields=with_insights, limit=10)
    node = await house.get(house.ig, fields=f"username,media.limit(10){{{with_insights}}}")

    for answer in (alone, page, node):
        assert error_of(answer) == (400, 100, 2108006)
        assert answer.json()["error"].keys() == sampled("error_100_2108006_before_conversion.json")["error"].keys()
        assert answer.json()["error"]["type"] == "IGApiException"
    assert len((await house.media(fields="id,like_count", limit=10))["data"]) == 10
    assert len((await house.media(fields=with_insights, limit=7))["data"]) == 7


async def test_a_story_few_have_seen_is_refused_with_a_ten_that_is_no_matter_of_permission(house: House) -> None:
    story = house.creator.stories[0]
    story.few_viewers = True

    answer = await house.get(f"{story.id}/insights", metric="views")

    assert error_of(answer) == (400, 10, None)
    assert answer.json()["error"].keys() == sampled("error_10_few_viewers.json")["error"].keys()
    page = await house.get(f"{house.ig}/stories", fields="id,insights.metric(views)")
    assert error_of(page) == (400, 10, None)


async def test_a_story_that_is_just_out_has_few_viewers_for_a_while(house: House) -> None:
    fresh = Item("18000000000000998", Product.STORY, house.clock.now(), None, 90_000)
    house.creator.stories.insert(0, fresh)
    assert error_of(await house.get(f"{fresh.id}/insights", metric="views")) == (400, 10, None)

    await house.clock.advance(HOUR / 1000)

    assert (await house.metrics(fresh.id, "views"))["views"] > 5


async def test_insights_need_their_permission(house: House) -> None:
    house.graph.grant(10, "instagram_basic")

    answer = await house.get(f"{house.creator.media[0].id}/insights", metric="views")

    assert error_of(answer) == (403, 10, None)
    assert answer.json()["error"].keys() == sampled("error_10_permission.json")["error"].keys()
    assert error_of(await house.get(f"{house.ig}/media", fields="id,insights.metric(views)")) == (403, 10, None)
    assert (await house.get(f"{house.ig}/media", fields="id,like_count")).status_code == 200
