"""From the stores to the table of shows: one way for the terminal, JSON, CSV, files and the weekly letter."""

import asyncio
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from zoneinfo import ZoneInfo

from lahmadaemon.clock import Instant
from lahmadaemon.radio import coverage
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import A_LITTLE, ENOUGH, Reporter
from lahmadaemon.radio.rollups.keeping import Look, Shelf
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.shows.airing import Aired
from lahmadaemon.radio.shows.attribution import MARGIN, Plan, aired
from lahmadaemon.radio.shows.log.store import OnAirStore
from lahmadaemon.radio.shows.matching import OFF_AIR, Matcher
from lahmadaemon.radio.shows.report import Coverage, ShowReport, show_report, starting_in
from lahmadaemon.radio.shows.store import GridStore
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.radio.truth.anomalies.kinds import flags_of
from lahmadaemon.radio.truth.anomalies.store import AnomalyStore
from lahmadaemon.store.database import Store

KEPT_AS = ("shows_week", "shows_month")


class ShowReporter:
    """Answers for one station. `now` is passed in: a period may not be over yet."""

    def __init__(
        self,
        store: RadioStore,
        reporter: Reporter,
        log: OnAirStore,
        grid: GridStore,
        aliases: Mapping[str, str] | None = None,
        off_air: Collection[str] = OFF_AIR,
        shelf: Shelf | None = None,
    ) -> None:
        self._store = store
        self._anomalies = AnomalyStore(store.beside, store.station)
        self._reporter = reporter
        self._log = log
        self._grid = grid
        self._aliases = aliases
        self._off_air = off_air
        self._shelf = shelf

    async def report(self, period: Period, now: Instant) -> ShowReport:
        """The week or month, as it was kept or anew: its airings, also where they end after it."""
        shelved = await self._shelf.look(period, now, ShowReport, KEPT_AS, shows=True) if self._shelf else Look()
        if shelved.report and shelved.holds:
            old = shelved.old_rules
            return replace(shelved.report, flags=(*shelved.report.flags, "old_rules")) if old else shelved.report
        fresh = await self._fresh(period, now)
        forgotten = shelved.sessions_gone or shelved.polls_gone
        return replace(fresh, flags=(*fresh.flags, "forgotten")) if forgotten else fresh

    async def _fresh(self, period: Period, now: Instant) -> ShowReport:
        _, newest = await self._store.observed()
        since = await self._store.since(period.start, period.end)
        now = max(now, newest or now)  # what is measured has happened, whatever our own clock says
        end = Instant(max(min(period.end + MARGIN, now), period.start))
        # What was planned before anybody measured has no figures and is no airing.
        start = max(Instant(period.start - MARGIN), min(since or end, end))
        heard = await self.aired(start, end)
        last = max([period.end, *(airing.end for airing in starting_in(heard, period))])
        sessions = await self._reporter.sessions(replace(period, end=last))
        share, reconciled = await self._coverage(period.start, last)
        anomalies = await self._anomalies.between(period.start, last)
        told = [*_flags(period, now, since, share), *flags_of(anomalies, period)]
        if reconciled(period.start, period.end) > A_LITTLE:
            told.append("reconciled")
        return await asyncio.to_thread(
            show_report, period, heard, sessions, share, self._reporter.rules, since=since,
            flags=tuple(told), strange=lambda *span: flags_of(anomalies, Period("", *span)),
        )  # fmt: skip

    async def aired(self, start: Instant, end: Instant) -> Aired:
        """What was on air in [start, end), whoever listened."""
        shows, planned = await self._grid.shows(end), await self._grid.planned(start, end)
        plan = Plan(shows, planned, Matcher(shows, self._aliases, self._off_air))
        return await asyncio.to_thread(aired, await self._log.between(start, end), plan, self._grid.zone, start, end)

    async def _coverage(self, start: Instant, end: Instant) -> tuple[Coverage, Coverage]:
        """What was measured, and what of it only because others than our polls vouch for it."""
        polls, spans = await self._store.valid_polls(start, end), await self._store.spans(start, end)
        whole = measured(await asyncio.to_thread(coverage.gaps, polls, spans, start, end))
        if not spans:
            return whole, lambda *_: 0.0
        ours = measured(await asyncio.to_thread(coverage.gaps, polls, (), start, end))
        return whole, lambda *span: whole(*span) - ours(*span)


def measured(gaps: Sequence[tuple[Instant, Instant]]) -> Coverage:
    """The share of any stretch that is outside the gaps, which are in order; quick, for there may be thousands of both."""
    starts, before = [start for start, _ in gaps], [0, *accumulate(end - start for start, end in gaps)]

    def missing(until: int) -> int:
        number = bisect_left(starts, until)
        return before[number] - (max(0, gaps[number - 1][1] - until) if number else 0)

    return lambda start, end: 1 - (missing(end) - missing(start)) / (end - start) if end > start else 0.0


def show_reporter(store: Store, station: str, zone: ZoneInfo, settings: RadioSettings) -> ShowReporter:
    """A station's, as the settings have it."""
    known = RadioStore(store, station)
    log, grid = OnAirStore(store, station), GridStore(store, station, zone)
    reporter = Reporter(known, settings, zone)
    shows = settings.shows
    return ShowReporter(known, reporter, log, grid, shows.targets, shows.off_air, Shelf(known, settings))


def _flags(period: Period, now: Instant, since: Instant | None, share: Coverage) -> tuple[str, ...]:
    """What holds for the whole table; the words of the other reports."""
    end = min(now, period.end)
    begin = max(period.start, since if since is not None else period.end)
    if begin >= end or not share(begin, end):
        return ("no_data",)
    flags = []
    if begin > period.start:
        flags.append("measuring_began")
    if period.start <= now < period.end:
        flags.append("in_progress")
    if share(begin, end) < ENOUGH:
        flags.append("gaps")
    return tuple(flags)
