"""Headers about allowances, and what the limits make of them."""

import json

from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.social.limits import Limits
from lahmadaemon.social.meta.usage import Use, account_scope, note, uses
from tests.fakes.clock import FakeClock
from tests.social.meta.walking import IG, PAGE, sample


def headers(name: str) -> dict[str, str]:
    return {key.lower(): value for key, value in sample(f"{name}.headers")["headers"].items()}


def test_the_largest_share_of_each_scope_counts_and_unknown_keys_do_no_harm() -> None:
    assert uses(headers("ok_near_limit")) == (
        Use("meta.app", 93),
        Use(f"meta.account.{IG}", 88),
        Use(f"meta.account.{PAGE}", 3),
    )


def test_minutes_until_an_account_is_served_again_are_seconds_here() -> None:
    told = {use.scope: use for use in uses(headers("error_80002_instagram_limit"))}

    assert told[account_scope(IG)] == Use(account_scope(IG), 101, 17 * 60.0)


def test_from_nine_tenths_on_a_scope_is_left_alone_and_the_other_goes_slowly(clock: FakeClock) -> None:
    limits = Limits(clock)

    note(limits, headers("ok_near_limit"))

    assert limits.held("meta.app") is not None
    assert limits.held(account_scope(IG)) is None
    assert limits.slow(account_scope(IG))


def test_no_header_says_nothing() -> None:
    assert uses({}) == ()


@given(st.text(max_size=40) | st.recursive(
    st.none() | st.floats() | st.text(max_size=4) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["1", "call_count", "total_time", "estimated_time_to_regain_access"]), inner, max_size=3
    ),
    max_leaves=10,
).map(json.dumps))  # fmt: skip
def test_no_header_is_too_strange(text: str) -> None:
    uses({"x-app-usage": text, "x-business-use-case-usage": text})
