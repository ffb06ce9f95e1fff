"""What the house writes once a week about a station: the shows that were listened to, in words and in a picture."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from lahmadaemon.alerts.weekly import Letter
from lahmadaemon.alerts.wording import fill
from lahmadaemon.clock import HOUR, Clock, Instant, local
from lahmadaemon.elsewhere import elsewhere
from lahmadaemon.pictures.curve import Curve, Tick
from lahmadaemon.pictures.drawing import draw
from lahmadaemon.pictures.look import Head, Look
from lahmadaemon.pictures.shows import Bar, Shows
from lahmadaemon.radio import periods
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.rollups import hours as rollups
from lahmadaemon.radio.rollups.curve import AudienceCurve
from lahmadaemon.radio.shows.report import ShowReport
from lahmadaemon.radio.shows.reporter import ShowReporter

log = structlog.get_logger()

MOST_SHOWS = 12
"""As many as fit below a picture."""
HALF = 0.5
"""An hour measured for less than this is drawn as not measured."""


class StationLetters:
    """One station's."""

    def __init__(
        self, station: str, reporter: ShowReporter, audience: AudienceCurve, zone: ZoneInfo, clock: Clock,
        words: Mapping[str, str], cache: Path,
    ) -> None:  # fmt: skip
        """`words`: the digest's phrases in the house's language; `cache`: a folder for the list of fonts."""
        self._station = station
        self._reporter = reporter
        self._audience = audience
        self._zone = zone
        self._clock = clock
        self._words = words
        self._cache = cache

    async def write(self, day: date) -> Letter | None:
        """About the ISO week of the day; None where nothing was measured or nothing aired."""
        period, now = periods.week(day, self._zone), self._clock.now()
        report = await self._reporter.report(period, now)
        if "no_data" in report.flags or not report.shows:
            return None
        hours = await self._audience.hours(period, now)
        lines = self.lines(report, hours)
        return Letter("\n".join(lines), await self._picture_of(self.picture(lines[0], report, hours)))

    async def _picture_of(self, picture: Shows) -> bytes | None:
        """The words say all that the picture does: they go without it where it cannot be drawn."""
        try:
            return await elsewhere(draw, picture, Look(), self._cache)
        except Exception:  # a folder that cannot be written, too little memory, a library's mistake
            log.exception("alert.picture_failed", station=self._station)
            return None

    def lines(self, report: ShowReport, hours: Sequence[rollups.Hour]) -> list[str]:
        """A headline, then the shows that were listened to most."""
        words, total, week = self._words, report.total, report.period
        share = sum(hour.covered for hour in hours) / (week.end - week.start)
        head = {
            "station": self._station, "week": week.label, "hours": f"{total.net.tlh:.0f}",
            "listeners": str(total.net.listeners), "share": f"{share:.0%}",
        }  # fmt: skip
        lines = [fill(words["weekly"], head)]
        for line in report.shows[:MOST_SHOWS]:
            facts = {"name": line.name, "hours": f"{line.net.tlh:.1f}", "listeners": str(line.net.listeners)}
            lines.append(fill(words["show"], facts))
        if (more := len(report.shows) - MOST_SHOWS) > 0:
            lines.append(fill(words["others"], {"count": str(more)}))
        return lines

    def picture(self, headline: str, report: ShowReport, hours: Sequence[rollups.Hour]) -> Shows:
        """The same to look at, and when they listened."""
        title, _, subtitle = headline.partition(": ") if ": " in headline else headline.partition("：")
        words, week = self._words, report.period
        days = [(at, local(at, self._zone)) for at in range(week.start, week.end, HOUR)]
        edges = [((at - week.start) / HOUR, day) for at, day in days if day.hour == 0]
        head = Head(title, subtitle, unmeasured=words["unsure"])
        curve = Curve(
            head, list(self._drawn(week, hours)), words["people"], length=week.hours,
            ticks=[Tick(at + 12, f"{day:%m-%d}") for at, day in edges], edges=[at for at, _ in edges],
        )  # fmt: skip
        bars = [Bar(line.name, line.net.tlh, line.net.listeners, line.coverage) for line in report.shows]
        return Shows(head, bars, curve, axis=words["axis"], people=words["people"], unsure=words["unsure"])

    @staticmethod
    def _drawn(week: Period, hours: Sequence[rollups.Hour]) -> Iterator[float | None]:
        known = {hour.start: hour for hour in hours if hour.coverage >= HALF}
        for start in range(week.start, week.end, HOUR):
            found = known.get(Instant(start))
            yield found.average(found.net) if found else None
