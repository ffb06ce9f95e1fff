"""What is asked of anybody who knows the planned programme, and what all their answers have in common."""

from datetime import time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from lahmadaemon.clock import Instant, local
from lahmadaemon.errors import UpstreamError
from lahmadaemon.http import Answer
from lahmadaemon.radio import periods
from lahmadaemon.radio.shows.grid import Grid

LONGEST_TEXT = 200
MOST = 5000
"""Shows, slots or airings in one answer; a full programme has some hundred."""


class Programme(Protocol):
    """One station's plan."""

    async def read(self, now: Instant, since: Instant) -> Grid:
        """The plan as it stands; where it is told as dated airings, those from `since` to the end of the next week.

        Raises UpstreamError for what passes (or is put right without a restart), HopelessError for what is not.
        """
        ...


def monday(now: Instant, zone: ZoneInfo, weeks: int = 0) -> Instant:
    """When the week of an instant begins, or one so many weeks later."""
    day = local(now, zone).date()
    return periods.midnight(day - timedelta(days=day.weekday()) + timedelta(weeks=weeks), zone)


def clean(text: object) -> str:
    """A stranger's text as one line that any database keeps."""
    line = " ".join(str(text or "").split())[:LONGEST_TEXT]
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in line)


def wall_time(text: str) -> time:
    """`19:00`, `19:00:00` or `24:00`, which is midnight. Raises ValueError for anything else."""
    given = text.strip()
    found = time.fromisoformat("00:00" if given in {"24:00", "24:00:00"} else given.zfill(5))
    if found.tzinfo is not None or ":" not in given:
        raise ValueError(f"{text!r} is no time of day")
    return found


def well(answer: Answer, url: str, setting: str) -> Answer:
    """The answer, where its status says it is one. Raises UpstreamError, naming the setting to look at, for others."""
    if answer.status != 200:
        outcome = "rate_limited" if answer.status == 429 else "server_error" if answer.status >= 500 else "invalid"
        hint = f"; if that lasts, look at {setting}" if 300 <= answer.status < 500 else ""
        raise UpstreamError(f"{url} answered {answer.status}{hint}", retry_after=answer.retry_after, outcome=outcome)
    return answer
