"""An iCalendar file as airings: each event is one of the show that its summary names."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from lahmadaemon.clock import Instant, instant, local
from lahmadaemon.radio.shows.grid import CALENDAR, LONGEST, Grid, Planned, Show
from lahmadaemon.radio.shows.programme import MOST, clean
from lahmadaemon.radio.shows.slug import slug

WEEK = timedelta(days=7)
YEARS = range(1970, 2200)
_BROKEN = (LookupError, TypeError, AttributeError, ArithmeticError, OSError)
"""What the two libraries raise, beside ValueError, over calendars that were damaged: found by damaging one."""


def parse(text: bytes, zone: ZoneInfo, since: Instant, until: Instant) -> Grid:
    """The airings that start in [since, until). Events of whole days or longer than a week, and cancelled ones, are none.

    Times without a zone are the station's. Raises ValueError with what is wrong.
    """
    try:
        airings = _airings(text, zone, since, until)
    except _BROKEN as error:
        raise ValueError(f"it cannot be read as a calendar: {type(error).__name__}: {error}") from error
    shows = {slug(each.name): each.name for each in sorted(airings, key=lambda each: each.start)}
    return Grid(tuple(Show(key, name) for key, name in shows.items()), dated=tuple(airings))


def _airings(text: bytes, zone: ZoneInfo, since: Instant, until: Instant) -> set[Planned]:
    calendar = Calendar.from_ical(text)
    for event in calendar.walk("VEVENT"):
        _refuse_swarms(event)
        _refuse_eternities(event)
    query = recurring_ical_events.of(calendar)
    airings: set[Planned] = set()
    day, last = local(since, zone), local(until, zone)
    while day < last:
        for event in query.between(day, day + WEEK):
            airings |= {each for each in _airing(event, zone) if since <= each.start < until}
        if len(airings) > MOST:
            raise ValueError(f"more than {MOST} airings")
        day += WEEK
    return airings


def _refuse_swarms(event: Any) -> None:
    """A rule by the minute makes more airings in a year than anybody's memory holds."""
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        often = {"SECONDLY", "MINUTELY"} & {str(each).upper() for each in rule.get("FREQ", [])}
        if often or len(rule.get("BYMINUTE", [])) > 1 or rule.get("BYSECOND"):
            raise ValueError(f"{clean(event.get('SUMMARY'))}: it repeats by the minute or second, which no show does")


def _refuse_eternities(event: Any) -> None:
    """A slip in a year makes the libraries walk through centuries."""
    name, start, end = clean(event.get("SUMMARY")), event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else None
    days = [(at.date() if isinstance(at, datetime) else at) for at in (start, end) if at is not None]
    if any(day.year not in YEARS for day in days):
        raise ValueError(f"{name}: {days[0].year} is no year of a web radio")
    length = event["DURATION"].dt if "DURATION" in event else days[-1] - days[0]
    if not timedelta(0) <= length <= timedelta(days=366):
        raise ValueError(f"{name}: it ends before it begins, or years later")


def _airing(event: Any, zone: ZoneInfo) -> Iterator[Planned]:
    start, end, name = event.start, event.end, clean(event.get("SUMMARY"))
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or not slug(name) or not isinstance(start, datetime):
        return
    begins, ends = _moment(start, zone), _moment(end, zone)
    if begins < ends <= begins + LONGEST:
        yield Planned(begins, ends, slug(name), name, source=CALENDAR)


def _moment(at: date, zone: ZoneInfo) -> Instant:
    moment = at if isinstance(at, datetime) else datetime.combine(at, datetime.min.time())
    return instant(moment if moment.tzinfo else moment.replace(tzinfo=zone))
