"""How much of a period valid polls, or a server's memory, vouch for; and which stretches nobody does. Pure."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from lahmadaemon.clock import Instant
from lahmadaemon.radio.periods import Period

PATIENCE = 1.5
"""Polls up to this many intervals apart leave no gap between them; further apart, each vouches for one interval."""

Stretch = tuple[Instant, Instant]


def covered(polls: Sequence[tuple[Instant, int]], period: Period, spans: Sequence[Stretch] = ()) -> float:
    """The share of the period, 0 to 1, that is covered by valid polls, (moment, interval in ms) in order of time, or spans.

    The whole period is the measure, also while it is not over yet.
    """
    total = sum(end - start for start, end in _joined(polls, spans, period.start, period.end))
    return min(1.0, total / (period.end - period.start))


def gaps(polls: Sequence[tuple[Instant, int]], spans: Sequence[Stretch], start: Instant, end: Instant) -> list[Stretch]:
    """The stretches of [start, end) that neither polls nor spans vouch for."""
    found, at = [], start
    for begin, stop in _joined(polls, spans, start, end):
        if begin > at:
            found.append((at, begin))
        at = stop
    return [*found, (at, end)] if at < end else found


def _joined(
    polls: Sequence[tuple[Instant, int]], spans: Sequence[Stretch], start: Instant, end: Instant
) -> Iterator[Stretch]:
    """What is vouched for of [start, end), in order, without overlaps."""
    vouched = sorted([*_polled(polls), *spans]) if spans else _polled(polls)
    at = start
    for begin, stop in vouched:
        begin, stop = max(begin, at), min(stop, end)
        if stop > begin:
            yield begin, stop
            at = stop


def _polled(polls: Sequence[tuple[Instant, int]]) -> Iterator[Stretch]:
    for (at, every), (following, _) in pairwise(polls):
        yield at, following if following - at <= every * PATIENCE else Instant(at + every)
    if polls:
        at, every = polls[-1]
        yield at, Instant(at + every)
