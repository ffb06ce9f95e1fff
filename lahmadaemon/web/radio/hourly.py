"""The audience hour by hour, and the stretches of time that nobody knows of."""

import asyncio
from collections.abc import Sequence

from lahmadaemon.clock import Instant
from lahmadaemon.radio import coverage
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.rollups.hours import Hour
from lahmadaemon.radio.rollups.keeping import settled_before
from lahmadaemon.radio.rollups.store import RollupStore
from lahmadaemon.web.radio import shapes, told
from lahmadaemon.web.radio.days import day_of
from lahmadaemon.web.radio.station import Station


async def hours_of(station: Station, days: Sequence[Period]) -> list[shapes.RadioHour]:
    """Those that have begun, of days that are known of."""
    began, newest = await station.store.observed()
    there = [day for day in days if began is not None and day.end > began and day.start <= station.now]
    if not there:
        return []
    settled = settled_before(station.now, station.house.radio)
    kept = await RollupStore(station.house.store, station.name).hours(there[0].start, min(there[-1].end, settled))
    found: list[Hour] = []
    for day in there:
        own = [hour for hour in kept if day.start <= hour.start < day.end] if day.end <= settled else []
        found += own or (await day_of(station, day, newest)).hours
    return await asyncio.to_thread(_told, station, found)


def _told(station: Station, hours: Sequence[Hour]) -> list[shapes.RadioHour]:
    return [told.hour(hour, station.zone, station.now) for hour in hours if hour.start < station.now]


async def gaps_of(station: Station, days: Sequence[Period]) -> dict[str, list[shapes.Gap]]:
    """By the day's name: what is over of it, since measuring began, and nobody vouches for."""
    began, newest = await station.store.observed()
    if began is None or newest is None:
        return {}
    taken = await RollupStore(station.house.store, station.name).gone()
    found = {}
    for day in days:
        start, end = max(day.start, began), Instant(min(day.end, station.now))
        if start < end and not taken.polls_of(day):
            polls, spans = await station.store.valid_polls(start, end), await station.store.spans(start, end)
            found[day.label] = told.gaps(await asyncio.to_thread(coverage.gaps, polls, spans, start, end))
    return found
