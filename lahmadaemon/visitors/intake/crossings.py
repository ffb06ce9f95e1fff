"""What a camera tells: crossings, and files of them as they were judged. Plain data."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import NamedTuple

from lahmadaemon.clock import Instant


class Direction(IntEnum):
    """The wire's `inOut`. Neither: kept, and it may be the day's first or last, but it is counted neither in nor out."""

    IN = 0
    OUT = 1
    NEITHER = 2


class Crossing(NamedTuple):
    """One person passing the line. All fields but `day` and `more` together are its natural key, within a camera."""

    at: Instant
    day: str
    """The local day, YYYY-MM-DD."""
    person: int
    direction: int
    frame: int
    more: str | None
    """Keys of the record we do not know, as JSON."""


class Status(StrEnum):
    """What became of a file."""

    STORED = "stored"
    EMPTY = "empty"
    """A list of nobody: a sign of life."""
    PARTIAL = "partial"
    """Good records are kept, bad ones are recorded; the file waits in `failed` for somebody to look."""
    REJECTED = "rejected"


SETTLED = frozenset({Status.STORED, Status.EMPTY})
"""A file of these that comes again is only moved; the others are read anew, for somebody may have put them back."""


class BadRow(NamedTuple):
    """A record that cannot be a crossing."""

    position: int
    raw: str
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A file after it was read; nothing of it is kept yet. `reason` says why where something is wrong."""

    name: str
    digest: bytes
    size: int
    status: Status
    reason: str | None = None
    crossings: tuple[Crossing, ...] = ()
    bad: tuple[BadRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store made of a file. `known_as`: the name under which the very same content came before."""

    judged: Judged
    new: int
    known_as: str | None = None


@dataclass(frozen=True)
class CameraState:
    """What a restart needs to know of a camera; instants of our own clock, but `last_crossing` is the camera's."""

    watched_since: Instant
    last_file_at: Instant | None = None
    """The last new file that could be read, also an empty one."""
    last_crossings_at: Instant | None = None
    """The last new file with anybody in it."""
    last_invalid_at: Instant | None = None
    last_crossing: Instant | None = None

    def after(self, kept: Iterable[Kept], now: Instant) -> "CameraState":
        """The state once these are kept. A file that was known is no sign of life: somebody copied it."""
        news = [each.judged for each in kept if each.known_as is None]
        latest = max((crossing.at for judged in news for crossing in judged.crossings), default=None)
        return replace(
            self,
            last_file_at=now if any(each.status is not Status.REJECTED for each in news) else self.last_file_at,
            last_crossings_at=self.last_crossings_at if latest is None else now,
            last_invalid_at=now if any(each.reason is not None for each in news) else self.last_invalid_at,
            last_crossing=max(filter(None, (latest, self.last_crossing)), default=None),
        )


@dataclass(frozen=True)
class DayTotals:
    """A camera's day so far. Never negative, never clamped: a push does that."""

    camera: str
    day: str
    ins: int
    outs: int
    others: int
    first_at: Instant
    last_at: Instant

    def __add__(self, other: "DayTotals") -> "DayTotals":
        return replace(
            self,
            ins=self.ins + other.ins,
            outs=self.outs + other.outs,
            others=self.others + other.others,
            first_at=min(self.first_at, other.first_at),
            last_at=max(self.last_at, other.last_at),
        )


def days_of(camera: str, crossings: Iterable[Crossing]) -> list[DayTotals]:
    """The crossings, counted by day."""
    days: dict[str, list[Crossing]] = {}
    for crossing in crossings:
        days.setdefault(crossing.day, []).append(crossing)
    totals = []
    for day, found in days.items():
        ways = [crossing.direction for crossing in found]
        times = [crossing.at for crossing in found]
        ins, outs, others = (ways.count(direction) for direction in Direction)
        totals.append(DayTotals(camera, day, ins, outs, others, min(times), max(times)))
    return totals
