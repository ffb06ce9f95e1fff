"""What the daemon has told the reading room of itself: the room's clock, and its desk."""

from lahmadaemon.alerts.desk import Desk
from lahmadaemon.alerts.incidents import Incident
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.clock import SECOND, Instant, SystemClock
from lahmadaemon.supervision.health import LoopLag, Report
from lahmadaemon.web.reading.messages import Moment

_NOTHING = Moment(Instant(0), 0.0, Report((), LoopLag(), Instant(0), stopping=False), ())


class ToldClock(SystemClock):
    """The daemon's, whatever it lives by: as it was told last, and the time since then."""

    def __init__(self) -> None:
        self.moment = _NOTHING
        self._at = super().monotonic()
        self._last = float("-inf")

    def tell(self, moment: Moment) -> None:
        """With every question."""
        self.moment, self._at = moment, super().monotonic()

    def now(self) -> Instant:
        return Instant(self.moment.now + round((super().monotonic() - self._at) * SECOND))

    def monotonic(self) -> float:
        self._last = max(self._last, self.moment.monotonic + super().monotonic() - self._at)
        return self._last


class ToldDesk(Desk):
    """Of the incidents that are open. Whoever changes something does it at the daemon's own."""

    def __init__(self, store: AlertStore, clock: ToldClock, words: Wording) -> None:
        super().__init__(store, clock, words, ())
        self._told_clock = clock

    def open_incidents(self) -> list[Incident]:
        return list(self._told_clock.moment.incidents)
