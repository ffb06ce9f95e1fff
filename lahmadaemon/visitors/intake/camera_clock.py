"""Whether a camera's clock is wrong, by the times in the names of files that come. Pure, but for its short memory."""

from collections import deque
from zoneinfo import ZoneInfo

from lahmadaemon.clock import HOUR, MINUTE, SECOND, Instant, local
from lahmadaemon.visitors.intake.folder import Look
from lahmadaemon.visitors.intake.parsing import moment

LIMIT = 10 * MINUTE
AGREEING = 5 * MINUTE
APART = 30 * SECOND
"""Three files must say the same, and not all have come at once: old files that somebody copies here agree, too."""
FORGOTTEN = 10 * MINUTE


class CameraClock:
    """Hears the names of files as they come."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._heard: deque[tuple[Instant, int]] = deque(maxlen=3)

    def hear(self, look: Look, now: Instant) -> None:
        """A file has just come. One that was written long ago says nothing of the clock."""
        if abs(look.mtime_ns // 1_000_000 - now) > LIMIT:
            return
        try:
            written_at, _ = moment(look.name[:-5], self._zone)
        except ValueError:
            return
        # In the hour that comes twice the name may mean either.
        again = Instant(written_at + HOUR)
        twice = local(again, self._zone).replace(tzinfo=None) == local(written_at, self._zone).replace(tzinfo=None)
        errors = [written_at - now, again - now] if twice else [written_at - now]
        if self._heard and now - self._heard[-1][0] < APART // 2:
            self._heard.pop()
        self._heard.append((now, min(errors, key=abs)))

    def ahead(self, now: Instant) -> float | None:
        """Seconds by which it is ahead (behind: negative), where it is wrong for certain."""
        errors = [error for _, error in self._heard]
        if len(errors) < 3 or now - self._heard[-1][0] > FORGOTTEN or self._heard[-1][0] - self._heard[0][0] < APART:
            return None
        wrong = min(map(abs, errors)) > LIMIT and max(errors) - min(errors) < AGREEING
        return errors[-1] / SECOND if wrong else None
