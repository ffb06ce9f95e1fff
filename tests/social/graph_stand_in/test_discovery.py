"""Business discovery: others' accounts, as far as anybody may see them."""

import pytest

from lahmadaemon.demo.social.world import Product
from tests.samples import told
from tests.social.graph_stand_in.asking import House, error_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIELDS = (
    "id,timestamp,media_type,media_product_type,caption,permalink,media_url,thumbnail_url,like_count,comments_count,"
    "username,view_count"
)


async def discovered(house: House, inner: str, handle: str | None = None, token: str | None = None) -> object:
    handle = handle or house.world.creators[11].handle
    answer = await house.get(house.ig, token, fields=f"business_discovery.username({handle}){{{inner}}}")
    return answer.json() if answer.status_code == 200 else error_of(answer)


async def test_a_public_account_looks_as_sampled(house: House) -> None:
    profile = "username,name,followers_count,follows_count,media_count"
    answer = await discovered(house, f"{profile},media.limit(3){{{FIELDS}}}")

    sample = told("social/meta/business_discovery.json")
    assert isinstance(answer, dict)
    assert answer.keys() == sample.keys()
    assert answer["id"] == house.ig
    found, expected = answer["business_discovery"], sample["business_discovery"]
    assert found.keys() == expected.keys()
    assert found["id"] == house.world.creators[11].instagram_id
    assert found["media"]["paging"].keys() == expected["media"]["paging"].keys() == {"cursors"}
    assert found["media"]["paging"]["cursors"].keys() == expected["media"]["paging"]["cursors"].keys()
    reel, image, _ = found["media"]["data"]
    assert reel.keys() == expected["media"]["data"][1].keys()
    assert image.keys() == expected["media"]["data"][0].keys()


async def test_its_media_are_paged_within_until_there_is_no_cursor(house: House) -> None:
    target, seen, after = house.world.creators[11], [], ""
    while after is not None:
        place = f".after({after})" if after else ""
        answer = await discovered(house, f"media.limit(12){place}{{id}}")
        assert isinstance(answer, dict)
        media = answer["business_discovery"]["media"]
        seen += [row["id"] for row in media["data"]]
        after = media["paging"]["cursors"].get("after")

    assert seen == [item.id for item in target.media]


async def test_hidden_likes_are_left_out_of_others_media_too(house: House) -> None:
    house.world.creators[11].media[0].likes_hidden = True

    answer = await discovered(house, "media.limit(1){like_count,comments_count}")

    assert isinstance(answer, dict)
    assert answer["business_discovery"]["media"]["data"][0].keys() == {"comments_count", "id"}


@pytest.mark.parametrize(
    ("inner", "error"),
    [
        ("stories", (403, 10, None)),
        ("insights", (400, 100, None)),
        ("media{insights.metric(views)}", (400, 100, None)),
        ("media{saved_count}", (400, 100, None)),
        ("media{shares_count}", (400, 100, None)),
        ("media{total_views_count}", (400, 100, None)),
        ("media{owner}", (400, 100, None)),
        ("media.since(5){id}", (400, 100, None)),
        ("media.limit(500){id}", (500, 1, None)),
        ("account_type", (400, 100, None)),
    ],
)
async def test_what_is_the_owners_alone_is_refused(house: House, inner: str, error: object) -> None:
    assert await discovered(house, inner) == error


async def test_who_is_unknown_or_has_no_professional_account_is_a_hundred_and_ten(house: House) -> None:
    house.world.creators[12].instagram_id = ""

    assert await discovered(house, "id", handle="nobody.example") == (400, 110, 2207013)
    assert await discovered(house, "id", handle=house.world.creators[12].handle) == (400, 110, 2207013)


async def test_what_was_found_cannot_be_read_by_its_id(house: House) -> None:
    answer = await discovered(house, "media.limit(1){id}")

    assert isinstance(answer, dict)
    media = answer["business_discovery"]["media"]["data"][0]
    assert error_of(await house.get(media["id"])) == (400, 100, 33)


async def test_views_are_told_of_reels_only(house: House) -> None:
    answer = await discovered(house, "media.limit(30){view_count,media_product_type}")

    assert isinstance(answer, dict)
    told_of = {row["media_product_type"]: "view_count" in row for row in answer["business_discovery"]["media"]["data"]}
    assert told_of == {Product.REEL: True, "FEED": False}


async def test_discovery_is_charged_to_the_app_and_needs_its_permissions(house: House) -> None:
    house.graph.app_allowance = 10
    await discovered(house, "id")
    answer = await house.get(house.ig, fields="username")
    assert '"call_count": 10,' in answer.headers["x-app-usage"]

    house.graph.grant(10, "instagram_basic", "instagram_manage_insights")

    assert await discovered(house, "id") == (403, 10, None)
