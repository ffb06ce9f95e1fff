"""The edge cases of hashtags, 1 to 8, by their numbers: what a campaign asks for, and what a caption carries."""

import unicodedata

import pytest

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.demo.social.world import Product
from lahmadaemon.social.hashtags import normal, tags_in, wanted
from tests.social.cases.agency import API, Agency
from tests.social.cases.staging import Stage, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_edge_case_01_a_list_of_hashtags_may_be_written_in_any_way_and_an_empty_one_is_skipped_with_the_reason(
    agency: Agency,
) -> None:
    agency.campaign(101, "#léto, ＃soutěž;﹟piac\n kávé,,")
    agency.campaign(102, " , #;\n")
    await agency.sync()

    read, empty = (await agency.get("/campaigns"))["items"]
    assert (read["tags"], read["skipped"]) == (sorted(["léto", "soutěž", "piac", "kávé"]), None)
    assert (empty["tags"], empty["state"], empty["skipped"]) == ([], "skipped", "no hashtags")


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("strasse", "#STRAẞE"), ("istanbul", "#İSTANBUL"), ("leto", "#ｌｅｔｏ"), ("nyár", "#n\u200by\u00adár"),
        ("❤", "#❤\ufe0f"), ("soutěž", unicodedata.normalize("NFD", "#SOUTĚŽ")),
    ],
)  # fmt: skip
async def test_edge_case_02_both_sides_are_brought_to_one_spelling_and_diacritics_count(
    asked: str, written: str
) -> None:
    assert wanted(asked) == tags_in(written)
    assert normal("soutez") != normal("soutěž")
    assert normal("soutěž", fold=True) == "soutez"


async def test_edge_case_02_one_campaign_may_do_without_diacritics(stage: Stage) -> None:
    async with opened(stage, CAMPAIGNS__101__FOLD_DIACRITICS="true") as agency:
        agency.campaign(101, "soutěž")
        agency.campaign(102, "soutěž")
        agency.post("#soutez")
        await agency.begin()

        assert (await agency.belongs(101), await agency.belongs(102)) == (["#soutez"], [])


@pytest.mark.parametrize(
    ("caption", "tags"),
    [
        ("#leto2025.", {"leto2025"}), ("foo#bar", set()), ("##x", {"x"}), ("#a-b", {"a"}), ("(#c)", {"c"}),
        ("#soutěž!", {"soutěž"}), ("#हिन्दी", {"हिन्दी"}), ("# alone", set()), ("#one#two", {"one", "two"}), ("#☕️time", {"☕time"}),
    ],
)  # fmt: skip
async def test_edge_case_03_a_hashtag_begins_and_ends_as_on_the_platforms_composed_or_not(
    caption: str, tags: set[str]
) -> None:
    for form in ("NFC", "NFD"):
        assert tags_in(unicodedata.normalize(form, caption)) == {unicodedata.normalize("NFC", tag) for tag in tags}


async def test_edge_case_04_a_post_without_a_caption_carries_nothing_and_hides_nobody(agency: Agency) -> None:
    agency.campaign(101, "leto")
    agency.post(None, Product.IMAGE, age=2)
    agency.post(None, Product.STORY, age=3)
    agency.post("#leto", age=4)
    await agency.begin()

    assert [each["tags"] for each in await agency.everything()] == [[], [], ["leto"]]
    assert await agency.belongs() == ["#leto"]


async def test_edge_case_05_all_any_or_so_many_of_the_tags_are_wanted(stage: Stage) -> None:
    rules = {"CAMPAIGNS__102__MATCH": "any", "CAMPAIGNS__103__MATCH": "min_k", "CAMPAIGNS__103__MIN_K": "2"}
    async with opened(stage, **rules) as agency:
        for number in (101, 102, 103):
            agency.campaign(number, "a, b, c")
        for age, caption in enumerate(("#a #b #c", "#a #c", "#b", "#d")):
            agency.post(caption, age=age + 1)
        await agency.begin()

        assert await agency.belongs(101) == ["#a #b #c"]
        assert await agency.belongs(102) == ["#a #b #c", "#a #c", "#b"]
        assert await agency.belongs(103) == ["#a #b #c", "#a #c"]


@pytest.mark.parametrize(("sticky", "stays"), [("false", []), ("true", ["nothing"])])
async def test_edge_case_05_an_edited_caption_leaves_its_campaign_or_stays_as_the_setting_says(
    stage: Stage, sticky: str, stays: list[str]
) -> None:
    async with opened(stage, STICKY=sticky) as agency:
        agency.campaign(101, "a")
        post = agency.post("#a")
        await agency.begin()
        post.caption = "nothing"
        await agency.collect()

        assert await agency.belongs() == stays


async def test_edge_case_05_tags_that_change_find_the_posts_that_are_kept_without_asking_anew(agency: Agency) -> None:
    campaign = agency.campaign(101, "a")
    agency.post("#b")
    await agency.begin()
    campaign.hashtags = "b"
    await agency.sync()
    asked = agency.graph.http_requests
    await agency.look()

    assert await agency.belongs() == ["#b"]
    assert agency.graph.http_requests == asked


async def test_edge_case_06_more_tags_than_a_caption_holds_are_warned_of_at_the_sync(stage: Stage) -> None:
    async with opened(stage, CAMPAIGNS__102__MATCH="any") as agency:
        agency.campaign(101, "a b c d e f", platforms=(1, 3))
        agency.campaign(102, "a b c d e f", platforms=(1, 3))
        await agency.sync()

        hopeless, fine = (await agency.get("/campaigns"))["items"]
        assert "6 required tags, Instagram captions hold 5" in hopeless["warnings"][0]
        assert fine["warnings"] == []
        assert list(agency.alarms.holding) == [(Condition.CAMPAIGN_UNMATCHABLE, "101")]


async def test_edge_case_07_stories_count_by_tag_by_the_days_of_the_campaign_or_by_hand(stage: Stage) -> None:
    rules = {"CAMPAIGNS__102__STORY_MATCH": "window", "CAMPAIGNS__103__STORY_MATCH": "manual"}
    async with opened(stage, **rules) as agency:
        for number in (101, 102, 103):
            agency.campaign(number, "a", platforms=(2,))
        agency.post("#a", Product.STORY, age=1)
        bare = agency.post(None, Product.STORY, age=2)
        await agency.begin()
        assert [await agency.belongs(number) for number in (101, 102, 103)] == [["#a"], ["#a", ""], []]

        await agency.ask("PUT", f"{API}/campaigns/103/posts/instagram/{bare.id}")
        await agency.collect()
        assert await agency.belongs(103) == [""]
        assert [each["rule"] for each in (await agency.told(bare))["campaigns"]] == ["window", "manual"]


async def test_edge_case_08_a_tag_behind_tiktok_s_150_signs_is_found_in_the_title_and_the_cut_is_flagged(
    agency: Agency,
) -> None:
    agency.campaign(101, "leto, soutez")
    cut = agency.post(f"#leto {'x' * 140} #soutez", Product.VIDEO, title="#soutez", age=1)
    agency.post("#leto #soutez", Product.VIDEO, age=2)
    await agency.begin(tiktok=True)

    assert len(await agency.belongs()) == 2
    told = await agency.told(cut)
    assert len(told["caption"]) == 150
    assert {"leto", "soutez"} < set(told["tags"]), "what was cut in its midst is a tag, too"
    assert "description_may_be_cut" in told["flags"]
