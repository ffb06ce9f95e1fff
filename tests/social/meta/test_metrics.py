"""What is asked for, and what is learnt of it."""

import pytest

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.social.meta import fields
from lahmadaemon.social.meta.metrics import DOCUMENTED, Lessons, Matrix, Product
from lahmadaemon.social.posts import Platform
from tests.social.meta.walking import NOW, new_lessons

REMOVED = {
    "impressions",
    "plays",
    "video_views",
    "engagement",
    "taps_forward",
    "taps_back",
    "exits",
    "post_impressions",
}


@pytest.mark.parametrize("product", Product)
def test_nothing_is_asked_for_that_meta_has_taken_away(product: Product) -> None:
    assert not REMOVED & set(Matrix("v23.0").allowed(product))


def test_reels_have_no_profile_visits_and_only_reels_have_watch_times() -> None:
    matrix = Matrix("v23.0")

    assert "profile_visits" not in matrix.allowed(Product.REELS)
    assert "ig_reels_avg_watch_time" in matrix.allowed(Product.REELS)
    assert "ig_reels_avg_watch_time" not in matrix.allowed(Product.FEED)


@pytest.mark.parametrize("product", [Product.FEED, Product.REELS, Product.STORY, Product.PAGE_POST])
def test_what_is_wanted_is_documented_and_nothing_in_a_list_has_parts(product: Product) -> None:
    worth = Matrix("v23.0").worth(product)

    assert set(worth) <= set(DOCUMENTED[product])
    assert "navigation" not in worth


def test_in_a_list_of_both_only_what_both_have_is_asked_for() -> None:
    matrix = Matrix("v23.0").learnt(Product.REELS, "total_interactions", supported=False, now=NOW)

    assert fields.shared(matrix) == ("views", "reach")
    assert "total_interactions" in matrix.worth(Product.FEED)


def test_a_verdict_is_forgotten_after_a_week() -> None:
    matrix = Matrix("v23.0").learnt(Product.FEED, "views", supported=False, now=NOW)

    assert "views" not in matrix.at(Instant(NOW + 7 * DAY - 1)).allowed(Product.FEED)
    assert "views" in matrix.at(Instant(NOW + 7 * DAY)).allowed(Product.FEED)


def test_a_verdict_can_be_taken_back() -> None:
    matrix = Matrix("v23.0").learnt(Product.FEED, "views", supported=False, now=NOW)

    assert not matrix.learnt(Product.FEED, "views", supported=True, now=NOW).lacks(Product.FEED)


def test_two_posts_that_refuse_a_metric_settle_it_and_one_asked_twice_does_not() -> None:
    lessons = new_lessons()

    for post in ("a", "a"):
        lessons.refused(Product.FEED, "views", post, NOW)
    assert "views" in lessons.matrix.allowed(Product.FEED)
    lessons.refused(Product.FEED, "views", "b", NOW)

    assert "views" not in lessons.matrix.allowed(Product.FEED)


def test_what_some_post_has_is_not_taken_from_its_kind() -> None:
    lessons = new_lessons()
    lessons.accepted(Product.FEED, ["views"], NOW)

    for post in ("a", "b", "c"):
        lessons.refused(Product.FEED, "views", post, NOW)

    assert "views" in lessons.matrix.allowed(Product.FEED)


def test_what_was_had_yesterday_may_have_been_taken_away_today() -> None:
    lessons, today = new_lessons(), Instant(NOW + DAY)
    lessons.accepted(Product.FEED, ["views"], NOW)
    lessons.refused(Product.FEED, "views", "a", NOW)
    lessons.refused(Product.FEED, "views", "b", today)
    assert "views" in lessons.matrix.allowed(Product.FEED)

    lessons.refused(Product.FEED, "views", "c", today)

    assert "views" not in lessons.matrix.allowed(Product.FEED)
    lessons.begin(Instant(today + 7 * DAY))
    assert "views" in lessons.matrix.allowed(Product.FEED)


def test_a_page_size_grows_back_to_what_the_settings_say_and_no_further() -> None:
    account, size, sizes = (Platform.INSTAGRAM, "1"), 1, []
    while size < 50:
        lessons = Lessons(Matrix("v23.0"), 50)
        lessons.page_went(account, size, size, halved=False, full=True)
        sizes.append(size := lessons.sizes[account])
    lessons = Lessons(Matrix("v23.0"), 50)
    lessons.page_went(account, 50, 50, halved=False, full=True)

    assert sizes == sorted(sizes)
    assert (sizes[-1], lessons.sizes) == (50, {})
