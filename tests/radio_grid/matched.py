"""One look-up, for tests that need no more."""

from collections.abc import Iterable

from lahmadaemon.radio.shows.grid import Show
from lahmadaemon.radio.shows.matching import Match, Matcher
from lahmadaemon.radio.snapshot import OnAir


def match(on_air: OnAir, shows: Iterable[Show]) -> Match:
    """Whose show it is, without aliases."""
    return Matcher(shows).match(on_air)
