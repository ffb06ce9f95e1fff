"""The walk over an Instagram account, told what Meta would tell."""

import json
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

import pytest

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.http import Answer
from lahmadaemon.social.meta.metrics import Lessons, Product
from lahmadaemon.social.meta.walks import instagram
from lahmadaemon.social.posts import Flag, Kind, Post
from lahmadaemon.social.walk import Ask
from tests.social.meta.walking import (
    IG,
    NOW,
    Walked,
    bad,
    everybody,
    good,
    media,
    new_lessons,
    nobody,
    numbers,
    paged,
    refused,
    sample,
    task,
    walked,
)

INSIGHTS = numbers(views=900, reach=700, total_interactions=16)


def fields(ask: Ask) -> str:
    return ask.query.get("fields", "")


def of_posts(ask: Ask) -> bool:
    """Whether insights of posts are asked for within the list."""
    return "insights.metric(views,reach,total_interactions)" in fields(ask)


def of_stories(ask: Ask) -> bool:
    return "replies" in fields(ask)


def limit(ask: Ask) -> int:
    text = ask.query.get("limit") or fields(ask).partition("media.limit(")[2].partition(")")[0]
    return int(text)


class Account:
    """What Meta would tell of it: pages of rows; `spoils` fails every list with insights of that row in it."""

    def __init__(self, *pages: list[dict[str, Any]], stories: list[dict[str, Any]] | None = None) -> None:
        self.pages = list(pages)
        self.stories = stories or []
        self.spoils: dict[str, Answer] = {}
        self.refuses: dict[str, set[str]] = {}
        """Metrics by product."""
        self.lists: Callable[[Ask], Answer | None] = lambda _: None
        """Answers a list before all others."""

    def __call__(self, ask: Ask) -> Answer:
        if ask.path.endswith("/insights"):
            return self._single(ask)
        if early := self.lists(ask):
            return early
        number = int(ask.query.get("after", "page-0").removeprefix("page-"))
        rows = self.pages[number] if number < len(self.pages) else []
        listed = [*(rows if of_posts(ask) else []), *(self.stories if of_stories(ask) else [])]
        if spoilt := [self.spoils[row["id"]] for row in listed if row["id"] in self.spoils]:
            return spoilt[0]
        asked = set(fields(ask).partition("insights.metric(")[2].partition(")")[0].split(","))
        if any(asked & self.refuses.get(row["media_product_type"], set()) for row in listed):
            return refused("error_100_metric")
        told = [{**row, "insights": INSIGHTS} if of_posts(ask) else row for row in rows]
        page = paged(told, f"page-{number + 1}" if number + 1 < len(self.pages) else None)
        if ask.path != IG:
            return good(page)
        there = [{**row, "insights": INSIGHTS} if of_stories(ask) else row for row in self.stories]
        profile = {"username": "mila.example", "followers_count": 20480} if "followers_count" in fields(ask) else {}
        return good({"id": IG, **profile, "media": page, **({"stories": paged(there)} if there else {})})

    def _single(self, ask: Ask) -> Answer:
        key = ask.path.partition("/")[0]
        row = next(row for row in chain(*self.pages, self.stories) if row["id"] == key)
        asked = set(ask.query["metric"].split(","))
        if asked & self.refuses.get(row["media_product_type"], set()) | asked & self.refuses.get(key, set()):
            return refused("error_100_metric")
        if key in self.spoils:
            return self.spoils[key]
        return good({"data": [each for each in INSIGHTS["data"] if each["name"] in asked]})


def walk(
    account: Callable[[Ask], Answer], lessons: Lessons | None = None, size: int | None = None, **more: Any
) -> Walked:
    return walked(instagram(task(**more), lessons or new_lessons(), size), account)


BEFORE = refused("error_100_2108006_before_conversion")
FEW = refused("error_10_few_viewers")
REDUCE = refused("error_1_reduce_data")


def story(number: int, **more: Any) -> dict[str, Any]:
    row = media(number, age=0.1, product="STORY", **more)
    return {name: value for name, value in row.items() if name not in {"like_count", "comments_count", "saved_count"}}


def test_profile_posts_and_stories_take_one_request() -> None:
    told = walk(lambda _: good(sample("profile_expanded")))

    assert told.paths == [IG, f"{IG}/media"]  # the sample says that there is another page
    page = told.pages[0]
    assert page.profile is not None
    assert (page.profile.username, page.profile.followers) == ("mila.example", 20480)
    assert {each.post.kind for each in page.found} == {Kind.REEL, Kind.STORY}


def test_an_account_with_one_page_costs_one_request() -> None:
    told = walk(Account([media(1), media(2)], stories=[story(3)]))

    assert len(told.asks) == 1
    assert told.outcome.complete
    assert told.outcome.reasons == ()
    assert set(told.found) == {media(number)["id"] for number in (1, 2, 3)}


def test_no_list_is_ever_asked_for_view_count() -> None:
    told = walk(Account([media(1)], [media(2)]))

    assert not any("view_count" in fields(ask) for ask in told.asks)


def test_a_walk_without_profile_does_not_ask_for_it() -> None:
    told = walk(Account([media(1)]), profile=False)

    assert "followers_count" not in fields(told.asks[0])
    assert told.pages[0].profile is None


def test_each_page_is_handed_on_before_the_next_is_asked_for() -> None:
    account, order = Account([media(1)], [media(2, age=2)], [media(3, age=3)]), []
    going = instagram(task(), new_lessons())
    told: Any = None
    for _ in range(6):
        step = going.send(told)
        order.append(type(step).__name__)
        told = account(step) if isinstance(step, Ask) else None

    assert order == ["Ask", "Page"] * 3


def test_the_walk_stops_at_its_horizon_and_hands_on_nothing_older() -> None:
    pages = [[media(1), media(2, age=5)], [media(3, age=9), media(4, age=11)], [media(5, age=12)]]

    told = walk(Account(*pages), since=NOW - 10 * DAY)

    assert len(told.asks) == 2
    assert set(told.found) == {media(number)["id"] for number in (1, 2, 3)}
    assert told.outcome.complete


def test_an_empty_page_with_a_next_one_is_not_the_end() -> None:
    told = walk(Account([media(1)], [], [], [media(2, age=3)]))

    assert len(told.found) == 2
    assert told.outcome.complete


def test_a_cursor_that_does_not_move_ends_the_walk_as_incomplete() -> None:
    told = walk(lambda ask: good({"id": IG, "media": paged([], "x")} if ask.path == IG else paged([], "x")))

    assert len(told.asks) == 2
    assert (told.outcome.complete, told.outcome.reasons) == (False, ("paging_lost",))


def test_a_list_that_goes_on_for_ever_with_nothing_new_ends_the_walk() -> None:
    turns = iter(range(1000))

    def endless(ask: Ask) -> Answer:
        page = paged([media(1)], f"cursor-{next(turns)}")
        return good({"id": IG, "media": page} if ask.path == IG else page)

    told = walk(endless)

    assert len(told.asks) < 30
    assert told.outcome.reasons == ("paging_lost",)


def test_a_post_that_comes_on_two_pages_is_handed_on_once() -> None:
    told = walk(Account([media(1), media(2)], [media(2), media(3, age=2)]))

    assert len(told.found) == 3  # `found` would refuse a double


def test_tracked_posts_that_a_complete_look_did_not_list_are_missing() -> None:
    tracked = {media(1)["id"]: Instant(NOW - DAY), "gone": Instant(NOW - 3 * DAY), "older": Instant(NOW - 40 * DAY)}

    told = walk(Account([media(1)]), tracked=tracked, since=NOW - 30 * DAY)

    assert [page.missing for page in told.pages if page.missing] == [("gone",)]


def test_nothing_is_missing_after_a_look_that_broke_off() -> None:
    account = Account([media(1)], [media(2, age=2)])
    account.lists = lambda ask: refused("error_2500_syntax") if "after" in ask.query else None

    told = walk(account, tracked={"gone": Instant(NOW - 3 * DAY)})

    assert (told.outcome.complete, told.outcome.reasons) == (False, ("syntax_2500",))
    assert not any(page.missing for page in told.pages)
    assert len(told.found) == 1


def test_a_row_that_cannot_be_read_is_not_missing() -> None:
    odd = {"id": "odd", "media_product_type": "FEED"}

    told = walk(Account([media(1), odd]), tracked={"odd": Instant(NOW - DAY)})

    assert not any(page.missing for page in told.pages)
    assert told.outcome.reasons == ("rows_unreadable",)


# --- Numbers


def flags(told: Walked, number: int) -> frozenset[Flag]:
    return told.found[media(number)["id"]].numbers.flags


def of(told: Walked, number: int) -> Mapping[str, Any]:
    return vars(told.found[media(number)["id"]].numbers)


def test_plain_fields_and_insights_are_one_reading() -> None:
    told = walk(Account([media(1, reposts_count=4)]))

    assert {name: value for name, value in of(told, 1).items() if value is not None} == {
        "views": 900, "reach": 700, "likes": 10, "comments": 2, "shares": 3, "saves": 1, "total_interactions": 16,
        "flags": frozenset(), "more": {"reposts": 4},
    }  # fmt: skip


def test_likes_that_are_hidden_are_unknown_and_flagged() -> None:
    row = media(1)
    del row["like_count"]

    told = walk(Account([row]))

    assert of(told, 1)["likes"] is None
    assert flags(told, 1) == {Flag.LIKES_HIDDEN}


def test_a_story_has_no_likes_to_hide() -> None:
    assert flags(walk(Account([], stories=[story(1)])), 1) == frozenset()


def test_insights_that_are_not_ready_are_unknown_and_not_naught() -> None:
    told = walk(lambda _: good({"id": IG, "media": paged([media(1, insights={"data": []}), media(2)])}))

    for number in (1, 2):  # an edge without anything in it may be missing altogether
        assert (of(told, number)["views"], of(told, number)["reach"]) == (None, None)
        assert flags(told, number) == {Flag.INSIGHTS_EMPTY}


def test_reach_that_comes_later_than_views_is_flagged() -> None:
    told = walk(lambda _: good({"id": IG, "media": paged([media(1, insights=numbers(views=5))])}))

    assert of(told, 1)["views"] == 5
    assert flags(told, 1) == {Flag.INSIGHTS_EMPTY}


def test_insights_older_than_two_years_are_not_asked_for_one_by_one() -> None:
    old = media(1, age=800)
    account = Account([old])
    account.spoils[old["id"]] = BEFORE

    told = walk(account, since=0)

    assert len(told.asks) == 2
    assert flags(told, 1) == {Flag.INSIGHTS_TOO_OLD}


# --- A post that spoils its page


def spoilt() -> Account:
    account = Account([media(1), media(2), media(3)], [media(4, age=3), media(5, age=4)])
    account.spoils[media(2)["id"]] = BEFORE
    return account


def test_a_spoilt_page_is_read_plain_and_insights_are_asked_of_wanted_posts_only() -> None:
    wanted = {media(number)["id"] for number in (1, 2, 5)}

    told = walk(spoilt(), wanted=lambda post: post.platform_id in wanted)

    assert [len(step) for step in told.steps] == [
        1,
        1,
        2,
        1,
        1,
    ]  # failed, plain, two posts; the next page plain, one post
    assert sorted(told.paths[2:4]) == [f"{media(number)['id']}/insights" for number in (1, 2)]
    assert flags(told, 1) == flags(told, 5) == frozenset()
    assert flags(told, 2) == {Flag.INSIGHTS_BEFORE_CONVERSION}
    assert flags(told, 3) == {Flag.INSIGHTS_FAILED}
    assert of(told, 2)["likes"] == 10
    assert told.outcome.complete


def test_a_spoilt_page_without_wanted_posts_costs_one_request_more() -> None:
    told = walk(spoilt(), wanted=nobody)

    assert len(told.asks) == 3


@pytest.mark.parametrize("trouble", [bad(100, 33), bad(803), bad(-1, 2207086), bad(100, 12345), bad(2, status=500)])
def test_whatever_fails_a_list_with_insights_it_is_tried_without(trouble: Answer) -> None:
    account = Account([media(1)])
    account.lists = lambda ask: trouble if of_posts(ask) else None

    told = walk(account)

    assert told.outcome.complete
    assert of(told, 1)["views"] == 900


@pytest.mark.parametrize(
    ("answer", "flag"),
    [(BEFORE, Flag.INSIGHTS_BEFORE_CONVERSION), (bad(100, 33), Flag.INSIGHTS_FAILED), (bad(2), Flag.INSIGHTS_FAILED),
     (refused("error_10_permission"), Flag.INSIGHTS_FORBIDDEN), (Answer(504, {}, b""), Flag.INSIGHTS_FAILED)],
)  # fmt: skip
def test_a_post_says_why_its_insights_did_not_come(answer: Answer, flag: Flag) -> None:
    account = Account([media(1), media(2)])
    account.spoils[media(1)["id"]] = answer
    account.lists = lambda ask: BEFORE if of_posts(ask) else None

    told = walk(account)

    assert flags(told, 1) == {flag}
    assert flags(told, 2) == frozenset()


# --- Metrics


def test_a_metric_that_no_reel_has_is_found_out_and_remembered() -> None:
    lessons, rows = new_lessons(), [media(1), media(2, product="REELS"), media(3, product="REELS")]
    account = Account(rows)
    account.refuses["REELS"] = {"total_interactions"}

    told = walk(account, lessons)

    assert [len(step) for step in told.steps] == [1, 1, 3, 6]  # metric by metric for the two reels
    assert "total_interactions" not in lessons.matrix.allowed(Product.REELS)
    assert "total_interactions" in lessons.matrix.allowed(Product.FEED)
    for number in (2, 3):
        assert (of(told, number)["views"], of(told, number)["total_interactions"]) == (900, None)
        assert flags(told, number) == {Flag.METRIC_UNSUPPORTED}
    assert of(told, 1)["total_interactions"] == 16


def test_what_was_learnt_spares_the_next_account_its_page() -> None:
    lessons, rows = new_lessons(), [media(1), media(2, product="REELS"), media(3, product="REELS")]
    account = Account(rows)
    account.refuses["REELS"] = {"total_interactions"}
    walk(account, lessons)

    told = walk(account, lessons)

    assert [len(step) for step in told.steps] == [1, 1]  # posts that lack it in the list, but have it, are asked alone
    assert "insights.metric(views,reach)" in fields(told.asks[0])
    assert (of(told, 1)["total_interactions"], of(told, 2)["total_interactions"]) == (16, None)
    assert flags(told, 2) == {Flag.METRIC_UNSUPPORTED}


def test_one_odd_post_does_not_take_a_metric_from_all_others() -> None:
    lessons, account = new_lessons(), Account([media(1), media(2)])
    account.refuses[media(1)["id"]] = {"views"}
    account.lists = lambda ask: refused("error_100_metric") if of_posts(ask) else None

    told = walk(account, lessons)

    assert (of(told, 1)["views"], of(told, 1)["reach"], of(told, 2)["views"]) == (None, 700, 900)
    assert flags(told, 1) == {Flag.METRIC_UNSUPPORTED}
    assert "views" in lessons.matrix.allowed(Product.FEED)


def test_where_only_one_post_is_wanted_another_is_asked_to_tell_a_trait_from_an_oddity() -> None:
    lessons, account = new_lessons(), Account([media(1, product="REELS"), media(2, product="REELS"), media(3)])
    account.refuses["REELS"] = {"reach"}

    told = walk(account, lessons, wanted=lambda post: post.platform_id == media(1)["id"])

    assert [len(step) for step in told.steps] == [1, 1, 1, 6]
    assert "reach" not in lessons.matrix.allowed(Product.REELS)


def test_a_version_without_the_newer_plain_fields_gives_shares_as_insights() -> None:
    lessons, rows = new_lessons(), [media(1)]
    account = Account(rows)
    account.lists = lambda ask: refused("error_100_metric") if "saved_count" in fields(ask) else None

    told = walk(account, lessons)

    assert [len(step) for step in told.steps] == [1, 1, 1, 1]
    assert set(told.asks[3].query["metric"].split(",")) == {"views", "reach", "total_interactions", "saved", "shares"}
    assert told.outcome.complete
    told = walk(account, lessons)
    assert len(told.asks) == 1


# --- Stories that spoil the account's answer


def test_a_story_with_few_viewers_costs_the_posts_nothing() -> None:
    account = Account([media(1)], stories=[story(2), story(3)])
    account.spoils[story(2)["id"]] = FEW

    told = walk(account)

    assert [len(step) for step in told.steps] == [1, 1, 2]
    assert of_posts(told.asks[1])
    assert not of_stories(told.asks[1])
    assert flags(told, 2) == {Flag.INSIGHTS_FEW_VIEWERS}
    assert (of(told, 2)["shares"], of(told, 3)["views"], of(told, 1)["views"]) == (3, 900, 900)
    assert told.outcome.reasons == ()


def test_a_spoilt_post_and_a_spoilt_story_are_both_gone_around() -> None:
    account = Account([media(1), media(2)], stories=[story(3)])
    account.spoils |= {story(3)["id"]: FEW, media(1)["id"]: BEFORE}

    told = walk(account)

    assert told.outcome.complete
    assert flags(told, 1) == {Flag.INSIGHTS_BEFORE_CONVERSION}
    assert of(told, 2)["views"] == 900


# --- Rights


def test_without_the_right_to_insights_nobody_is_asked_for_them() -> None:
    told = walk(Account([media(1)], stories=[story(2)]), scopes={"instagram_basic"})

    assert len(told.asks) == 1
    assert not of_posts(told.asks[0])
    assert not of_stories(told.asks[0])
    assert flags(told, 1) == flags(told, 2) == {Flag.INSIGHTS_FORBIDDEN}
    assert (told.outcome.complete, told.outcome.reasons) == (True, ("insights_forbidden",))


def test_a_right_that_is_found_missing_costs_the_insights_only() -> None:
    account = Account([media(1)], [media(2, age=2)], stories=[story(3)])
    account.lists = lambda ask: refused("error_10_permission") if of_posts(ask) or of_stories(ask) else None

    told = walk(account)

    assert [len(step) for step in told.steps] == [1, 1, 1, 1]
    assert flags(told, 1) == {Flag.INSIGHTS_FORBIDDEN}
    assert told.outcome.reasons == ("insights_forbidden",)


def test_an_account_that_may_not_be_seen_at_all_is_skipped_with_the_reason() -> None:
    told = walk(lambda _: refused("error_10_permission"))

    assert told.pages == []
    assert (told.outcome.complete, told.outcome.reasons) == (False, ("permission",))


@pytest.mark.parametrize(("answer", "reason"), [(bad(100, 33), "gone"), (bad(2, status=500), "meta_failing"),
                                                (bad(2500), "syntax_2500"), (bad(100, 77), "bad_parameter_100")])  # fmt: skip
def test_an_account_that_cannot_be_read_says_why(answer: Answer, reason: str) -> None:
    told = walk(lambda _: answer)

    assert told.outcome.reasons == (reason,)
    assert len(told.asks) <= 4


# --- Page sizes


def test_a_list_that_is_too_long_is_halved_until_it_is_not_and_the_size_is_remembered() -> None:
    lessons, account = new_lessons(), Account([media(1)], [media(2, age=2)])
    account.lists = lambda ask: REDUCE if limit(ask) > 15 else None

    told = walk(account, lessons)

    assert [limit(ask) for ask in told.asks] == [50, 25, 12, 12]
    assert told.outcome.complete
    assert list(lessons.sizes.values()) == [12]


def test_a_size_that_was_learnt_is_where_the_next_walk_begins_and_grows_slowly() -> None:
    lessons, account = new_lessons(), Account([media(1)], [media(2, age=2)])

    told = walk(account, lessons, 12)

    assert [limit(ask) for ask in told.asks] == [12, 12]
    assert list(lessons.sizes.values()) == [15]


def test_who_is_known_to_post_little_is_asked_for_little_and_no_size_is_learnt_from_it() -> None:
    lessons = new_lessons()

    told = walk(Account([media(number) for number in range(13)]), lessons, known={"a", "b", "c"})

    assert limit(told.asks[0]) == 13
    assert lessons.sizes == {}


def test_what_is_too_much_even_one_by_one_is_tried_without_insights_before_it_is_given_up() -> None:
    told = walk(lambda _: REDUCE)

    assert [limit(ask) for ask in told.asks] == [50, 25, 12, 6, 3, 1, 1]
    assert told.outcome.reasons == ("too_much",)


def test_a_list_that_fails_again_and_again_is_asked_for_less_and_then_given_up() -> None:
    told = walk(lambda _: Answer(504, {}, b""))

    assert [(limit(ask), of_posts(ask)) for ask in told.asks] == [(50, True), (50, False), (25, False)]
    assert told.outcome.reasons == ("meta_failing",)


def test_an_answer_that_begins_like_one_and_is_none_is_no_empty_account() -> None:
    told = walk(lambda _: Answer(200, {}, b"{oh dear}"), tracked={"there": Instant(NOW - DAY)})

    assert (told.outcome.complete, told.pages) == (False, [])


def test_nothing_that_is_handed_on_holds_a_token() -> None:
    told = walk(
        Account([media(1, insights={**INSIGHTS, "paging": {"next": "?access_token=SECRET"}})], [media(2, age=2)])
    )

    assert "SECRET" not in repr(told.pages)
    assert json.loads(told.found[media(1)["id"]].raw)["caption"] == "number 1"


def test_whether_a_post_is_wanted_is_asked_of_the_post_itself() -> None:
    asked: list[Post] = []

    def wanted(post: Post) -> bool:
        asked.append(post)
        return everybody(post)

    walk(spoilt(), wanted=wanted)

    assert [post.caption for post in asked] == [f"number {number}" for number in (1, 2, 3, 4, 5)]
