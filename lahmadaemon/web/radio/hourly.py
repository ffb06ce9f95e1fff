"""The audience hour by hour, and the stretches of time that nobody knows of."""

import asyncio
from collections.abc import Sequence

from lahmadaemon.radio import coverage
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.polled.store import polled
from lahmadaemon.radio.rollups.hours import Hour
from lahmadaemon.radio.rollups.keeping import settled_before
from lahmadaemon.radio.rollups.store import RollupStore
from lahmadaemon.web.radio import shapes, told
from lahmadaemon.web.radio.days import days_of
from lahmadaemon.web.radio.station import Station


async def hours_of(station: Station, days: Sequence[Period]) -> list[shapes.RadioHour]:
    """Those that have begun, of days that are known of."""
    began, newest = await station.store.observed()
    there = [day for day in days if began is not None and day.end > began and day.start <= station.now]
    if not there:
        return []
    settled = settled_before(station.now, station.house.radio)
    kept = await RollupStore(station.house.store, station.name).hours(there[0].start, there[-1].end)
    by_day: dict[str, Sequence[Hour]] = {}
    for day in there:
        if day.end <= settled and (own := [hour for hour in kept if day.start <= hour.start < day.end]):
            by_day[day.label] = own
    lately = [day for day in there if day.label not in by_day and day.end > settled]
    by_day |= {label: day.hours for label, day in (await days_of(station, lately, newest)).items()}
    for day in there:  # settled, and not kept: one by one, for they may lie far apart
        if day.label not in by_day:
            by_day[day.label] = (await days_of(station, [day], newest))[day.label].hours
    return await asyncio.to_thread(_told, station, [hour for day in there for hour in by_day[day.label]])


def _told(station: Station, hours: Sequence[Hour]) -> list[shapes.RadioHour]:
    return [told.hour(hour, station.zone, station.now) for hour in hours if hour.start < station.now]


async def gaps_of(station: Station, days: Sequence[Period]) -> dict[str, list[shapes.Gap]]:
    """By the day's name: what is over of it, since measuring began, and nobody vouches for."""
    began, _ = await station.store.observed()
    if began is None:
        return {}
    kept = RollupStore(station.house.store, station.name)
    taken, hours = await kept.gone(), await kept.hours(days[0].start, days[-1].end)
    found = {}
    for day in days:
        start, end = max(day.start, began), min(day.end, station.now)
        if start >= end or taken.polls_of(day) or _is_whole(day, hours):
            continue
        stretches = await polled(station.house.store, station.name, start, end)
        stretches += await station.store.spans(start, end)
        found[day.label] = told.gaps(await asyncio.to_thread(coverage.gaps, (), stretches, start, end))
    return found


def _is_whole(day: Period, hours: Sequence[Hour]) -> bool:
    """Somebody vouches for all of it, as it was kept."""
    return day.end - day.start == sum(hour.covered for hour in hours if day.start <= hour.start < day.end)
