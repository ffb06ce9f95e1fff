"""What the older AnalyticsServer did wrong with Instagram, gaps 1 to 16, by their numbers: it is done right here."""

import pytest

from lahmadaemon.demo.social.world import Page, Product
from tests.social.cases.agency import Agency

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_gap_01_the_name_of_an_account_is_instagram_s_and_not_the_page_s(agency: Agency) -> None:
    await agency.begin(join=True)
    creator, accounts = agency.creator(), (await agency.get("/creators/10"))["accounts"]

    names = {each["platform"]: each["username"] for each in accounts}
    assert names == {"instagram": creator.handle, "facebook": None}


async def test_gap_02_all_pages_are_looked_at_though_the_first_has_no_instagram(agency: Agency) -> None:
    agency.campaign(101, "a")
    agency.post("#a")
    agency.creator().other_pages = [Page("555000000000001", "A bakery"), Page("555000000000002", "A band")]
    await agency.begin(join=True)

    assert len([each for each in (await agency.get("/creators/10"))["accounts"] if each["platform"] == "facebook"]) == 3
    assert await agency.belongs() == ["#a"]


async def test_gap_03_an_exchange_that_fails_is_told_as_such_and_connects_nobody(agency: Agency) -> None:
    await agency.sync()
    given = {"meta_token": agency.graph.short_token(10), "facebook_user_id": "1", "meta_scopes": "instagram_basic"}
    agency.graph.kill(10, 463)
    told = await agency.ask("POST", "/api/facebook/token", 400, json=given | {"email": agency.creator().email})

    assert told["error"] == "long_lived_token_retriev_failed"
    assert [each["state"] for each in (await agency.get("/creators/10"))["connections"]] == ["not_connected"] * 2


async def test_gap_04_stories_are_collected(agency: Agency) -> None:
    agency.campaign(101, "a", platforms=(2,))
    agency.post("#a", Product.STORY, age=1)
    await agency.sync()
    await agency.meta(10)
    await agency.stories.turn()

    assert await agency.belongs() == ["#a"]


async def test_gap_05_lists_are_walked_to_their_end(agency: Agency) -> None:
    for hours in range(1, 121):
        agency.post("#a", age=hours)
    agency.creator().other_pages = [Page(f"5550000000{number:05}", "A page") for number in range(120)]
    agency.campaign(101, "a")
    await agency.begin(join=True)

    assert len(await agency.doors.reader.of_campaign(101)) == 120
    accounts = await agency.doors.connections.accounts([10])
    assert len(accounts) == 122, "121 pages, the last of them with an Instagram account"


async def test_gap_06_who_is_connected_is_asked_for_their_own_media_with_what_only_they_may_see(
    agency: Agency,
) -> None:
    post = agency.post("#a")
    await agency.begin()

    told = await agency.told(post)
    assert (told["reach"], told["shares"], told["saves"]) == (780, 6, 9)
    assert not any("business_discovery" in call.url for call in agency.graph.seen)


async def test_gap_07_insights_come_with_the_list_however_many_posts_and_campaigns(agency: Agency) -> None:
    for number in (101, 102):
        agency.campaign(number, "a", platforms=(1, 3))
    for hours in range(1, 41):
        agency.post("#a" if hours % 2 else "nothing", age=hours)
    await agency.sync()
    await agency.meta(10)
    asked = agency.graph.logical_calls
    await agency.collect()

    assert agency.graph.logical_calls - asked == 1
    assert {each["views"] for each in await agency.everything()} == {1000}


async def test_gap_08_a_post_without_insights_hides_none_that_is_older(agency: Agency) -> None:
    agency.campaign(101, "a")
    agency.post("#a first", Product.IMAGE, before_conversion=True, age=1)
    agency.post("#a second", Product.IMAGE, age=2)
    await agency.begin()

    told = (await agency.get("/campaigns/101/posts"))["items"]
    assert [(each["caption"], each["views"]) for each in told] == [("#a first", None), ("#a second", 1000)]


async def test_gap_09_a_story_without_a_caption_hides_none_that_is_older(agency: Agency) -> None:
    agency.campaign(101, "a")
    agency.post(None, Product.STORY, age=1)
    agency.post("#a", Product.STORY, age=2)
    await agency.begin()

    assert await agency.belongs() == ["#a"]
    assert len(await agency.everything()) == 2


async def test_gap_10_each_insight_is_read_by_its_own_name(agency: Agency) -> None:
    agency.campaign(101, "a")
    exact = {"reach": 11, "likes": 12, "comments": 13, "shares": 14, "saved": 15, "total_interactions": 16}
    post = agency.post("#a", views=10, exact=exact)
    await agency.begin()

    told = await agency.told(post)
    names = ("views", "reach", "likes", "comments", "shares", "saves", "total_interactions")
    assert [told[name] for name in names] == [10, 11, 12, 13, 14, 15, 16]


async def test_gap_11_shares_are_known_at_the_first_look(agency: Agency) -> None:
    agency.campaign(101, "a")
    posts = [agency.post("#a", age=2), agency.post("#a", Product.STORY, age=2)]
    await agency.begin()

    assert [(await agency.told(each))["shares"] for each in posts] == [6, 6]
    legacy = await agency.ask("GET", "/api/metrics/post?campaign_id=101")
    assert [each["shares"] for each in legacy["posts"]] == [6, 6], "a key that is new there"


async def test_gap_12_a_campaign_gets_the_kinds_it_wants_and_no_other(agency: Agency) -> None:
    for number, platforms in ((101, (3,)), (102, (1,)), (103, (2,))):
        agency.campaign(number, "a", platforms)
    for product in (Product.IMAGE, Product.REEL, Product.STORY, Product.AD):
        agency.post(f"#a {product}", product, age=2)
    await agency.begin()

    assert [await agency.belongs(each) for each in (101, 102, 103)] == [["#a REELS"], ["#a IMAGE"], ["#a STORY"]]


async def test_gap_13_a_post_from_before_or_after_the_days_of_publishing_does_not_count(agency: Agency) -> None:
    agency.campaign(101, "a", days=(-5, -2))
    for age in (1, 3, 6):
        agency.post(f"#a {age} days ago", age=age * 24)
    await agency.begin()

    assert await agency.belongs() == ["#a 3 days ago"]


async def test_gap_14_a_post_for_two_campaigns_is_told_in_both(agency: Agency) -> None:
    agency.campaign(101, "a")
    agency.campaign(102, "b")
    agency.post("#a #b")
    await agency.begin()

    told = [await agency.ask("GET", f"/api/metrics/post?campaign_id={number}") for number in (101, 102)]
    assert [[each["caption"] for each in one["posts"]] for one in told] == [["#a #b"]] * 2
    assert told[0]["posts"][0]["id"] == told[1]["posts"][0]["id"]


async def test_gap_15_a_known_post_takes_over_its_new_caption_and_links_and_an_image_is_its_own_preview(
    agency: Agency,
) -> None:
    agency.campaign(101, "a, b")
    post = agency.post("#a", Product.IMAGE)
    await agency.begin()
    post.caption, post.product = "#a #b", Product.ALBUM
    await agency.collect()

    told = await agency.told(post)
    assert (told["tags"], told["media_type"], await agency.belongs()) == (["a", "b"], "ALBUM", ["#a #b"])
    assert told["thumbnail_url"] == told["media_url"] != told["permalink"]


async def test_gap_16_meta_s_tokens_are_looked_at_daily_and_renewed_before_they_end(agency: Agency) -> None:
    await agency.begin()
    first = (await agency.get("/creators/10"))["connections"][0]["ends_at"]
    await agency.days(50)
    await agency.logins.turn()

    told = (await agency.get("/creators/10"))["connections"][0]
    assert told["ends_at"] > first
    assert told["checked_at"] == "2026-12-10T17:57:00Z"
    assert (await agency.ask("GET", f"/api/user/valid?id=10&email={agency.creator().email}"))["data"]["meta_valid"]
