"""The edge cases of accounts and tokens, 23 to 27, by their numbers: who is connected with what, and what ends that."""

import pytest
from sqlalchemy import func, select

from lahmadaemon.demo.social.tiktok import Trouble
from lahmadaemon.demo.social.world import Page, Product
from lahmadaemon.social.store.tables import accounts, captures, connections, links, posts, profiles, results
from tests.social.cases.agency import API, Agency, Json

pytestmark = pytest.mark.asyncio(loop_scope="module")
SINGING = Page("555000000000001", "Kálmán sings", "17841499999999999", "kalman.sings", 70)


def instagram(told: Json) -> dict[str, bool]:
    """Which of the accounts is collected, by name."""
    return {each["username"]: each["chosen"] for each in told["accounts"] if each["platform"] == "instagram"}


async def test_edge_case_23_without_a_token_nothing_is_asked_and_with_a_part_of_the_rights_that_part(
    agency: Agency,
) -> None:
    agency.campaign(101, "a")
    posts = [agency.post("#a"), agency.post("#a", Product.VIDEO)]
    await agency.sync()
    await agency.collect()
    assert (agency.graph.http_requests, agency.tiktok.http_requests) == (0, 0)
    states = [each["state"] for each in (await agency.get("/creators/10"))["connections"]]
    assert states == ["not_connected", "not_connected"]

    await agency.meta(10)
    agency.graph.grant(10, "instagram_basic", "pages_show_list", "pages_read_engagement")
    await agency.on_tiktok(10, scopes=("user.info.basic", "video.list"))
    await agency.logins.turn()
    await agency.days(1)
    await agency.logins.turn()
    await agency.collect()
    assert (await agency.results())[10, "instagram"] == ("partial", "insights_forbidden")
    assert (await agency.results())[10, "tiktok"] == ("partial", "stats_not_granted")
    told = [await agency.told(each) for each in posts]
    assert [(each["views"], each["likes"], each["insights_status"]) for each in told] == [
        (None, 45, "forbidden"), (1000, 62, "ok"),
    ]  # fmt: skip


async def test_edge_case_23_of_several_accounts_the_chosen_one_is_collected_and_the_choice_outlives_a_new_login(
    agency: Agency,
) -> None:
    creator = agency.creator()
    creator.other_pages = [SINGING, Page("555000000000002", "A page without Instagram")]
    await agency.sync()
    await agency.join(10)
    assert instagram(await agency.get("/creators/10")) == {"kalman.sings": True, creator.handle: False}

    await agency.ask("PUT", f"{API}/creators/10/accounts/instagram", json={"account_id": creator.instagram_id})
    await agency.join(10)
    assert instagram(await agency.get("/creators/10")) == {"kalman.sings": False, creator.handle: True}


async def test_edge_case_23_an_account_that_is_unlinked_later_is_told_as_gone_and_costs_the_page_nothing(
    agency: Agency,
) -> None:
    agency.campaign(101, "a", platforms=(3, 5))
    post = agency.post("#a", Product.PAGE_POST)
    await agency.begin()
    agency.creator().instagram_id = ""
    await agency.later(1)
    await agency.collect()

    assert (await agency.results())[10, "instagram"] == ("skipped", "gone")
    assert (await agency.results())[10, "facebook"] == ("ok", None)
    assert (await agency.told(post))["state"] == "live"


async def test_edge_case_24_who_is_renamed_is_known_by_id_and_told_by_the_new_name(agency: Agency) -> None:
    agency.campaign(101, "a")
    agency.post("#a")
    await agency.begin(tiktok=True)
    agency.creator().handle = "kalman.cooks"
    await agency.days(1)
    await agency.collect()

    told = (await agency.get("/creators/10"))["accounts"]
    names = {each["platform"]: each["username"] for each in told}
    assert (names["instagram"], names["tiktok"]) == ("kalman.cooks", "kalman.cooks")
    assert len(await agency.everything()) == 1
    assert not any("business_discovery" in call.url for call in agency.graph.seen), "nobody is looked for by name"


async def test_edge_case_25_another_address_is_the_same_creator_and_another_number_another_one(agency: Agency) -> None:
    await agency.begin()
    agency.creator().email = "new@creators.example.org"
    agency.world.creators[12] = agency.world.creators.pop(11)
    agency.world.creators[12].id = 12
    await agency.sync()

    told = (await agency.get("/creators"))["items"]
    assert [(each["id"], each["email"], each["gone_at"] is None) for each in told] == [
        (10, "new@creators.example.org", True), (11, "creator11@creators.example.org", False),
        (12, "creator11@creators.example.org", True),
    ]  # fmt: skip
    assert told[0]["connections"][0]["state"] == "ok"


async def test_edge_case_25_who_leaves_a_campaign_takes_their_posts_along_and_who_leaves_is_not_asked_any_more(
    agency: Agency,
) -> None:
    agency.campaign(101, "a")
    agency.post("#a 10", creator=10)
    agency.post("#a 11", creator=11)
    await agency.begin(10, 11)
    agency.world.involved[101] = [11]
    await agency.sync()
    await agency.look()
    assert await agency.belongs() == ["#a 11"]

    del agency.world.creators[11]
    await agency.later(1)
    await agency.sync()
    await agency.collect()
    assert {creator for creator, _ in await agency.results()} == {10}
    assert await agency.belongs() == ["#a 11"], "what was collected of them stays"


async def test_edge_case_25_who_asks_to_be_forgotten_is_so_here_and_at_the_platforms(agency: Agency) -> None:
    agency.campaign(101, "a")
    agency.post("#a")
    agency.post("#a", Product.VIDEO)
    await agency.begin(tiktok=True)
    token = agency.tiktok.tokens._of[10][-1].access
    left = await agency.ask("DELETE", f"{API}/creators/10")

    assert [(each["provider"], each["revoked"]) for each in left["connections"]] == [("meta", True), ("tiktok", True)]
    assert agency.tiktok.tokens.bearer(token) is None
    async with agency.store.read() as connection:
        for table in (accounts, captures, connections, links, posts, profiles, results):
            assert await connection.scalar(select(func.count()).select_from(table)) == 0, table.name


async def test_edge_case_26_tokens_that_rotate_are_kept_before_they_are_used_and_a_lost_answer_costs_no_login(
    agency: Agency,
) -> None:
    agency.campaign(101, "a")
    agency.post("#a", Product.VIDEO)
    await agency.begin(tiktok=True)
    agency.tiktok.troubles.next(Trouble.LOST, endpoint="oauth/token")
    for _ in range(3):
        await agency.later(3)
        await agency.patiently(agency.collect())
        assert (await agency.results())[10, "tiktok"] == ("ok", None)

    assert agency.tiktok.refreshes == 3
    assert agency.tiktok.used_after_rotation == 0
    assert (await agency.get("/creators/10"))["connections"][1]["state"] == "ok"


async def test_edge_case_27_a_token_that_dies_in_the_middle_leaves_what_came_and_everybody_else(
    agency: Agency,
) -> None:
    agency.campaign(101, "a")
    for hours in range(1, 61):
        agency.post("#a", age=hours)
    agency.post("#a 11", creator=11)
    await agency.sync()
    await agency.meta(10, 11)

    async def arrived(path: str) -> None:
        if path.endswith("/media"):
            agency.graph.kill(10, 460)

    agency.outside.arrived = arrived
    await agency.collect()
    assert len(await agency.everything(10)) == 50
    assert len(await agency.everything(11)) == 1
    fared = await agency.results()
    assert (fared[10, "instagram"], fared[11, "instagram"]) == (("partial", "password_changed"), ("ok", None))
    dead = (await agency.get("/creators/10"))["connections"][0]
    assert (dead["state"], dead["reason"]) == ("reauth_required", "password_changed")
    assert [each["creator_id"] for each in (await agency.get("/logins"))["items"]] == [10]
