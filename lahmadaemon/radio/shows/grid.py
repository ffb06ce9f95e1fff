"""The programme as it is planned: shows, their slots, and when those fall. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lahmadaemon.clock import DAY, SECOND, Instant, instant, local

GRID, SPECIAL_DAY, SCHEDULE, CALENDAR = "grid", "special_day", "schedule", "calendar"
"""Where a planned airing comes from: the weekly grid, a day out of the ordinary, AzuraCast's schedule, a calendar."""
LONGEST = 7 * DAY
"""No airing is longer."""


@dataclass(frozen=True, slots=True)
class Show:
    """`slug`: its key in everything we keep, which outlives a new name; `id`: the source's own number, "" for none."""

    slug: str
    name: str
    playlist: str = ""
    id: str = ""
    aliases: tuple[str, ...] = ()
    """Other names it goes by on air, as its source or a setting says."""
    former: tuple[str, ...] = ()
    """Names it went by before."""
    retired: bool = False
    """Not in the programme any more; what is heard of it is still its own."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A wall-clock slot of one weekday (1 Monday … 7 Sunday); `ends` at or before `begins`: on the day after.

    `slug` is None where the plan names something that is no known show.
    """

    weekday: int
    begins: time
    ends: time
    slug: str | None
    name: str
    repeat: bool = False
    source: str = GRID


@dataclass(frozen=True, slots=True)
class Planned:
    """One planned airing, [start, end). `assumed`: by a grid that was first read only later."""

    start: Instant
    end: Instant
    slug: str | None
    name: str
    repeat: bool = False
    source: str = GRID
    assumed: bool = False


@dataclass(frozen=True)
class Grid:
    """Everything one reading of a programme tells."""

    shows: tuple[Show, ...] = ()
    weekly: tuple[Slot, ...] = ()
    days: Mapping[date, tuple[Slot, ...]] = field(default_factory=dict)
    """Local days whose slots are not the weekday's."""
    dated: tuple[Planned, ...] = ()
    """Airings known by their instants, beside the weekly ones."""


def planned(grid: Grid, zone: ZoneInfo, start: int, end: int) -> list[Planned]:
    """Every airing that overlaps [start, end), whole, in order; a week's table takes those that start in the week."""
    found = [*_of_days(grid, zone, start, end), *grid.dated]
    return sorted({each for each in found if each.start < end and each.end > start}, key=order)


def order(airing: Planned) -> tuple[Instant, Instant, str, str]:
    """By time, then by name."""
    return (airing.start, airing.end, airing.slug or "", airing.name)


def _of_days(grid: Grid, zone: ZoneInfo, start: int, end: int) -> Iterator[Planned]:
    day, last = local(start, zone).date() - timedelta(days=1), local(end, zone).date()
    while day <= last:  # a slot is a day long at most: the one before may still be running
        ordinary = (slot for slot in grid.weekly if slot.weekday == day.isoweekday())
        for slot in grid.days.get(day, ordinary):
            begins = moment(day, slot.begins, zone)
            ends = moment(day + timedelta(days=slot.ends <= slot.begins), slot.ends, zone)
            if begins < ends:  # not so in the hour that spring leaves out
                yield Planned(begins, ends, slot.slug, slot.name, slot.repeat, slot.source)
        day += timedelta(days=1)


def moment(day: date, at: time, zone: ZoneInfo) -> Instant:
    """When the clock on the wall shows it: the first time where it does twice, the moment it jumps over it where never."""
    wall = datetime.combine(day, at, zone)
    once, again = instant(wall.replace(fold=0)), instant(wall.replace(fold=1))
    if once <= again:
        return once
    ahead, jumped = again, once  # the jump is in between, at which the second offset comes into force
    while jumped - ahead > SECOND:
        middle = (ahead + jumped) // 2 // SECOND * SECOND
        if local(middle, zone).utcoffset() == wall.replace(fold=1).utcoffset():
            jumped = Instant(middle)
        else:
            ahead = Instant(middle)
    return jumped
