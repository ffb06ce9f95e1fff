"""Writes a day's files, and the service that does so every n hours."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from lahmadaemon import atomic
from lahmadaemon.clock import HOUR, Clock, Instant
from lahmadaemon.elsewhere import elsewhere
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio import files, periods
from lahmadaemon.radio.anonymous import anonymous
from lahmadaemon.radio.exports import Exports
from lahmadaemon.radio.legacy import as_legacy
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import PeriodReport, Reporter
from lahmadaemon.radio.rollups.store import RollupStore
from lahmadaemon.radio.sessions import Session
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.supervision.service import Lifeline, Service

log = structlog.get_logger()


@dataclass(frozen=True)
class Exported:
    """What was written of a day."""

    report: PeriodReport
    files: list[Path]


class Exporter(Exports):
    """Writes one station's files into a folder.

    `addresses`: the older script's format may show the IP addresses that are kept; only for somebody who asks for a file now,
    since nobody would take them out of the scheduled ones again. `publishing`: sessions as the public may have them.
    """

    settled_after = HOUR

    def __init__(
        self,
        store: RadioStore,
        reporter: Reporter,
        zone: ZoneInfo,
        folder: Path,
        formats: Sequence[str],
        *,
        addresses: bool = False,
        publishing: bool = False,
    ) -> None:
        super().__init__(store, zone)
        self._reporter = reporter
        self._folder = folder
        self._formats = formats
        self._addresses = addresses
        self._publishing = publishing

    async def export(self, day: date, now: Instant) -> Exported:
        """The day's files, in every format. Raises UpstreamError when the folder cannot be written."""
        period = self.period(day)
        return await self._write(period, *await self._counted(period, now))

    async def _counted(self, period: Period, now: Instant) -> tuple[list[Session], PeriodReport]:
        sessions = await self._reporter.sessions(period)
        return sessions, await self._reporter.report(period, now, sessions)

    async def _write(self, period: Period, sessions: Sequence[Session], report: PeriodReport) -> Exported:
        counted, station = report.counted or period, self._store.station
        each = await asyncio.to_thread(
            files.sessions_table, station, counted, sessions, self._reporter.rules, self._zone
        )
        tables = {"sessions": each, "totals": files.totals_table(station, [report])}
        if self._publishing:
            tables = {"sessions_anonymous": await asyncio.to_thread(anonymous, each), "totals": tables["totals"]}
        written = await write(self._folder, station, period, tables, self._formats)
        if "legacy" in self._formats and not self._publishing:
            older = await asyncio.to_thread(as_legacy, sessions, counted, self._zone, addresses=self._addresses)
            written += [await put(self._folder / f"{station}_{period.label}_legacy.csv", older)]
        log.info(
            "radio.exported", station=self._store.station, day=period.label, valid_listeners=report.gross.cume,
            net_listeners=report.net.cume, long_listeners=report.gross.long_listeners, sessions=len(sessions),
            coverage=round(report.coverage, 4), files=[path.name for path in written],
        )  # fmt: skip
        return Exported(report, written)

    def period(self, day: date) -> Period:
        """A day."""
        return periods.day(day, self._zone)

    async def write_known(self, period: Period, now: Instant) -> None:
        """Its files."""
        sessions, report = await self._counted(period, now)
        if period.end > now or report.is_known:
            await self._write(period, sessions, report)

    async def is_final(self, period: Period) -> bool:
        """Files that list sessions are not written over when the sessions themselves are gone."""
        return (await RollupStore(self._store.beside, self._store.station).gone()).sessions_of(period)


async def write(
    folder: Path, station: str, period: Period, tables: Mapping[str, files.Table], formats: Sequence[str]
) -> list[Path]:
    """The tables as CSV and Parquet, as far as the formats say so. Raises UpstreamError when the folder cannot be written."""
    return [
        await put(place(folder, station, period, what, name), await _encoded(name, table))
        for name in formats
        if name != "legacy"
        for what, table in tables.items()
    ]


def place(folder: Path, station: str, period: Period, what: str, form: str) -> Path:
    """CSV lies flat, for people; Parquet in Hive's partitions (`sessions/day=2026-10-14/lahmacun.parquet`), for machines."""
    if form == "csv":
        return folder / f"{station}_{period.label}_{what}.csv"
    kind = "week" if "W" in period.label else "day"
    return folder / what / f"{kind}={period.label}" / f"{station}.parquet"


async def put(path: Path, content: bytes) -> Path:
    """One file, whole or not at all. Raises UpstreamError."""
    try:
        await asyncio.to_thread(atomic.write, path, content)
    except OSError as error:
        raise UpstreamError(f"cannot write into {path.parent}: {error.strerror or error}", outcome="folder") from error
    return path


async def _encoded(name: str, table: files.Table) -> bytes:
    """The file's bytes; pyarrow takes 30 MB and more, so not here."""
    return await (asyncio.to_thread(files.as_csv, table) if name == "csv" else elsewhere(files.as_parquet, table))


class ExportService(Service):
    """Exports all stations on the grid of its period."""

    name = "radio.export"
    gives_way = True

    def __init__(self, exporters: Sequence[Exports], clock: Clock, every: float) -> None:
        self._exporters = exporters
        self._clock = clock
        self._every = every

    async def run(self, lifeline: Lifeline) -> None:
        async with lifeline.turn():  # what came due while nobody was there
            await self._all(ended_only=True)
        async for _ in lifeline.every(self._every, at_once=False):
            async with lifeline.turn():
                await self.turn()

    async def turn(self) -> None:
        await self._all()

    async def _all(self, *, ended_only: bool = False) -> None:
        """Every station's files; one that cannot be written keeps no other from its own."""
        troubles = []
        for exporter in self._exporters:
            try:
                await exporter.export_due(self._clock.now(), ended_only=ended_only)
            except UpstreamError as trouble:
                troubles.append(trouble)
        if troubles:
            raise troubles[0]
