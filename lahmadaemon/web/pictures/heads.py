"""What all pictures say, in the reader's words; hours of a day on its scale."""

from collections.abc import Iterator
from datetime import date

from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol

from lahmadaemon.clock import HOUR, MINUTE, Instant
from lahmadaemon.pictures.curve import Tick
from lahmadaemon.pictures.look import Head, Numbers
from lahmadaemon.radio.periods import Period
from lahmadaemon.web.pages.reader import Reader

EVERY = 3
"""Hours between two that are written."""
STEP = 5 * MINUTE
"""A picture of what is not over ends at the last full one of these: new figures alone make it another."""


def head(reader: Reader, title: str, subtitle: str, description: str, nothing: str = "pictures.nothing") -> Head:
    numbers = Numbers(get_decimal_symbol(reader.locale), get_group_symbol(reader.locale))
    return Head(
        title, subtitle, description, nothing=reader.say(nothing), unmeasured=reader.say("pictures.unmeasured"),
        numbers=numbers,
    )  # fmt: skip


def hours(reader: Reader, day: Period) -> list[Tick]:
    """Every third hour, as the clock in the zone shows it; the last is the next day's first."""
    return list(_hours(reader, day))


def _hours(reader: Reader, day: Period) -> Iterator[Tick]:
    for at in range(day.start, day.end + 1, HOUR):
        moment = reader.local(Instant(at))
        if moment and moment.hour % EVERY == 0:
            yield Tick((at - day.start) / HOUR, reader.clock(moment))


def column(reader: Reader, day: date) -> str:
    """A day of a week, where there is little room."""
    return str(format_date(day, "EEE d." if reader.language == "hu" else "EEE d", locale=reader.locale))


def row(reader: Reader, day: date) -> str:
    """The day of the week alone."""
    return str(format_date(day, "EEE", locale=reader.locale))


def so_far(period: Period, now: Instant) -> float | None:
    """Hours of it that are over, None: all."""
    return None if now >= period.end else max(0, now - now % STEP - period.start) / HOUR
