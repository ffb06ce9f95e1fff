"""Monitoring probes by their rhythm: visit after visit of one length, from one machine or from neighbouring ones. Pure.

Why six visits within a tenth: of 4000 invented people a day who come again and again, and whose own stays differ by a factor
of 1.5 or more, nobody is one; by no more than 1.3, up to three. With five visits it would be five, with four fifteen.
Neighbours (a /24 or /56 with the same player) count together, since services look in from several machines in turn; people
behind one provider who hear the same show do so at the same time, which is no rhythm.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low

from lahmadaemon.clock import MINUTE
from lahmadaemon.radio.sessions import Session
from lahmadaemon.radio.tagging_days import Days

Visit = tuple[int, int]
"""Beginning and end."""
Machine = bytes | tuple[bytes, str]
"""An identity, or neighbours with the same player."""
Visits = Mapping[tuple[Machine, int], Sequence[Visit]]
"""What is known of each machine's day."""

SHORTEST = MINUTE
"""Shorter visits say nothing: the server's own rounds of 10 to 16 s make them all alike."""
LONGEST = 30 * MINUTE
"""Whoever always stays for an hour hears a show, or has a player that stops by itself."""
MOSTLY = 0.9
"""So many of a machine's visits must be of its length."""
PAUSES = 0.25
"""With this much pause for the time listened, a session is a chain of visits to which the next always came soon."""


@dataclass(frozen=True)
class Rhythm:
    """What gave a machine away on a day; lengths in ms."""

    day: int
    visits: int
    usual: int
    shortest: int
    longest: int
    shared: bool
    """By neighbours with the same player."""


def visits_of(session: Session) -> Sequence[Visit]:
    """The ended visits of a session: one, or many where a probe comes again before its session is over."""
    visits: Sequence[Visit] = session.intervals
    if len(session.connections) == 1:  # as most are
        [(start, end)] = visits
        return () if session.is_open or end - start < SHORTEST else visits
    if len(visits) > 1:
        start, listened = session.started_at, session.listened
        if session.ended_at - start - listened <= PAUSES * listened:
            visits = ((start, start + listened),)
    if session.is_open:
        visits = visits[:-1]
    return [visit for visit in visits if visit[1] - visit[0] >= SHORTEST]


def visits_by_day(sessions: Iterable[Session], days: Days) -> Visits:
    """By identity, and by neighbours with the same player; a visit is of the day in which it begins."""
    found: dict[tuple[Machine, int], list[Visit]] = defaultdict(list)
    for session in sessions:
        first = session.connections[0]
        for visit in visits_of(session):
            day = days.of(visit[0])
            found[first.identity, day].append(visit)
            if first.neighbourhood:
                found[(first.neighbourhood, first.user_agent), day].append(visit)
    return found


def neighbours_of(session: Session) -> tuple[bytes, str] | None:
    """Who comes from the same neighbourhood with the same player."""
    first = session.connections[0]
    return (first.neighbourhood, first.user_agent) if first.neighbourhood else None


def rhythms(visits: Visits, times: int, spread: float) -> dict[tuple[Machine, int], Rhythm]:
    """Every machine's day with at least `times` visits that are no more than `spread` off their usual length."""
    found = {}
    for (machine, day), each in visits.items():
        if len(each) >= times and (rhythm := _rhythm(each, day, times, spread, shared=isinstance(machine, tuple))):
            found[machine, day] = rhythm
    return found


def _rhythm(visits: Sequence[Visit], day: int, times: int, spread: float, *, shared: bool) -> Rhythm | None:
    usual = median_low([end - start for start, end in visits])
    alike = sorted(visit for visit in visits if fits(visit, usual, spread))
    if usual > LONGEST or len(alike) < MOSTLY * len(visits) or _in_turn(alike) < times:
        return None
    lengths = [end - start for start, end in alike]
    return Rhythm(day, len(alike), usual, min(lengths), max(lengths), shared)


def fits(visit: Visit, usual: int, spread: float) -> bool:
    """Whether a visit is of the usual length."""
    return abs(visit[1] - visit[0] - usual) <= spread * usual


def _in_turn(visits: Iterable[Visit]) -> int:
    """How many of them came one after the other."""
    count = until = 0
    for start, end in visits:
        if start >= until:
            count, until = count + 1, end
    return count


def rhythm_of(
    session: Session, day: int, visits: Visits, known: Mapping[tuple[Machine, int], Rhythm], spread: float
) -> Rhythm | None:
    """The rhythm that makes a session of the day a probe's: of that day, else of the one before or after.

    Where it is another day's or the neighbours', the machine's own visits must be of that length, too: somebody real may
    live next door.
    """
    own = visits.get((session.identity, day), ())
    for machine in (session.identity, neighbours_of(session)):
        for near in (day, day - 1, day + 1):
            rhythm = known.get((machine, near)) if machine else None
            if rhythm and _keeps(own, session, rhythm, spread):
                return rhythm
    return None


def _keeps(own: Sequence[Visit], session: Session, rhythm: Rhythm, spread: float) -> bool:
    if own:
        return sum(fits(visit, rhythm.usual, spread) for visit in own) >= MOSTLY * len(own)
    return session.listened <= (1 + spread) * rhythm.usual
