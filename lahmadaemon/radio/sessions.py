"""Sessions (visits): connections of one identity, chained while the gap is short. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from lahmadaemon.clock import Instant
from lahmadaemon.radio.classes import classes_of


@dataclass(frozen=True, slots=True)
class Listening:
    """A stored connection as reports see it; one still open ends, so far, at the last valid poll."""

    identity: bytes
    started_at: Instant
    ended_at: Instant
    is_open: bool
    mount: str
    user_agent: str
    is_bot: bool
    internal: bool
    located: bool
    country: str | None
    city: str | None
    ip: str | None
    network: bytes = b""


@dataclass(frozen=True, slots=True)
class Session:
    """One visit: its intervals do not overlap (time on two mounts counts once), gaps between them do not count."""

    connections: tuple[Listening, ...]
    intervals: tuple[tuple[Instant, Instant], ...]
    classes: frozenset[str]

    @property
    def identity(self) -> bytes:
        return self.connections[0].identity

    @property
    def started_at(self) -> Instant:
        return self.intervals[0][0]

    @property
    def ended_at(self) -> Instant:
        return self.intervals[-1][1]

    @property
    def listened(self) -> int:
        """Milliseconds listened over the whole session."""
        return sum(end - start for start, end in self.intervals)

    def touches(self, start: int, end: int) -> bool:
        """Whether any of it is inside [start, end), if only its beginning."""
        return self.started_at < end and (self.ended_at > start or self.started_at >= start)

    def within(self, start: int, end: int) -> int:
        """Milliseconds listened inside [start, end): t(s, P)."""
        return sum(max(0, min(stop, end) - max(begin, start)) for begin, stop in self.intervals)


def chain(connections: Iterable[Listening], gap: int) -> list[Session]:
    """All sessions, by identity and beginning. `gap` in ms: up to this long away is still the same visit."""
    ordered = sorted(connections, key=attrgetter("identity", "started_at", "ended_at"))
    return [session for _, own in groupby(ordered, key=attrgetter("identity")) for session in _visits(own, gap)]


def _visits(own: Iterable[Listening], gap: int) -> Iterator[Session]:
    visit: list[Listening] = []
    until = 0
    for connection in own:
        if visit and connection.started_at - until > gap:
            yield _session(visit)
            visit = []
        visit.append(connection)
        until = max(until, connection.ended_at) if len(visit) > 1 else connection.ended_at
    if visit:
        yield _session(visit)


def _session(visit: list[Listening]) -> Session:
    intervals: list[tuple[Instant, Instant]] = []
    for connection in visit:
        start, end = connection.started_at, max(connection.started_at, connection.ended_at)
        if intervals and start <= intervals[-1][1]:
            intervals[-1] = (intervals[-1][0], max(intervals[-1][1], end))
        else:
            intervals.append((start, end))
    classes = frozenset().union(*(classes_of(connection.user_agent, is_bot=connection.is_bot) for connection in visit))
    return Session(tuple(visit), tuple(intervals), classes)


Span = tuple[int, int]


def loose(sessions: Iterable[Session], read: Callable[[bytes], Span], gap: int) -> dict[bytes, Span]:
    """Whose sessions may go on outside what was read of them, and the span that takes in both.

    `read` tells the span of which everything that overlaps it was read for an identity. A session is whole when it begins
    and ends at least a gap within that: a neighbour near enough to belong to it would have been read, too.
    """
    found: dict[bytes, Span] = {}
    for session in sessions:
        start, end = read(session.identity)
        if session.started_at - gap < start or session.ended_at + gap > end:
            first, last = found.get(session.identity, (start, end))
            found[session.identity] = (min(first, session.started_at), max(last, session.ended_at))
    return found
