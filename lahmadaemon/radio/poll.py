"""One poll, as it is kept."""

from dataclasses import dataclass

from lahmadaemon.clock import Instant


@dataclass(frozen=True)
class Poll:
    """One poll as it is kept; `at` by the source's clock, everything in ms."""

    polled_at: Instant
    at: Instant
    every: int
    outcome: str
    rows: int | None
    total: int | None
    unique_total: int | None
    latency: int
    skew: int | None
