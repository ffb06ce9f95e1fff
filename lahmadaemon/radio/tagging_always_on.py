"""Players nobody switched off: identities that listen nearly all day, on several days. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lahmadaemon.clock import HOUR
from lahmadaemon.radio.sessions import Session
from lahmadaemon.radio.tagging_days import Days

STRIDE = 2
"""Days so far apart are still one run: between them may be one that a server's bad day cut short."""
A_DAY = 24 * HOUR
SHORTEST_DAY = 23 * HOUR


@dataclass(frozen=True)
class Run:
    """Long days one after the other, and how long was listened on each."""

    listened: dict[int, int]

    @property
    def first(self) -> int:
        return min(self.listened)

    @property
    def last(self) -> int:
        return max(self.listened)


def runs(sessions: Sequence[Session], days: Days, enough: int, times: int) -> dict[bytes, list[Run]]:
    """Who is always on, and when. `enough`: ms of listening in a day of 24 hours, less and more on the days of the change.

    The day that still runs is measured by what is over of it, for otherwise nobody would be always on before its evening.
    """
    some = often(sessions, enough * (times - 1))  # of the days one may have begun a minute ago
    own: dict[bytes, list[Session]] = defaultdict(list)
    for session in sessions:
        if session.identity in some:
            own[session.identity].append(session)
    return {identity: found for identity, mine in own.items() if (found := _runs(mine, days, enough, times))}


def often(sessions: Iterable[Session], enough: int) -> set[bytes]:
    """Who is there for so long at least, of days with an hour less: cheap to ask, and few pass."""
    there: dict[bytes, int] = defaultdict(int)
    for session in sessions:
        there[session.connections[0].identity] += session.intervals[-1][1] - session.intervals[0][0]
    return {identity for identity, length in there.items() if length * A_DAY >= enough * SHORTEST_DAY}


def _runs(sessions: Iterable[Session], days: Days, enough: int, times: int) -> list[Run]:
    listened = by_day(sessions, days)
    long = [day for day in sorted(listened) if 0 < enough * days.passed(day) <= listened[day] * A_DAY]
    found: list[list[int]] = []
    for day in long:
        if found and day - found[-1][-1] <= STRIDE:
            found[-1].append(day)
        else:
            found.append([day])
    return [Run({day: listened[day] for day in run}) for run in found if len(run) >= times]


def by_day(sessions: Iterable[Session], days: Days) -> dict[int, int]:
    """Milliseconds listened on each day."""
    listened: dict[int, int] = defaultdict(int)
    for session in sessions:
        for start, end in session.intervals:
            for day in range(days.of(start), days.of(max(start, end - 1)) + 1):
                edges = days.edges(day)
                listened[day] += min(end, edges.end) - max(start, edges.start)
    return listened


def during(session: Session, runs: Sequence[Run], days: Days) -> Run | None:
    """The run that a session has a part in."""
    first, last = days.of(session.started_at), days.of(session.ended_at)
    return next((run for run in runs if first <= run.last and last >= run.first), None)
