"""When an account is looked at again, and how far back: young posts often, the others once a day, stories before they go. Pure.

A stamp that lies ahead of the clock was made before the clock was set back: a little ahead, it counts as just now; more than
a whole interval ahead, it counts as none, so that nothing waits for the wrong clock's time to come.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant
from lahmadaemon.social.settings import SocialSettings

YOUNG = 2 * DAY
"""How long a post is young: most of its numbers come in then, and insights may take as long to appear."""
RETRY = HOUR
"""After a look that was to be complete and was not."""
LONGEST_HOLD = 7 * DAY
"""No platform asks for more."""
STORY_LIFE = DAY
LAST_READ = STORY_LIFE - HOUR // 2
"""A story's age at its last reading."""
SLOT = 5 * MINUTE


@dataclass(frozen=True)
class Look:
    """What to look at: everything published since the horizon. `complete`: to the beginning of the oldest campaign."""

    horizon: Instant
    complete: bool


@dataclass(frozen=True)
class Standing:
    """What decides when an account is looked at."""

    walked_at: Instant | None = None
    """The last look that was complete, to the horizon of then."""
    looked_at: Instant | None = None
    """The last one of any kind, however it ended."""
    held_until: Instant | None = None
    oldest_window: Instant | None = None
    """When the oldest of the creator's campaigns whose numbers are still collected begins; None: there is nothing to do."""
    youngest_tracked: Instant | None = None
    """When the youngest post that belongs to a campaign was published."""


def due(standing: Standing, settings: SocialSettings, now: Instant) -> Look | None:
    """What to look at now, if anything."""
    if standing.oldest_window is None or _held(standing, now):
        return None
    if _complete_at(standing, settings, now) <= now:
        return Look(standing.oldest_window, complete=True)
    young = _young(standing, now) and _young_at(standing, settings, now) <= now
    return Look(Instant(max(standing.oldest_window, now - YOUNG)), complete=False) if young else None


def next_due(standing: Standing, settings: SocialSettings, now: Instant) -> Instant | None:
    """When `due` next finds something, if all stays as it is; None: never."""
    if standing.oldest_window is None:
        return None
    free = standing.held_until if standing.held_until is not None and _held(standing, now) else now
    complete = max(free, _complete_at(standing, settings, now))
    young = max(free, _young_at(standing, settings, now))
    return min(complete, young) if _young(standing, young) else complete


def stories_due(stories_at: Instant | None, published: Iterable[Instant], every: float, now: Instant) -> bool:
    """Whether an account's stories are to be read now. `published`: when those known to live were; `every`: seconds."""
    return stories_next(stories_at, published, every, now) <= now


def stories_next(stories_at: Instant | None, published: Iterable[Instant], every: float, now: Instant) -> Instant:
    """When: every so often, and once more shortly before a story goes."""
    moments = [_after(stories_at, every, now)]
    for at in published:
        last = Instant(at + LAST_READ)
        if now < at + STORY_LIFE and (stories_at is None or stories_at < last):
            moments.append(max(now, last))
    return min(moments)


def slot(now: Instant) -> Instant:
    """The five minutes a capture belongs to: a post has one in each."""
    return Instant(now - now % SLOT)


def _complete_at(standing: Standing, settings: SocialSettings, now: Instant) -> Instant:
    """Once in `every`, a while after one that failed."""
    walked, looked = standing.walked_at, standing.looked_at
    at = _after(walked, settings.every, now)
    if looked is None or (walked is not None and looked <= walked):
        return at
    return max(at, _after(looked, min(RETRY / SECOND, settings.every), now))


def _young_at(standing: Standing, settings: SocialSettings, now: Instant) -> Instant:
    return _after(standing.looked_at, settings.young_every, now)


def _young(standing: Standing, at: Instant) -> bool:
    return standing.youngest_tracked is not None and at < standing.youngest_tracked + YOUNG


def _held(standing: Standing, now: Instant) -> bool:
    return standing.held_until is not None and now < standing.held_until <= now + LONGEST_HOLD


def _after(stamp: Instant | None, seconds: float, now: Instant) -> Instant:
    interval = round(seconds * SECOND)
    if stamp is None or stamp > now + interval:
        return now
    return Instant(stamp + interval)
