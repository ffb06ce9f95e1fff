"""A station: its weeks, its days, its shows, net or gross."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Path, Query, Request
from fastapi.responses import HTMLResponse

from lahmadaemon.radio import periods
from lahmadaemon.web.doors import House, HouseDoors
from lahmadaemon.web.pages import alts
from lahmadaemon.web.pages.reader import Reader
from lahmadaemon.web.pages.rendering import page, reader_of, stamp
from lahmadaemon.web.pages.routing import pages
from lahmadaemon.web.radio import shapes, telling
from lahmadaemon.web.routing import missing
from lahmadaemon.web.spans import LocalDay, named

router = pages()

WEEKS = 8
"""So many are told beside the one that is looked at."""
Asked = Annotated[str | None, Query(alias="station", max_length=100)]
Of = Annotated[alts.Kind, Query(alias="of")]


@dataclass(frozen=True)
class Station:
    """The one that is looked at, and who looks."""

    name: str
    r: Reader
    today: date
    others: Sequence[str]
    """All names; more than one: there is something to choose."""
    poll: shapes.Poll | None


@router.get("/radio")
async def radio(
    request: Request, house: House, asked: Asked = None, week: Annotated[str | None, Query(max_length=20)] = None,
    kind: Of = "net",
) -> HTMLResponse:  # fmt: skip
    """A week with its days and shows, and the weeks before it."""
    live = await stamp(request)
    station = await _station(request, house, asked)
    if station is None:
        return await page(request, "radio_off.html", live=live, station=None)
    day = named("week", week, "week", station.today) or station.today
    if station.poll is None:
        return await page(request, "radio_off.html", live=live, station=station)
    monday = day - timedelta(days=day.weekday())
    return await page(
        request, "radio.html", live=live, station=station, kind=kind,
        **await _week(house, station, monday, kind), **_steps(monday, 7, station.today, "week"),
    )  # fmt: skip


@router.get("/radio/days/{day}")
async def radio_day(
    request: Request, house: House, day: Annotated[LocalDay, Path()], asked: Asked = None, kind: Of = "net"
) -> HTMLResponse:
    """A day, hour by hour, with its airings."""
    live = await stamp(request)
    station = await _station(request, house, asked)
    if station is None or not periods.EARLIEST <= day.year <= periods.LATEST:
        raise missing("day")
    figures = (await telling.days(house, station.name, day, day)).days[f"{day}"]
    hours = (await telling.hours(house, station.name, day, day)).hours
    table = await telling.shows(house, station.name, week=day, airings=True)
    airings = [each for each in (table.airings or {}).get(table.period, ()) if _begins(each, station.r) == day]
    return await page(
        request, "radio_day.html", live=live if day == station.today else None, station=station, kind=kind, day=day,
        figures=figures, hours=hours, airings=airings, alt=alts.of_day(station.r, f"{day}", hours, figures, kind),
        week=table.period, **_steps(day, 1, station.today, "day"),
    )  # fmt: skip


async def _station(request: Request, house: HouseDoors, asked: str | None) -> Station | None:
    """The one that is asked for, or the first; None where none was ever measured. Raises Refusal for an unknown one."""
    known = (await telling.stations(house)).stations
    if not known and asked is None:
        return None
    chosen = next((each for each in known if asked in (None, each.station)), None)
    if chosen is None:
        raise missing("station")
    reader = reader_of(request).within(ZoneInfo(chosen.timezone))
    today = periods.today(house.clock.now(), reader.zone)
    return Station(chosen.station, reader, today, [each.station for each in known], chosen.poll)


async def _week(house: HouseDoors, station: Station, monday: date, kind: alts.Kind) -> dict[str, Any]:
    name, r, sunday = station.name, station.r, monday + timedelta(days=6)
    earlier = max(monday - timedelta(weeks=WEEKS - 1), date(periods.EARLIEST, 1, 5))
    weeks = (await telling.weeks(house, name, earlier, sunday)).weeks
    label = periods.week(monday, r.zone).label
    hours = (await telling.hours(house, name, monday, sunday)).hours
    shows = await telling.shows(house, name, week=monday)
    return {
        "label": label, "monday": monday, "sunday": sunday, "figures": weeks[label],
        "weeks": {each: told for each, told in reversed(weeks.items()) if each == label or told.gross.cume is not None},
        "excluded": {each: part for each, part in weeks[label].excluded.items() if part.sessions},
        "days": (await telling.days(house, name, monday, max(monday, min(sunday, station.today)))).days,
        "shows": shows.shows[label], "total": shows.total[label], "rest": shows.rest[label],
        "not_aired": shows.not_aired[label],
        "alt_week": alts.of_hours(r, "alt.week", label, hours, kind),
        "alt_heat": alts.of_hours(r, "alt.heat", label, hours, kind),
        "alt_shows": alts.of_shows(r, label, shows.shows[label], kind),
    }  # fmt: skip


def _steps(day: date, length: int, today: date, kind: str) -> dict[str, Any]:
    """The names of the one before and the one after, where there is one."""
    before, after = day - timedelta(days=length), day + timedelta(days=length)
    return {
        "before": _name(before, kind) if before.year >= periods.EARLIEST else None,
        "after": _name(after, kind) if after <= today else None,
    }


def _name(day: date, kind: str) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}" if kind == "week" else f"{day}"


def _begins(airing: shapes.Airing, reader: Reader) -> date | None:
    began = reader.local(airing.start)
    return began.date() if began else None
