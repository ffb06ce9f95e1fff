"""The grid of reports: a window ends whenever the local clock shows a multiple of its length since midnight. Pure.

A window is known by its end. A clock that is set back shows some times twice: both are ends; one set forward skips some.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lahmadaemon.clock import DAY, HOUR, Instant, instant, local

FARTHEST = DAY
"""Windows missed longer ago are not made up for; the later ones hold their day's totals anyway."""


def next_end(after: int, every: int, zone: ZoneInfo) -> Instant:
    """The first end later than the instant."""
    before = _offset(after, zone)
    first = _grid(after, every, before)
    if (changed := _offset(first, zone)) == before:
        return Instant(first)
    second = _grid(after, every, changed)  # the clock is set on the way: the old grid holds before, the new one after
    candidates = (first, second, second + every)
    return Instant(min(end for end in candidates if (end + _offset(end, zone)) % every == 0))


def ends(after: int, until: int, every: int, zone: ZoneInfo) -> list[Instant]:
    """Every end in (after, until]."""
    found: list[Instant] = []
    end = next_end(after, every, zone)
    while end <= until:
        found.append(end)
        end = next_end(end, every, zone)
    return found


def due(last: int | None, until: Instant, every: int, zone: ZoneInfo) -> list[Instant]:
    """The windows to write: those after the last one, at most a day back; where there is none, only the newest."""
    if last is None:
        return ends(until - 2 * every - 4 * HOUR, until, every, zone)[-1:]  # no grid has a wider hole
    return ends(max(last, until - FARTHEST), until, every, zone)


def caught_up(due: Sequence[Instant], how: str, zone: ZoneInfo) -> list[Instant]:
    """Which of the due windows are written, after a pause: all, the latest of each day, or none but the newest."""
    if how == "all":
        return list(due)
    if how == "none":
        return list(due[-1:])
    return list({day_of(end, zone): end for end in due}.values())


def day_of(end: int, zone: ZoneInfo) -> str:
    """The local day a window reports on: that of its last millisecond, so midnight's window is still of the day before."""
    return local(end - 1, zone).date().isoformat()


def span(day: str, zone: ZoneInfo) -> tuple[Instant, Instant]:
    """[start, end) of a local day; where there is no midnight, from the first moment there is."""
    of = date.fromisoformat(day)
    start, end = (datetime.combine(each, time.min, zone) for each in (of, of + timedelta(days=1)))
    return instant(start), instant(end)


def shown(end: int, zone: ZoneInfo) -> str:
    """A window as people and logs call it."""
    return local(end, zone).isoformat(timespec="seconds")


def parse(text: str, zone: ZoneInfo) -> Instant:
    """A window by the time of its end, such as 2026-11-22T10:05, with or without an offset. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return instant(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _offset(at: int, zone: ZoneInfo) -> int:
    offset = local(at, zone).utcoffset()
    return 0 if offset is None else offset // timedelta(milliseconds=1)


def _grid(after: int, every: int, offset: int) -> int:
    return after + every - (after + offset) % every
