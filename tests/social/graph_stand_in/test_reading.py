"""Profiles, media, stories and their pages, as the stand-in for the Graph API shows them."""

from typing import Any

import pytest

from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant
from lahmadaemon.demo.social.world import Item, Product
from tests.samples import told
from tests.social.graph_stand_in.asking import COMMON, LIST, House, error_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROFILE = "id,username,name,profile_picture_url,followers_count,follows_count,media_count"


def sampled(name: str) -> Any:
    return told(f"social/meta/{name}")


async def test_a_profile_has_the_sampled_fields_and_only_those_asked_for(house: House) -> None:
    profile = (await house.get(house.ig, fields=PROFILE)).json()

    assert profile.keys() == sampled("profile_expanded.json").keys() - {"media", "stories"}
    assert profile["username"] == house.creator.handle
    assert (profile["followers_count"], profile["media_count"]) == (house.creator.followers, 30)
    assert (await house.get(house.ig)).json() == {"id": house.ig}
    assert (await house.get(house.ig, fields="username")).json() == {"username": house.creator.handle, "id": house.ig}


async def test_all_profile_fields_that_owners_can_read_are_there_and_account_type_is_not(house: House) -> None:
    known = f"{PROFILE},biography,website,has_profile_pic,is_published,legacy_instagram_user_id"

    assert (await house.get(house.ig, fields=known)).status_code == 200
    assert error_of(await house.get(house.ig, fields="account_type")) == (400, 100, None)


async def test_rows_of_media_have_the_sampled_keys(house: House) -> None:
    rows = (await house.media(fields=f"{LIST},insights.metric({COMMON}){{name,period,values}}", limit=3))["data"]

    reel, image, album = rows
    by_product = {row["media_type"]: row for row in sampled("media_page1.json")["data"] if "like_count" in row}
    assert reel.keys() == by_product["VIDEO"].keys() | {"caption", "media_url"}
    assert album.keys() == by_product["CAROUSEL_ALBUM"].keys() - {"children"}
    assert image.keys() == album.keys()
    insight = reel["insights"]["data"][0]
    assert insight.keys() == {"name", "period", "values", "id"}
    assert insight == {
        "name": "views", "period": "lifetime", "values": [{"value": house.creator.media[0].views(house.clock.now())}],
        "id": f"{reel['id']}/insights/views/lifetime",
    }  # fmt: skip


async def test_times_are_written_without_a_colon_in_the_zone(house: House) -> None:
    house.creator.media[0].published_at = Instant(1_554_450_992_000)

    row = (await house.get(house.creator.media[0].id, fields="timestamp")).json()

    assert row["timestamp"] == "2019-04-05T07:56:32+0000"


async def test_every_field_that_owners_can_read_of_media_is_there(house: House) -> None:
    known = (
        f"{LIST},is_comment_enabled,alt_text,media_audio_type,boost_ads_list,boost_eligibility_info,"
        "legacy_instagram_media_id,total_like_count,total_comments_count,total_views_count,children{id,media_type,media_url}"
    )
    reel, image, album = (await house.media(fields=known, limit=3))["data"]

    assert reel["total_views_count"] > 0
    assert "total_views_count" not in image
    assert "thumbnail_url" not in image
    assert [child["media_type"] for child in album["children"]["data"]] == ["IMAGE", "VIDEO"]
    assert album["children"]["data"][0].keys() == {"id", "media_type", "media_url"}
    assert "children" not in reel


async def test_advertisements_are_a_product_of_their_own(house: House) -> None:
    house.creator.media[0].product = Product.AD

    row = (await house.media(fields="media_type,media_product_type", limit=1))["data"][0]

    assert (row["media_type"], row["media_product_type"]) == ("VIDEO", "AD")


async def test_hidden_likes_are_left_out_and_still_counted_in_the_sum(house: House) -> None:
    item = house.creator.media[0]
    item.likes_hidden, item.exact = True, {"likes": 40, "comments": 3, "saved": 2, "shares": 1}

    row = (await house.media(fields="like_count,total_like_count,comments_count", limit=1))["data"][0]

    assert row == {"comments_count": 3, "id": item.id}
    assert await house.metrics(item.id, "likes,comments,total_interactions") == {
        "comments": 3,
        "total_interactions": 46,
    }


async def test_a_post_without_caption_has_no_caption(house: House) -> None:
    house.creator.media[0].caption = None

    assert "caption" not in (await house.media(fields="id,caption", limit=1))["data"][0]


async def test_numbers_grow_with_the_clock(house: House) -> None:
    item = house.creator.media[0]
    item.appeal = 80_000
    before = (await house.media(fields="like_count", limit=1))["data"][0]["like_count"]

    await house.clock.advance(6 * 3600)
    after = (await house.media(fields="like_count", limit=1))["data"][0]["like_count"]

    assert after > before
    assert after == item.views(house.clock.now()) * 45 // 1000


async def test_an_unknown_field_and_one_of_discovery_alone_fail_the_whole_request(house: House) -> None:
    assert error_of(await house.get(f"{house.ig}/media", fields="id,branded_content_partner")) == (400, 100, None)
    assert error_of(await house.get(f"{house.ig}/media", fields="id,view_count")) == (400, 36104, None)
    assert error_of(await house.get(house.ig, fields="media{view_count}")) == (400, 36104, None)
    assert error_of(await house.get(house.ig, fields="username{id}")) == (400, 100, None)
    assert error_of(await house.get(house.ig, fields="media.order(x){id}")) == (400, 100, None)
    assert error_of(await house.get(f"{house.ig}/stories", fields="fields=id,caption")) == (400, 2500, None)
    assert error_of(await house.get(f"{house.ig}/likes")) == (400, 2500, None)


async def test_media_come_newest_first_page_by_page_until_there_is_no_next(house: House) -> None:
    seen: list[str] = []
    pages: list[Any] = []
    after: dict[str, str] = {}
    while True:
        page = await house.media(fields="id", limit=12, **after)
        pages.append(page)
        seen += [row["id"] for row in page["data"]]
        if "next" not in page["paging"]:
            break
        after = {"after": page["paging"]["cursors"]["after"]}

    assert seen == [item.id for item in house.creator.media]
    assert [len(page["data"]) for page in pages] == [12, 12, 6]
    assert pages[0]["paging"].keys() == sampled("media_page1.json")["paging"].keys()
    assert sampled("media_page2.json")["paging"].keys() <= pages[2]["paging"].keys()


async def test_behind_the_last_page_there_is_an_empty_one_with_cursors(house: House) -> None:
    last = await house.media(fields="id", limit=30)
    beyond = await house.media(fields="id", limit=30, after=last["paging"]["cursors"]["after"])

    assert "next" not in last["paging"]
    assert beyond["data"] == []
    assert beyond["paging"].keys() - {"previous"} == sampled("accounts_page3_empty.json")["paging"].keys()


async def test_the_address_of_the_next_page_works_and_has_the_token_in_it(house: House) -> None:
    first = await house.media(fields="id,caption", limit=20)
    answer = await house.http.get(first["paging"]["next"])

    assert house.token in first["paging"]["next"]
    assert [row["id"] for row in answer.json()["data"]] == [item.id for item in house.creator.media[20:]]
    assert "caption" in answer.json()["data"][0]
    back = await house.http.get(answer.json()["paging"]["previous"])
    assert [row["id"] for row in back.json()["data"]] == [row["id"] for row in first["data"]]


async def test_twenty_five_come_where_no_limit_is_asked_for_and_more_than_a_hundred_never(house: House) -> None:
    assert len((await house.media(fields="id"))["data"]) == 25
    assert error_of(await house.get(f"{house.ig}/media", limit=101)) == (400, 100, None)
    assert error_of(await house.get(f"{house.ig}/media", limit="many")) == (400, 100, None)


async def test_a_page_whose_posts_are_all_deleted_is_empty_and_not_the_last(house: House) -> None:
    for item in house.creator.media[:4]:
        item.deleted = True

    page = await house.media(fields="id", limit=4)

    assert page["data"] == []
    assert page["paging"].keys() == sampled("media_page_empty_with_next.json")["paging"].keys()


async def test_what_is_posted_while_one_pages_shifts_everything_by_one(house: House) -> None:
    first = await house.media(fields="id", limit=10)
    house.creator.media.insert(0, Item("17900009999999999", Product.IMAGE, house.clock.now(), "", 1))

    second = await house.media(fields="id", limit=10, after=first["paging"]["cursors"]["after"])

    assert second["data"][0] == first["data"][-1]


async def test_cursors_are_good_for_their_own_list_only(house: House) -> None:
    theirs = (await house.media(fields="id", limit=5))["paging"]["cursors"]["after"]

    assert error_of(await house.get(f"{house.ig}/stories", after=theirs)) == (400, 100, None)
    assert error_of(await house.get(f"{house.ig}/media", after="17")) == (400, 100, None)


async def test_since_and_until_bound_the_list(house: House) -> None:
    items = house.creator.media
    since, until = items[20].published_at // SECOND, items[10].published_at // SECOND

    rows = (await house.media(fields="id", since=since, until=until))["data"]
    nested = (await house.get(house.ig, fields=f"media.since({since}).until({until}){{id}}")).json()["media"]["data"]

    assert [row["id"] for row in rows] == [item.id for item in items[10:21]] == [row["id"] for row in nested]
    assert error_of(await house.get(f"{house.ig}/media", since="yesterday")) == (400, 100, None)


async def test_until_with_a_bare_date_leaves_that_day_out(house: House) -> None:
    house.creator.media[3].published_at = Instant(1_792_022_400_000 + HOUR)  # 2026-10-15 at one o'clock
    house.creator.media[4:] = [Item("17900008888888888", Product.IMAGE, Instant(1_792_022_400_000 - HOUR), "", 1)]

    rows = (await house.media(fields="id", until="2026-10-15"))["data"]

    assert [row["id"] for row in rows] == ["17900008888888888"]


async def test_what_is_not_yet_published_is_not_yet_there(house: House) -> None:
    later = Item("17900007777777777", Product.IMAGE, Instant(house.clock.now() + MINUTE), "", 1)
    house.creator.media.insert(0, later)
    assert (await house.media(fields="id", limit=1))["data"] == [{"id": house.creator.media[1].id}]
    assert error_of(await house.get(later.id)) == (400, 100, 33)

    await house.clock.advance(60)

    assert (await house.media(fields="id", limit=1))["data"] == [{"id": later.id}]


async def test_stories_are_not_in_the_list_of_media_and_leave_their_own_after_a_day(house: House) -> None:
    stories = house.creator.stories
    fields = LIST.replace(",is_shared_to_feed", "")
    answer = (await house.get(f"{house.ig}/stories", fields=fields)).json()

    assert [row["id"] for row in answer["data"]] == [story.id for story in stories]
    assert not {row["id"] for row in answer["data"]} & {row["id"] for row in (await house.media(limit=100))["data"]}
    image = next(row for row in answer["data"] if row["media_type"] == "IMAGE")
    assert image.keys() == sampled("stories.json")["data"][0].keys()

    await house.clock.advance((stories[-1].published_at + DAY - house.clock.now()) / 1000)

    answer = (await house.get(f"{house.ig}/stories", fields="id")).json()
    assert [row["id"] for row in answer["data"]] == [story.id for story in stories[:-1]]
    assert error_of(await house.get(stories[-1].id)) == (400, 100, 33)
    assert error_of(await house.get(f"{stories[-1].id}/insights", metric="views")) == (400, 100, 33)


async def test_who_has_no_stories_has_an_empty_list_without_paging(house: House) -> None:
    house.creator.stories.clear()

    assert (await house.get(f"{house.ig}/stories")).json() == sampled("stories_none.json")


async def test_profile_media_and_stories_come_in_one_answer(house: House) -> None:
    rows = f"{LIST},insights.metric(views,reach){{name,period,values}}"
    answer = (await house.get(house.ig, fields=f"{PROFILE},media.limit(1){{{rows}}},stories{{{rows}}}")).json()

    sample = sampled("profile_expanded.json")
    assert answer.keys() == sample.keys()
    assert answer["media"].keys() == sample["media"].keys()
    assert answer["media"]["data"][0].keys() == sample["media"]["data"][0].keys()
    assert answer["media"]["paging"].keys() == sample["media"]["paging"].keys()
    assert answer["stories"]["paging"].keys() == sample["stories"]["paging"].keys()
    rest = (await house.http.get(answer["media"]["paging"]["next"])).json()
    assert rest["data"][0]["id"] == house.creator.media[1].id
    assert rest["data"][0]["insights"]["data"]


async def test_a_deleted_post_is_gone_as_the_sample_has_it(house: House) -> None:
    item = house.creator.media[0]
    item.deleted = True

    answer = await house.get(item.id)

    assert error_of(answer) == (400, 100, 33)
    assert answer.json()["error"].keys() == sampled("error_100_33_gone.json")["error"].keys()
    assert (await house.get(house.ig, fields="media_count")).json()["media_count"] == 29


async def test_what_is_somebody_elses_is_not_there(house: House) -> None:
    other = house.world.creators[11]

    for path in (
        other.instagram_id,
        other.media[0].id,
        other.page_id,
        other.facebook_id,
        f"{other.instagram_id}/media",
    ):
        assert error_of(await house.get(path)) == (400, 100, 33)
    assert error_of(await house.get("somebody.example")) == (404, 803, None)


async def test_every_answer_names_its_version_and_its_trace(house: House) -> None:
    sample = sampled("media_page1.headers.json")["headers"]
    answer = await house.get(f"{house.ig}/media")

    assert answer.headers["content-type"] == sample["Content-Type"]
    assert answer.headers["facebook-api-version"] == "v23.0"
    assert answer.headers["x-fb-trace-id"]
    assert answer.headers["date"] == "Wed, 21 Oct 2026 17:57:00 GMT"


@pytest.mark.parametrize(("prefix", "served"), [("", "v22.0"), ("/v25.0", "v25.0"), ("/v19.0", "v22.0")])
async def test_without_a_version_or_with_an_expired_one_the_oldest_living_one_answers(
    house: House, prefix: str, served: str
) -> None:
    answer = await house.http.get(f"{prefix}/{house.ig}", params={"access_token": house.token})

    assert (answer.status_code, answer.headers["facebook-api-version"]) == (200, served)


async def test_a_version_that_is_not_out_yet_is_an_unknown_path(house: House) -> None:
    answer = await house.http.get(f"/v99.0/{house.ig}", params={"access_token": house.token})

    assert error_of(answer) == (400, 2500, None)


async def test_there_is_nothing_to_post_or_to_delete_but_permissions(house: House) -> None:
    asked = {"access_token": house.token}

    assert error_of(await house.http.post(f"/v23.0/{house.ig}/media", data=asked)) == (400, 100, 33)
    assert error_of(await house.http.delete(f"/v23.0/{house.ig}", params=asked)) == (400, 100, 33)
    assert error_of(await house.http.get("/v26.0/", params={"ids": house.ig, **asked})) == (400, 100, 33)
