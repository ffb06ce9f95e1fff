"""Makes one report of one station, with the hours where it is a day's; what a new kind of report is needs one line here."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lahmadaemon.clock import HOUR, Instant
from lahmadaemon.radio import coverage, periods
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.rollups.due import Calendar
from lahmadaemon.radio.rollups.hours import Hour, audience, hours_of
from lahmadaemon.radio.rollups.keeping import frozen, margin_of, rules_of
from lahmadaemon.radio.rollups.store import Kept, RollupStore
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.shows.reporter import measured, show_reporter
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.store.database import Store


@dataclass(frozen=True)
class Job:
    """What is to be made."""

    station: str
    kind: str
    period: Period
    zone: ZoneInfo
    settings: RadioSettings
    now: Instant


@dataclass(frozen=True)
class Made:
    """What was made of it."""

    kept: Kept
    hours: tuple[Hour, ...] = ()


Content = tuple[object, tuple[Hour, ...]]


async def _figures(store: Store, job: Job) -> Content:
    report = await Reporter(RadioStore(store, job.station), job.settings, job.zone).lasting(job.period, job.now)
    return report, ()


async def _day(store: Store, job: Job) -> Content:
    radio = RadioStore(store, job.station)
    reporter = Reporter(radio, job.settings, job.zone)
    sessions = await reporter.sessions(job.period)
    report = await reporter.lasting(job.period, job.now, sessions)
    since = await radio.since(job.period.start, job.period.end)
    told = await vouched(radio, job.period)
    # The weekly letter makes its last days in the daemon itself: not on the loop.
    return report, tuple(await asyncio.to_thread(audience, sessions, job.period, reporter.rules, since, told))


async def vouched(radio: RadioStore, day: Period) -> dict[int, int]:
    """Milliseconds of each hour that are covered: by polls and spans, or as it was kept where the polls are gone."""
    rollups = RollupStore(radio.beside, radio.station)
    if (await rollups.gone()).polls_of(day):
        return {hour.start: hour.covered for hour in await rollups.hours(day.start, day.end)}
    polls, spans = await radio.valid_polls(day.start, day.end), await radio.spans(day.start, day.end)
    return await asyncio.to_thread(_by_hour, polls, spans, day)


def _by_hour(polls: Sequence[tuple[Instant, int]], spans: Sequence[coverage.Stretch], day: Period) -> dict[int, int]:
    share = measured(coverage.gaps(polls, spans, day.start, day.end))
    return {hour.start: round(share(hour.start, hour.end) * hour.hours * HOUR) for hour in hours_of(day)}


async def _shows(store: Store, job: Job) -> Content:
    reporter = show_reporter(store, job.station, job.zone, job.settings)
    return await reporter.report(job.period, job.now), ()


@dataclass(frozen=True)
class Kind:
    """A kind of report."""

    calendar: Calendar
    make: Callable[[Store, Job], Awaitable[Content]]
    shows: bool = False
    """Whether the settings of shows are part of its rules."""


KINDS = {
    "day": Kind(periods.day, _day),
    "week": Kind(periods.week, _figures),
    "month": Kind(periods.month, _figures),
    "shows_week": Kind(periods.week, _shows, shows=True),
    "shows_month": Kind(periods.month, _shows, shows=True),
}
CALENDARS = {name: kind.calendar for name, kind in KINDS.items()}


async def make(store: Store, job: Job) -> Made:
    """The stamp is taken first: whatever changes while the rest is read makes another."""
    rollups = RollupStore(store, job.station)
    found = await rollups.find(job.period.start, job.period.end, margin_of(job.settings), [job.kind])
    kind = KINDS[job.kind]
    content, hours = await kind.make(store, job)
    return Made(Kept(rules_of(job.settings, shows=kind.shows), found.stamp, job.now, frozen(content)), hours)
