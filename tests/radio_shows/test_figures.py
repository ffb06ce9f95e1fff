"""The figures of airings and shows, by counting on fingers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lahmadaemon.clock import HOUR, SECOND, Instant
from lahmadaemon.radio.figures import Rules, peak
from lahmadaemon.radio.sessions import Session, chain
from lahmadaemon.radio.shows.figures import ShowFigures, tallies, together
from tests.radio.builders import digest, listening

GAP = 120 * SECOND
RULES = Rules()
TWO_HOURS = (Instant(0), Instant(2 * HOUR))


def sessions(*heard: tuple[str, float, float], is_open: bool = False) -> list[Session]:
    """Who listened from when to when, in minutes."""
    return chain([listening(start * 60, end * 60, who, is_open=is_open) for who, start, end in heard], GAP)


def figures(found: list[Session], *spans: tuple[float, float], since: float | None = None) -> ShowFigures:
    """Of airings given in minutes."""
    edges = [(Instant(round(start * 60_000)), Instant(round(end * 60_000))) for start, end in spans]
    return together(tallies(found, edges, RULES, None if since is None else Instant(round(since * 60_000))))


def test_an_airing_counts_what_lies_inside_it() -> None:
    found = figures(sessions(("anna", -10, 30), ("bela", 60, 120), ("cili", 100, 200), ("denes", 130, 140)), (0, 120))

    assert (found.tlh, found.aas) == (110 / 60, 110 / 120)
    assert (found.listeners, found.long_listeners, found.active, found.peak) == (3, 3, 3, 2)
    assert (found.carried_in, found.tune_ins, found.tune_outs) == (1, 2, 2)
    assert found.atsl == pytest.approx(110 / 60 / 3)


def test_a_listener_needs_a_minute_inside_one_airing() -> None:
    """Half a minute of each of two airings is nobody's listening to the show, though it is a session of an hour."""
    found = figures(sessions(("anna", 9.5, 70.5)), (0, 10), (70, 80))

    assert (found.listeners, found.active) == (0, 2)
    assert found.tlh == pytest.approx(1 / 60)


def test_a_minute_may_be_put_together_of_several_visits() -> None:
    assert figures(sessions(("anna", -5, 0.5), ("anna", 9.5, 20)), (0, 10)).listeners == 1


def test_long_listeners_need_five_minutes_inside_one_airing() -> None:
    found = figures(sessions(("anna", 0, 5), ("bela", 0, 4.99), ("bela", 20, 24.9)), (0, 10), (20, 30))

    assert (found.listeners, found.long_listeners) == (2, 1)


def test_short_sessions_are_in_no_figure() -> None:
    assert figures(sessions(("anna", 1, 1.9)), (0, 10)) == figures([], (0, 10))


def test_over_several_airings_people_are_a_union_and_hours_a_sum() -> None:
    found = figures(sessions(("anna", 0, 60), ("anna", 1000, 1060), ("bela", 1000, 1030)), (0, 60), (1000, 1060))

    assert (found.listeners, found.tlh, found.aas, found.peak) == (2, 2.5, 1.25, 2)
    assert found.active == 3


def test_completion_is_the_share_of_listeners_who_heard_so_much_of_it() -> None:
    found = figures(
        sessions(("anna", 0, 100), ("bela", 0, 90), ("cili", 50, 100), ("denes", 51, 100), ("ella", 0, 0.5)), (0, 100)
    )

    assert (found.completion_50, found.completion_90) == (0.75, 0.5)


def test_who_left_and_came_back_has_heard_both_parts() -> None:
    assert figures(sessions(("anna", 0, 30), ("anna", 60, 90)), (0, 100)).completion_50 == 1.0


def test_without_listeners_there_is_no_completion() -> None:
    found = figures([], (0, 100))

    assert (found.completion_50, found.completion_90, found.tlh, found.atsl) == (None, None, 0.0, 0.0)
    assert figures([]).aas == 0.0


def test_who_still_listens_has_not_tuned_out() -> None:
    assert figures(sessions(("anna", 0, 60), is_open=True), (0, 60)).tune_outs == 0
    assert figures(sessions(("anna", 0, 60)), (0, 60)).tune_outs == 1


def test_on_the_edge_between_two_airings_one_ends_before_another_begins() -> None:
    first, second = tallies(
        sessions(("anna", 0, 60), ("bela", 60, 120)),
        [(Instant(0), Instant(HOUR)), (Instant(HOUR), Instant(2 * HOUR))],
        RULES,
    )

    assert (first.listeners, second.listeners) == (frozenset([digest("anna")]), frozenset([digest("bela")]))
    assert (first.tune_outs, second.tune_ins, second.carried_in, second.peak) == (1, 1, 0, 1)


def test_nothing_from_before_measuring_began_counts() -> None:
    found = figures(sessions(("anna", 0, 60)), (0, 60), since=30)

    assert (found.tlh, found.tune_ins, found.carried_in) == (0.5, 0, 1)


def test_time_on_two_mounts_counts_once_and_gaps_not_at_all() -> None:
    found = figures(sessions(("anna", 0, 30), ("anna", 20, 40), ("anna", 41, 60)), (0, 60))

    assert (found.tlh, found.peak, found.active) == (59 / 60, 1, 1)


moments = st.integers(0, 400)
heard = st.tuples(st.sampled_from(["anna", "bela", "cili"]), moments, moments).map(
    lambda told: (told[0], min(told[1:]), max(told[1:]))
)


@settings(max_examples=60)
@given(st.lists(heard, max_size=12), st.lists(moments, min_size=2, max_size=8, unique=True))
def test_the_sweep_comes_to_what_looking_at_every_session_for_every_airing_does(
    told: list[tuple[str, int, int]], edges: list[int]
) -> None:
    found = sessions(*told)
    marks = sorted(edges)
    spans = [(Instant(marks[i] * 60_000), Instant(marks[i + 1] * 60_000)) for i in range(0, len(marks) - 1, 2)]

    for (start, end), tally in zip(spans, tallies(found, spans, RULES), strict=True):
        active = [s for s in found if s.listened >= RULES.minimum and s.within(start, end) > 0]
        assert tally.listened == sum(session.within(start, end) for session in active)
        assert tally.active == len(active)
        assert tally.peak == peak(active, start, end)
