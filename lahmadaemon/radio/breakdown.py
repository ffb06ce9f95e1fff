"""A period taken apart: what each class took out of it, and how it divides over the mounts. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from lahmadaemon.clock import HOUR, Instant
from lahmadaemon.radio.classes import NAMES
from lahmadaemon.radio.figures import Rules
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.sessions import Session, spans


@dataclass(frozen=True)
class Part:
    """A part of the valid listening inside a period."""

    listeners: int
    sessions: int
    listened: int
    """Milliseconds."""

    @property
    def tlh(self) -> float:
        return self.listened / HOUR


Share = tuple[Session, int]
"""A session, and what was listened of it inside."""


def _part(shares: Iterable[Share]) -> Part:
    shares = list(shares)
    return Part(len({session.identity for session, _ in shares}), len(shares), sum(inside for _, inside in shares))


def excluded(
    sessions: Iterable[Session], period: Period, rules: Rules, since: Instant | None = None
) -> dict[str, Part]:
    """What every class took out of the net figures; a session in two classes is in both parts."""
    start = max(period.start, since or period.start)
    shares: dict[str, list[Share]] = {name: [] for name in NAMES}
    for session in sessions:
        if session.classes and session.listened >= rules.minimum and (inside := session.within(start, period.end)) > 0:
            for name in session.classes:
                shares[name].append((session, inside))
    return {name: _part(own) for name, own in shares.items()}


def mounts(sessions: Iterable[Session], period: Period, rules: Rules, since: Instant | None = None) -> dict[str, Part]:
    """Each mount's part, the greatest first. Whoever has two open at once is in both, and in the whole once."""
    start, end = max(period.start, since or period.start), period.end
    shares: dict[str, list[Share]] = {}
    for session in sessions:
        if session.listened < rules.minimum:
            continue
        for mount in {connection.mount for connection in session.connections}:
            own = spans(connection for connection in session.connections if connection.mount == mount)
            if inside := sum(max(0, min(stop, end) - max(begin, start)) for begin, stop in own):
                shares.setdefault(mount, []).append((session, inside))
    parts = {name: _part(own) for name, own in shares.items()}
    return dict(sorted(parts.items(), key=lambda part: (-part[1].listened, part[0])))
