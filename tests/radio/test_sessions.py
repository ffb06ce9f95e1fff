"""Connections of one identity become visits: chained while the gap is short, overlaps once, gaps not at all."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.sessions import Listening, Session, chain, loose
from tests.radio.builders import digest, listening

GAP = 120 * SECOND

listenings = st.lists(
    st.builds(
        lambda start, length, name: listening(start, start + length, name),
        st.integers(0, 1500),
        st.integers(0, 400),
        st.sampled_from("abc"),
    ),
    max_size=12,
)


def spans(session: Session) -> list[tuple[float, float]]:
    return [(start / SECOND, end / SECOND) for start, end in session.intervals]


def visits(*connections: Listening, gap: int = GAP) -> list[list[tuple[float, float]]]:
    return [spans(session) for session in chain(connections, gap)]


@pytest.mark.parametrize(
    ("connections", "expected"),
    [
        pytest.param([(0, 100)], [[(0, 100)]], id="one connection is one visit"),
        pytest.param([(0, 100), (220, 300)], [[(0, 100), (220, 300)]], id="a gap of 120 s exactly is the same visit"),
        pytest.param([(0, 100), (221, 300)], [[(0, 100)], [(221, 300)]], id="a gap of 121 s is another"),
        pytest.param(
            [(0, 100), (220.001, 300)], [[(0, 100)], [(220.001, 300)]], id="a millisecond too long is another"
        ),
        pytest.param([(0, 100), (100, 300)], [[(0, 300)]], id="no gap at all is one interval"),
        pytest.param([(0, 200), (100, 300)], [[(0, 300)]], id="overlaps count once"),
        pytest.param([(0, 500), (100, 200)], [[(0, 500)]], id="one inside another adds nothing"),
        pytest.param(
            [(0, 500), (100, 200), (600, 700)], [[(0, 500), (600, 700)]], id="the gap is measured from the latest end"
        ),
        pytest.param(
            [(0, 500), (100, 200), (621, 700)], [[(0, 500)], [(621, 700)]], id="also where the latest began first"
        ),
        pytest.param([(0, 100), (0, 100)], [[(0, 100)]], id="the same twice is one"),
        pytest.param([(0, 60), (120, 180), (240, 300)], [[(0, 60), (120, 180), (240, 300)]], id="gaps chain on"),
        pytest.param([(0, 0)], [[(0, 0)]], id="no length is a visit without length"),
        pytest.param([(0, 0), (120, 120)], [[(0, 0), (120, 120)]], id="two of them are one visit"),
        pytest.param([(50, 100), (100, 100)], [[(50, 100)]], id="a zero-length one at the end of another adds nothing"),
    ],
)
def test_connections_chain_into_visits(
    connections: list[tuple[float, float]], expected: list[list[tuple[float, float]]]
) -> None:
    assert visits(*(listening(*each) for each in connections)) == expected


def test_gaps_between_connections_do_not_count_as_listening() -> None:
    [session] = chain([listening(0, 100), listening(200, 250), listening(240, 300)], GAP)

    assert session.listened == 200 * SECOND
    assert (session.started_at, session.ended_at) == (0, 300 * SECOND)


def test_the_gap_is_a_setting_and_may_be_none_at_all() -> None:
    connections = [listening(0, 100), listening(100, 200), listening(200.001, 300)]

    assert visits(*connections, gap=0) == [[(0, 200)], [(200.001, 300)]]


def test_nobody_is_chained_to_somebody_else() -> None:
    sessions = chain([listening(0, 100, "anna"), listening(50, 150, "bela"), listening(101, 200, "anna")], GAP)

    assert [(session.identity, spans(session)) for session in sessions] == [
        (digest("anna"), [(0, 100), (101, 200)]),
        (digest("bela"), [(50, 150)]),
    ]


def test_a_visit_has_no_class_before_days_of_listening_have_been_looked_at() -> None:
    [session] = chain([listening(0, 9, is_bot=True)], GAP)

    assert session.classes == frozenset()


@pytest.mark.parametrize(
    ("start", "end", "inside"),
    [
        (0, 1000, 150),
        (0, 100, 100),
        (50, 250, 100),
        (100, 200, 0),
        (99.5, 200.5, 1),
        (250, 900, 0),
        (60, 60, 0),
        (-50, 0, 0),
    ],
)
def test_listening_inside_a_period_is_what_overlaps_it(start: float, end: float, inside: float) -> None:
    [session] = chain([listening(0, 100), listening(200, 250)], GAP)

    assert session.within(round(start * SECOND), round(end * SECOND)) == inside * SECOND


@given(listenings, st.randoms())
def test_the_order_of_connections_does_not_matter(connections: list[Listening], chance: Random) -> None:
    shuffled = chance.sample(connections, len(connections))

    assert [(s.identity, s.intervals, s.classes) for s in chain(shuffled, GAP)] == [
        (s.identity, s.intervals, s.classes) for s in chain(connections, GAP)
    ]


@given(listenings)
def test_no_connection_is_lost_and_no_time_counted_twice(connections: list[Listening]) -> None:
    sessions = chain(connections, GAP)

    assert sorted(map(repr, connections)) == sorted(repr(each) for session in sessions for each in session.connections)
    for name in "abc":
        own = [session for session in sessions if session.identity == digest(name)]
        seconds = {
            s for c in connections if c.identity == digest(name) for s in range(c.started_at, c.ended_at, SECOND)
        }
        assert sum(session.listened for session in own) == len(seconds) * SECOND
        for session, following in pairwise(own):
            assert following.started_at - session.ended_at > GAP
        for session in own:
            edges = [edge for interval in session.intervals for edge in interval]
            assert edges == sorted(edges)
            assert all(0 < b[0] - a[1] <= GAP for a, b in pairwise(session.intervals))


READ = (1000 * SECOND - GAP, 2000 * SECOND + GAP)


@pytest.mark.parametrize(
    ("connections", "span"),
    [
        pytest.param([(1000, 2000)], None, id="just whole"),
        pytest.param([(1100, 1900)], None, id="well inside"),
        pytest.param([(999, 1500)], READ, id="begins where a neighbour might be unread"),
        pytest.param([(1500, 2001)], READ, id="ends where a neighbour might be unread"),
        pytest.param([(0, 5000)], (0, 5_000_000), id="far on both sides"),
        pytest.param([(0, 1100), (1900, 3000)], (0, 3_000_000), id="one at either edge"),
    ],
)
def test_where_a_session_may_go_on_outside_what_was_read(
    connections: list[tuple[float, float]], span: tuple[int, int] | None
) -> None:
    found = loose(chain([listening(*each) for each in connections], GAP), lambda _: READ, GAP)

    assert found == ({} if span is None else {digest("anna"): span})


@given(listenings, st.integers(200, 900), st.integers(1, 600))
def test_reading_on_where_sessions_are_loose_finds_whole_sessions(
    connections: list[Listening], start: int, length: int
) -> None:
    """As reports do: read what overlaps the period and the gap around it, then follow what reaches beyond."""
    period = Period("", Instant(start * SECOND), Instant((start + length) * SECOND))

    def read(since: int, until: int, who: set[bytes] | None = None) -> set[Listening]:
        return {
            c for c in connections
            if c.started_at <= until and c.ended_at >= since and (who is None or c.identity in who)
        }  # fmt: skip

    def touching(found: set[Listening]) -> list[Session]:
        return [s for s in chain(found, GAP) if s.started_at < period.end and s.ended_at >= period.start]

    everybody = (period.start - GAP, period.end + GAP)
    known: dict[bytes, tuple[int, int]] = {}
    found = read(*everybody)
    while ends := loose(touching(found), lambda identity: known.get(identity, everybody), GAP):
        for identity, (since, until) in ends.items():
            known[identity] = (since - GAP, until + GAP)
            found |= read(*known[identity], {identity})

    assert [s.intervals for s in touching(found)] == [s.intervals for s in touching(set(connections))]
