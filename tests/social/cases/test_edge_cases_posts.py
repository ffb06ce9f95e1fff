"""The edge cases of posts, 13 to 22, by their numbers: what they belong to, what of them is unknown and why, and their end."""

import pytest

from lahmadaemon.clock import HOUR
from lahmadaemon.demo.social.world import Product
from lahmadaemon.social.meta.rows import media
from tests.social.cases.agency import Agency, Json
from tests.social.meta import walking

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_edge_case_13_a_post_belongs_to_many_campaigns_and_its_creator_is_asked_for_once(agency: Agency) -> None:
    for number in (101, 102, 103):
        agency.campaign(number, "a")
    agency.post("#a")
    await agency.sync()
    await agency.meta(10)
    agency.graph.begin_cycle()
    asked = agency.graph.logical_calls
    await agency.collect()

    assert [await agency.belongs(number) for number in (101, 102, 103)] == [["#a"]] * 3
    assert agency.graph.logical_calls - asked == 1
    assert agency.graph.duplicates() == []


async def test_edge_case_14_a_post_that_two_looks_miss_is_gone_with_its_numbers_and_comes_back_alive(
    agency: Agency,
) -> None:
    agency.campaign(101, "a")
    post = agency.post("#a", views=500)
    await agency.begin()
    post.deleted, states = True, []
    for _ in range(2):
        await agency.days(1)
        await agency.collect()
        told = await agency.told(post)
        states.append((told["state"], told["views"]))
    post.deleted = False
    await agency.days(1)
    await agency.collect()

    assert states == [("live", 500), ("gone", 500)]
    assert (await agency.told(post))["state"] == "live"


async def test_edge_case_15_what_is_hidden_or_not_told_is_unknown_and_never_0(agency: Agency) -> None:
    agency.campaign(101, "a")
    post = agency.post("#a", likes_hidden=True)
    await agency.begin()

    told = await agency.told(post)
    assert (told["likes"], told["interactions_known"]) == (None, ["comments", "shares", "saves"])
    assert "likes_hidden" in told["flags"]
    silent = {name: value for name, value in walking.media(1).items() if name not in ("comments_count", "shares_count")}
    row = media(silent)
    assert row
    assert row.counts == {"likes": 10, "saves": 1}, "comments are disabled, and nobody says how often it was shared"


async def test_edge_case_16_an_album_is_one_post_with_a_preview_and_links_are_fresh_as_of_the_last_look(
    agency: Agency,
) -> None:
    agency.campaign(101, "a")
    post = agency.post("#a", Product.ALBUM)
    video = agency.post("#a", Product.VIDEO)
    await agency.begin(tiktok=True)
    before = [await agency.told(each) for each in (post, video)]
    await agency.later(7)
    await agency.collect()
    after = [await agency.told(each) for each in (post, video)]

    assert len(await agency.everything()) == 2
    assert (before[0]["media_type"], before[0]["thumbnail_url"]) == ("ALBUM", before[0]["media_url"])
    assert before[1]["thumbnail_url"] != after[1]["thumbnail_url"], "it is good for six hours"
    for old, new in zip(before, after, strict=True):
        assert old["permalink"] == new["permalink"]
        assert (old["links_at"], new["links_at"]) == ("2026-10-21T17:57:00Z", "2026-10-22T00:57:00Z")


async def test_edge_case_17_an_advertisement_is_no_reel_and_a_caption_edited_later_is_read(agency: Agency) -> None:
    agency.campaign(101, "a", platforms=(3,))
    advertisement = agency.post("#a", Product.AD, age=1)
    agency.post("#a", Product.IMAGE, age=2)
    reel = agency.post("later", Product.REEL, age=3)
    await agency.begin()
    assert await agency.belongs() == []
    assert (await agency.told(advertisement))["kind"] == "other"

    reel.caption = "later #a"
    await agency.collect()
    assert await agency.belongs() == ["later #a"]


async def test_edge_case_18_numbers_may_fall_and_the_highest_is_remembered_with_its_time(agency: Agency) -> None:
    agency.campaign(101, "a")
    post = agency.post("#a", exact={"likes": 90, "reach": 700})
    await agency.begin()
    post.exact |= {"likes": 80, "reach": 650}
    await agency.later(3)
    await agency.collect()

    told: Json = await agency.get(f"/posts/instagram/{post.id}/captures")
    assert [(each["likes"], each["reach"]) for each in told["items"]] == [(90, 700), (80, 650)]
    assert told["items"][1]["growth"]["gained"]["likes"] == -10
    height = told["heights"]["likes"]
    assert (height["latest"], height["peak"], height["peak_at"]) == (80, 90, "2026-10-21T17:57:00Z")


async def test_edge_case_19_insights_that_are_not_ready_are_unknown_and_take_nothing_away(agency: Agency) -> None:
    agency.campaign(101, "a")
    post = agency.post("#a", insights_ready=False, views=300)
    await agency.begin()
    seen = []
    for ready in (False, True, False):
        post.insights_ready = ready
        await agency.later(3)
        await agency.collect()
        told = await agency.told(post)
        seen.append((told["views"], told["insights_status"]))

    assert seen == [(None, "empty"), (300, "ok"), (300, "ok")]
    readings = (await agency.get(f"/posts/instagram/{post.id}/captures"))["items"]
    assert [each["views"] for each in readings] == [None, None, 300, None], "each reading is kept as it was"


async def test_edge_case_20_a_post_that_comes_through_two_creators_is_one(agency: Agency) -> None:
    agency.campaign(101, "a")
    first, second = agency.creator(10), agency.creator(11)
    second.page_id, second.instagram_id, second.handle = first.page_id, first.instagram_id, first.handle
    second.media = first.media
    post = agency.post("#a", views=40)
    await agency.begin(10, 11)

    assert await agency.belongs() == ["#a"]
    assert (await agency.told(post))["creator_id"] == 10
    assert (await agency.get("/campaigns/101"))["totals"]["total_views"] == 40


async def test_edge_case_21_three_lasting_reasons_for_no_insights_are_told_apart(agency: Agency) -> None:
    agency.campaign(101, "a", days=(-800, 7))
    posts = [
        agency.post("#a", before_conversion=True, age=40),
        agency.post("#a", age=760 * 24),
        agency.post("#a", Product.STORY, views=3, age=2),
        agency.post("#a", age=3),
    ]
    await agency.begin()

    told = [await agency.told(each) for each in posts]
    assert [each["insights_status"] for each in told] == ["before_conversion", "too_old", "few_viewers", "ok"]
    assert [each["views"] for each in told] == [None, None, None, 1000]
    assert [each["likes"] for each in told] == [45, 45, None, 45], "plain fields come all the same"


async def test_edge_case_22_stories_are_read_every_three_hours_and_once_more_before_they_end(agency: Agency) -> None:
    agency.campaign(101, "a")
    story = agency.post("#a", Product.STORY, age=0)
    await agency.sync()
    await agency.meta(10)
    for hours in (1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 1, 1, 0.5, 0.5, 0.5):
        await agency.stories.turn()
        await agency.later(hours)

    readings = await agency.doors.reader.captures((await agency.doors.reader.of_creator(10))[0].post.platform, story.id)
    ages = [(each.taken_at - story.published_at) / HOUR for each in readings]
    assert [round(age, 1) for age in ages] == [0, 3, 6, 9, 12, 15, 18, 21, 23.5]
    assert set(readings[-1].numbers.more) > {"navigation.tap_forward"}
    assert (await agency.told(story))["state"] == "expired"


async def test_edge_case_22_a_story_that_is_deleted_early_is_gone_and_keeps_its_numbers(agency: Agency) -> None:
    agency.campaign(101, "a")
    story = agency.post("#a", Product.STORY, age=1, views=70)
    await agency.sync()
    await agency.meta(10)
    states = []
    for hours in (3, 3, 3, 24):
        await agency.stories.turn()
        states.append((await agency.told(story))["state"])
        story.deleted = True
        await agency.later(hours)
    told = await agency.told(story)

    assert states == ["live", "live", "gone", "gone"]
    assert (told["state"], told["views"]) == ("gone", 70)
