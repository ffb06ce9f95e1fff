"""Sessions (visits): connections of one identity, chained while the gap is short. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from lahmadaemon.clock import MINUTE, Instant
from lahmadaemon.radio.snapshot import is_hls

HLS_GAP = 2 * MINUTE
"""An HLS listener is gone after the shortest stall: however short the gap of others may be, theirs is no shorter."""


@dataclass(slots=True, unsafe_hash=True)
class Listening:
    """A stored connection as reports see it; one still open ends, so far, at the last valid poll.

    Nobody changes one, but it is not frozen: that would make it eight times as dear, and a busy week has 100,000 of them.
    """

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
    neighbourhood: bytes | None = None
    listed: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One visit: its intervals do not overlap (time on two mounts counts once), gaps between them do not count."""

    connections: tuple[Listening, ...]
    intervals: tuple[tuple[Instant, Instant], ...]
    classes: frozenset[str] = frozenset()
    """As `tagging` finds them; none yet when a session has just been chained."""

    @property
    def identity(self) -> bytes:
        return self.connections[0].identity

    @property
    def user_agent(self) -> str:
        """Its player: part of who an identity is, so the same for all its connections."""
        return self.connections[0].user_agent

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        connections = self.connections  # nearly always it is one; asked for every session there is
        return connections[0].is_open if len(connections) == 1 else any(each.is_open for each in connections)

    @property
    def started_at(self) -> Instant:
        return self.intervals[0][0]

    @property
    def ended_at(self) -> Instant:
        return self.intervals[-1][1]

    @property
    def listened(self) -> int:
        """Milliseconds listened over the whole session."""
        if len(self.intervals) == 1:  # nearly always; asked for every session there is
            ((start, end),) = self.intervals
            return end - start
        return sum(end - start for start, end in self.intervals)

    def touches(self, start: int, end: int) -> bool:
        """Whether any of it is inside [start, end), if only its beginning."""
        began = self.intervals[0][0]
        return began < end and (began >= start or self.intervals[-1][1] > start)

    def within(self, start: int, end: int) -> int:
        """Milliseconds listened inside [start, end): t(s, P)."""
        if len(self.intervals) == 1:
            ((begin, stop),) = self.intervals
            return stop - begin if begin >= start and stop <= end else max(0, min(stop, end) - max(begin, start))
        return sum(max(0, min(stop, end) - max(begin, start)) for begin, stop in self.intervals)


def chain(connections: Iterable[Listening], gap: int) -> list[Session]:
    """All sessions, by identity and beginning. `gap` in ms: up to this long away is still the same visit."""
    whose: dict[bytes, list[Listening]] = defaultdict(list)  # many small sorts are cheaper than one of everything
    for connection in connections:
        whose[connection.identity].append(connection)
    in_time = attrgetter("started_at", "ended_at")
    return [visit for who in sorted(whose) for visit in _visits(sorted(whose[who], key=in_time), gap)]


def _visits(own: Iterable[Listening], gap: int) -> Iterator[Session]:
    visit: list[Listening] = []
    until = 0
    for connection in own:
        if visit and connection.started_at - until > (max(gap, HLS_GAP) if is_hls(connection.mount) else gap):
            yield _session(visit)
            visit = []
        visit.append(connection)
        until = max(until, connection.ended_at) if len(visit) > 1 else connection.ended_at
    if visit:
        yield _session(visit)


def _session(visit: list[Listening]) -> Session:
    if len(visit) == 1:  # nearly always
        (alone,) = visit
        return Session((alone,), ((alone.started_at, max(alone.started_at, alone.ended_at)),))
    return Session(tuple(visit), tuple(spans(visit)))


def spans(connections: Iterable[Listening]) -> list[tuple[Instant, Instant]]:
    """The time that connections cover, those in order of their beginning; what overlaps is one span."""
    intervals: list[tuple[Instant, Instant]] = []
    for connection in connections:
        start, end = connection.started_at, max(connection.started_at, connection.ended_at)
        if intervals and start <= intervals[-1][1]:
            intervals[-1] = (intervals[-1][0], max(intervals[-1][1], end))
        else:
            intervals.append((start, end))
    return intervals


Span = tuple[int, int]


def loose(sessions: Iterable[Session], read: Callable[[bytes], Span], gap: int) -> dict[bytes, Span]:
    """Whose sessions may go on outside what was read of them, and the span that takes in both.

    `read` tells the span of which everything that overlaps it was read for an identity. A session is whole when it begins
    and ends at least a gap within that: a neighbour near enough to belong to it would have been read, too.
    """
    found: dict[bytes, Span] = {}
    margin = max(gap, HLS_GAP)
    for session in sessions:
        start, end = read(session.identity)
        if session.started_at - margin < start or session.ended_at + margin > end:
            first, last = found.get(session.identity, (start, end))
            found[session.identity] = (min(first, session.started_at), max(last, session.ended_at))
    return found
