"""How much of a period the valid polls vouch for. Pure."""

from collections.abc import Sequence
from itertools import pairwise

from lahmadaemon.clock import Instant
from lahmadaemon.radio.periods import Period

PATIENCE = 1.5
"""Polls up to this many intervals apart leave no gap between them; further apart, each vouches for one interval."""


def covered(polls: Sequence[tuple[Instant, int]], period: Period) -> float:
    """The share of the period, 0 to 1, that is covered by valid polls: (moment, interval in ms), in order of time.

    The whole period is the measure, also while it is not over yet.
    """
    total = 0
    for (at, every), (following, _) in pairwise(polls):
        until = following if following - at <= every * PATIENCE else at + every
        total += max(0, min(until, period.end) - max(at, period.start))
    if polls:
        at, every = polls[-1]
        total += max(0, min(at + every, period.end) - max(at, period.start))
    return min(1.0, total / (period.end - period.start))
