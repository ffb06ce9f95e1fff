"""The figures of airings, and of shows: several airings together. Pure. Hours are hours, lengths in hours too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lahmadaemon.clock import HOUR, Instant
from lahmadaemon.radio.figures import Rules
from lahmadaemon.radio.sessions import Session


@dataclass(frozen=True)
class ShowFigures:
    """One airing or several, net or gross."""

    tlh: float
    """Total listening hours inside the airings."""
    listeners: int
    """Distinct identities with the minimum (60 s) inside one airing; over several airings the union, not the sum."""
    long_listeners: int
    """The same with 300 s."""
    aas: float
    """Average active sessions: TLH / hours on air."""
    peak: int
    """Most identities at one instant."""
    active: int
    """Sessions with listening inside, counted for each airing."""
    atsl: float
    """Average time spent listening per session: TLH / active."""
    tune_ins: int
    """Sessions that began inside."""
    tune_outs: int
    """Sessions that ended inside; who still listens has not."""
    carried_in: int
    """Sessions that were there when the airing began."""
    completion_50: float | None
    """The share of listeners who were there for half of an airing; None without listeners."""
    completion_90: float | None

    def as_json(self) -> dict[str, float | int | None]:
        """Stable names, as in the figures of periods."""
        return {
            "tlh": round(self.tlh, 6), "listeners": self.listeners, "long_listeners": self.long_listeners,
            "aas": round(self.aas, 6), "peak": self.peak, "sessions": self.active, "atsl": round(self.atsl, 6),
            "tune_ins": self.tune_ins, "tune_outs": self.tune_outs, "carried_in": self.carried_in,
            "completion_50": None if self.completion_50 is None else round(self.completion_50, 4),
            "completion_90": None if self.completion_90 is None else round(self.completion_90, 4),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tally:
    """What one airing adds to a sum: identities are kept, for people cannot be added up."""

    length: int
    listened: int
    listeners: frozenset[bytes]
    long_listeners: frozenset[bytes]
    peak: int
    active: int
    tune_ins: int
    tune_outs: int
    carried_in: int
    half: int
    nearly_all: int


def tallies(
    sessions: Iterable[Session], spans: Sequence[tuple[Instant, Instant]], rules: Rules, since: Instant | None = None
) -> list[Tally]:
    """One for each span; these must be in order and not overlap. `since`: nothing before measuring began counts.

    Sessions are sorted once and swept over; what ended before a span is not looked at for the next.
    """
    valid = sorted([session for session in sessions if _is_valid(session, rules.minimum)], key=_start)
    found, there, coming = [], list[Session](), 0
    for start, end in spans:
        there = [session for session in there if session.intervals[-1][1] > start]
        while coming < len(valid) and _start(valid[coming]) < end:
            if valid[coming].intervals[-1][1] > start:
                there.append(valid[coming])
            coming += 1
        found.append(_tally(there, start, end, max(start, since or start), rules))
    return found


# A week's table looks at each of a hundred thousand sessions several times: no new objects, few calls.
def _is_valid(session: Session, minimum: int) -> bool:
    intervals = session.intervals
    length = intervals[0][1] - intervals[0][0] if len(intervals) == 1 else session.listened
    return length >= minimum


def _start(session: Session) -> Instant:
    return session.intervals[0][0]


def _tally(there: Iterable[Session], start: Instant, end: Instant, counted: Instant, rules: Rules) -> Tally:
    inside: dict[bytes, int] = {}
    changes: list[int] = []
    active = tune_ins = tune_outs = 0
    for session in there:
        length = 0
        for begin, stop in session.intervals:
            begin, stop = max(begin, counted), min(stop, end)
            if begin < stop:
                length += stop - begin
                changes += (2 * begin + 1, 2 * stop)
        if length:
            active += 1
            identity = session.connections[0].identity
            inside[identity] = inside.get(identity, 0) + length
            tune_ins += session.intervals[0][0] >= counted
            tune_outs += session.intervals[-1][1] <= end and not session.is_open
    listeners = frozenset([identity for identity, length in inside.items() if length >= rules.minimum])
    return Tally(
        length=end - start,
        listened=sum(inside.values()),
        listeners=listeners,
        long_listeners=frozenset([identity for identity, length in inside.items() if length >= rules.long]),
        peak=_peak(changes),
        active=active,
        tune_ins=tune_ins,
        tune_outs=tune_outs,
        carried_in=active - tune_ins,
        half=sum([inside[identity] * 2 >= end - start for identity in listeners]),
        nearly_all=sum([inside[identity] * 10 >= 9 * (end - start) for identity in listeners]),
    )


def _peak(changes: list[int]) -> int:
    """Instants doubled, odd where one comes: at equal times ends come before starts."""
    highest = now = 0
    for change in sorted(changes):
        if change & 1:
            now += 1
            highest = max(highest, now)
        else:
            now -= 1
    return highest


def together(several: Sequence[Tally]) -> ShowFigures:
    """The figures of one airing, or of all of a show's."""
    listened, hours = sum(each.listened for each in several) / HOUR, sum(each.length for each in several) / HOUR
    active = sum(each.active for each in several)
    heard = sum(len(each.listeners) for each in several)
    return ShowFigures(
        tlh=listened,
        listeners=len(frozenset().union(*(each.listeners for each in several))),
        long_listeners=len(frozenset().union(*(each.long_listeners for each in several))),
        aas=listened / hours if hours else 0.0,
        peak=max((each.peak for each in several), default=0),
        active=active,
        atsl=listened / active if active else 0.0,
        tune_ins=sum(each.tune_ins for each in several),
        tune_outs=sum(each.tune_outs for each in several),
        carried_in=sum(each.carried_in for each in several),
        completion_50=sum(each.half for each in several) / heard if heard else None,
        completion_90=sum(each.nearly_all for each in several) / heard if heard else None,
    )
