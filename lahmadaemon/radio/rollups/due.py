"""Which reports are still to be made, and how far back everything is. Pure."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from lahmadaemon.clock import Instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.periods import Period

Calendar = Callable[[date, ZoneInfo], Period]
Slot = tuple[str, Instant, Instant]
"""(kind, start, end): which report of a station."""


def all_of(calendar: Calendar, since: Instant, until: Instant, zone: ZoneInfo) -> Iterator[Period]:
    """Every period of a calendar, from the one in which measuring began to the last that is settled at the instant."""
    period = calendar(periods.today(since, zone), zone)
    while period.end <= until:
        yield period
        period = calendar(periods.today(period.end, zone), zone)


def due(
    calendars: Mapping[str, Calendar],
    since: Instant,
    until: Instant,
    gone: Mapping[str, int],
    zone: ZoneInfo,
    good: Collection[Slot],
    own: int = 0,
) -> Iterator[tuple[str, Period]]:
    """What is settled and not there, kind by kind, the oldest first.

    `gone`: of what began before, nobody could make this kind any more; but for what ended before `own`, of which nothing goes.
    """
    for kind, calendar in calendars.items():
        for period in all_of(calendar, since, until, zone):
            there = period.start >= gone.get(kind, 0) or period.end <= own
            if there and (kind, period.start, period.end) not in good:
                yield kind, period


def complete_until(
    calendars: Mapping[str, Calendar],
    since: Instant,
    until: Instant,
    gone: Mapping[str, int],
    zone: ZoneInfo,
    good: Collection[Slot],
    own: int = 0,
) -> Instant:
    """Up to here every figure is kept: what is older may go."""
    missing = (period.start for _, period in due(calendars, since, until, gone, zone, good, own))
    running = (calendar(periods.today(until, zone), zone).start for calendar in calendars.values())
    return min([*missing, *running])
