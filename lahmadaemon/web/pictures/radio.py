"""A station's figures as they are drawn."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import fmean

from lahmadaemon.clock import HOUR, Instant, instant
from lahmadaemon.pictures.curve import Curve, Tick
from lahmadaemon.pictures.heat import Cell, Heat
from lahmadaemon.pictures.look import Head
from lahmadaemon.pictures.shows import Bar, Shows
from lahmadaemon.radio import periods
from lahmadaemon.radio.periods import Period
from lahmadaemon.web.pages import alts
from lahmadaemon.web.pages.reader import Reader
from lahmadaemon.web.pictures.heads import column, head, hours, row, so_far
from lahmadaemon.web.pictures.on_air import on_air
from lahmadaemon.web.radio import telling
from lahmadaemon.web.radio.shapes import PeriodFigures, RadioHour
from lahmadaemon.web.radio.station import Station

HALF = 0.5
"""An hour measured for less than this is drawn as not measured."""


@dataclass(frozen=True)
class Week:
    """The ISO week of a day, of a station."""

    station: Station
    day: date

    @property
    def period(self) -> Period:
        return periods.week(self.day, self.station.zone)

    @property
    def monday(self) -> date:
        return self.day - timedelta(days=self.day.weekday())

    @property
    def days(self) -> list[date]:
        return [self.monday + timedelta(days=number) for number in range(7)]

    async def hours(self) -> list[RadioHour]:
        """Those that are known of."""
        return (await telling.hours(self.station.house, self.station.name, self.days[0], self.days[-1])).hours


async def day(station: Station, reader: Reader, on: date) -> Curve:
    """The audience of a day."""
    house, name, own = station.house, station.name, reader.within(station.zone)
    period = periods.day(on, station.zone)
    known = (await telling.hours(house, name, on, on)).hours
    figures = (await telling.days(house, name, on, on)).days[period.label]
    description = alts.of_day(own, period.label, known, figures)
    told = head(own, f"{name} · {own.day(on)}", _sums(own, figures, period, station), description)
    drawn = _curve(own, told, period, station, known, hours(own, period))
    return replace(drawn, bands=await on_air(station, period))


async def week(asked: Week, reader: Reader) -> Curve:
    """The audience of a week."""
    own, known, period = reader.within(asked.station.zone), await asked.hours(), asked.period
    edges = [(periods.midnight(each, asked.station.zone) - period.start) / HOUR for each in asked.days]
    ticks = [Tick(at + 12, column(own, each)) for at, each in zip(edges, asked.days, strict=True)]
    drawn = _curve(own, await _week_head(own, asked, "alt.week", known), period, asked.station, known, ticks)
    return replace(drawn, edges=edges)


async def heat(asked: Week, reader: Reader) -> Heat:
    """The hours of a week as a map; an hour that the clock strikes twice is told by the mean of both."""
    own, known = reader.within(asked.station.zone), await asked.hours()
    cells: dict[tuple[int, int], list[float | None]] = defaultdict(list)
    for hour in known:
        cells[hour.weekday - 1, hour.hour].append(_average(hour))
    return Heat(
        await _week_head(own, asked, "alt.heat", known),
        [Cell(*place, _mean(values)) for place, values in sorted(cells.items())],
        [row(own, each) for each in asked.days], own.say("pictures.average"),
    )  # fmt: skip


async def shows(asked: Week, reader: Reader) -> Shows:
    """A week's shows."""
    station, own = asked.station, reader.within(asked.station.zone)
    found = await telling.shows(station.house, station.name, asked.monday)
    label, lines, total = found.period, found.shows[found.period], found.total[found.period].net
    sums = {"listeners": own.number(total.listeners), "tlh": own.number(total.tlh, 1)}
    subtitle = "" if total.tlh is None or not lines else own.say("pictures.shows.sums", **sums)
    title = own.say("pictures.shows", name=station.name, label=label)
    return Shows(
        head(own, title, subtitle, alts.of_shows(own, label, lines), "pictures.no_shows"),
        [Bar(each.name, each.net.tlh or 0.0, each.net.listeners or 0, each.coverage) for each in lines.values()],
        axis=own.say("pictures.hours"), people=own.say("pictures.listeners"), unsure=own.say("pictures.unsure"),
        hour=own.say("pictures.hour"),
    )  # fmt: skip


async def _week_head(reader: Reader, asked: Week, key: str, known: list[RadioHour]) -> Head:
    station, label = asked.station, asked.period.label
    figures = (await telling.weeks(station.house, station.name, asked.monday, asked.monday)).weeks[label]
    title = reader.say("pictures.week", name=station.name, label=label)
    return head(reader, title, _sums(reader, figures, asked.period, station), alts.of_hours(reader, key, label, known))


def _sums(reader: Reader, figures: PeriodFigures, period: Period, station: Station) -> str:
    net = figures.net
    if net.cume is None:
        return ""
    told = {"cume": reader.number(net.cume), "tlh": reader.number(net.tlh, 1)}
    if station.now < period.end:
        return reader.say("pictures.so_far", **told)
    return reader.say("pictures.sums", **told, share=reader.percent(figures.coverage))


def _curve(
    reader: Reader, told: Head, period: Period, station: Station, known: Sequence[RadioHour], ticks: Sequence[Tick]
) -> Curve:
    values = {instant(datetime.fromisoformat(hour.start)): _average(hour) for hour in known}
    now = so_far(period, station.now)
    end = period.end if now is None else period.start + round(now * HOUR)
    starts = range(period.start, end, HOUR)
    return Curve(
        told, [values.get(Instant(start)) for start in starts], reader.say("pictures.listeners"), period.hours, ticks=ticks,
        now=now, now_word=reader.say("pictures.now"),
    )  # fmt: skip


def _average(hour: RadioHour) -> float | None:
    """As exact as it can be seen."""
    return None if hour.coverage < HALF or hour.net.average is None else round(hour.net.average, 1)


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
