"""From sessions to classes: what only whole days tell, of an identity and of its neighbours. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from lahmadaemon.clock import HOUR, SECOND, Instant
from lahmadaemon.radio.classes import ALWAYS_ON, INTERNAL, PROBE, classes_of
from lahmadaemon.radio.sessions import Session
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.tagging_always_on import STRIDE, Run, during, runs
from lahmadaemon.radio.tagging_days import Days
from lahmadaemon.radio.tagging_probes import Machine, Rhythm, Visits, neighbours_of, rhythm_of, rhythms, visits_by_day

PROXIES = 2
"""A server behind a proxy sees one or two addresses of its own network for everybody."""


@dataclass(frozen=True)
class Habits:
    """From when on listening is none; lengths in ms."""

    probe_sessions: int = 6
    probe_spread: float = 0.1
    always_on: int = 20 * HOUR
    always_on_days: int = 2

    @classmethod
    def of(cls, settings: RadioSettings) -> "Habits":
        """As the settings have it."""
        return cls(
            settings.probe_sessions, settings.probe_spread, round(settings.always_on * SECOND), settings.always_on_days
        )

    @property
    def margin(self) -> int:
        """So many days before and after must be known to judge one."""
        return STRIDE * (self.always_on_days - 1)


@dataclass(frozen=True)
class Judgement:
    """What the days tell."""

    days: Days
    habits: Habits
    runs: Mapping[bytes, Sequence[Run]]
    visits: Visits
    rhythms: Mapping[tuple[Machine, int], Rhythm]
    proxied: Set[int]
    """Days on which a private address says nothing of who listens."""
    regular: Set[Machine | None]
    """Who has a rhythm on any day."""

    def run(self, session: Session) -> Run | None:
        """Why it is always on."""
        runs = self.runs.get(session.identity)
        return during(session, runs, self.days) if runs else None

    def rhythm(self, session: Session) -> Rhythm | None:
        """Why it is a probe's."""
        if session.identity not in self.regular and neighbours_of(session) not in self.regular:
            return None
        spread = self.habits.probe_spread
        found = (
            rhythm_of(session, day, self.visits, self.rhythms, spread)
            for day in self.days.known(session.started_at, session.ended_at)
        )
        return next((rhythm for rhythm in found if rhythm), None)

    def hidden(self, session: Session) -> bool:
        """Whether its private address is a proxy's."""
        return not self.proxied.isdisjoint(self.days.known(session.started_at, session.ended_at))

    def classes(self, session: Session) -> frozenset[str]:
        """Every class a session is in."""
        found: set[str] = set()
        private = False
        for connection in session.connections:
            found |= classes_of(connection.user_agent, is_bot=connection.is_bot)
            private = private or connection.internal
            if connection.listed:
                found.add(connection.listed)
        if private and not self.hidden(session):
            found.add(INTERNAL)
        if self.run(session):
            found.add(ALWAYS_ON)
        if self.rhythm(session):
            found.add(PROBE)
        return frozenset(found)


def judge(sessions: Sequence[Session], habits: Habits, days: Days) -> Judgement:
    """Look at all that is known: the sessions to be judged and those of `habits.margin` days around them."""
    visits = visits_by_day(sessions, days)
    found = rhythms(visits, habits.probe_sessions, habits.probe_spread)
    always = runs(sessions, days, habits.always_on, habits.always_on_days)
    return Judgement(
        days, habits, always, visits, found, proxied(sessions, days), frozenset(machine for machine, _ in found)
    )


def tagged(sessions: Iterable[Session], judgement: Judgement) -> list[Session]:
    """The same sessions with their classes."""
    return [
        replace(session, classes=classes) if (classes := judgement.classes(session)) else session
        for session in sessions
    ]


def tag(sessions: Sequence[Session], habits: Habits, zone: ZoneInfo, since: Instant, until: Instant) -> list[Session]:
    """Sessions with their classes, where [since, until) is what is known of them all."""
    return tagged(sessions, judge(sessions, habits, Days(zone, since, until)))


def proxied(sessions: Sequence[Session], days: Days) -> set[int]:
    """The days on which one or two private addresses are more than half of all listeners: those of a proxy."""
    private: dict[int, dict[bytes, bytes]] = defaultdict(dict)
    for session in sessions:
        if (first := session.connections[0]).internal:
            for day in days.known(session.started_at, session.ended_at):
                private[day][first.identity] = first.network
    everybody: dict[int, set[bytes]] = defaultdict(set)
    for session in sessions if private else ():
        for day in days.known(session.started_at, session.ended_at):
            everybody[day].add(session.identity)
    return {
        day
        for day, networks in private.items()
        if 2 * sum(count for _, count in Counter(networks.values()).most_common(PROXIES)) > len(everybody[day])
    }
