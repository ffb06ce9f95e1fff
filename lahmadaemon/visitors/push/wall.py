"""The wall clock as a sender believes it: where it leaps ahead it is doubted for a while, for what is frozen stays so."""

from collections.abc import Callable

from lahmadaemon.clock import MINUTE, SECOND, Clock, Instant

LEAP = MINUTE
"""From one look to the next, by how much the wall may be ahead of the time that passed."""
DOUBT = 300.0
"""Seconds after which a leap is believed: the machine slept, or its clock was wrong before."""


class Wall:
    """`leapt` is told by how many seconds, once for each leap. Backwards is believed at once: nothing is frozen by it."""

    def __init__(self, clock: Clock, leapt: Callable[[float], None]) -> None:
        self._clock = clock
        self._leapt = leapt
        self._believed = self._began()
        """The wall's time when the monotonic clock began, as the last look had it that was believed."""
        self._claimed: int | None = None
        self._doubted_until = 0.0

    def now(self) -> Instant:
        """The time; while the wall is in doubt, what it would be without the leap."""
        began, passed = self._began(), self._clock.monotonic()
        if began - self._believed <= LEAP:
            self._believe(began)
        elif self._claimed is None or abs(began - self._claimed) > LEAP:
            self._claimed, self._doubted_until = began, passed + DOUBT
            self._leapt((began - self._believed) / SECOND)
        elif passed >= self._doubted_until:
            self._believe(began)
        return Instant(self._believed + round(passed * SECOND))

    @property
    def doubt(self) -> float:
        """For how many seconds more the wall is doubted; 0.0 where it is believed."""
        return 0.0 if self._claimed is None else max(0.0, self._doubted_until - self._clock.monotonic())

    def _began(self) -> int:
        return self._clock.now() - round(self._clock.monotonic() * SECOND)

    def _believe(self, began: int) -> None:
        self._believed, self._claimed = began, None
