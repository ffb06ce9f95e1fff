"""What the house writes once a week about a station: the shows that were listened to, in words and in a picture."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from lahmadaemon.alerts.weekly import Letter
from lahmadaemon.alerts.wording import fill
from lahmadaemon.clock import HOUR, Clock, Instant, local
from lahmadaemon.elsewhere import elsewhere
from lahmadaemon.radio import periods
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.rollups.store import RollupStore
from lahmadaemon.radio.shows.picture import Bar, Hour, WeekPicture, draw
from lahmadaemon.radio.shows.report import ShowReport
from lahmadaemon.radio.shows.reporter import ShowReporter

MOST_SHOWS = 12
"""As many as fit below a picture."""
HALF = 0.5
"""An hour measured for less than this is drawn as not measured."""


class StationLetters:
    """One station's."""

    def __init__(
        self, station: str, reporter: ShowReporter, rollups: RollupStore, zone: ZoneInfo, clock: Clock,
        words: Mapping[str, str], cache: Path,
    ) -> None:  # fmt: skip
        """`words`: the digest's phrases in the house's language; `cache`: a folder for the list of fonts."""
        self._station = station
        self._reporter = reporter
        self._rollups = rollups
        self._zone = zone
        self._clock = clock
        self._words = words
        self._cache = cache

    async def write(self, day: date) -> Letter | None:
        """About the ISO week of the day; None where nothing was measured or nothing aired."""
        period = periods.week(day, self._zone)
        report = await self._reporter.report(period, self._clock.now())
        if "no_data" in report.flags or not report.shows:
            return None
        lines = self.lines(report)
        drawn = self.picture(lines[0], report, await self._hours(period))
        picture = await elsewhere(draw, drawn, "png", self._cache)
        return Letter("\n".join(lines), picture)

    def lines(self, report: ShowReport) -> list[str]:
        """A headline, then the shows that were listened to most."""
        words, total = self._words, report.total
        head = {
            "station": self._station, "week": report.period.label, "hours": f"{total.net.tlh:.0f}",
            "listeners": str(total.net.listeners), "share": f"{total.coverage:.0%}",
        }  # fmt: skip
        lines = [fill(words["weekly"], head)]
        for line in report.shows[:MOST_SHOWS]:
            facts = {"name": line.name, "hours": f"{line.net.tlh:.1f}", "listeners": str(line.net.listeners)}
            lines.append(fill(words["show"], facts))
        if (more := len(report.shows) - MOST_SHOWS) > 0:
            lines.append(fill(words["others"], {"count": str(more)}))
        return lines

    async def _hours(self, week: Period) -> list[Hour]:
        kept = {hour.start: hour for hour in await self._rollups.hours(week.start, week.end)}
        hours = []
        for start in range(week.start, week.end, HOUR):
            found = kept.get(Instant(start))
            measured = found is not None and found.coverage >= HALF
            hours.append(Hour(local(start, self._zone), found.average(found.net) if found and measured else None))
        return hours

    def picture(self, headline: str, report: ShowReport, hours: Sequence[Hour]) -> WeekPicture:
        """The same to look at."""
        title, _, subtitle = headline.partition(": ") if ": " in headline else headline.partition("：")
        bars = [Bar(line.name, line.net.tlh, line.net.listeners, line.coverage) for line in report.shows]
        words = self._words
        return WeekPicture(
            title, subtitle, bars, hours, axis=words["axis"], people=words["people"], unsure=words["unsure"]
        )
