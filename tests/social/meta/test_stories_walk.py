"""The walk over the stories of the last day."""

from typing import Any

import pytest

from lahmadaemon.clock import DAY, HOUR, Instant
from lahmadaemon.http import Answer
from lahmadaemon.social.meta.walks import stories
from lahmadaemon.social.posts import Flag, Kind
from lahmadaemon.social.walk import Ask
from tests.social.meta.walking import (
    IG,
    NOW,
    Walked,
    good,
    media,
    new_lessons,
    numbers,
    paged,
    refused,
    sample,
    task,
    walked,
)

FEW = refused("error_10_few_viewers")


def story(number: int, hours: float = 3) -> dict[str, Any]:
    row = media(number, age=hours / 24, product="STORY", shares_count=6)
    return {name: value for name, value in row.items() if name not in {"like_count", "comments_count", "saved_count"}}


class Stories:
    """What Meta would tell; `few`: stories that fewer than five have seen."""

    def __init__(self, *rows: dict[str, Any], few: set[str] | None = None, capitals: bool = False) -> None:
        self.rows, self.few = list(rows), few or set()
        self.navigation = sample("insights_story_navigation_upper" if capitals else "insights_story_navigation")

    def __call__(self, ask: Ask) -> Answer:
        told = numbers(views=812, reach=760, shares=6, replies=0, total_interactions=19)
        if ask.path.endswith("/insights"):
            if ask.path.partition("/")[0] in self.few:
                return FEW
            return good(self.navigation if ask.query["metric"] == "navigation" else told)
        if "insights" not in ask.query["fields"]:
            return good(paged(self.rows))
        return FEW if self.few else good(paged([{**row, "insights": told} for row in self.rows]))


def walk(answer: Any, **more: Any) -> Walked:
    return walked(stories(task(**more), new_lessons()), answer)


def test_stories_and_their_numbers_take_one_request() -> None:
    told = walk(Stories(story(1), story(2)))

    assert told.paths == [f"{IG}/stories"]
    numbers_of = told.found[story(1)["id"]].numbers
    assert (numbers_of.views, numbers_of.reach, numbers_of.shares, numbers_of.replies) == (812, 760, 6, 0)
    assert (numbers_of.total_interactions, numbers_of.likes, numbers_of.flags) == (19, None, frozenset())
    assert told.found[story(1)["id"]].post.kind is Kind.STORY


def test_an_account_without_stories_is_complete() -> None:
    told = walk(lambda _: good(sample("stories_none")))

    assert (told.pages, told.outcome.complete) == ([], True)


def test_a_story_without_a_caption_has_none() -> None:
    told = walk(lambda ask: good(sample("stories")))

    assert told.found["17900000000000402"].post.caption == ""


def test_few_viewers_of_one_story_cost_the_others_nothing() -> None:
    told = walk(Stories(story(1), story(2), few={story(1)["id"]}))

    assert [len(step) for step in told.steps] == [1, 1, 2]
    assert told.found[story(1)["id"]].numbers.flags == {Flag.INSIGHTS_FEW_VIEWERS}
    assert told.found[story(2)["id"]].numbers.views == 812
    assert told.outcome.complete


@pytest.mark.parametrize("capitals", [False, True])
def test_the_last_look_at_a_story_also_asks_how_people_left_it(capitals: bool) -> None:
    told = walk(Stories(story(1), story(2, hours=23), capitals=capitals))

    assert [len(step) for step in told.steps] == [1, 1]
    assert told.asks[1].query == {"metric": "navigation", "breakdown": "story_navigation_action_type"}
    assert told.found[story(2)["id"]].numbers.more["navigation.tap_back"] == 64
    assert "navigation" not in told.found[story(1)["id"]].numbers.more


def test_nobody_is_asked_how_people_left_a_story_that_belongs_to_no_campaign_or_that_few_have_seen() -> None:
    old = story(1, hours=23)

    assert len(walk(Stories(old), wanted=lambda _: False).asks) == 1
    assert not any("breakdown" in ask.query for ask in walk(Stories(old, few={old["id"]})).asks)


def test_a_story_that_went_before_its_day_was_over_is_missing_and_one_whose_day_is_over_is_not() -> None:
    tracked = {"deleted": Instant(NOW - 5 * HOUR), "over": Instant(NOW - DAY)}

    told = walk(Stories(story(1)), tracked=tracked)

    assert [page.missing for page in told.pages if page.missing] == [("deleted",)]


def test_an_account_whose_stories_may_not_be_seen_says_so() -> None:
    told = walk(lambda _: refused("error_10_permission"))

    assert (told.outcome.complete, told.outcome.reasons) == (False, ("permission",))
