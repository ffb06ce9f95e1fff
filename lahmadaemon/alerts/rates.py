"""How often one recipient may be written to. Pure: monotonic seconds come in."""

from collections import deque

EVERY = 3.0
BURST = 5
MINUTE = 60.0
PER_MINUTE = 20


class Rate:
    """A message every three seconds, five at once after a silence, at most twenty in any minute."""

    def __init__(self) -> None:
        self._sent: deque[float] = deque(maxlen=PER_MINUTE)
        self._tokens = float(BURST)
        self._counted_at = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next message may go."""
        tokens = self._tokens_at(now)
        bucket = 0.0 if tokens >= 1 else (1 - tokens) * EVERY
        full = len(self._sent) == PER_MINUTE
        return max(bucket, self._sent[0] + MINUTE - now if full else 0.0, 0.0)

    def take(self, now: float) -> None:
        """One goes now."""
        self._tokens, self._counted_at = self._tokens_at(now) - 1, now
        self._sent.append(now)

    def _tokens_at(self, now: float) -> float:
        return min(float(BURST), self._tokens + (now - self._counted_at) / EVERY)
