"""A row of past days, reconciled one after the other; what each brought."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.truth.reconcile import FURTHEST_BACK
from lahmadaemon.radio.truth.walking import Slice, Walker


@dataclass(frozen=True)
class Day:
    """One day's outcome. `vouched`: milliseconds of it that the server's memory reaches; from `vouched_from` on.

    `asked`: not, where an import has told of all of it, or the server stood still.
    """

    label: str
    start: Instant
    added: int
    corrected: int
    vouched: int
    vouched_from: Instant
    asked: bool = True


async def backfill(walker: Walker, days: Sequence[Period]) -> AsyncIterator[Day]:
    """Every day in turn; one that follows no other looks further back, for who was there when it began."""
    for day in days:
        yield _day(day, [each async for each in walker.walk(day.start, day.end, back=FURTHEST_BACK)])


def _corrected(of: Slice) -> int:
    """Without those that the slice before had left at its last second, for want of knowing more."""
    return sum(each.was != of.start - SECOND for each in of.reconciled.corrected)


def _day(day: Period, slices: Sequence[Slice]) -> Day:
    known = [(each.reconciled.vouched_from, each.end) for each in slices if each.reconciled.vouched_from is not None]
    return Day(
        day.label,
        day.start,
        sum(len(each.reconciled.added) for each in slices),
        sum(_corrected(each) for each in slices),
        sum(end - start for start, end in known),
        min((start for start, _ in known), default=day.end),
        bool(slices),
    )
