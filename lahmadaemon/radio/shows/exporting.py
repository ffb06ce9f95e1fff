"""Writes a week's files of shows and airings."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from lahmadaemon.clock import HOUR, Instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.exporting import outdated, write
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.shows.report import ShowReport
from lahmadaemon.radio.shows.reporter import ShowReporter, show_reporter
from lahmadaemon.radio.shows.tables import airings_table, shows_table
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.radio.vouched.store import Vouched
from lahmadaemon.store.database import Store

log = structlog.get_logger()

SETTLED_AFTER = 12 * HOUR
"""Later than a day: a show that began on Sunday night is the week's to its end."""


class WeekExporter:
    """One station's; beside its days, in the same folder, noted in the same place under the week's name."""

    def __init__(
        self, store: RadioStore, reporter: ShowReporter, zone: ZoneInfo, folder: Path, formats: Sequence[str]
    ) -> None:
        self._store = store
        self._vouched = Vouched(store.beside, store.station)
        self._reporter = reporter
        self._zone = zone
        self._folder = folder
        self._formats = formats

    async def export(self, week: date, now: Instant) -> list[Path]:
        """The files of the week that a day belongs to. Raises UpstreamError when the folder cannot be written."""
        return await self._write(await self._reporter.report(periods.week(week, self._zone), now))

    async def _write(self, report: ShowReport) -> list[Path]:
        station, period = self._store.station, report.period
        tables = {"shows": shows_table(station, report), "airings": airings_table(station, report, self._zone)}
        written = await write(self._folder, station, period, tables, self._formats)
        log.info(
            "radio.shows_exported", station=station, week=period.label, shows=len(report.shows),
            airings=len(report.airings), listened_hours=round(report.total.net.tlh, 2),
            unmatched=sum(not line.is_matched for line in report.shows), files=[path.name for path in written],
        )  # fmt: skip
        return written

    async def due(self, now: Instant) -> list[date]:
        """The Mondays of this week, and of every earlier one that was not exported since it settled, or since it changed."""
        since, _ = await self._store.observed()
        if since is None:
            return []
        done = await self._store.exported()
        day, last = periods.today(since, self._zone), periods.today(now, self._zone)
        monday, found = day - timedelta(days=day.weekday()), []
        while monday <= last:
            period = periods.week(monday, self._zone)
            at = done.get(period.label)
            if outdated(
                at, period.end + SETTLED_AFTER, at and await self._vouched.amended_at(period.start, period.end)
            ):
                found.append(monday)
            monday += timedelta(days=7)
        return found

    async def export_due(self, now: Instant, *, ended_only: bool = False) -> None:
        """Everything that is due, each week noted when its files are there; `ended_only`: not the one that still runs.

        A week that is over and of which nothing was measured gets none: there may be years between an import and us.
        """
        for monday in await self.due(now):
            period = periods.week(monday, self._zone)
            if ended_only and period.end > now:
                continue
            report = await self._reporter.report(period, now)
            if period.end > now or "no_data" not in report.flags:
                await self._write(report)
            await self._store.note_export(period.label, now)


def week_exporter(
    store: Store, station: str, zone: ZoneInfo, radio: RadioSettings, folder: Path, formats: Sequence[str] | None = None
) -> WeekExporter:
    """A station's, as the settings have it unless told otherwise."""
    reporter = show_reporter(store, station, zone, radio)
    return WeekExporter(RadioStore(store, station), reporter, zone, folder, formats or radio.export_formats)
