"""The radio's routes."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from lahmadaemon.web.doors import House
from lahmadaemon.web.problems import Refusal
from lahmadaemon.web.radio import shapes, telling
from lahmadaemon.web.radio.station import station_of
from lahmadaemon.web.routing import NOT_FOUND, api
from lahmadaemon.web.spans import From, To, named

router: APIRouter = api("/radio", "radio")

Name = Annotated[str, Path(max_length=100, description="The station's name in the settings")]


@router.get("")
async def stations(house: House) -> shapes.Stations:
    """All stations, and when each was polled last."""
    return await telling.stations(house)


@router.get("/{station}/now", responses=NOT_FOUND)
async def now(house: House, station: Name) -> shapes.RadioNow:
    """Who listens now, what is on air, and today so far."""
    return await telling.now(house, station)


@router.get("/{station}/days", responses=NOT_FOUND)
async def days(house: House, station: Name, first: From = None, last: To = None) -> shapes.RadioDays:
    """Figures of days."""
    return await telling.days(house, station, first, last)


@router.get("/{station}/hours", responses=NOT_FOUND)
async def hours(house: House, station: Name, first: From = None, last: To = None) -> shapes.RadioHours:
    """The audience curve: average listeners hour by hour, and how far they are known."""
    return await telling.hours(house, station, first, last)


@router.get("/{station}/weeks", responses=NOT_FOUND)
async def weeks(house: House, station: Name, first: From = None, last: To = None) -> shapes.RadioWeeks:
    """Figures of ISO weeks, those that these days belong to."""
    return await telling.weeks(house, station, first, last)


@router.get("/{station}/months", responses=NOT_FOUND)
async def months(house: House, station: Name, first: From = None, last: To = None) -> shapes.RadioMonths:
    """Figures of months, those that these days belong to."""
    return await telling.months(house, station, first, last)


@router.get("/{station}/shows", responses=NOT_FOUND)
async def shows(
    house: House, station: Name,
    week: Annotated[str | None, Query(max_length=20, description="2026-W42 or a day in it (default: this week)")] = None,
    month: Annotated[str | None, Query(max_length=20, description="2026-10 or a day in it")] = None,
    airings: Annotated[bool, Query(description="Every airing by itself, too")] = False,
) -> shapes.RadioShows:  # fmt: skip
    """The table of a week's, or a month's, shows."""
    asked = await station_of(house, station)
    if week and month:
        raise Refusal(422, "invalid_span", "query.week, query.month: one of them")
    of_week, of_month = named("week", week, "week", asked.today), named("month", month, "month", asked.today)
    return await telling.shows(house, station, of_week, of_month, airings=airings)


@router.get("/{station}/classes", responses=NOT_FOUND)
async def classes(house: House, station: Name, first: From = None, last: To = None) -> shapes.RadioClasses:
    """Who is left out of net figures: bots, relays, probes, players that are always on, our own."""
    return await telling.classes(house, station, first, last)


@router.get("/{station}/coverage", responses=NOT_FOUND)
async def coverage(house: House, station: Name, first: From = None, last: To = None) -> shapes.RadioCoverage:
    """How much of each day is known, and the gaps."""
    return await telling.coverage(house, station, first, last)
