"""What the house says of itself in a chat and in the daily digest: short lines from the rooms' own figures."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from lahmadaemon.clock import DAY, SECOND, Clock, local
from lahmadaemon.radio import periods
from lahmadaemon.radio.reports import PeriodReport, Reporter
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.settings import Settings, station_zone
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.health import Report
from lahmadaemon.visitors.intake.crossings import DayTotals
from lahmadaemon.visitors.push.pushes import State
from lahmadaemon.visitors.push.store import counts
from lahmadaemon.visitors.settings import camera_of
from lahmadaemon.visitors.store import camera_states, day_totals, heard_between


class Answers:
    """Answers for all rooms that are on, by the settings of now. Times and days are those of the house's zone."""

    def __init__(self, settings: Settings, store: Store, clock: Clock, report: Callable[[], Report]) -> None:
        self.settings = settings
        self._store = store
        self._clock = clock
        self._report = report

    @property
    def _zone(self) -> ZoneInfo:
        return self.settings.timezone

    @property
    def texts(self) -> Mapping[str, Callable[[], Awaitable[str]]]:
        """By the command that asks for them."""
        return {"status": self.status, "today": self.today, "week": self.week, "cameras": self.cameras}

    async def status(self) -> str:
        """How the services are."""
        report = self._report()
        lines = [report.headline]
        lines += [f"{each.name}: {each.state}, {each.last_error or ''}" for each in report.services if not each.well]
        return "\n".join(lines)

    async def today(self) -> str:
        """The day so far."""
        return "\n".join(await self.about(self._today())) or "Nothing is measured."

    async def week(self) -> str:
        """The ISO week so far."""
        today = self._today()
        lines = await self._radio("week", today)
        lines += await self._visitors(today - timedelta(days=today.weekday()), today)
        return "\n".join(lines) or "Nothing is measured."

    async def cameras(self) -> str:
        """When each camera was heard last."""
        states = await camera_states(self._store)
        now, lines = self._clock.now(), []
        for name, folder in self.settings.visitors.folders.items():
            state = states.get(camera_of(name, folder))
            if state is None or state.last_file_at is None:
                lines.append(f"{camera_of(name, folder)}: nothing yet")
                continue
            ago = timedelta(seconds=(now - state.last_file_at) // SECOND)
            day = "" if now - state.last_file_at < DAY else f"{local(state.last_file_at, self._zone):%Y-%m-%d} "
            heard = f"{day}{local(state.last_file_at, self._zone):%H:%M:%S}"
            lines.append(f"{camera_of(name, folder)}: last file {heard}, {ago} ago")
        return "\n".join(lines) or "No folder is watched."

    async def about(self, day: date) -> list[str]:
        """A day's lines, for the digest, too."""
        lines = await self._radio("day", day) + await self._visitors(day, day)
        pushes = await counts(self._store, periods.day(day, self._zone).start)
        for target in self.settings.visitors.pushes:
            of = pushes.get(target, {})
            owed, dead = of.get(State.WAITING, 0) + of.get(State.SENDING, 0), of.get(State.DEAD, 0)
            lines.append(f"push {target}: {of.get(State.DELIVERED, 0)} delivered, {owed} owed, {dead} given up")
        return lines

    def _today(self) -> date:
        return local(self._clock.now(), self._zone).date()

    async def _radio(self, kind: str, day: date) -> list[str]:
        lines = []
        for name in self.settings.radio.stations:
            zone = station_zone(self.settings, name)
            reporter = Reporter(RadioStore(self._store, name), self.settings.radio, zone)
            period = periods.KINDS[kind](day, zone)
            report = await reporter.report(period, self._clock.now())
            lines.append(f"{name}: {_listened(report)}")
        return lines

    async def _visitors(self, first: date, last: date) -> list[str]:
        totals = await day_totals(self._store, first.isoformat(), last.isoformat())
        start, end = periods.day(first, self._zone).start, periods.day(last, self._zone).end
        lines = []
        for camera in (camera_of(name, folder) for name, folder in self.settings.visitors.folders.items()):
            mine = [each for each in totals if each.camera == camera]
            known = mine or await heard_between(self._store, camera, start, end)
            lines.append(f"{camera}: {_counts(mine) if known else 'no files'}")
        return lines


def _listened(report: PeriodReport) -> str:
    """The figures in a line, with the names of what was strange."""
    strange = "".join(f", {words}" for words in dict.fromkeys(each.kind.words for each in report.anomalies))
    if report.counts_only and report.counts:
        counts = report.counts
        return f"{counts.tlh:.1f} hours, peak {counts.peak}, {counts.coverage:.0%} counted{strange}"
    net, measured = report.net, f"{report.coverage:.0%} measured"
    return f"{net.cume} unique listeners, {net.tlh:.1f} hours, peak {net.peak}, {measured}{strange}"


def _counts(days: Sequence[DayTotals]) -> str:
    ins, outs = sum(day.ins for day in days), sum(day.outs for day in days)
    there = f", {max(0, ins - outs)} there" if len(days) == 1 else ""
    return f"{ins} in, {outs} out{there}"
