"""One stretch of air as we know it, and how a poll goes on from the last one. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lahmadaemon.clock import MINUTE, SECOND, Instant
from lahmadaemon.radio.snapshot import OnAir

HEARD_LATER = 5 * SECOND
"""AzuraCast tells beginnings this much late, for what listeners hear is late; connections are not."""
PATIENCE = 1.5
"""Sights up to this many intervals apart leave no gap between them, as with coverage."""
CLOCK_SET = 5 * MINUTE
"""Further back than this, the source's clock had been wrong before."""
LONGEST_GAP_LEFT = MINUTE
"""A shorter gap is not worth a question."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What was on air in [since, until), by the source's clock; `seen_at`: when somebody last said so."""

    since: Instant
    seen_at: Instant
    until: Instant
    on_air: OnAir
    origin: str = "poll"


Gap = tuple[Instant, Instant]


def follow(last: Entry | None, at: Instant, on_air: OnAir, every: int) -> list[Entry]:
    """The entries that a sight of `on_air` at an instant changes or makes; `every`: the interval of polls in ms.

    An entry reaches half an interval beyond its last sight, unless the next poll saw what followed.
    """
    on_air, began = replace(on_air, played_at=None, length=None), _began(on_air)
    if last and last.seen_at - at > CLOCK_SET:
        last = None
    if last is None:
        return [Entry(min(began or at, at), at, Instant(at + every // 2), on_air)]
    at = max(at, last.seen_at)
    near = at - last.seen_at <= every * PATIENCE
    # The server's number of a play vouches for the time we were away; without one we cannot know.
    if on_air == last.on_air and (near or on_air.play is not None):
        return [replace(last, seen_at=at, until=Instant(at + every // 2))]
    if began is None or not last.seen_at < began <= at:
        began = Instant(last.seen_at + (at - last.seen_at) // 2) if near else Instant(at - every // 2)
    since = max(began, Instant(last.seen_at + 1))
    made = Entry(since, max(at, since), Instant(max(at, since) + every // 2), on_air)
    return [replace(last, until=since if near else min(last.until, since)), made]


def _began(on_air: OnAir) -> Instant | None:
    return None if on_air.played_at is None else Instant(on_air.played_at - HEARD_LATER)


def gaps(entries: Iterable[Entry], start: Instant, end: Instant) -> list[Gap]:
    """Where in [start, end) nobody has said what was on air; very short ones left out."""
    found, reached = [], start
    for entry in sorted(entries, key=lambda entry: entry.since):
        if entry.since - reached > LONGEST_GAP_LEFT and reached < end:
            found.append((reached, min(entry.since, end)))
        reached = max(reached, entry.until)
    if end - reached > LONGEST_GAP_LEFT:
        found.append((reached, end))
    return found


@dataclass(frozen=True, slots=True)
class Play:
    """A line of a server's own history; it tells no end, and a length only where it knows one (0: it does not)."""

    on_air: OnAir
    began: Instant
    length: int


TAIL = 5 * MINUTE
"""A file may be followed by so much silence before we say that nothing was on air."""


def filling(plays: Sequence[Play], gap: Gap) -> list[Entry]:
    """The part of a server's history that lies in the gap. A play lasts until the next begins."""
    ordered = sorted(plays, key=lambda play: play.began)
    start, end = gap
    found = []
    for i, play in enumerate(ordered):
        until = ordered[i + 1].began if i + 1 < len(ordered) else end
        if play.length and until - (play.began + play.length) > TAIL:
            until = Instant(play.began + play.length)
        since, until = max(play.began, start), min(until, end)
        if until > since:
            found.append(Entry(since, until, until, play.on_air, "history"))
    return found
