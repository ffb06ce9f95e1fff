"""Reconciling: (what is stored, what the server remembers of a stretch) → what to add and which ends to correct. Pure.

History only ever adds connections and sets ends: it opens none (the next poll does), and what it lacks may have been forgotten.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from operator import itemgetter

from lahmadaemon.clock import HOUR, MINUTE, SECOND, Instant
from lahmadaemon.radio.snapshot import Connection, Key
from lahmadaemon.radio.source import History, Remembered

INSIDE = 5 * MINUTE
"""So far inside the stretch a connection must have been seen to be missed there: ends estimated from polls are that good."""
FEW = 2
"""So many connections more or less say nothing about a memory, unless they are all."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A connection as we keep it; `seen`: our own polls saw it."""

    key: Key
    ended_at: Instant | None
    seen: bool = True


@dataclass(frozen=True, slots=True)
class Added:
    """A connection we never saw. It may have lasted beyond the stretch; then the next stretch, or a poll, says so."""

    connection: Connection
    ended_at: Instant


@dataclass(frozen=True, slots=True)
class Corrected:
    """An end that the server knows better; `was` is None where we took it for open."""

    key: Key
    was: Instant | None
    ended_at: Instant


@dataclass(frozen=True)
class Reconciled:
    """What a stretch of history changes, and from when to the stretch's end the server vouches for it (None: not at all).

    `forgotten`: connections that polls saw and the server does not know any more; `unplaced`: those that began before the
    stretch, nobody knows when.
    """

    added: tuple[Added, ...]
    corrected: tuple[Corrected, ...]
    vouched_from: Instant | None
    forgotten: int = 0
    unplaced: int = 0


def reconcile(
    stored: Iterable[Stored],
    history: History,
    last_poll_at: Instant | None,
    beginnings: Mapping[bytes, Instant] | None = None,
    *,
    remembers_before: bool = False,
) -> Reconciled:
    """Hold the two against each other.

    `stored`: everything that overlaps the stretch, a second more at its beginning. `beginnings`: when those began that the
    stretch cut at its beginning, by digest, as far as older history told. `remembers_before`: the server has just told of
    the time before, so that an empty beginning means that nobody was there.
    """
    known = {each.key: each for each in stored}
    rows, unplaced = _placed(history, known.values(), beginnings or {})
    added, corrected = [], []
    for key, row in rows.items():
        if key not in known:
            added.append(Added(row.connection, row.ended_at))
        elif _better(row, known[key].ended_at, last_poll_at):
            corrected.append(Corrected(key, known[key].ended_at, row.ended_at))
    expected = [each.key for each in known.values() if each.seen and _inside(each, history, last_poll_at)]
    forgotten = sum(key not in rows for key in expected)
    reaches = remembers_before or bool(expected) or any(row.start_clipped for row in history.connections)
    trusted = forgotten < max(1, len(expected)) and forgotten <= max(FEW, len(expected) // 10)
    vouched_from = history.start if reaches and trusted else _first(history)
    return Reconciled(tuple(added), tuple(corrected), vouched_from, forgotten, unplaced)


def wanted(history: History, stored: Iterable[Stored]) -> set[bytes]:
    """Whose beginnings the stretch cut off, and the store does not tell either."""
    return {row.connection.digest for row in history.connections if row.start_clipped} - _reaching(
        history, stored
    ).keys()


def beginnings(cut: Collection[bytes], earlier: History) -> tuple[dict[bytes, Instant], set[bytes]]:
    """(when they began, whose beginning is older still), of those that are cut at the beginning of what follows `earlier`.

    Whoever does not reach the end of the earlier stretch began exactly where the later one does.
    """
    reaching: dict[bytes, Remembered] = {}
    for row in earlier.connections:
        digest = row.connection.digest
        if digest in cut and row.end_clipped and (digest not in reaching or _start(row) > _start(reaching[digest])):
            reaching[digest] = row
    older = {digest for digest, row in reaching.items() if row.start_clipped}
    return {d: _start(reaching[d]) if d in reaching else earlier.end for d in cut if d not in older}, older


def touched(reconciled: Reconciled, last_poll_at: Instant | None) -> set[Instant]:
    """The hours (their first instants) whose figures the changes change."""
    spans = [(each.connection.started_at, each.ended_at) for each in reconciled.added]
    for each in reconciled.corrected:
        was = each.was if each.was is not None else max(last_poll_at or each.ended_at, each.ended_at)
        # the hour it began in, too: whether a session counts at all hangs on its whole length
        spans += [(each.key[1], each.key[1]), (min(was, each.ended_at), max(was, each.ended_at))]
    return {Instant(hour) for start, end in spans for hour in range(start - start % HOUR, end + 1, HOUR)}


def _placed(
    history: History, stored: Iterable[Stored], beginnings: Mapping[bytes, Instant]
) -> tuple[dict[Key, Remembered], int]:
    """The rows under their true keys, several of one key as one that lasts as long as the longest; and how many had none."""
    reaching = _reaching(history, stored)
    rows: dict[Key, Remembered] = {}
    unplaced = 0
    for row in history.connections:
        digest, start = row.connection.key
        if row.start_clipped:
            found = beginnings.get(digest, reaching.get(digest))
            if found is None:
                unplaced += 1
                continue
            start = found
        other = rows.get((digest, start))
        if other is None or (row.ended_at, row.end_clipped) > (other.ended_at, other.end_clipped):
            rows[digest, start] = replace(row, connection=replace(row.connection, started_at=start))
    return rows, unplaced


def _reaching(history: History, stored: Iterable[Stored]) -> dict[bytes, Instant]:
    """When those began whom we know to have been there when the stretch begins."""
    there = [
        each.key
        for each in stored
        if each.key[1] <= history.start and (each.ended_at is None or each.ended_at >= history.start - SECOND)
    ]
    return dict(sorted(there, key=itemgetter(1)))


def _better(row: Remembered, ended_at: Instant | None, last_poll_at: Instant | None) -> bool:
    if row.end_clipped:  # it lasted until here at least
        return ended_at is not None and ended_at < row.ended_at
    if ended_at is None:  # a poll that saw it later than the server says it ended knows better, for now
        return last_poll_at is None or row.ended_at >= last_poll_at - MINUTE
    return ended_at != row.ended_at


def _inside(each: Stored, history: History, last_poll_at: Instant | None) -> bool:
    ended_at = last_poll_at or each.key[1] if each.ended_at is None else each.ended_at
    return each.key[1] < history.end - INSIDE and ended_at > history.start + INSIDE


def _first(history: History) -> Instant | None:
    return min((_start(row) for row in history.connections if not row.start_clipped), default=None)


def _start(row: Remembered) -> Instant:
    return row.connection.started_at
