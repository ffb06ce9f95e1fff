"""What a show's airing is: when it was heard, when it was planned, and why we say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lahmadaemon.clock import HOUR, MINUTE, Instant
from lahmadaemon.radio.shows.grid import Planned

OFF_AIR, UNKNOWN = "off air", "not known"
"""Keys of what is no show: no slug has a blank in it."""


class Why(StrEnum):
    """Why a stretch of air is counted where it is."""

    STREAMER = "as aired: live host"
    ARTIST = "as aired: artist"
    PLAYLIST = "as aired: playlist"
    ALIAS = "as aired: alias"
    TITLE = "as aired: title"
    UNMATCHED = "as aired: no show of that name"
    BREAK = "as aired: short break within"
    AROUND = "as aired: the same before and after a gap"
    NO_LOG = "planned: no log"
    NO_METADATA = "planned: metadata not usable"
    OFF_AIR = "off air"
    UNKNOWN = "not known"

    @property
    def is_planned(self) -> bool:
        """Nobody heard it: the grid says so."""
        return self in {Why.NO_LOG, Why.NO_METADATA}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the time line, and what it is counted as: a slug, "unmatched: NAME", OFF_AIR or UNKNOWN."""

    start: Instant
    end: Instant
    key: str
    name: str
    why: Why
    episode: str = ""
    stopgap: str = ""
    """What was named where the metadata is not usable, for when nothing was planned either."""

    @property
    def is_show(self) -> bool:
        return self.key not in {OFF_AIR, UNKNOWN}


@dataclass(frozen=True, slots=True)
class Airing:
    """One occurrence of a show, [start, end), short breaks included."""

    key: str
    name: str
    start: Instant
    end: Instant
    episode: str
    reasons: tuple[tuple[Why, int], ...]
    """Why, and for how many ms of it; the most first."""
    planned: Planned | None = None
    begun_before: bool = False
    """It was on air already when measuring began: nobody knows since when."""
    goes_on: bool = False
    """It is on air as the table is made."""

    @property
    def is_matched(self) -> bool:
        return not self.key.startswith("unmatched:")

    @property
    def hours(self) -> float:
        return (self.end - self.start) / HOUR

    @property
    def heard(self) -> float:
        """The share of it that somebody heard, 0 to 1; the rest is there because it was planned."""
        return sum(length for why, length in self.reasons if not why.is_planned) / (self.end - self.start)

    @property
    def late(self) -> float | None:
        """Minutes from the planned beginning to the real one; negative where it was early, None where one is not known."""
        return None if self.planned is None or self.begun_before else (self.start - self.planned.start) / MINUTE

    @property
    def overrun(self) -> float | None:
        """Minutes from the planned end to the real one; negative where it ended early."""
        return None if self.planned is None or self.goes_on else (self.end - self.planned.end) / MINUTE


@dataclass(frozen=True)
class Aired:
    """Everything that was on air in a span, each instant once."""

    airings: Sequence[Airing]
    rest: Sequence[Stretch]
    """No show: off air, or not known."""
    not_aired: Sequence[Planned]
