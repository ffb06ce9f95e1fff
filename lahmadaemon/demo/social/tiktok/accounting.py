"""What was asked of the stand-in: calls, repeats within a cycle, and calls made although the endpoint had said no."""

from collections import Counter, deque
from dataclasses import dataclass

from lahmadaemon.clock import Instant

REMEMBERED = 5000
WINDOW = 60.0
"""Seconds; the window slides (TikTok's documentation of rate limits)."""


@dataclass(frozen=True)
class Call:
    """One request. `url`: path and query; `creator_id`: whose token came along; `code`: how it was answered, `ok` or why not."""

    method: str
    url: str
    body: str
    creator_id: int | None
    at: Instant
    code: str


class Accounts:
    """`seen` holds the last ones; the counters hold them all."""

    def __init__(self) -> None:
        self.http_requests = 0
        self.seen: deque[Call] = deque(maxlen=REMEMBERED)
        self.codes: Counter[str] = Counter()
        self._answered: set[tuple[str, str, str, int | None]] = set()
        self._repeated: list[Call] = []

    def begin_cycle(self) -> None:
        self._answered.clear()
        self._repeated.clear()

    def duplicates(self) -> list[Call]:
        """Calls of this cycle that had been answered well before: same method, URL, body and creator."""
        return list(self._repeated)

    def note(self, call: Call) -> None:
        self.seen.append(call)
        self.codes[call.code] += 1
        if call.code != "ok":
            return
        what = (call.method, call.url, call.body, call.creator_id)
        if what in self._answered:
            self._repeated.append(call)
        self._answered.add(what)


class Allowance:
    """One endpoint's requests of the last minute. `ignored`: those that came after a refusal, before one was let in again."""

    def __init__(self) -> None:
        self.ignored = 0
        self._let_in: deque[float] = deque()
        self._closed_until = 0.0
        self._refusing = False

    def close(self, until: float) -> None:
        """Nobody is let in before."""
        self._closed_until = until

    def lets_in(self, now: float, per_minute: int) -> bool:
        while self._let_in and self._let_in[0] <= now - WINDOW:
            self._let_in.popleft()
        if now >= self._closed_until and len(self._let_in) < per_minute:
            self._let_in.append(now)
            self._refusing = False
            return True
        self.ignored += self._refusing
        self._refusing = True
        return False
