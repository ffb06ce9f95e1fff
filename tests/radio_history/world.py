"""A server with a known truth, polls with holes in them, and a store in memory: what reconciling is tried on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lahmadaemon.clock import MINUTE, SECOND, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.coverage import Stretch
from lahmadaemon.radio.folding import Outcome, Standing, fold
from lahmadaemon.radio.snapshot import Key
from lahmadaemon.radio.source import History, Remembered
from lahmadaemon.radio.truth.reconciling import Reconciled, Stored, reconcile
from tests.radio.builders import connection, snapshot

EVERY = 30


@dataclass(frozen=True)
class Row:
    """The truth of one connection, in seconds; without an end it lasts."""

    name: str
    start: int
    end: int | None

    @property
    def key(self) -> Key:
        return connection(self.name, self.start).key


@dataclass
class Server:
    """Answers as AzuraCast does, at most `largest` seconds at once."""

    rows: Sequence[Row]
    now: int
    largest: int = 10**9
    asked: list[tuple[int, int]] = field(default_factory=list)
    wiped_at: int = -1
    """Rows that had ended by then are gone."""

    async def history(self, start: Instant, end: Instant) -> History:
        begin = start // MINUTE * 60
        stop = min(-(-end // MINUTE) * 60, self.now // 60 * 60)
        self.asked.append((begin, stop))
        if stop - begin > self.largest:
            raise UpstreamError("too much", outcome="server_error")
        if stop <= begin:
            return History(start, start, ())
        found = [self._cut(row, begin, stop - 1) for row in self.rows if self._overlaps(row, begin, stop - 1)]
        return History(Instant(begin * SECOND), Instant(stop * SECOND), found)

    def _overlaps(self, row: Row, first: int, last: int) -> bool:
        there = row.start <= min(last, self.now) and (row.end is None or row.end > self.wiped_at)
        return there and (row.end is None or row.end >= first)

    def _cut(self, row: Row, first: int, last: int) -> Remembered:
        begun = max(row.start, first)
        until = last if row.end is None or row.end > self.now else min(row.end, last)
        return Remembered(connection(row.name, begun), Instant(until * SECOND), begun == first, until == last)


class Memory:
    """Both stores that a walk needs, in two dicts and a list."""

    def __init__(self) -> None:
        self.connections: dict[Key, Instant | None] = {}
        self.seen: set[Key] = set()
        self.polls: list[tuple[Instant, int]] = []
        self.vouched: list[Stretch] = []

    def poll(self, server: Server, moments: Sequence[int]) -> None:
        """What our daemon does at those moments."""
        standing = Standing()
        for at in moments:
            there = [row for row in server.rows if row.start <= at and (row.end is None or row.end > at)]
            folded = fold(standing, snapshot(at, [connection(row.name, row.start) for row in there]), EVERY * SECOND)
            standing = folded.standing
            for each in folded.opened:
                self.connections[each.key] = None
                self.seen.add(each.key)
            for closing in folded.closed:
                self.connections[closing.key] = closing.ended_at
            if folded.outcome is Outcome.VALID:
                self.polls.append((Instant(at * SECOND), EVERY * SECOND))

    async def observed(self) -> tuple[Instant | None, Instant | None]:
        return (self.polls[0][0], self.polls[-1][0]) if self.polls else (None, None)

    async def valid_polls(self, start: int, end: int) -> list[tuple[Instant, int]]:
        return [poll for poll in self.polls if start - 2 * EVERY * SECOND <= poll[0] <= end + 2 * EVERY * SECOND]

    async def spans(self, start: int, end: int) -> list[Stretch]:
        return [span for span in self.vouched if span[0] < end and span[1] > start]

    async def stored(self, start: Instant, end: Instant) -> list[Stored]:
        return [
            Stored(key, ended_at, key in self.seen)
            for key, ended_at in self.connections.items()
            if key[1] < end and (ended_at is None or ended_at >= start - SECOND)
        ]

    async def amend(
        self, history: History, older: Mapping[bytes, Instant], now: Instant, *, remembers_before: bool = False
    ) -> Reconciled:
        stored, (_, last_poll_at) = await self.stored(history.start, history.end), await self.observed()
        found = reconcile(stored, history, last_poll_at, older, remembers_before=remembers_before)
        for added in found.added:
            self.connections.setdefault(added.connection.key, added.ended_at)
        for corrected in found.corrected:
            assert self.connections[corrected.key] == corrected.was
            self.connections[corrected.key] = corrected.ended_at
        if found.vouched_from is not None:
            self.vouched = sorted({*self.vouched, (found.vouched_from, history.end)})
        return found
