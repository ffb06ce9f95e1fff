"""Opening hours of a place: outside of them a silent camera is no alarm. Pure.

Written `mon-fri 08:00-20:00, sat 10:00-02:00`: days or spans of days, then from when to when; past midnight is fine.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

from lahmadaemon.clock import DAY, Instant, instant, local

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? (\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)", re.ASCII)
_EXAMPLE = "mon-fri 08:00-20:00, sat 10:00-02:00"


@dataclass(frozen=True)
class Span:
    """A weekday (Monday 0) and the minutes since its midnight; `until` may lie beyond the day's end."""

    weekday: int
    since: int
    until: int


@dataclass(frozen=True)
class OpeningHours:
    """A week's spans; none at all means always open."""

    spans: tuple[Span, ...] = ()
    text: str = ""

    def __str__(self) -> str:
        return self.text

    def open_since(self, now: Instant, zone: ZoneInfo) -> Instant | None:
        """Since when it is open at `now`; None while closed. Always open began at the epoch.

        Spans that touch are one: a place that is open all night does not open anew at midnight.
        """
        if not self.spans:
            return Instant(0)
        since, began = None, self._began(now, zone)
        while began is not None and (since is None or now - since < 7 * DAY):
            since, began = began, self._began(Instant(began - 1), zone)
        return since

    def open_between(self, start: Instant, end: Instant, zone: ZoneInfo) -> int:
        """How long it was open from one instant to the other, in ms; of the last two months at most."""
        if not self.spans:
            return max(0, end - start)
        counted, until = 0, max(start, end - 62 * DAY)
        first, last = local(until, zone).date(), local(end, zone).date()
        for back in range((last - first).days + 1, -1, -1):  # a span of the day before may reach into the first
            for opens, closes in sorted(self._spans_of(last - timedelta(days=back), zone)):
                inside = min(closes, end) - max(opens, until)
                if inside > 0:
                    counted, until = counted + inside, min(closes, end)
        return counted

    def _began(self, now: Instant, zone: ZoneInfo) -> Instant | None:
        """When the span that runs at `now` began."""
        today = local(now, zone).date()
        spans = [*self._spans_of(today - timedelta(days=1), zone), *self._spans_of(today, zone)]
        return min((opens for opens, closes in spans if opens <= now < closes), default=None)

    def _spans_of(self, day: date, zone: ZoneInfo) -> Iterator[tuple[Instant, Instant]]:
        """From when to when it is open, of the spans that begin on that day."""
        midnight = datetime.combine(day, time(), zone)
        for span in self.spans:
            if span.weekday == day.weekday():
                opens, closes = (midnight + timedelta(minutes=minutes) for minutes in (span.since, span.until))
                yield instant(opens), instant(closes)


def parse_opening_hours(text: object) -> object:
    """The hours written in `text`; ValueError with an example for what cannot be read."""
    if not isinstance(text, str):
        return text
    spans: list[Span] = []
    for part in filter(None, (part.strip().lower() for part in text.split(","))):
        found = _SPAN.fullmatch(part)
        if not found:
            raise ValueError(f"{part!r} cannot be read; write opening hours such as {_EXAMPLE}")
        first, last, *numbers = found.groups()
        since, until = (int(numbers[i]) * 60 + int(numbers[i + 1]) for i in (0, 2))
        if first not in _DAYS or (last or first) not in _DAYS:
            raise ValueError(f"{part!r}: write the days as {', '.join(_DAYS)}")
        if since >= 24 * 60 or until > 24 * 60 or since == until or int(numbers[1]) > 59 or int(numbers[3]) > 59:
            raise ValueError(f"{part!r}: write times from 00:00 to 24:00, such as {_EXAMPLE}")
        a, b = _DAYS.index(first), _DAYS.index(last or first)
        end = until if until > since else until + 24 * 60
        spans += [Span(weekday % 7, since, end) for weekday in range(a, (b if b >= a else b + 7) + 1)]
    return OpeningHours(tuple(spans), text)


Hours = Annotated[OpeningHours, NoDecode, BeforeValidator(parse_opening_hours)]
"""Opening hours in a setting."""
