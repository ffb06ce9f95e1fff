"""Reads a period's sessions from the store, whole, with the days around them that must be known to class them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from lahmadaemon.clock import HOUR, SECOND, Instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.sessions import Session, Span, chain, loose
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.store import IDENTITIES_AT_ONCE, RadioStore
from lahmadaemon.radio.tagging import Habits, Judgement, judge
from lahmadaemon.radio.tagging_always_on import often
from lahmadaemon.radio.tagging_days import Days

FIRST_STEP = HOUR
BESIDE = 1
"""Days before and after a period that are read of everybody: a probe's rhythm may show on the next day only."""


class Reading:
    """Of one station. What is read grows with the period, and with nothing else but sessions that are longer than it."""

    def __init__(self, store: RadioStore, settings: RadioSettings, zone: ZoneInfo) -> None:
        self._store = store
        self._zone = zone
        self._gap = round(settings.session_gap * SECOND)
        self._habits = Habits.of(settings)

    async def judged(self, period: Period) -> tuple[list[Session], Judgement]:
        """Whole sessions that touch the period, and what the days around them tell of them."""
        start, end = self._around(period.start, period.end, BESIDE)
        everybody = (start - self._gap, end + self._gap)
        read: dict[bytes, Span] = {}
        sessions = await self._whole(period, everybody, read)
        if far := await asyncio.to_thread(self._far, sessions, period, everybody, read):
            sessions = await self._again(sessions, far, 0, read)
        _, newest = await self._store.observed()
        days = Days(self._zone, Instant(start), Instant(end), newest)
        judgement = await asyncio.to_thread(judge, sessions, self._habits, days)
        return await asyncio.to_thread(_in_order, sessions, period), judgement

    def _around(self, start: int, end: int, days: int) -> Span:
        """The days of a stretch of time, and so many before and after."""
        margin = timedelta(days=days)
        first, last = (periods.today(Instant(edge), self._zone) for edge in (start, max(start, end - 1)))
        return periods.midnight(first - margin, self._zone), periods.day(last + margin, self._zone).end

    async def _whole(self, period: Period, everybody: Span, read: dict[bytes, Span]) -> list[Session]:
        """All sessions that overlap the span; those that touch the period whole, also where they reach far beyond it.

        Whoever is at an edge is read on in steps that grow eightfold, so that a client that has reconnected for months costs
        a few more queries and not one for each of its connections.
        """
        wide = FIRST_STEP
        whole, again = list[Session](), await self._chained(*everybody)
        while ends := await asyncio.to_thread(self._ends, again, period, everybody, read):
            whole += [session for session in again if session.identity not in ends]
            again = await self._again([], ends, wide, read)
            wide *= 8
        return whole + again

    def _ends(
        self, sessions: Sequence[Session], period: Period, everybody: Span, read: Mapping[bytes, Span]
    ) -> dict[bytes, Span]:
        return loose(_touching(sessions, period), lambda who: read.get(who, everybody), self._gap)

    def _far(
        self, sessions: Sequence[Session], period: Period, everybody: Span, read: Mapping[bytes, Span]
    ) -> dict[bytes, Span]:
        """Those few who may be always on, and the days around their sessions that tell."""
        some = often(sessions, self._habits.always_on)
        found: dict[bytes, Span] = {}
        for session in _touching(sessions, period):
            if (who := session.identity) in some:
                first, last = found.get(who) or read.get(who, everybody)
                start, end = self._around(session.started_at, session.ended_at, self._habits.margin)
                if start < first or end > last:
                    found[who] = (min(first, start), max(last, end))
        return found

    async def _again(
        self, sessions: list[Session], ends: Mapping[bytes, Span], wide: int, read: dict[bytes, Span]
    ) -> list[Session]:
        """The same, but for some identities as more of them shows."""
        sessions = [session for session in sessions if session.identity not in ends]
        by_beginning = sorted(ends, key=ends.__getitem__)
        for i in range(0, len(ends), IDENTITIES_AT_ONCE):
            some = by_beginning[i : i + IDENTITIES_AT_ONCE]
            span = (min(ends[each][0] for each in some) - wide, max(ends[each][1] for each in some) + wide)
            sessions += await self._chained(*span, some)
            read.update(dict.fromkeys(some, span))
        return sessions

    async def _chained(self, start: int, end: int, whose: Sequence[bytes] | None = None) -> list[Session]:
        heard = await self._store.listening(start, end, whose)
        return await asyncio.to_thread(chain, heard.values(), self._gap)  # a busy week is a hundred thousand


def _in_order(sessions: Iterable[Session], period: Period) -> list[Session]:
    return sorted(_touching(sessions, period), key=attrgetter("identity", "started_at"))


def _touching(sessions: Iterable[Session], period: Period) -> list[Session]:
    return [session for session in sessions if session.touches(period.start, period.end)]
