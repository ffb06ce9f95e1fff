"""When to restart and when to give up. Pure: no clock, no randomness of its own."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class RestartPolicy:
    """Exponential backoff with jitter over its upper half, and OTP's restart intensity. Times in seconds.

    A run of `steady` seconds forgives earlier crashes: the delay begins again at `first`. More than `budget` restarts
    within `window` mean failed, and so do more than `budget` in a row: how long the pauses between them were is our doing.
    """

    first: float = 1.0
    factor: float = 2.0
    longest: float = 300.0
    steady: float = 60.0
    budget: int = 10
    window: float = 600.0

    def delay(self, crashes: int, chance: float) -> float:
        """The pause before the restart after the `crashes`-th crash in a row; `chance` in [0, 1] spreads it."""
        doublings = min(crashes - 1, 64)  # a float overflows long after the longest delay is reached
        whole = min(self.first * self.factor**doublings, self.longest)
        return whole * (1 + chance) / 2

    def spent(self, crashes_at: Iterable[float], now: float, in_a_row: int = 0) -> bool:
        """Whether the crashes (monotonic seconds) within the window, or those in a row, are more than the budget."""
        return in_a_row > self.budget or sum(now - crash < self.window for crash in crashes_at) > self.budget
