"""What refusals mean, by their numbers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.social.meta.errors import UNREADABLE, Kind, Trouble, classify
from tests.social.meta.walking import SAMPLES, bad, refused, sample


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("error_10_few_viewers", Kind.PERMISSION, "permission"),
        ("error_10_permission", Kind.PERMISSION, "permission"),
        ("error_100_2108006_before_conversion", Kind.BEFORE_CONVERSION, "before_conversion"),
        ("error_100_metric", Kind.METRIC, "metric_unsupported"),
        ("error_100_33_gone", Kind.GONE, "gone"),
        ("error_110_not_professional", Kind.NOT_PROFESSIONAL, "not_professional_or_renamed"),
        ("error_190_463_expired", Kind.TOKEN_DEAD, "token_expired"),
        ("error_190_460_password", Kind.TOKEN_DEAD, "password_changed"),
        ("error_190_no_subcode", Kind.TOKEN_DEAD, "token_invalid"),
        ("error_4_app_limit", Kind.THROTTLED_APP, "throttled"),
        ("error_80002_instagram_limit", Kind.THROTTLED_ACCOUNT, "throttled"),
        ("error_17_user_limit", Kind.THROTTLED_TOKEN, "throttled"),
        ("error_613_burst", Kind.THROTTLED_TOKEN, "throttled"),
        ("error_1_reduce_data", Kind.TRANSIENT, "meta_failing"),
        ("error_2_transient", Kind.TRANSIENT, "meta_failing"),
        ("error_36104_view_count", Kind.OUR_BUG, "field_not_for_this_node"),
        ("error_368_blocked", Kind.BLOCKED, "blocked"),
        ("error_2500_syntax", Kind.SYNTAX, "syntax"),
        ("token_exchange_error", Kind.TOKEN_DEAD, "token_expired"),
        ("batch_all_failed", Kind.TOKEN_DEAD, "token_expired"),
    ],
)
def test_every_refusal_is_known_by_its_code_and_sub_code(name: str, kind: Kind, reason: str) -> None:
    answer = refused(name)

    trouble = classify(answer.status, answer.body)

    assert trouble is not None
    assert (trouble.kind, trouble.reason) == (kind, reason)
    assert trouble.code == sample(name)["error"]["code"]
    assert trouble.trace == sample(name)["error"]["fbtrace_id"]


def test_code_1_of_a_list_says_that_it_was_too_long() -> None:
    answer = refused("error_1_reduce_data")

    assert classify(answer.status, answer.body, listing=True) == Trouble(
        Kind.TOO_MUCH, "too_much", 1, None, "AExampleTrace1"
    )


@pytest.mark.parametrize(
    ("subcode", "reason"),
    [(458, "app_removed"), (459, "checkpoint"), (464, "unconfirmed"), (467, "token_invalid"), (492, "page_role_lost"),
     (0, "token_invalid"), (12345, "token_invalid")],
)  # fmt: skip
def test_a_dead_token_says_why(subcode: int, reason: str) -> None:
    answer = bad(190, subcode)

    trouble = classify(answer.status, answer.body)

    assert trouble is not None
    assert (trouble.kind, trouble.reason) == (Kind.TOKEN_DEAD, reason)


@pytest.mark.parametrize("code", [200, 250, 299, 3, 10])
def test_what_was_not_granted_is_no_trouble_of_the_token(code: int) -> None:
    answer = bad(code)

    assert (trouble := classify(answer.status, answer.body))
    assert trouble.kind is Kind.PERMISSION


def test_a_throttle_stays_one_though_it_calls_itself_transient() -> None:
    answer = bad(4, is_transient=True, status=500)

    assert (trouble := classify(answer.status, answer.body))
    assert trouble.kind is Kind.THROTTLED_APP


def test_an_unknown_code_passes_only_where_meta_says_so() -> None:
    passing, lasting = bad(7777, is_transient=True), bad(-1, 2207086)

    assert (first := classify(passing.status, passing.body))
    assert (second := classify(lasting.status, lasting.body))
    assert (first.kind, second.kind) == (Kind.TRANSIENT, Kind.OUR_BUG)


def test_a_page_in_html_is_somebody_elses_trouble_with_any_status() -> None:
    page = (SAMPLES / "error_500_html.html").read_bytes()

    assert {classify(status, page) for status in (500, 200, 403, 302)} == {UNREADABLE}


def test_an_error_with_a_good_status_is_an_error() -> None:
    assert (trouble := classify(200, bad(190).body))
    assert trouble.kind is Kind.TOKEN_DEAD


def test_a_caption_that_speaks_of_an_error_is_none() -> None:
    body = json.dumps({"data": [{"caption": 'he said "error": {"code": 190}'}]}).encode()

    assert classify(200, body) is None


def test_the_token_in_a_message_is_nowhere_in_what_is_made_of_it() -> None:
    answer = refused("error_190_no_subcode")

    assert b"EXAMPLE-PAGE-TOKEN-11" in answer.body
    assert "EXAMPLE-PAGE-TOKEN-11" not in repr(classify(answer.status, answer.body))
    assert "EXAMPLE" not in repr(classify(400, bad(190, fbtrace_id="EXAMPLE TOKEN!").body))


@given(st.integers(200, 599), st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_answer_is_too_strange(status: int, body: bytes) -> None:
    classify(status, body, listing=True)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
            st.sampled_from(["error", "code", "error_subcode", "fbtrace_id", "is_transient", "x"]), inner, max_size=4
        ),
        max_leaves=12,
    )
)  # fmt: skip
def test_no_error_object_is_too_strange(told: object) -> None:
    classify(400, json.dumps({"error": told}).encode())
