"""Engagement rates: which interactions over what; what is unknown is never 0."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.social.engagement import legacy_rate, rates, told
from lahmadaemon.social.posts import Flag, Kind, Numbers
from tests.samples import told as sample

POSTS = sample("social/world/expected_posts.json")["posts"]
RATES = ("er_views", "er_reach", "er_followers", "er_story_reach")
DERIVED = {
    Flag.FOLLOWERS_FROM_NEAREST_SNAPSHOT, Flag.STORY_RATE_FROM_TOTAL_INTERACTIONS, Flag.INTERACTIONS_WITHOUT_VIEWS
}  # fmt: skip


@pytest.mark.parametrize("row", POSTS, ids=lambda row: row["platform_id"][-4:])
def test_the_posts_of_the_world_have_the_rates_they_should(row: dict[str, Any]) -> None:
    story = row["kind"] == "story"
    numbers = Numbers(
        **{name: row[name] for name in ("views", "reach", "likes", "comments", "shares", "saves")},
        replies=0 if story else None,
        total_interactions=row.get("total_interactions"),
        flags=frozenset(map(Flag, row["flags"])) - DERIVED,
    )

    found = rates(Kind(row["kind"]), numbers, row["followers_used"], followers_at_publish=False)

    assert {name: told(getattr(found, name)) for name in RATES} == {name: row.get(name) for name in RATES}
    assert found.interactions == row["interactions"]
    assert list(found.interactions_known) == row["interactions_known"]
    assert found.flags == set(row["flags"])


def post(numbers: Numbers, followers: int | None = None, kind: Kind = Kind.REEL) -> dict[str, Any]:
    found = rates(kind, numbers, followers, followers_at_publish=True)
    return {name: getattr(found, name) for name in (*RATES, "interactions", "flags")}


def test_saves_count_over_reach_and_followers_but_not_over_views() -> None:
    found = post(Numbers(views=1000, reach=500, likes=10, comments=5, shares=5, saves=30), 200)

    assert (found["er_views"], found["er_reach"], found["er_followers"]) == (2.0, 10.0, 25.0)


def test_hidden_likes_are_left_out_and_told() -> None:
    found = post(Numbers(views=100, comments=3, shares=1, flags=frozenset({Flag.LIKES_HIDDEN})))

    assert found["er_views"] == 4.0
    assert found["flags"] == {Flag.LIKES_HIDDEN}


def test_nothing_known_is_no_rate_and_no_zero() -> None:
    found = post(Numbers(views=100, reach=50), 10)

    assert found == dict.fromkeys((*RATES, "interactions")) | {"flags": frozenset()}


def test_nothing_over_nothing_is_no_rate() -> None:
    found = post(Numbers(views=0, reach=0, likes=0), 10)

    assert (found["er_views"], found["er_reach"], found["er_followers"], found["flags"]) == (
        None,
        None,
        0.0,
        frozenset(),
    )


@pytest.mark.parametrize("numbers", [Numbers(views=0, likes=1), Numbers(reach=0, saves=1)])
def test_interactions_that_nobody_can_have_made_are_told(numbers: Numbers) -> None:
    assert post(numbers)["flags"] == {Flag.INTERACTIONS_WITHOUT_VIEWS}


def test_who_has_no_followers_may_still_be_liked() -> None:
    found = post(Numbers(likes=1), 0)

    assert (found["er_followers"], found["flags"]) == (None, frozenset())


def test_followers_counted_at_publication_need_no_remark_and_unknown_ones_neither() -> None:
    at_publish, unknown = (
        rates(Kind.POST, Numbers(likes=1), followers, followers_at_publish=known).flags
        for followers, known in ((10, True), (None, False))
    )

    assert at_publish == unknown == frozenset()


def test_replies_count_for_a_story_where_there_are_any() -> None:
    found = post(Numbers(reach=200, shares=6, replies=4, total_interactions=30), kind=Kind.STORY)

    assert (found["er_story_reach"], found["flags"]) == (5.0, frozenset())


@pytest.mark.parametrize("replies", [0, None])
def test_a_story_without_replies_is_rated_by_the_platforms_own_sum(replies: int | None) -> None:
    found = post(Numbers(reach=200, shares=6, replies=replies, total_interactions=30), kind=Kind.STORY)

    assert found["er_story_reach"] == 15.0
    assert found["flags"] == {Flag.STORY_RATE_FROM_TOTAL_INTERACTIONS}


def test_a_story_of_which_only_shares_are_known_is_rated_by_them() -> None:
    assert post(Numbers(reach=200, shares=6), kind=Kind.STORY)["er_story_reach"] == 3.0


def test_only_stories_have_a_story_rate() -> None:
    assert post(Numbers(reach=200, shares=6, replies=4, total_interactions=30))["er_story_reach"] is None


def test_rates_are_rounded_only_when_they_are_served() -> None:
    found = rates(Kind.REEL, Numbers(views=3, likes=1), None, followers_at_publish=False)

    assert found.er_views == pytest.approx(100 / 3, abs=1e-12)
    assert (told(found.er_views), told(None)) == (33.3333, None)


def test_the_older_field_carries_the_rate_over_views_and_may_say_zero_for_unknown() -> None:
    known = rates(Kind.REEL, Numbers(views=3, likes=1), None, followers_at_publish=False)
    unknown = rates(Kind.REEL, Numbers(), None, followers_at_publish=False)

    assert [legacy_rate(known, zero) for zero in (True, False)] == [33.3333, 33.3333]
    assert [legacy_rate(unknown, zero) for zero in (True, False)] == [0, None]


COUNT = st.none() | st.integers(0, 2**40)


@given(st.builds(Numbers, *[COUNT] * 8), COUNT, st.sampled_from(Kind), st.booleans())
def test_a_rate_is_known_exactly_when_both_its_sides_are(
    numbers: Numbers, followers: int | None, kind: Kind, counted: bool
) -> None:
    found = rates(kind, numbers, followers, followers_at_publish=counted)

    interacted = found.interactions is not None
    assert interacted == bool(found.interactions_known)
    assert (found.er_reach is not None) == (interacted and bool(numbers.reach))
    assert (found.er_followers is not None) == (interacted and bool(followers))
    assert found.flags >= numbers.flags
