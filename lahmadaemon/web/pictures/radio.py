"""A station's figures as they are drawn."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
from lahmadaemon.web.pages.alts import Kind
from lahmadaemon.web.pages.reader import Reader
from lahmadaemon.web.pictures.heads import column, head, hours, row, so_far
from lahmadaemon.web.pictures.on_air import on_air
from lahmadaemon.web.radio import telling
from lahmadaemon.web.radio.shapes import PeriodFigures, RadioHour, Show, ShowFigures
from lahmadaemon.web.radio.station import Station

HALF = 0.5
"""An hour measured for less than this is drawn as not measured."""


@dataclass(frozen=True)
class Week:
    """The ISO week of a day, of a station, without machines or with them."""

    station: Station
    day: date
    kind: Kind = "net"

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


async def day(station: Station, reader: Reader, on: date, kind: Kind = "net") -> Curve:
    """The audience of a day."""
    house, name, own = station.house, station.name, reader.within(station.zone)
    period = periods.day(on, station.zone)
    known = (await telling.hours(house, name, on, on)).hours
    figures = (await telling.days(house, name, on, on)).days[period.label]
    description = alts.of_day(own, period.label, known, figures, kind)
    title = _title(own, f"{name} · {own.day(on)}", kind)
    told = head(own, title, _sums(own, figures, period, station, kind), description)
    values = {each.start: _average(each, kind) for each in known}
    drawn = _curve(own, told, period, station, values, hours(own, period))
    return replace(drawn, bands=await on_air(station, period))


async def week(asked: Week, reader: Reader) -> Curve:
    """The audience of a week."""
    own, known, period = reader.within(asked.station.zone), await asked.hours(), asked.period
    edges = [(periods.midnight(each, asked.station.zone) - period.start) / HOUR for each in asked.days]
    ticks = [Tick(at + 12, column(own, each)) for at, each in zip(edges, asked.days, strict=True)]
    values = {each.start: _average(each, asked.kind) for each in known}
    drawn = _curve(own, await _week_head(own, asked, "alt.week", known), period, asked.station, values, ticks)
    return replace(drawn, edges=edges)


async def heat(asked: Week, reader: Reader) -> Heat:
    """The hours of a week as a map; an hour that the clock strikes twice is told by the mean of both."""
    own, known = reader.within(asked.station.zone), await asked.hours()
    cells: dict[tuple[int, int], list[float | None]] = defaultdict(list)
    for hour in known:
        cells[hour.weekday - 1, hour.hour].append(_average(hour, asked.kind))
    return Heat(
        await _week_head(own, asked, "alt.heat", known),
        [Cell(*place, _mean(values)) for place, values in sorted(cells.items())],
        [row(own, each) for each in asked.days], own.say("pictures.average"),
    )  # fmt: skip


async def shows(asked: Week, reader: Reader) -> Shows:
    """A week's shows."""
    station, own = asked.station, reader.within(asked.station.zone)
    found = await telling.shows(station.house, station.name, asked.monday)
    label, lines, total = found.period, found.shows[found.period], _of(found.total[found.period], asked.kind)
    sums = {"listeners": own.number(total.listeners), "tlh": own.number(total.tlh, 1)}
    subtitle = "" if total.tlh is None or not lines else own.say("pictures.shows.sums", **sums)
    title = _title(own, own.say("pictures.shows", name=station.name, label=label), asked.kind)
    bars = [(each, _of(each, asked.kind)) for each in lines.values()]
    return Shows(
        head(own, title, subtitle, alts.of_shows(own, label, lines, asked.kind), "pictures.no_shows"),
        [Bar(each.name, told.tlh or 0.0, told.listeners or 0, each.coverage) for each, told in bars],
        axis=own.say("pictures.hours"), people=own.say("pictures.listeners"), unsure=own.say("pictures.unsure"),
        hour=own.say("pictures.hour"),
    )  # fmt: skip


async def _week_head(reader: Reader, asked: Week, key: str, known: list[RadioHour]) -> Head:
    station, label = asked.station, asked.period.label
    figures = (await telling.weeks(station.house, station.name, asked.monday, asked.monday)).weeks[label]
    title = _title(reader, reader.say("pictures.week", name=station.name, label=label), asked.kind)
    sums = _sums(reader, figures, asked.period, station, asked.kind)
    return head(reader, title, sums, alts.of_hours(reader, key, label, known, asked.kind))


def _title(reader: Reader, title: str, kind: Kind) -> str:
    """Gross is said, net is what goes without saying."""
    return title if kind == "net" else f"{title} ({reader.say('radio.kind.gross').lower()})"


def _of(show: Show, kind: Kind) -> ShowFigures:
    return show.net if kind == "net" else show.gross


def _sums(reader: Reader, figures: PeriodFigures, period: Period, station: Station, kind: Kind) -> str:
    of = figures.net if kind == "net" else figures.gross
    if of.cume is None:
        return ""
    told = {"cume": reader.number(of.cume), "tlh": reader.number(of.tlh, 1)}
    if station.now < period.end:
        return reader.say("pictures.so_far", **told)
    return reader.say("pictures.sums", **told, share=reader.percent(figures.coverage))


def _curve(
    reader: Reader,
    told: Head,
    period: Period,
    station: Station,
    known: Mapping[str, float | None],
    ticks: Sequence[Tick],
) -> Curve:
    """`known`: averages by the hours' starts."""
    values = {instant(datetime.fromisoformat(start)): average for start, average in known.items()}
    now = so_far(period, station.now)
    end = period.end if now is None else period.start + round(now * HOUR)
    starts = range(period.start, end, HOUR)
    return Curve(
        told, [values.get(Instant(start)) for start in starts], reader.say("pictures.listeners"), period.hours, ticks=ticks,
        now=now, now_word=reader.say("pictures.now"),
    )  # fmt: skip


def _average(hour: RadioHour, kind: Kind) -> float | None:
    """As exact as it can be seen."""
    average = alts.average(hour, kind)
    return None if hour.coverage < HALF or average is None else round(average, 1)


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
