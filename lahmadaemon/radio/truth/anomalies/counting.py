"""Figures of a server that tells how many listen and not who: its own count, added up over time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from lahmadaemon.clock import HOUR, Instant
from lahmadaemon.radio.coverage import PATIENCE
from lahmadaemon.radio.periods import Period


@dataclass(frozen=True)
class Counted:
    """Of connections, not of people. `coverage`: the share of the period that was counted."""

    tlh: float
    aas: float
    peak: int
    coverage: float

    def as_json(self) -> dict[str, float | int]:
        """The names of the figures of sessions."""
        return {
            "tlh": round(self.tlh, 6), "aas": round(self.aas, 6), "peak": self.peak,
            "coverage": round(self.coverage, 6),
        }  # fmt: skip


def counted(counts: Sequence[tuple[Instant, int, int]], period: Period) -> Counted | None:
    """Of (moment, interval in ms, total) in order of time; None where nobody counted.

    A count holds until the next one, as far as polls vouch for the time between them.
    """
    time = listened = peak = 0
    for i, (at, every, total) in enumerate(counts):
        following = counts[i + 1][0] if i + 1 < len(counts) else None
        until = following if following is not None and following - at <= every * PATIENCE else at + every
        inside = min(until, period.end) - max(at, period.start)
        if inside > 0:
            time, listened, peak = time + inside, listened + total * inside, max(peak, total)
    if not time:
        return None
    hours = listened / HOUR
    return Counted(hours, hours / period.hours, peak, min(1.0, time / (period.end - period.start)))
