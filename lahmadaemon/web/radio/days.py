"""Days that are not settled yet: made of their sessions, once for all who ask, figures and hours together."""

import asyncio
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from lahmadaemon.clock import Instant
from lahmadaemon.radio.figures import net
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import PeriodReport
from lahmadaemon.radio.rollups.hours import Hour, audience
from lahmadaemon.radio.rollups.making import vouched
from lahmadaemon.radio.sessions import Session
from lahmadaemon.web.radio.station import Station

RUNNING = 60.0
OVER = 600.0
"""Seconds for which figures are kept while nothing new is known: of a day that runs, and of one that is over."""


@dataclass(frozen=True)
class Day:
    """A day as it is known by now."""

    report: PeriodReport
    hours: tuple[Hour, ...]
    """Of all mounts together."""
    listeners: int
    """Identities in no class whose connections were open at the newest valid poll."""


async def day_of(station: Station, day: Period, newest: Instant | None) -> Day:
    """`newest`: the newest valid poll; with the next one a day that runs is made anew."""
    over = day.end <= station.now
    stamp: Hashable = None if over else newest
    return await station.house.memory.kept(
        ("radio.day", station.name, day.label), OVER if over else RUNNING, lambda: _made(station, day), stamp
    )


async def _made(station: Station, day: Period) -> Day:
    store, reporter = station.store, station.reporter
    sessions = await reporter.sessions(day)
    report = await reporter.report(day, station.now, sessions)
    since = await store.since(day.start, day.end)
    covered = await vouched(store, day)
    hours = await asyncio.to_thread(audience, sessions, day, reporter.rules, since, covered)
    listeners = await asyncio.to_thread(_there, sessions)
    return Day(report, tuple(hour for hour in hours if not hour.mount), listeners)


def _there(sessions: Sequence[Session]) -> int:
    return len({session.identity for session in net(sessions) if session.is_open})
