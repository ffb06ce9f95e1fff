"""Facebook: the pages of a creator, and what is posted there."""

from typing import Any

import pytest

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.demo.social.world import Page
from tests.samples import told
from tests.social.graph_stand_in.asking import House, error_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACCOUNTS = (
    "id,name,access_token,tasks,"
    "instagram_business_account{id,username,name,profile_picture_url,followers_count,media_count}"
)
POSTS = "id,message,created_time,permalink_url,full_picture,shares,attachments{media_type}"
SUMS = "reactions.limit(0).summary(total_count),comments.limit(0).summary(total_count)"


def sampled(name: str) -> Any:
    return told(f"social/meta/{name}")


@pytest.fixture
def several(house: House) -> House:
    """Pages as in the sample: the first without Instagram, two with, and one more without."""
    house.creator.other_pages = [
        Page("100000000000021", "Zahrada"),
        Page("100000000000022", "Obchod", "17841400000000022", "shop.example", 310),
        Page("100000000000023", "Starý projekt"),
    ]
    return house


async def test_all_pages_come_with_their_tokens_and_instagram_accounts(several: House) -> None:
    answer = (await several.get("me/accounts", several.graph.long_token(10), fields=ACCOUNTS, limit=100)).json()

    garden, shop, old, own = answer["data"]
    without, with_one = sampled("accounts_page1.json")["data"]
    assert garden.keys() == old.keys() == without.keys()
    assert shop.keys() == own.keys() == with_one.keys()
    assert own["instagram_business_account"].keys() == with_one["instagram_business_account"].keys()
    assert [page["instagram_business_account"]["id"] for page in (shop, own)] == ["17841400000000022", several.ig]
    assert (await several.get(shop["instagram_business_account"]["id"], shop["access_token"])).status_code == 200


async def test_pages_come_page_by_page_to_the_end(several: House) -> None:
    token, seen = several.graph.long_token(10), []
    page = (await several.get("me/accounts", token, fields="id", limit=3)).json()
    assert page["paging"].keys() == sampled("accounts_page1.json")["paging"].keys()
    while page["data"]:
        seen += [row["id"] for row in page["data"]]
        page = (await several.get("me/accounts", token, limit=3, after=page["paging"]["cursors"]["after"])).json()

    assert seen == ["100000000000021", "100000000000022", "100000000000023", several.creator.page_id]
    assert page["paging"].keys() - {"previous"} == sampled("accounts_page3_empty.json")["paging"].keys()


async def test_who_has_no_page_or_does_not_show_them_has_an_empty_list(house: House) -> None:
    token = house.graph.long_token(10)
    house.graph.grant(10, "instagram_basic")
    assert (await house.get("me/accounts", token)).json() == sampled("accounts_none.json")

    house.graph.grant(10, "pages_show_list")
    house.creator.page_id = ""
    assert (await house.get("me/accounts", token)).json() == sampled("accounts_none.json")


async def test_the_name_of_a_page_is_not_the_name_on_instagram(house: House) -> None:
    page = (await house.get("me", fields="username,instagram_business_account{username}")).json()

    assert page["instagram_business_account"]["username"] == house.creator.handle
    assert page["username"] != house.creator.handle


async def test_a_page_token_sees_its_own_page_only(several: House) -> None:
    theirs = several.graph.page_token(10, "100000000000022")

    assert (await several.get("me", theirs)).json() == {"name": "Obchod", "id": "100000000000022"}
    assert error_of(await several.get(several.ig, theirs)) == (400, 100, 33)
    assert error_of(await several.get(several.creator.page_id, theirs)) == (400, 100, 33)
    assert error_of(await several.get(several.creator.facebook_id, theirs)) == (400, 100, 33)


async def test_posts_of_a_page_look_as_sampled(house: House) -> None:
    house.creator.page_posts[0].exact = {"shares": 4}
    house.creator.page_posts[1].exact = {"shares": 0}
    house.creator.page_posts[1].caption = None

    for edge in ("published_posts", "posts"):
        answer = (await house.get(f"{house.creator.page_id}/{edge}", fields=POSTS, limit=100)).json()
        by_kind = {
            row["attachments"]["data"][0]["media_type"]: row for row in sampled("facebook_published_posts.json")["data"]
        }
        one, other, *_ = answer["data"]
        assert one["shares"] == {"count": 4}
        assert not {"shares", "message"} & other.keys()
        for row in answer["data"]:
            (kind,) = row["attachments"]["data"]
            extra = {"shares", "message"}
            assert row.keys() - extra == by_kind[kind["media_type"]].keys() - extra
        assert answer["paging"].keys() == sampled("facebook_published_posts.json")["paging"].keys()


async def test_posts_can_come_with_their_page(house: House) -> None:
    answer = (await house.get(house.creator.page_id, fields=f"id,name,published_posts.limit(2){{{POSTS}}}")).json()

    assert [row["id"] for row in answer["published_posts"]["data"]] == [
        item.id for item in house.creator.page_posts[:2]
    ]


async def test_sums_of_a_post_come_without_anybodys_name(house: House) -> None:
    post = house.creator.page_posts[0]
    post.exact = {"reactions": 61, "comments": 7}

    answer = (await house.get(post.id, fields=SUMS)).json()

    assert answer == {**sampled("facebook_post_summary.json"), "id": post.id}
    assert error_of(await house.get(post.id, fields="reactions.summary(likes)")) == (400, 100, None)


async def test_a_list_with_sums_lacks_posts(house: House) -> None:
    plain = (await house.get(f"{house.creator.page_id}/published_posts", fields="id")).json()["data"]
    summed = (await house.get(f"{house.creator.page_id}/published_posts", fields=f"id,{SUMS}")).json()["data"]

    assert len(plain) == 4
    assert len(summed) < len(plain)


async def test_insights_of_a_post_are_those_that_are_left(house: House) -> None:
    post = house.creator.page_posts[0]
    post.exact = {"views": 1840, "reach": 1502, "reactions": 64}
    metric = ",".join(row["name"] for row in sampled("facebook_post_insights.json")["data"])

    rows = (await house.get(f"{post.id}/insights", metric=metric, period="lifetime")).json()["data"]

    for row, sample in zip(rows, sampled("facebook_post_insights.json")["data"], strict=True):
        assert row.keys() - {"title", "description"} == sample.keys()
        assert row["values"] == sample["values"]
    for gone in ("post_impressions", "post_impressions_unique", "post_engaged_users", ""):
        assert error_of(await house.get(f"{post.id}/insights", metric=f"post_clicks,{gone}")) == (400, 100, None)


async def test_views_of_a_post_come_twice_where_no_period_is_asked_for(house: House) -> None:
    post = house.creator.page_posts[0]
    post.exact = {"views": 1840}

    rows = (await house.get(f"{post.id}/insights", metric="post_media_view")).json()["data"]

    told_by_period = {row["period"]: row["values"][0]["value"] for row in rows}
    sample = sampled("insights_two_periods.json")["data"]
    assert (
        told_by_period == {row["period"]: row["values"][0]["value"] for row in sample} == {"lifetime": 1840, "day": 0}
    )


async def test_insights_of_a_post_that_are_not_ready_or_too_old_are_an_empty_list(house: House) -> None:
    fresh, old, *_ = house.creator.page_posts
    fresh.insights_ready = False
    old.published_at = Instant(house.clock.now() - 731 * DAY)

    for post in (fresh, old):
        assert (await house.get(f"{post.id}/insights", metric="post_clicks")).json() == {"data": []}


async def test_posts_and_their_insights_need_their_permissions(house: House) -> None:
    post = house.creator.page_posts[0].id
    house.graph.grant(10, "pages_read_engagement")
    assert error_of(await house.get(f"{post}/insights", metric="post_clicks")) == (403, 10, None)

    house.graph.grant(10, "read_insights")
    assert error_of(await house.get(post)) == (403, 10, None)
    assert error_of(await house.get(f"{house.creator.page_id}/published_posts")) == (403, 10, None)


async def test_a_deleted_post_of_a_page_is_gone(house: House) -> None:
    house.creator.page_posts[0].deleted = True

    assert error_of(await house.get(house.creator.page_posts[0].id)) == (400, 100, 33)
    assert len((await house.get(f"{house.creator.page_id}/posts")).json()["data"]) == 3
