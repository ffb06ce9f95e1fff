"""The walk over a Facebook page."""

from typing import Any

from lahmadaemon.clock import Instant
from lahmadaemon.http import Answer
from lahmadaemon.social.meta.page_posts import facebook
from lahmadaemon.social.meta.rows import moment
from lahmadaemon.social.posts import Flag, Platform
from lahmadaemon.social.walk import Ask
from tests.social.meta.walking import (
    PAGE,
    Walked,
    bad,
    good,
    new_lessons,
    nobody,
    paged,
    refused,
    sample,
    task,
    walked,
)

FIRST, SECOND = f"{PAGE}_5001", f"{PAGE}_5000"
SUMS, INSIGHTS = sample("facebook_post_summary"), sample("facebook_post_insights")
PROFILE = {"id": PAGE, "name": "Míla peče", "followers_count": 900}


def meta(ask: Ask) -> Answer:
    if ask.path == PAGE:
        return good({**PROFILE, "published_posts": sample("facebook_published_posts")})
    if ask.path == f"{PAGE}/published_posts":
        return good(sample("facebook_published_posts"))
    if ask.path.endswith("/insights"):
        return good(INSIGHTS)
    return good({**SUMS, "insights": INSIGHTS} if "insights" in ask.query["fields"] else SUMS)


def walk(answer: Any = meta, **more: Any) -> Walked:
    return walked(facebook(task(Platform.FACEBOOK, PAGE, **more), new_lessons()), answer)


def test_the_page_and_its_posts_take_one_request_and_each_wanted_post_one_more() -> None:
    told = walk(wanted=lambda post: "#soutěž" in post.caption)

    assert told.paths == [PAGE, FIRST]
    assert "summary" not in told.asks[0].query["fields"]  # lists with sums lack posts
    assert told.pages[0].profile is not None
    assert told.pages[0].profile.followers == 900
    numbers = told.found[FIRST].numbers
    assert (numbers.views, numbers.reach, numbers.likes, numbers.comments, numbers.shares) == (1840, 1502, 61, 7, 4)
    assert numbers.flags == frozenset()
    assert numbers.more["post_reactions_by_type_total.love"] == 9


def test_of_a_post_that_belongs_to_no_campaign_only_what_the_list_says_is_known() -> None:
    told = walk(wanted=nobody)

    assert told.paths == [PAGE]
    numbers = told.found[SECOND].numbers
    assert (numbers.shares, numbers.likes, numbers.views) == (0, None, None)
    assert numbers.flags == {Flag.INSIGHTS_FAILED}


def test_the_walk_stops_at_its_horizon() -> None:
    told = walk(since=moment("2026-09-03T00:00:00+0000"), tracked={f"{PAGE}_7": moment("2026-09-04T00:00:00+0000")})

    assert set(told.found) == {FIRST}
    assert told.pages[-1].missing == (f"{PAGE}_7",)


def test_a_page_whose_profile_is_refused_gives_its_posts() -> None:
    told = walk(lambda ask: refused("error_100_metric") if ask.path == PAGE else meta(ask))

    assert told.paths[:2] == [PAGE, f"{PAGE}/published_posts"]
    assert set(told.found) == {FIRST, SECOND}
    assert told.outcome.complete


def test_without_the_right_to_insights_reactions_are_known_all_the_same() -> None:
    told = walk(scopes={"pages_read_engagement"})

    numbers = told.found[FIRST].numbers
    assert (numbers.likes, numbers.views) == (61, None)
    assert numbers.flags == {Flag.INSIGHTS_FORBIDDEN}
    assert told.outcome.reasons == ("insights_forbidden",)


def test_insights_that_fail_leave_the_sums() -> None:
    def failing(ask: Ask) -> Answer:
        return bad(100, 33) if "insights" in ask.path + ask.query.get("fields", "") else meta(ask)

    told = walk(failing)

    numbers = told.found[FIRST].numbers
    assert (numbers.likes, numbers.comments, numbers.views) == (61, 7, None)
    assert numbers.flags == {Flag.INSIGHTS_FAILED}


def test_a_metric_that_pages_no_longer_have_is_found_out() -> None:
    def without_reach(ask: Ask) -> Answer:
        asked = ask.query.get("metric", "") + ask.query.get("fields", "")
        return refused("error_100_metric") if "post_total_media_view_unique" in asked else meta(ask)

    lessons = new_lessons()
    task_ = task(Platform.FACEBOOK, PAGE)
    walked(facebook(task_, lessons), without_reach)
    told = walked(facebook(task_, lessons), without_reach)

    assert told.paths == [PAGE, FIRST, SECOND]
    assert told.found[FIRST].numbers.views == 1840
    assert told.found[FIRST].numbers.flags == {Flag.METRIC_UNSUPPORTED}


def test_insights_of_posts_older_than_two_years_are_unknown_for_ever() -> None:
    late = Instant(moment("2029-09-10T12:00:00+0000"))

    told = walk(
        lambda ask: good({**SUMS, "insights": {"data": []}}) if "_" in ask.path else meta(ask), now=late, since=0
    )

    assert told.found[FIRST].numbers.flags == {Flag.INSIGHTS_TOO_OLD}


def test_a_page_that_may_not_be_read_says_so() -> None:
    told = walk(lambda _: refused("error_10_permission"))

    assert (told.pages, told.outcome.reasons) == ([], ("permission",))


def test_a_list_that_turns_in_circles_is_left() -> None:
    told = walk(
        lambda ask: good({**PROFILE, "published_posts": paged([], "x")} if ask.path == PAGE else paged([], "x"))
    )

    assert len(told.asks) == 2
    assert told.outcome.reasons == ("paging_lost",)
