"""Days that are not settled yet: made of their sessions, once for all who ask, figures and hours together."""

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from lahmadaemon.clock import Instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.figures import net
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import PeriodReport
from lahmadaemon.radio.rollups.hours import Hour, audience
from lahmadaemon.radio.rollups.keeping import margin_of, settled_before
from lahmadaemon.radio.rollups.making import vouched
from lahmadaemon.radio.sessions import Session
from lahmadaemon.web.radio.station import Station

RUNNING = 60.0
OVER = 600.0
"""Seconds for which figures are kept while nothing new is known: of what runs, and of what is over."""
MEANWHILE = 900.0
"""So old may be what is told while somebody makes it anew."""


@dataclass(frozen=True)
class Day:
    """A day as it is known by now."""

    report: PeriodReport
    hours: tuple[Hour, ...]
    """Of all mounts together."""
    listeners: int
    """Identities in no class whose connections were open at the newest valid poll."""


async def today_of(station: Station, day: Period, newest: Instant | None) -> Day:
    """The day that runs; `newest`: the newest valid poll. With the next one it is made anew."""

    async def made() -> Day:
        return (await _made(station, [day]))[day.label]

    return await station.house.memory.kept(
        ("radio.today", station.name, day.label), RUNNING, made, newest, meanwhile=MEANWHILE
    )


async def days_of(station: Station, days: Sequence[Period], newest: Instant | None) -> dict[str, Day]:
    """By their names; in order, one after the other. Those that are over are read together: most of what it costs to know
    one day's sessions is the days around it."""
    over = [day for day in days if day.end <= station.now]
    found: dict[str, Day] = {}
    if over:
        together = _lately(station, over)
        margin = margin_of(station.house.radio)
        stamp: Hashable = await station.store.amended_at(together[0].start - margin, together[-1].end + margin)
        key = ("radio.days", station.name, together[0].label, together[-1].label)
        made = await station.house.memory.kept(key, OVER, lambda: _made(station, together), stamp, meanwhile=MEANWHILE)
        found |= {day.label: made[day.label] for day in over}
    for day in days[len(over) :]:
        found[day.label] = await today_of(station, day, newest)
    return found


def _lately(station: Station, over: Sequence[Period]) -> Sequence[Period]:
    """All days that are over and not settled, where these are among them: whoever asks for some has made the others, too."""
    first = periods.today(settled_before(station.now, station.house.radio), station.zone)
    if periods.today(over[0].start, station.zone) < first:
        return over
    return [periods.day(first + timedelta(days=number), station.zone) for number in range((station.today - first).days)]


async def _made(station: Station, days: Sequence[Period]) -> Mapping[str, Day]:
    reporter = station.reporter
    everybody = await reporter.sessions(replace(days[0], end=days[-1].end))
    return {day.label: await _day(station, day, everybody) for day in days}


async def _day(station: Station, day: Period, everybody: Sequence[Session]) -> Day:
    store, reporter = station.store, station.reporter
    sessions = await asyncio.to_thread(lambda: [each for each in everybody if each.touches(day.start, day.end)])
    report = await reporter.report(day, station.now, sessions)
    since = await store.since(day.start, day.end)
    covered = await vouched(store, day)
    hours = await asyncio.to_thread(audience, sessions, day, reporter.rules, since, covered)
    listeners = await asyncio.to_thread(_there, sessions)
    return Day(report, tuple(hour for hour in hours if not hour.mount), listeners)


def _there(sessions: Sequence[Session]) -> int:
    return len({session.identity for session in net(sessions) if session.is_open})
