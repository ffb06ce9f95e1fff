"""Answers of the Graph API, read leniently."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.social.meta import payload
from tests.social.meta.walking import SAMPLES, numbers, paged, sample


def test_the_end_of_a_list_is_the_absence_of_next_though_there_is_a_cursor() -> None:
    first, last = payload.listing(sample("media_page1")), payload.listing(sample("media_page2"))

    assert (first.more, first.after, len(first.rows)) == (True, "RVhBTVBMRS1tMWI", 4)
    assert (last.more, last.after, len(last.rows)) == (False, None, 2)


def test_an_empty_page_need_not_be_the_last() -> None:
    page = payload.listing(sample("media_page_empty_with_next"))

    assert (page.rows, page.more, page.after) == ((), True, "RVhBTVBMRS1lMg")


def test_where_cursors_are_missing_the_address_of_the_next_page_says_where_it_begins() -> None:
    told = paged([], "there")
    del told["paging"]["cursors"]

    assert payload.listing(told).after == "there"


def test_a_discovered_list_ends_where_there_is_no_cursor() -> None:
    account = sample("business_discovery")["business_discovery"]

    assert payload.discovered(account).after == "RVhBTVBMRS1iZDE"
    assert payload.discovered({"media": {"data": []}}).after is None


@pytest.mark.parametrize("name", ["insights_story_navigation", "insights_story_navigation_upper"])
def test_parts_of_a_whole_have_the_same_names_in_either_case(name: str) -> None:
    assert payload.insights(sample(name)["data"]) == {
        "navigation": 903, "navigation.tap_forward": 721, "navigation.tap_back": 64, "navigation.tap_exit": 25,
        "navigation.swipe_forward": 93,
    }  # fmt: skip


def test_of_two_periods_the_lifetime_counts_in_either_order() -> None:
    rows = sample("insights_two_periods")["data"]

    assert payload.insights(rows) == payload.insights(rows[::-1]) == {"post_media_view": 1840}


def test_without_a_lifetime_the_largest_period_counts() -> None:
    rows = [
        {"name": "x", "period": period, "values": [{"value": value}]} for period, value in (("day", 3), ("week", 9))
    ]

    assert payload.insights(rows) == payload.insights(rows[::-1]) == {"x": 9}


def test_a_value_may_be_an_object_and_a_rate_a_fraction() -> None:
    of_post = payload.insights(sample("facebook_post_insights")["data"])
    of_reel = payload.insights(sample("insights_reels")["data"])

    assert (of_post["post_media_view"], of_post["post_reactions_by_type_total.love"]) == (1840, 9)
    assert of_reel["reels_skip_rate"] % 1


def test_no_insights_is_nothing_and_not_naught() -> None:
    assert payload.insights(sample("insights_empty")["data"]) == {}
    assert payload.insights(numbers(views=0)["data"]) == {"views": 0}


def test_a_batch_is_read_element_by_element() -> None:
    good, null, dead, old, few, empty, page = payload.batch(sample("batch"), 7)

    assert null is None
    assert good is not None
    assert "x-business-use-case-usage" in good.headers
    assert payload.insights(payload.listing(payload.document(good.body)).rows) == {"views": 15230, "reach": 12044}
    assert [each and each.status for each in (dead, old, few, empty, page)] == [400, 400, 400, 200, 500]


def test_a_batch_with_too_few_answers_has_lost_the_others() -> None:
    assert payload.batch([{"code": 200, "body": "{}"}, "odd"], 3)[1:] == [None, None]


@pytest.mark.parametrize(
    ("value", "number"),
    [(5, 5), ("5", 5), (" 7 ", 7), (2.0, 2), (2**40, 2**40), (2**63, None), (-1, None), (True, None), (2.5, None),
     (None, None), ("many", None), ([], None)],
)  # fmt: skip
def test_a_count_is_a_whole_number_that_fits_a_column(value: object, number: int | None) -> None:
    assert payload.count(value) == number


def test_halves_of_signs_broken_bytes_and_nul_become_text_that_can_be_kept() -> None:
    told = payload.document(b'{"a": "x\\ud83d", "b": "y\\u0000", "c": "z\xff"}')

    assert [payload.clean(told[key]) for key in "abc"] == ["x?", "y\ufffd", "z\ufffd"]
    assert json.loads(payload.written(told)) == {"a": "x?", "b": "y\ufffd", "c": "z\ufffd"}


def test_what_is_no_json_is_nothing() -> None:
    page = (SAMPLES / "error_500_html.html").read_bytes()

    assert [payload.document(body) for body in (page, b"", b"\xff\xfe", b"[" * 100_000)] == [None] * 4


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["name", "values", "value", "total_value", "breakdowns", "results", "dimension_values", "paging",
                         "cursors", "after", "next", "data", "code", "headers", "body", "period"]),
        inner, max_size=4,
    ),
    max_leaves=20,
))  # fmt: skip
@pytest.mark.slow
def test_nothing_is_too_strange_to_be_read(told: object) -> None:
    payload.insights([told])
    payload.listing(told)
    payload.discovered(told)
    payload.batch([told], 2)
