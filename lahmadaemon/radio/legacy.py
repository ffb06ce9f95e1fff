"""The semicolon CSV of the station's older script, for spreadsheets that expect it; its format, without its bugs.

One row per listener: ip;location;connected_time;valid, then five rows of totals. Kept from the old definitions: long means
strictly more than five minutes, short means exactly one session of under one minute. Mended: listeners behind one address
are no longer one, two devices make no false sessions, a later short session does not take `valid` back, and a day is a day.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from lahmadaemon.clock import local
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.sessions import Session

LONG = 300_000
SHORT = 60_000


def as_legacy(sessions: Sequence[Session], period: Period, zone: ZoneInfo, *, addresses: bool = False) -> bytes:
    """The day's file. The ip column holds the listener's pseudonym, or with `addresses` the address where it is still kept."""
    lines = ["ip;location;connected_time;valid"]
    longs = shorts = unknown = 0
    own = sorted(sessions, key=attrgetter("identity", "started_at"))
    listeners = [list(group) for _, group in groupby(own, key=attrgetter("identity"))]
    for visits in sorted(listeners, key=lambda visits: visits[0].started_at):
        newest = visits[-1].connections[-1]
        is_long = any(visit.listened > LONG for visit in visits)
        longs += is_long
        shorts += len(visits) == 1 and visits[0].listened < SHORT
        unknown += not newest.located
        times = ", ".join(_time(visit, period, zone) for visit in visits)
        place = (_cell(newest.country) or "unknown") if newest.located else "N/A"
        who = (_cell(newest.ip) if addresses else "") or newest.identity.hex()
        lines.append(f"{who};{place};[{times}];{int(is_long)}")
    lines += [
        f"Total Listeners;;;{len(listeners)}",
        f"Total Long Listeners;;;{longs}",
        f"Total Short Listeners;;;{shorts}",
        f"Total N/A entries;;;{unknown}",
        f"Total Sessions;;;{len(own)}",
    ]
    return ("\n".join(lines) + "\n").encode()


def _cell(text: str | None) -> str:
    """The old format has no quotes: nothing that would end a cell or a line, or begin like a formula."""
    return re.sub(r"[;\s]+", " ", text or "").lstrip("=+-@ ")


def _time(visit: Session, period: Period, zone: ZoneInfo) -> str:
    """A visit inside the day as the old script wrote it: ['HH:MM:SS.fffff', datetime.timedelta(…)]."""
    began = f"{local(max(visit.started_at, period.start), zone):%H:%M:%S.%f}"[:-1]  # five digits, as it was
    return f"['{began}', {timedelta(milliseconds=visit.within(period.start, period.end))!r}]"
