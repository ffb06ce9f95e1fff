"""Reads `lahma_*.csv`, the files of the station's older script: ip;location;connected_time;valid. Pure.

They hold times of day without dates or zone: the name tells when the file was written, and at most a day lies in it.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from lahmadaemon.clock import MINUTE, SECOND, Instant, instant, local
from lahmadaemon.errors import Refused

HEAD = "ip;location;connected_time;valid"
SIZE_LIMIT = 64 * 1024 * 1024
LONGEST_HOURS = 24.0
"""Of a longer stretch times of day would not tell the day."""

_NAME = re.compile(r"lahma_(\d{4}-\d{2}-\d{2})_(\d{2})(\d{2})\.csv")
_ARGUMENTS = r"(?:0|(?:(?:days|seconds|microseconds)=\d{1,8}(?:, )?)*)"
_VISIT = re.compile(rf"\['(\d{{2}}:\d{{2}}:\d{{2}}\.\d{{1,6}})', datetime\.timedelta\(({_ARGUMENTS})\)\]")
_VISITS = re.compile(rf"\[(?:{_VISIT.pattern}(?:, )?)*\]")
_TOTALS = ("Total Listeners", "Total Long Listeners", "Total Short Listeners", "Total N/A entries", "Total Sessions")


@dataclass(frozen=True, slots=True)
class Visit:
    """One session as a poll first saw it, so its beginning is up to one poll late."""

    address: str
    place: str | None
    """A country's name; None where the script knew none (N/A)."""
    started_at: Instant
    ended_at: Instant


@dataclass(frozen=True)
class Lines:
    """A file as it was read. `wrong`: (line number, what is wrong with it) of lines that could not be."""

    start: Instant
    end: Instant
    visits: tuple[Visit, ...]
    wrong: tuple[tuple[int, str], ...]
    listeners: int


def window(name: str, zone: ZoneInfo, hours: float) -> tuple[Instant, Instant]:
    """The stretch a file of this name covers: `hours` up to when it was written. Raises Refused for another name.

    24 are a day by the clock on the wall, in which the nights of the change make it 23 or 25: one file followed the other.
    """
    if not (found := _NAME.fullmatch(name)):
        raise Refused(f"{name} is not called like lahma_2022-09-14_2200.csv; its name must tell when it was written")
    try:
        written = datetime.fromisoformat(f"{found[1]}T{found[2]}:{found[3]}:59.999")
    except ValueError as error:
        raise Refused(f"{name} names no moment: {error}") from error
    end = instant(written.replace(tzinfo=zone))  # the minute is known, not the second: all of it is inside
    if hours == LONGEST_HOURS:
        return instant((written - timedelta(days=1)).replace(tzinfo=zone, second=0, microsecond=0)), end
    return Instant(end - round(hours * 3600 * SECOND) - 59_999), end


def read(name: str, text: str, zone: ZoneInfo, hours: float = LONGEST_HOURS) -> Lines:
    """The visits of one file. Raises Refused where it is not such a file at all; single wrong lines are listed."""
    start, end = window(name, zone, hours)
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or lines[0].strip() != HEAD:
        raise Refused(f"{name} does not begin with the line {HEAD}")
    visits: list[Visit] = []
    wrong: list[tuple[int, str]] = []
    listeners = 0
    for number, line in enumerate(lines[1:], 2):
        if not line.strip() or line.split(";")[0] in _TOTALS:
            continue
        try:
            visits += _row(line, start, end, zone)
            listeners += 1
        except ValueError as error:
            wrong.append((number, str(error)))
    return Lines(start, end, tuple(visits), tuple(wrong), listeners)


def _row(line: str, start: Instant, end: Instant, zone: ZoneInfo) -> list[Visit]:
    cells = line.split(";")
    if len(cells) != 4:
        raise ValueError(f"has {len(cells)} cells, not 4")
    address, place, times, _ = cells
    if not address.strip():
        raise ValueError("names no listener")
    if not _VISITS.fullmatch(times):
        raise ValueError("its times are not a list of ['HH:MM:SS.fffff', datetime.timedelta(…)]")
    visits, after = [], start
    for clock, length in _VISIT.findall(times):
        began = _first(time.fromisoformat(clock.ljust(15, "0")), after, zone)
        if began > end:
            raise ValueError(f"{clock} lies outside the file's hours")
        ended = Instant(began + _milliseconds(length))
        if ended > end + MINUTE:
            raise ValueError(f"a session from {clock} on is longer than the file's hours")
        visits.append(Visit(address.strip(), _place(place), began, ended))
        after = began
    return visits


def _first(clock: time, after: Instant, zone: ZoneInfo) -> Instant:
    """The first moment from `after` on at which local clocks show this time.

    In the night of a change an hour is shown twice or never: then the first, or the moment the clock was put forward.
    """
    day = local(after, zone).date()
    moments = (
        instant(datetime.combine(day + timedelta(days=days), clock.replace(fold=fold), zone))
        for days in (0, 1)
        for fold in (0, 1)
    )
    return min(moment for moment in moments if moment >= after)


def _milliseconds(arguments: str) -> int:
    parts = {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", arguments)}
    return round(timedelta(**parts) / timedelta(milliseconds=1))


def _place(text: str) -> str | None:
    return None if text.strip() in {"N/A", "unknown", ""} else text.strip()
