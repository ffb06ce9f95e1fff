"""When a camera is too quiet, and in which way. Pure: a function of what is stored, the settings and the moment."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import MINUTE, Instant
from lahmadaemon.visitors.intake.crossings import CameraState
from lahmadaemon.visitors.intake.opening import OpeningHours

GRACE = MINUTE
"""ms: so long after our own start a camera may take to start, too; both often share one switch."""
BAD_FOR = 10 * MINUTE
"""ms: bad files are told of until so long none has come."""


@dataclass(frozen=True)
class Patience:
    """How long a camera may be quiet, in ms; `empty_after` 0: lists of nobody are fine for ever."""

    quiet_after: int
    empty_after: int
    hours: OpeningHours
    zone: ZoneInfo


@dataclass(frozen=True)
class Quiet:
    """What holds now, and since when nothing came. `closed`: nobody watches at this hour. `undecided`: we have only just
    begun to listen; what was said before the start is neither repeated nor taken back."""

    condition: Condition | None
    since: Instant
    closed: bool = False
    undecided: bool = False


def quiet(state: CameraState, patience: Patience, started_at: Instant, now: Instant) -> Quiet:
    """The one thing that is wrong with the camera's files, the gravest first; none where all is well.

    Time counts from the last file, or from the beginning of opening hours, whichever is later; of empty lists the open
    hours are added up, since nobody crosses at night. Where our clock was set back, nothing is held against the camera.
    """
    opened = patience.hours.open_since(now, patience.zone)
    heard = max(state.last_file_at or state.watched_since, opened or 0)
    if opened is None:
        return Quiet(None, Instant(heard), closed=True)
    # a start that lies ahead is one before our clock was set back: that grace is over
    grace = started_at <= now < started_at + min(GRACE, patience.quiet_after)
    if now - heard >= patience.quiet_after:
        invalid = state.last_invalid_at or 0
        recently = invalid > heard and now - invalid < patience.quiet_after
        condition = Condition.ONLY_INVALID if recently else Condition.NO_FILES
        return Quiet(None if grace else condition, Instant(heard), undecided=grace)
    crossed = state.last_crossings_at or state.watched_since
    empty = patience.empty_after and now - crossed >= patience.empty_after
    if empty and patience.hours.open_between(crossed, now, patience.zone) >= patience.empty_after:
        return Quiet(None if grace else Condition.ONLY_EMPTY, Instant(crossed), undecided=grace)
    return Quiet(None, Instant(heard))
