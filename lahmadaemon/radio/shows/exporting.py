"""Writes a week's files of shows and airings."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from lahmadaemon.clock import HOUR, Instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.exporting import write
from lahmadaemon.radio.exports import Exports
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.shows.report import ShowReport
from lahmadaemon.radio.shows.reporter import ShowReporter, show_reporter
from lahmadaemon.radio.shows.tables import airings_table, shows_table
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.store.database import Store

log = structlog.get_logger()


class WeekExporter(Exports):
    """One station's; beside its days, in the same folder, noted in the same place under the week's name."""

    settled_after = 12 * HOUR  # later than a day: a show that began on Sunday night is the week's to its end

    def __init__(
        self, store: RadioStore, reporter: ShowReporter, zone: ZoneInfo, folder: Path, formats: Sequence[str]
    ) -> None:
        super().__init__(store, zone)
        self._reporter = reporter
        self._folder = folder
        self._formats = formats

    async def export(self, week: date, now: Instant) -> list[Path]:
        """The files of the week that a day belongs to. Raises UpstreamError when the folder cannot be written."""
        return await self._write(await self._reporter.report(self.period(week), now))

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

    def period(self, day: date) -> Period:
        """An ISO week."""
        return periods.week(day, self._zone)

    async def write_known(self, period: Period, now: Instant) -> None:
        """Its files."""
        report = await self._reporter.report(period, now)
        if period.end > now or "no_data" not in report.flags:
            await self._write(report)


def week_exporter(
    store: Store, station: str, zone: ZoneInfo, radio: RadioSettings, folder: Path, formats: Sequence[str] | None = None
) -> WeekExporter:
    """A station's, as the settings have it unless told otherwise."""
    reporter = show_reporter(store, station, zone, radio)
    return WeekExporter(RadioStore(store, station), reporter, zone, folder, formats or radio.export_formats)
