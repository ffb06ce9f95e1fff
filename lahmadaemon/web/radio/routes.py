"""The radio's routes."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from lahmadaemon.web.doors import House
from lahmadaemon.web.problems import Refusal
from lahmadaemon.web.radio import shapes, tables, telling
from lahmadaemon.web.radio.station import station_of
from lahmadaemon.web.routing import NOT_FOUND, api, sent
from lahmadaemon.web.sheets import TABLE, Format
from lahmadaemon.web.spans import From, To, named

router: APIRouter = api("/radio", "radio")

Name = Annotated[str, Path(max_length=100, description="The station's name in the settings")]
Period = Annotated[str | None, Query(max_length=20)]
ASKED = NOT_FOUND | TABLE


@router.get("")
async def stations(house: House) -> shapes.Stations:
    """All stations, and when each was polled last."""
    return await telling.stations(house)


@router.get("/{station}/now", responses=NOT_FOUND)
async def now(house: House, station: Name) -> shapes.RadioNow:
    """Who listens now, what is on air, and today so far."""
    return await telling.now(house, station)


@router.get("/{station}/days", response_model=shapes.RadioDays, responses=ASKED)
async def days(house: House, station: Name, first: From = None, last: To = None, form: Format = "json") -> Response:
    """Figures of days."""
    found = await telling.days(house, station, first, last)
    return await asyncio.to_thread(tables.periods, "days", station, found.days) if form == "csv" else await sent(found)


@router.get("/{station}/weeks", response_model=shapes.RadioWeeks, responses=ASKED)
async def weeks(house: House, station: Name, first: From = None, last: To = None, form: Format = "json") -> Response:
    """Figures of ISO weeks, those that these days belong to."""
    found = await telling.weeks(house, station, first, last)
    return (
        await asyncio.to_thread(tables.periods, "weeks", station, found.weeks) if form == "csv" else await sent(found)
    )


@router.get("/{station}/months", response_model=shapes.RadioMonths, responses=ASKED)
async def months(house: House, station: Name, first: From = None, last: To = None, form: Format = "json") -> Response:
    """Figures of months, those that these days belong to."""
    found = await telling.months(house, station, first, last)
    return (
        await asyncio.to_thread(tables.periods, "months", station, found.months) if form == "csv" else await sent(found)
    )


@router.get("/{station}/hours", response_model=shapes.RadioHours, responses=ASKED)
async def hours(house: House, station: Name, first: From = None, last: To = None, form: Format = "json") -> Response:
    """The audience curve: average listeners hour by hour, and how far they are known."""
    found = await telling.hours(house, station, first, last)
    return await asyncio.to_thread(tables.hours, found) if form == "csv" else await sent(found)


@router.get("/{station}/shows", response_model=shapes.RadioShows, responses=ASKED)
async def shows(
    house: House, station: Name,
    week: Annotated[Period, Query(description="2026-W42 or a day in it (default: this week)")] = None,
    month: Annotated[Period, Query(description="2026-10 or a day in it")] = None,
    airings: Annotated[bool, Query(description="Every airing by itself, too")] = False,
    form: Format = "json",
) -> Response:  # fmt: skip
    """The table of a week's, or a month's, shows."""
    asked = await station_of(house, station)
    if week and month:
        raise Refusal(422, "invalid_span", "query.week, query.month: one of them")
    of_week, of_month = named("week", week, "week", asked.today), named("month", month, "month", asked.today)
    found = await telling.shows(house, station, of_week, of_month, airings=airings)
    return await asyncio.to_thread(tables.shows, found) if form == "csv" else await sent(found)


@router.get("/{station}/classes", response_model=shapes.RadioClasses, responses=ASKED)
async def classes(house: House, station: Name, first: From = None, last: To = None, form: Format = "json") -> Response:
    """Who is left out of net figures: bots, relays, probes, players that are always on, our own."""
    found = await telling.classes(house, station, first, last)
    return await asyncio.to_thread(tables.classes, found) if form == "csv" else await sent(found)


@router.get("/{station}/coverage", response_model=shapes.RadioCoverage, responses=ASKED)
async def coverage(house: House, station: Name, first: From = None, last: To = None, form: Format = "json") -> Response:
    """How much of each day is known, and the gaps."""
    found = await telling.coverage(house, station, first, last)
    return await asyncio.to_thread(tables.coverage, found) if form == "csv" else await sent(found)
