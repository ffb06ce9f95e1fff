"""A made-up truth of who listened when, polled by a house with all the bad luck there is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import accumulate

from hypothesis import strategies as st

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio.folding import Outcome, Standing, fold
from lahmadaemon.radio.snapshot import Connection, Key, Snapshot
from tests.radio.builders import connection, snapshot
from tests.radio.little_store import LittleStore

EVERY = 30 * SECOND
AHEAD = 100_000
"""Seconds by which the source's clock begins ahead of the true time line, so that it can be set back often."""


@dataclass(frozen=True)
class Stay:
    """The truth of one connection, in seconds: [start, end)."""

    who: str
    start: int
    end: int


class Answer(Enum):
    LISTED = auto()
    FAILED = auto()
    EMPTY_DENIED = auto()
    """No rows, though now-playing counts somebody."""
    EMPTY_UNSURE = auto()
    """No rows, and now-playing says nothing."""
    PARTLY = auto()
    """Some of those who are there are missing, as after a hiccup between the servers."""


class Write(Enum):
    LANDED = auto()
    TWICE = auto()
    """The store tried again what had landed already."""
    LOST = auto()
    LANDED_BUT_REPORTED_LOST = auto()


@dataclass(frozen=True)
class Turn:
    """One poll: what luck it has, and what came before it."""

    wait: int
    answer: Answer = Answer.LISTED
    write: Write = Write.LANDED
    restart: bool = False
    clock_moved: int = 0
    again: bool = False
    """The very same snapshot comes a second time, as from a cache."""


@dataclass
class House:
    """Polls the truth as the service does: whenever a turn does not end well, it starts again from the store."""

    truth: Sequence[Stay]
    store: LittleStore = field(default_factory=LittleStore)
    believed: list[tuple[Instant, frozenset[Key]]] = field(default_factory=list)
    """Every valid poll that is in the store: when (time never goes back) and whom it saw."""
    moments: list[int] = field(default_factory=list)
    """The true time of each of them."""
    _now: int = 0
    _ahead: int = AHEAD
    _numbers: int = 0
    _standing: Standing | None = None
    _known: dict[Stay, Connection] = field(default_factory=dict)

    def live_through(self, turns: Sequence[Turn]) -> "House":
        for turn in turns:
            self._take(turn)
        return self

    def _take(self, turn: Turn) -> None:
        self._ahead += turn.clock_moved
        self._now, before = self._now + turn.wait, self._now
        for stay in self.truth:
            if before < stay.start <= self._now:  # the source writes beginnings by its own clock
                self._known[stay] = connection(stay.who, stay.start + self._ahead)
        if turn.restart:
            self._standing = None
        if turn.answer is Answer.FAILED:
            self.store.record_failure(self._numbers, Instant((self._now + self._ahead) * SECOND))
            self._numbers += 1
            return
        seen = self._answer(turn.answer)
        for _ in range(1 + turn.again):
            self._fold_in(seen, turn.write)

    def _answer(self, answer: Answer) -> Snapshot:
        at = self._now + self._ahead
        there = [self._known[stay] for stay in self.truth if stay.start <= self._now < stay.end and stay in self._known]
        rows = [row for row in there if row.started_at <= at * SECOND]  # the door drops rows that end before they begin
        if answer is Answer.PARTLY:
            rows = rows[::2]
        if answer in {Answer.EMPTY_DENIED, Answer.EMPTY_UNSURE}:
            return snapshot(at, [], total=len(there) + 1 if answer is Answer.EMPTY_DENIED else None)
        return snapshot(at, rows, total=len(rows))

    def _fold_in(self, seen: Snapshot, write: Write) -> None:
        standing, self._standing = self._standing or self.store.standing(), None
        folded = fold(standing, seen, EVERY)
        if write is Write.LOST:
            return
        for _ in range(1 + (write is Write.TWICE)):
            self.store.record(folded, self._numbers, seen.at)
        self._numbers += 1
        if folded.outcome is Outcome.VALID:
            latest = self.believed[-1][0] if self.believed else seen.at
            self.believed.append((max(seen.at, latest), frozenset(seen.connections)))
            self.moments.append(self._now)
        if write is not Write.LANDED_BUT_REPORTED_LOST:
            self._standing = folded.standing


def _stays(who: str, gaps_and_lengths: list[tuple[int, int]]) -> list[Stay]:
    edges = list(accumulate(length for pair in gaps_and_lengths for length in pair))
    return [Stay(who, *edges[i : i + 2]) for i in range(0, len(edges), 2)]


truths = st.lists(
    st.lists(st.tuples(st.integers(1, 200), st.integers(1, 400)), max_size=4), min_size=1, max_size=4
).map(lambda people: [stay for who, own in zip("abcd", people, strict=False) for stay in _stays(who, own)])


def turns(*, trouble: bool = True, clocks: bool = False) -> st.SearchStrategy[list[Turn]]:
    """Series of polls. `trouble`: partial lists too, so that connections flicker; `clocks`: the source's clock is moved."""
    answers = [Answer.LISTED] * 5 + [Answer.FAILED, Answer.EMPTY_DENIED, Answer.EMPTY_UNSURE]
    return st.lists(
        st.builds(
            Turn,
            wait=st.integers(1, 100),
            answer=st.sampled_from(answers + [Answer.PARTLY] * trouble),
            write=st.sampled_from([Write.LANDED] * 4 + list(Write)),
            restart=st.sampled_from([False, False, False, True]),
            clock_moved=st.sampled_from([0] * 6 + [-200, -40, -1, 1, 40, 3600]) if clocks else st.just(0),
            again=st.sampled_from([False, False, False, True]),
        ),
        max_size=25,
    )
