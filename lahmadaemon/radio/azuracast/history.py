"""What the server remembers of a stretch of time: how to ask for it, and what its rows, cut at the edges, can tell."""

from collections.abc import Iterator
from datetime import UTC

from lahmadaemon.clock import MINUTE, SECOND, Instant, local
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.azuracast import payload
from lahmadaemon.radio.azuracast.door import Door
from lahmadaemon.radio.source import History, Remembered


def whole_minutes(start: Instant, end: Instant, now: Instant) -> tuple[Instant, Instant]:
    """The stretch as the server will take it, which thinks in minutes, without the minute of `now` and what follows.

    An end still to come would make open connections last until then.
    """
    start = Instant(start - start % MINUTE)
    end = min(Instant(end + -end % MINUTE), Instant(now - now % MINUTE))
    return start, max(start, end)


def question(start: Instant, end: Instant) -> dict[str, str]:
    """The query for [start, end) in whole minutes; the last second that the server takes in is its end's 59th."""
    return span(start, end) | {"unique": "false"}


def span(start: Instant, end: Instant) -> dict[str, str]:
    """The part of a query that says when."""
    return {"start": _iso(start), "end": _iso(end - SECOND)}


def _iso(at: int) -> str:
    return local(at, UTC).isoformat(timespec="seconds")


def read(body: bytes, start: Instant, end: Instant, door: Door) -> History:
    """The answer to the question. Raises UpstreamError (`invalid`) where it is none."""
    rows = payload.rows(body)
    found = list(_connections(rows, start, end, door))
    return History(start, end, found, len(rows) - len(found))


def _connections(rows: list[payload.Row], start: Instant, end: Instant, door: Door) -> Iterator[Remembered]:
    first, last = start // SECOND, end // SECOND - 1
    for row in rows:
        begun, until = row.connected_on, row.connected_until
        if begun is None or until is None or until < begun:
            continue
        if begun < first or until > last:  # a cache or a proxy that lost the question, or a server older than 0.12.3
            raise UpstreamError("the answer is not for the time that was asked for", outcome="invalid")
        yield Remembered(door.introduce(row, begun), Instant(until * SECOND), begun == first, until == last)
