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


class Judged(NamedTuple):
    """A file after it was read; nothing of it is kept yet. `reason` says why where something is wrong."""

    name: str
    digest: bytes
    size: int
    status: Status
    reason: str | None = None
    crossings: tuple[Crossing, ...] = ()
    bad: tuple[BadRow, ...] = ()


class Kept(NamedTuple):
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

    def not_after(self, now: Instant) -> "CameraState":
        """The state where our own clock was set back: what seems to lie ahead was at the latest now."""
        ours = {
            name: getattr(self, name)
            for name in ("watched_since", "last_file_at", "last_crossings_at", "last_invalid_at")
        }
        ahead = {name: now for name, at in ours.items() if at is not None and at > now}
        return replace(self, **ahead) if ahead else self

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
    ways: dict[str, list[int]] = {}
    times: dict[str, list[Instant]] = {}
    for crossing in crossings:
        day = crossing.day
        if day not in ways:
            ways[day], times[day] = [], []
        ways[day].append(crossing.direction)
        times[day].append(crossing.at)
    return [
        DayTotals(
            camera,
            day,
            way.count(Direction.IN),
            way.count(Direction.OUT),
            way.count(Direction.NEITHER),
            min(at),
            max(at),
        )
        for (day, way), at in zip(ways.items(), times.values(), strict=True)
    ]
