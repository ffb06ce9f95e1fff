"""From the store to figures: one way for the terminal, JSON, CSV, files and the window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from lahmadaemon.clock import HOUR, SECOND, Instant
from lahmadaemon.radio.coverage import covered
from lahmadaemon.radio.figures import Figures, Rules, figures, net
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.sessions import Listening, Session, Span, chain, loose
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.snapshot import Key
from lahmadaemon.radio.store import IDENTITIES_AT_ONCE, RadioStore


@dataclass(frozen=True)
class PeriodReport:
    """One station in one period."""

    period: Period
    net: Figures
    gross: Figures
    coverage: float
    flags: tuple[str, ...]
    counted: Period | None = None
    """The part of the period that counts: nothing before measuring began."""
    connections_per_listener: float | None = None
    """By the server's own counts: above 1, people behind one address with the same player are one listener here."""

    def as_json(self) -> dict[str, Any]:
        """The shape other programs rely on."""
        return {
            "net": self.net.as_json(),
            "gross": self.gross.as_json(),
            "coverage": round(self.coverage, 6),
            "connections_per_listener": self.connections_per_listener and round(self.connections_per_listener, 4),
            "flags": list(self.flags),
        }


FIRST_STEP = HOUR
ENOUGH = 0.95
"""Less than this share of what could have been measured is told as gaps."""


class Reporter:
    """Answers for one station. `now` is passed in: a period may not be over yet."""

    def __init__(self, store: RadioStore, settings: RadioSettings) -> None:
        self._store = store
        self._gap = round(settings.session_gap * SECOND)
        self._rules = Rules(round(settings.minimum_session * SECOND), round(settings.long_listener * SECOND))

    @property
    def rules(self) -> Rules:
        return self._rules

    async def sessions(self, period: Period) -> list[Session]:
        """Whole sessions that touch the period, also where they reach far beyond it.

        Whoever is at an edge is read on in steps that grow eightfold, so that a client that has reconnected for months costs
        a few more queries and not one for each of its connections.
        """
        everybody = (period.start - self._gap, period.end + self._gap)
        read: dict[bytes, Span] = {}
        wide = FIRST_STEP

        def touching(connections: Mapping[Key, Listening]) -> list[Session]:
            return [s for s in chain(connections.values(), self._gap) if s.touches(period.start, period.end)]

        sessions = touching(await self._store.listening(*everybody))

        def known(identity: bytes) -> Span:
            return read.get(identity, everybody)

        while ends := loose(sessions, known, self._gap):
            sessions = [session for session in sessions if session.identity not in ends]
            by_beginning = sorted(ends, key=ends.__getitem__)
            for i in range(0, len(ends), IDENTITIES_AT_ONCE):
                some = by_beginning[i : i + IDENTITIES_AT_ONCE]
                span = (min(ends[each][0] for each in some) - wide, max(ends[each][1] for each in some) + wide)
                sessions += touching(await self._store.listening(*span, some))
                read.update(dict.fromkeys(some, span))
            wide *= 8
        return sorted(sessions, key=attrgetter("identity", "started_at"))

    async def report(self, period: Period, now: Instant, sessions: Sequence[Session] | None = None) -> PeriodReport:
        """The figures of one period; of sessions already at hand, where somebody needs both."""
        if sessions is None:
            sessions = await self.sessions(period)
        polls = await self._store.valid_polls(period.start, period.end)
        since, _ = await self._store.observed()
        coverage = covered(polls, period)
        return PeriodReport(
            period,
            figures(net(sessions), period, self._rules, since),
            figures(sessions, period, self._rules, since),
            coverage,
            tuple(_flags(period, now, since, coverage)),
            replace(period, start=max(period.start, min(since or period.start, period.end))),
            await self._store.connections_per_listener(period.start, period.end),
        )


def _flags(period: Period, now: Instant, since: Instant | None, coverage: float) -> Sequence[str]:
    flags = []
    if since is None or since >= period.end or not coverage:
        flags.append("no_data")
    elif period.start < since:
        flags.append("measuring_began")
    if period.start <= now < period.end:
        flags.append("in_progress")
    # What could have been measured by now is the measure of a gap, not what is still to come.
    possible = min(now, period.end) - max(period.start, since or period.start)
    if coverage and coverage * (period.end - period.start) < ENOUGH * possible:
        flags.append("gaps")
    return flags
