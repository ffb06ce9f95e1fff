"""The audience hour by hour, as a whole and mount by mount. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from lahmadaemon.clock import HOUR, Instant
from lahmadaemon.radio.figures import Rules
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.sessions import Session, Span, spans

ALL_MOUNTS = ""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who listened in one hour; in ms, and in people."""

    listened: int = 0
    peak: int = 0
    listeners: int = 0
    starts: int = 0


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of one mount, or of all. An instant, so that the night with two hours at two has both."""

    start: Instant
    mount: str
    length: int
    """In ms: an hour, but for the last one of a day that is not made of whole hours."""
    covered: int
    """Milliseconds of it that somebody vouches for."""
    net: Audience
    gross: Audience

    @property
    def coverage(self) -> float:
        return self.covered / self.length

    def average(self, of: Audience) -> float:
        """Time-weighted: how many listened at an instant of the hour."""
        return of.listened / self.length


def hours_of(day: Period) -> list[Period]:
    """From the day's beginning, hour by hour: 23, 24 or 25."""
    return [Period("", Instant(at), Instant(min(at + HOUR, day.end))) for at in range(day.start, day.end, HOUR)]


def audience(
    sessions: Sequence[Session], day: Period, rules: Rules, since: Instant | None, covered: Mapping[int, int]
) -> list[Hour]:
    """The hours of a day, for all mounts (always) and for each that was listened to. `covered`: ms, by the hour's start.

    By the words of a period's figures: sessions count that are long enough as a whole; what was before measuring began
    (`since`) does not. On a mount, a session's time is the time of its connections there, and it starts where it began.
    """
    begin = max(day.start, since or day.start)
    valid = [session for session in sessions if session.listened >= rules.minimum]
    gross, net = _count(valid, begin, day), _count((s for s in valid if not s.classes), begin, day)
    found = []
    for hour in hours_of(day):
        for mount in sorted({ALL_MOUNTS} | {mount for start, mount in gross if start == hour.start}):
            key = (hour.start, mount)
            found.append(
                Hour(
                    hour.start, mount, hour.end - hour.start, covered.get(hour.start, 0),
                    net[key].audience() if key in net else Audience(), gross[key].audience() if key in gross else Audience(),
                )
            )  # fmt: skip
    return found


@dataclass(slots=True)
class _Tally:
    listened: int = 0
    starts: int = 0
    identities: set[bytes] = field(default_factory=set)
    changes: list[Span] = field(default_factory=list)

    def audience(self) -> Audience:
        # at equal times -1 sorts before 1: ends before starts
        peak = max(accumulate((change for _, change in sorted(self.changes)), initial=0))
        return Audience(self.listened, peak, len(self.identities), self.starts)


def _count(sessions: Iterable[Session], begin: int, day: Period) -> dict[tuple[int, str], _Tally]:
    tallies: dict[tuple[int, str], _Tally] = defaultdict(_Tally)
    for session in sessions:
        if begin <= session.started_at < day.end:
            hour = _hour(session.started_at, day)
            for mount in (ALL_MOUNTS, session.connections[0].mount):
                tallies[hour, mount].starts += 1
        for mount, intervals in _mounts(session):
            for first, last in intervals:
                for start, end in _pieces(max(first, begin), min(last, day.end), day):
                    tally = tallies[_hour(start, day), mount]
                    tally.listened += end - start
                    tally.identities.add(session.identity)
                    tally.changes += ((start, 1), (end, -1))
    return tallies


def _hour(moment: int, day: Period) -> int:
    return moment - (moment - day.start) % HOUR


def _pieces(start: int, end: int, day: Period) -> Iterator[Span]:
    """An interval, cut where the hours meet."""
    while start < end:
        until = min(end, _hour(start, day) + HOUR)
        yield start, until
        start = until


def _mounts(session: Session) -> Iterator[tuple[str, Sequence[Span]]]:
    """The session's intervals, on all mounts together and on each."""
    yield ALL_MOUNTS, session.intervals
    names = {connection.mount for connection in session.connections}
    for mount in names:
        alone = len(names) == 1
        yield mount, session.intervals if alone else spans(c for c in session.connections if c.mount == mount)
