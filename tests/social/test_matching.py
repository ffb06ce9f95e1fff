"""Which campaigns a post belongs to: kind, days, tags, and what else a campaign may say of its stories."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.clock import Instant, instant
from lahmadaemon.social.campaigns import Campaign, Match, Rules, read
from lahmadaemon.social.matching import Link, links, tags_of
from lahmadaemon.social.posts import Kind, Platform, Post
from tests.samples import told

PRAGUE = ZoneInfo("Europe/Prague")
WORLD = told("social/world/expected_posts.json")
CAMPAIGNS = {
    row["id"]: read(
        row["id"], row["name"], row["hashtags"], date.fromisoformat(row["publishing_start_date"]),
        date.fromisoformat(row["publishing_end_date"]), [platform["id"] for platform in row["platforms"]], PRAGUE, Rules(),
    )
    for row in told("social/world/campaigns.json")["campaigns"]
}  # fmt: skip
INVOLVED = {row["campaign_id"]: row["creator_ids"] for row in told("social/world/involved.json")}


def at(text: str) -> Instant:
    return instant(datetime.fromisoformat(text))


def campaign(tags: str = "jaro, léto", number: int = 1, rules: Rules | None = None) -> Campaign:
    first, last = date(2026, 9, 1), date(2026, 9, 30)
    return read(number, "Roční doby", tags, first, last, (1, 2, 3, 4, 5), PRAGUE, rules or Rules())


def post(caption: str, kind: Kind = Kind.POST, published: str = "2026-09-10T12:00:00Z", title: str = "") -> Post:
    return Post(Platform.INSTAGRAM, "1", kind, at(published), caption=caption, title=title)


@pytest.mark.parametrize("row", WORLD["posts"], ids=lambda row: row["platform_id"][-4:])
def test_the_posts_of_the_world_belong_where_they_should(row: dict[str, Any]) -> None:
    shown = Post(
        Platform(row["platform"]), row["platform_id"], Kind(row["kind"]), at(row["published_at"]),
        caption=" ".join(f"#{tag}" for tag in row["tags"]),
    )  # fmt: skip
    theirs = [each for number, each in CAMPAIGNS.items() if row["creator_id"] in INVOLVED[number]]

    found = links(shown, theirs)

    assert [link.campaign_id for link in found] == row["campaigns"]
    assert all(link == Link(link.campaign_id, "all", CAMPAIGNS[link.campaign_id].tags) for link in found)


def test_every_post_of_every_campaign_of_the_world_is_counted() -> None:
    counted = {number: sum(number in row["campaigns"] for row in WORLD["posts"]) for number in CAMPAIGNS}

    assert counted == {row["id"]: row["posts"] for row in WORLD["campaigns"]}


@pytest.mark.parametrize(
    ("match", "min_k", "caption", "matched"),
    [
        ("all", 1, "#a #b #c #d", {"a", "b", "c"}),
        ("all", 1, "#a #b", None),
        ("any", 3, "#x #b", {"b"}),
        ("any", 1, "#x", None),
        ("min_k", 2, "#a #c", {"a", "c"}),
        ("min_k", 2, "#a", None),
        ("min_k", 4, "#a #b #c", None),
    ],
)
def test_a_campaign_says_how_many_of_its_tags_it_asks_for(
    match: Match, min_k: int, caption: str, matched: set[str] | None
) -> None:
    found = links(post(caption), [campaign("a,b,c", rules=Rules(match, min_k))])

    assert found == ([] if matched is None else [Link(1, match, frozenset(matched))])


def test_the_days_of_a_campaign_begin_at_midnight_and_end_before_the_next() -> None:
    moments = ["2026-08-31T21:59:59Z", "2026-08-31T22:00:00Z", "2026-09-30T21:59:59Z", "2026-09-30T22:00:00Z"]

    found = [links(post("#jaro #léto", published=moment), [campaign()]) for moment in moments]

    assert [bool(each) for each in found] == [False, True, True, False]


def test_a_kind_that_was_not_asked_for_does_not_count() -> None:
    reels = replace(campaign(), kinds=frozenset({Kind.REEL}))

    assert links(post("#jaro #léto"), [reels]) == []
    assert links(post("#jaro #léto", Kind.REEL), [reels]) != []


def test_an_advertisement_belongs_to_no_campaign() -> None:
    assert links(post("#jaro #léto", Kind.OTHER), [replace(campaign(), kinds=frozenset(Kind))]) == []


def test_one_post_belongs_to_many_campaigns() -> None:
    found = links(post("#jaro #léto #zima"), [campaign(), campaign("zima", 2), campaign("podzim", 3)])

    assert [link.campaign_id for link in found] == [1, 2]


def test_a_tag_that_stands_in_the_title_alone_counts() -> None:
    assert links(post("… až #lé", title="#jaro #léto"), [campaign()]) != []


def test_folding_is_each_campaigns_own_affair() -> None:
    strict, folding = campaign("léto"), campaign("léto", 2, Rules(fold=True))

    assert links(post("#leto"), [strict, folding]) == [Link(2, "all", frozenset({"leto"}))]
    assert [link.campaign_id for link in links(post("#léto"), [folding, strict])] == [2, 1]


def test_tags_that_are_known_already_are_not_looked_for_again() -> None:
    shown = post("#léto #zima")

    assert tags_of(shown) == {"léto", "zima"}
    assert links(post(""), [campaign("leto", rules=Rules(fold=True))], tags=tags_of(shown)) != []


def test_a_story_without_tags_counts_where_the_days_are_enough() -> None:
    window = campaign(rules=Rules(story_match="window"))

    assert links(post("", Kind.STORY), [window]) == [Link(1, "window", frozenset())]
    assert links(post("#jaro", Kind.STORY), [window]) == [Link(1, "window", frozenset({"jaro"}))]
    assert links(post("#jaro #léto", Kind.STORY), [window]) == [Link(1, "all", frozenset({"jaro", "léto"}))]
    assert links(post("", Kind.STORY, "2026-10-10T12:00:00Z"), [window]) == []
    assert links(post(""), [window]) == []


def test_stories_that_people_link_by_hand_are_not_linked_here() -> None:
    manual = campaign(rules=Rules(story_match="manual"))

    assert links(post("#jaro #léto", Kind.STORY), [manual]) == []
    assert links(post("#jaro #léto"), [manual]) != []


def test_a_campaign_without_tags_does_not_take_every_post() -> None:
    assert links(post("#jaro"), [replace(campaign(), tags=frozenset())]) == []


def test_a_skipped_campaign_takes_no_post() -> None:
    assert links(post("", Kind.STORY), [campaign("", rules=Rules("any", story_match="window"))]) == []
