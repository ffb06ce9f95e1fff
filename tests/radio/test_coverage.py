"""Valid polls vouch for the time until the next one, and for no more than an interval."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio.coverage import covered
from lahmadaemon.radio.periods import Period

EVERY = 30
TEN_MINUTES = Period("ten minutes", Instant(600 * SECOND), Instant(1200 * SECOND))


def polls(*moments: float, every: float = EVERY) -> list[tuple[Instant, int]]:
    return [(Instant(round(at * SECOND)), round(every * SECOND)) for at in moments]


def seconds_covered(*moments: float, every: float = EVERY) -> float:
    return covered(polls(*moments, every=every), TEN_MINUTES) * 600


def test_without_a_poll_nothing_is_covered() -> None:
    assert seconds_covered() == 0


def test_polls_on_their_grid_cover_everything() -> None:
    assert covered(polls(*range(600, 1200, EVERY)), TEN_MINUTES) == 1


@pytest.mark.parametrize(
    ("moments", "seconds"),
    [
        pytest.param([700], 30, id="one poll vouches for one interval"),
        pytest.param([700, 730], 60, id="two on the grid"),
        pytest.param([700, 740], 70, id="a late one leaves no gap"),
        pytest.param([700, 745], 75, id="45 s late is still no gap"),
        pytest.param([700, 745.001], 60, id="later is one"),
        pytest.param([700, 760], 60, id="one failed poll leaves a gap of one interval"),
        pytest.param([700, 1000], 60, id="a long one"),
        pytest.param([590], 20, id="the last poll before the period reaches into it"),
        pytest.param([560, 590], 20, id="also after another"),
        pytest.param([570], 0, id="an interval that ended as the period began"),
        pytest.param([1190], 10, id="what reaches beyond the end does not count"),
        pytest.param([1190, 1220], 10, id="also with a poll after it"),
        pytest.param([1200], 0, id="a poll at the end vouches for the next period"),
        pytest.param([300, 1500], 0, id="far away on both sides"),
        pytest.param([700, 700], 30, id="the same moment twice"),
        pytest.param([700, 710, 720], 50, id="more often than needed"),
    ],
)
def test_what_polls_vouch_for(moments: list[float], seconds: float) -> None:
    assert seconds_covered(*moments) == pytest.approx(seconds)


def test_every_poll_vouches_for_the_interval_that_was_set_then() -> None:
    slow, fast = polls(600, every=300), polls(900, 930)

    assert covered([*slow, *fast], TEN_MINUTES) * 600 == pytest.approx(300 + 60)


def test_a_period_that_is_not_over_is_measured_whole() -> None:
    assert covered(polls(*range(600, 900, EVERY)), TEN_MINUTES) == pytest.approx(0.5)


@given(st.lists(st.integers(0, 1800)).map(sorted), st.integers(1, 600))
def test_coverage_is_a_share_and_no_poll_lowers_it(moments: list[int], every: int) -> None:
    share = covered(polls(*moments, every=every), TEN_MINUTES)

    assert 0 <= share <= 1
    covering = {second for at in moments for second in range(at, at + every)} & set(range(600, 1200))
    assert share * 600 >= len(covering) - 1e-6
    for i in range(len(moments)):
        fewer = covered(polls(*moments[:i], *moments[i + 1 :], every=every), TEN_MINUTES)
        assert fewer <= share + 1e-9
