"""What was asked and how it was answered, for tests and benchmarks: without a token anywhere."""

from collections import Counter, deque
from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlencode

from lahmadaemon.clock import Instant

REMEMBERED = 50_000
SECRET = frozenset({
    "access_token", "appsecret_proof", "client_secret", "fb_exchange_token", "input_token", "code", "code_verifier",
})  # fmt: skip


class Call(NamedTuple):
    """One logical call: `url` is path and query without version and secrets; `code` of its error, None: answered well, or
    with a page in HTML. `status` 0: null in a batch."""

    method: str
    url: str
    creator_id: int | None
    at: Instant
    status: int
    code: int | None
    batched: bool


class Ledger:
    """The last calls, and how many there were."""

    def __init__(self) -> None:
        self.seen: deque[Call] = deque(maxlen=REMEMBERED)
        self.http_requests = 0
        self.logical_calls = 0
        self._cycle_began = 0

    def note(self, call: Call) -> None:
        self.logical_calls += 1
        self.seen.append(call)

    def begin_cycle(self) -> None:
        """From here on `duplicates` counts."""
        self._cycle_began = self.logical_calls

    def duplicates(self) -> list[str]:
        """What one creator's token was answered well twice since the cycle began, once each, as `GET /…`."""
        since = max(0, self._cycle_began - (self.logical_calls - len(self.seen)))
        counted = Counter(
            (call.method, call.url, call.creator_id) for call in islice(self.seen, since, None) if call.status == 200
        )
        return [f"{method} {url}" for (method, url, _), times in counted.items() if times > 1]


def told(path: str, query: Mapping[str, str]) -> str:
    """The address as it may be shown."""
    shown = urlencode([(name, value) for name, value in query.items() if name not in SECRET], safe="{},()")
    return f"/{path}?{shown}" if shown else f"/{path}"
