"""What the room asks of any server it measures: one file per kind of server, one line in `building`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from lahmadaemon.clock import Instant
from lahmadaemon.radio.snapshot import Connection, Key, Snapshot


class Source(Protocol):
    """A server that tells who listens now."""

    async def snapshot(self, known: Collection[Key]) -> Snapshot:
        """Who listens now. `known`: the connections open so far, for servers that tell lengths instead of beginnings.

        Raises UpstreamError for what passes, HopelessError for what a human must change.
        """
        ...


@dataclass(frozen=True, slots=True)
class Remembered:
    """A connection out of a server's history; clipped where the range cut it, open where it had not ended."""

    connection: Connection
    ended_at: Instant
    start_clipped: bool
    end_clipped: bool


@dataclass(frozen=True)
class History:
    """What a server remembers of [start, end): every connection that overlaps it. `dropped`: rows that could not be one."""

    start: Instant
    end: Instant
    connections: Sequence[Remembered]
    dropped: int = 0


@runtime_checkable
class Historian(Protocol):
    """A source that also remembers who listened."""

    async def history(self, start: Instant, end: Instant) -> History:
        """Who listened in [start, end), by the source's clock; at most a day, and nothing that is still to come."""
        ...
