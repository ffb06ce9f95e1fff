"""When to restart, how long to wait before it, and when to give up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.supervision.policy import RestartPolicy

POLICY = RestartPolicy()
CHANCES = st.floats(0, 1)


@pytest.mark.parametrize(
    ("crashes", "delay"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 64), (8, 128), (9, 256), (10, 300), (11, 300), (10**9, 300)],
)
def test_the_delay_doubles_until_it_is_the_longest(crashes: int, delay: float) -> None:
    assert POLICY.delay(crashes, 1.0) == delay


@pytest.mark.parametrize(("chance", "delay"), [(0.0, 4.0), (0.5, 6.0), (1.0, 8.0)])
def test_jitter_spreads_the_delay_over_its_upper_half(chance: float, delay: float) -> None:
    assert POLICY.delay(4, chance) == delay


@pytest.mark.parametrize(
    ("crashes_at", "now", "spent"),
    [
        ([], 0.0, False),
        ([0.0] * 10, 0.0, False),
        ([0.0] * 11, 0.0, True),
        ([0.0] * 11, 599.9, True),
        ([0.0] * 11, 600.0, False),
        ([0.0, *range(590, 600)], 599.9, True),
        ([0.0, *range(590, 600)], 600.0, False),
    ],
)
def test_more_than_ten_crashes_within_ten_minutes_are_too_many(
    crashes_at: list[float], now: float, *, spent: bool
) -> None:
    assert POLICY.spent(crashes_at, now) is spent


@given(st.integers(1, 10**6), CHANCES)
def test_a_delay_is_never_shorter_than_half_the_first_nor_longer_than_the_longest(crashes: int, chance: float) -> None:
    assert POLICY.first / 2 <= POLICY.delay(crashes, chance) <= POLICY.longest


@given(st.integers(1, 2000), CHANCES)
def test_one_more_crash_never_shortens_the_delay(crashes: int, chance: float) -> None:
    assert POLICY.delay(crashes + 1, chance) >= POLICY.delay(crashes, chance)


@given(st.lists(st.floats(0, 10_000), max_size=40), st.floats(0, 1000))
def test_time_alone_never_makes_crashes_too_many(crashes_at: list[float], more: float) -> None:
    now = max(crashes_at, default=0.0)

    if POLICY.spent(crashes_at, now + more):
        assert POLICY.spent(crashes_at, now)
