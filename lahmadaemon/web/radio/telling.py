"""What can be told of a station: one function for each kind of figure, for routes, pages and pictures alike."""

import asyncio
from datetime import date

from lahmadaemon.radio import periods
from lahmadaemon.radio.shows.log.store import OnAirStore
from lahmadaemon.radio.shows.reporter import show_reporter
from lahmadaemon.radio.shows.store import GridStore
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.radio import hourly, shapes, told
from lahmadaemon.web.radio.days import MEANWHILE, OVER, RUNNING, today_of
from lahmadaemon.web.radio.periods import figures_of, those_of
from lahmadaemon.web.radio.station import Station, measured, station_of
from lahmadaemon.web.shapes import moment
from lahmadaemon.web.spans import span

FRESH = 3
"""Intervals of polls: the newest valid one may be so old, and still tell who listens."""
MOST_DAYS = 400
MOST_HOURS = 62
"""Days of which hours are told at once."""


async def stations(house: HouseDoors) -> shapes.Stations:
    """Those in the settings, then those that were measured once."""
    known = await measured(house)
    names = [*house.radio.stations, *(name for name in known if name not in house.radio.stations)]
    found = []
    for name in names:
        station = await station_of(house, name)
        poll = await station.store.last_poll()
        kind = house.radio.stations[name].kind if name in house.radio.stations else None
        found.append(
            shapes.Station(
                station=name, kind=kind, timezone=station.zone.key, measured=poll is not None or name in known,
                poll=station.poll(poll),
            )
        )  # fmt: skip
    return shapes.Stations(stations=found)


async def now(house: HouseDoors, station: str) -> shapes.RadioNow:
    """This moment, and today so far."""
    asked = await station_of(house, station)
    _, newest = await asked.store.observed()
    poll, today = await asked.store.last_poll(), periods.day(asked.today, asked.zone)
    fresh = bool(newest and poll and asked.now - (newest - (poll.skew or 0)) <= FRESH * poll.every)
    day = await today_of(asked, today, newest) if newest else None
    entry = await OnAirStore(house.store, station).last()
    planned = await GridStore(house.store, station, asked.zone).planned(asked.now, asked.now + 1)
    return shapes.RadioNow(
        station=station, at=moment(asked.now), timezone=asked.zone.key, day=today.label, fresh=fresh,
        listeners=day.listeners if day and fresh else None,
        connections=poll.rows if poll and fresh else None,
        poll=asked.poll(poll),
        on_air=told.on_air(entry) if entry and fresh else None,
        planned=told.planned(planned[-1]) if planned else None,
        today=told.period(day.report) if day else told.NOTHING,
    )  # fmt: skip


async def days(
    house: HouseDoors, station: str, first: date | None = None, last: date | None = None
) -> shapes.RadioDays:
    """Both included; neither: the last seven, today among them."""
    asked = await station_of(house, station)
    return shapes.RadioDays(station=station, days=await _figures(asked, "day", first, last, 7))


async def weeks(
    house: HouseDoors, station: str, first: date | None = None, last: date | None = None
) -> shapes.RadioWeeks:
    """Those that these days belong to; neither: the last eight."""
    asked = await station_of(house, station)
    return shapes.RadioWeeks(station=station, weeks=await _figures(asked, "week", first, last, 50))


async def months(
    house: HouseDoors, station: str, first: date | None = None, last: date | None = None
) -> shapes.RadioMonths:
    """Those that these days belong to; neither: the last twelve or thirteen."""
    asked = await station_of(house, station)
    return shapes.RadioMonths(station=station, months=await _figures(asked, "month", first, last, 365))


async def _figures(
    asked: Station, kind: str, first: date | None, last: date | None, usual: int
) -> dict[str, shapes.PeriodFigures]:
    first, last = span(first, last, asked.today, usual, MOST_DAYS)
    return await figures_of(asked, kind, those_of(kind, first, last, asked))


async def hours(
    house: HouseDoors, station: str, first: date | None = None, last: date | None = None
) -> shapes.RadioHours:
    """The audience curve of these days; neither: of today."""
    asked = await station_of(house, station)
    first, last = span(first, last, asked.today, 1, MOST_HOURS)
    found = await hourly.hours_of(asked, those_of("day", first, last, asked))
    return shapes.RadioHours(station=station, timezone=asked.zone.key, hours=found)


async def shows(
    house: HouseDoors, station: str, week: date | None = None, month: date | None = None, *, airings: bool = False
) -> shapes.RadioShows:
    """The table of the week, or of the month, of that day; neither: of this week."""
    asked = await station_of(house, station)
    kind = "month" if month else "week"
    period = periods.KINDS[kind](month or week or asked.today, asked.zone)
    over = period.end <= asked.now
    reporter = show_reporter(house.store, station, asked.zone, house.radio)
    report = await house.memory.kept(
        ("radio.shows", station, period.label), OVER if over else RUNNING,
        lambda: reporter.report(period, asked.now), meanwhile=MEANWHILE,
    )  # fmt: skip
    return await asyncio.to_thread(told.shows, station, report, airings=airings)


async def classes(
    house: HouseDoors, station: str, first: date | None = None, last: date | None = None
) -> shapes.RadioClasses:
    """Who was left out of net, and why; neither: the last seven days."""
    return told.classes(station, (await days(house, station, first, last)).days)


async def coverage(
    house: HouseDoors, station: str, first: date | None = None, last: date | None = None
) -> shapes.RadioCoverage:
    """How much of these days is known, and what is not; neither: the last seven."""
    asked = await station_of(house, station)
    first, last = span(first, last, asked.today, 7, MOST_HOURS)
    covered = await hourly.gaps_of(asked, those_of("day", first, last, asked))
    figures = (await days(house, station, first, last)).days
    found = {
        label: shapes.CoveredDay(coverage=day.coverage, flags=day.flags, gaps=covered.get(label, []))
        for label, day in figures.items()
    }
    return shapes.RadioCoverage(station=station, days=found)
