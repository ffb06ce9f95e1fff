"""Local days, ISO weeks and months as spans of instants; a day has 23, 24 or 25 hours."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lahmadaemon.clock import HOUR, Instant, instant, local


@dataclass(frozen=True)
class Period:
    """[start, end) in instants, and the name people call it by: 2026-10-14, 2026-W42, 2026-10."""

    label: str
    start: Instant
    end: Instant

    @property
    def hours(self) -> float:
        return (self.end - self.start) / HOUR


def midnight(day: date, zone: ZoneInfo) -> Instant:
    """When the local day begins (the first time, where the clock strikes it twice)."""
    return instant(datetime.combine(day, time.min, zone))


def today(now: Instant, zone: ZoneInfo) -> date:
    """The local day of an instant."""
    return local(now, zone).date()


def day(of: date, zone: ZoneInfo) -> Period:
    """One local day."""
    return Period(of.isoformat(), midnight(of, zone), midnight(of + timedelta(days=1), zone))


def week(of: date, zone: ZoneInfo) -> Period:
    """The ISO week of a day: Monday 00:00 to Monday 00:00."""
    monday = of - timedelta(days=of.weekday())
    year, number, _ = of.isocalendar()
    return Period(f"{year}-W{number:02}", midnight(monday, zone), midnight(monday + timedelta(days=7), zone))


def month(of: date, zone: ZoneInfo) -> Period:
    """The calendar month of a day."""
    first = of.replace(day=1)
    return Period(f"{first:%Y-%m}", midnight(first, zone), midnight((first + timedelta(days=32)).replace(day=1), zone))


EXAMPLES = {"day": "2026-10-14", "week": "2026-W42 or 2026-10-14", "month": "2026-10 or 2026-10-14"}
EARLIEST, LATEST = 1971, 9998
"""Years whose weeks and months a calendar of Python's can hold, with a margin."""
KINDS = {"day": day, "week": week, "month": month}


def parse(text: str, kind: str, today: date) -> date:
    """A day, a week or a month by its name, or the day, week or month of a day. Raises ValueError for anything else."""
    found = _parse(text, kind, today)
    if not EARLIEST <= found.year <= LATEST:
        raise ValueError(f"{found.year} is no year of a web radio")
    return found


def _parse(text: str, kind: str, today: date) -> date:
    if text in {"today", "yesterday"}:
        return today - timedelta(days=text == "yesterday")
    if kind == "week" and (match := re.fullmatch(r"(\d{4})-W(\d{2})", text)):
        return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    if kind == "month" and re.fullmatch(r"\d{4}-\d{2}", text):
        return date.fromisoformat(f"{text}-01")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(f"{text!r} names no {kind}")
    return date.fromisoformat(text)
