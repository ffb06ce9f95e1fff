"""What the radio store keeps, in two dicts: enough to restart a fold from, applied as idempotently."""

from collections.abc import Sequence
from dataclasses import dataclass

from lahmadaemon.clock import Instant
from lahmadaemon.radio.folding import Closing, Fold, Outcome, Standing
from lahmadaemon.radio.snapshot import Connection, Key


@dataclass
class Kept:
    """One stored connection; without an end it is open."""

    last_seen_at: Instant | None = None
    missed_at: Instant | None = None
    ended_at: Instant | None = None


class LittleStore:
    """A dict of connections by key, and the outcome and moment of every poll."""

    def __init__(self) -> None:
        self.connections: dict[Key, Kept] = {}
        self.polls: dict[int, tuple[Instant, str]] = {}

    def record(self, fold: Fold, number: int, at: Instant) -> None:
        """A poll and what it changed; once or twice is the same."""
        self._open(fold.opened)
        self._close(fold.closed)
        known = fold.standing.last_valid_at if fold.outcome is Outcome.VALID else None
        self.polls.setdefault(number, (known or at, fold.outcome))

    def record_failure(self, number: int, at: Instant) -> None:
        self.polls.setdefault(number, (at, "unreachable"))

    def _open(self, opened: Sequence[Connection]) -> None:
        for connection in opened:
            self.connections[connection.key] = Kept()

    def _close(self, closed: Sequence[Closing]) -> None:
        for closing in closed:
            kept = self.connections.get(closing.key)
            if kept and kept.ended_at is None:
                kept.last_seen_at, kept.missed_at = closing.last_seen_at, closing.missed_at
                kept.ended_at = closing.ended_at

    def standing(self) -> Standing:
        """What a restart goes on from."""
        readable = [self.polls[number] for number in sorted(self.polls) if self.polls[number][1] in set(Outcome)]
        valid = [at for at, outcome in readable if outcome == Outcome.VALID]
        return Standing(
            frozenset(key for key, kept in self.connections.items() if kept.ended_at is None),
            valid[-1] if valid else None,
            bool(readable) and readable[-1][1] == Outcome.EMPTY,
        )
