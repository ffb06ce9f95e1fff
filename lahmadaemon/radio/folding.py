"""Folding: (open connections, one snapshot) → who came, who stayed, who left. Pure.

Only a valid snapshot that lacks a connection closes it; a steady listener costs nothing, since the end of an open
connection is the last valid poll.
"""

from collections.abc import Set
from dataclasses import dataclass, replace
from enum import StrEnum

from lahmadaemon.clock import MINUTE, Instant
from lahmadaemon.radio.snapshot import Connection, Key, Snapshot

CLOCK_SET = 5 * MINUTE


class Outcome(StrEnum):
    """What a readable snapshot turned out to be (unreadable ones carry the outcome of their error)."""

    VALID = "valid"
    EMPTY = "empty"
    """Nobody, by the list and by the totals where they are known, for the first time: held until a second poll agrees."""
    SUSPICIOUS = "suspicious"
    """An empty list while the server counts listeners, or one of unreadable rows: held as long as it lasts."""
    FROZEN = "frozen"
    """The same list for long, from a server that stands still: nobody is closed, and nobody listens on by it."""


@dataclass(frozen=True)
class Standing:
    """What is known between two polls: open connections, the last valid poll (source's clock), whether one is held."""

    open: Set[Key] = frozenset()
    last_valid_at: Instant | None = None
    empty_before: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """The end of a connection: certainly seen at, certainly gone at, and the estimate between the two."""

    key: Key
    last_seen_at: Instant
    missed_at: Instant
    ended_at: Instant


@dataclass(frozen=True)
class Fold:
    """What a snapshot changed."""

    outcome: Outcome
    opened: tuple[Connection, ...]
    closed: tuple[Closing, ...]
    continued: int
    standing: Standing


def fold(standing: Standing, snapshot: Snapshot, every: int) -> Fold:
    """Fold one snapshot in. `every`: the interval of polls in ms, for the estimate of ends."""
    outcome = judge(standing, snapshot)
    if outcome is not Outcome.VALID:
        held = replace(standing, empty_before=outcome is Outcome.EMPTY)
        return Fold(outcome, (), (), len(standing.open), held)
    at, last_valid_at = settled(snapshot.at, standing.last_valid_at)
    present = snapshot.connections
    opened = tuple(present[key] for key in present.keys() - standing.open)
    gone = standing.open - present.keys()
    closed = _closings(gone, opened, last_valid_at, at, every) if gone else ()
    return Fold(outcome, opened, closed, len(present) - len(opened), Standing(present.keys(), at))


def settled(at: Instant, last_valid_at: Instant | None) -> tuple[Instant, Instant]:
    """This poll's moment and the last one's, in order, though the source's clock may have been set back meanwhile.

    A little (NTP at work): what polls have seen stands. A lot: the clock had been wrong, and what it says now is the truth;
    else everybody who leaves would end in the future that it once showed.
    """
    if last_valid_at is None or last_valid_at - at > CLOCK_SET:
        return at, at
    return max(at, last_valid_at), last_valid_at


def judge(standing: Standing, snapshot: Snapshot) -> Outcome:
    """An empty list is only believed when the totals agree, and when it is not the first after a full one."""
    if snapshot.connections:
        return Outcome.VALID
    if snapshot.dropped or (snapshot.totals is not None and snapshot.totals.total > 0):
        return Outcome.SUSPICIOUS
    if standing.open and not standing.empty_before:
        return Outcome.EMPTY
    return Outcome.VALID


def _closings(
    gone: Set[Key], opened: tuple[Connection, ...], last_seen_at: Instant, missed_at: Instant, every: int
) -> tuple[Closing, ...]:
    """Ends lie between the last poll that saw and the first that missed; half an interval after the former is unbiased,
    but nobody ends after the same client has begun anew."""
    estimate = last_seen_at + min(missed_at - last_seen_at, every) // 2
    again: dict[bytes, Instant] = {}
    for connection in opened:
        again[connection.digest] = min(connection.started_at, again.get(connection.digest, connection.started_at))
    return tuple(
        Closing(
            key,
            last_seen_at,
            missed_at,
            Instant(max(last_seen_at, key[1], min(estimate, again.get(key[0], missed_at)))),
        )
        for key in gone
    )
