"""Which reports are to be made, and how far back everything is there."""

from datetime import date

from lahmadaemon.clock import Instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.rollups.due import Slot, complete_until, due
from tests.radio_rollups.builders import BUDAPEST, at

CALENDARS = {"day": periods.day, "week": periods.week}
SINCE = at("10-14 15:00")  # a Wednesday


def left(until: Instant, good: set[Slot], gone: int = 0) -> list[str]:
    return [
        f"{kind} {period.label}"
        for kind, period in due(CALENDARS, SINCE, until, {"day": gone, "week": gone}, BUDAPEST, good)
    ]


def slot(day: int) -> Slot:
    period = periods.day(date(2026, 10, day), BUDAPEST)
    return "day", period.start, period.end


def test_what_is_settled_and_not_there_is_due_the_oldest_first() -> None:
    assert left(at("10-17 00:00"), set()) == ["day 2026-10-14", "day 2026-10-15", "day 2026-10-16"]
    assert left(at("10-16 23:59"), set()) == ["day 2026-10-14", "day 2026-10-15"]
    assert left(at("10-19 00:00"), {slot(n) for n in range(14, 19)}) == ["week 2026-W42"]


def test_a_day_of_25_hours_is_due_when_its_last_one_is_over() -> None:
    assert "day 2026-10-25" not in left(at("10-25 23:30"), set())
    assert "day 2026-10-25" in left(at("10-26 00:00"), set())


def test_nothing_is_due_whose_rows_are_gone() -> None:
    assert left(at("10-18 00:00"), set(), gone=at("10-16 00:00")) == ["day 2026-10-16", "day 2026-10-17"]


def test_everything_is_complete_up_to_the_first_that_is_missing_or_still_runs() -> None:
    until, good = at("10-22 00:00"), {slot(n) for n in range(14, 22)}
    monday = periods.week(date(2026, 10, 14), BUDAPEST)

    def complete(good: set[Slot]) -> Instant:
        return complete_until(CALENDARS, SINCE, until, {}, BUDAPEST, good)

    assert complete(good) == monday.start  # the first week is settled and not there
    assert complete(good | {("week", monday.start, monday.end)}) == monday.end  # the second still runs
    assert complete(good - {slot(16)} | {("week", monday.start, monday.end)}) == at("10-16 00:00")
