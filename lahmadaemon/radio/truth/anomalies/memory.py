"""What the detector knows between two polls. Plain data, so that a poll that could not be kept leaves no trace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from lahmadaemon.clock import Instant
from lahmadaemon.radio.folding import Standing
from lahmadaemon.radio.snapshot import Key, OnAir, Totals
from lahmadaemon.radio.truth.anomalies.kinds import Anomaly, Kind


class Present(Protocol):
    """Somebody connected, as far as it matters here."""

    @property
    def identity(self) -> bytes: ...

    @property
    def mount(self) -> str: ...


@dataclass(frozen=True)
class Spell:
    """How long something has held: since when, and since when it does not any more (None: it does)."""

    since: Instant
    gone_at: Instant | None = None


@dataclass(frozen=True)
class Drop:
    """Many connections ended in one poll: whose they were, and who of them is back."""

    began_at: Instant
    seen_at: Instant
    gone: frozenset[bytes]
    whole: bool
    back: frozenset[bytes] = frozenset()


@dataclass(frozen=True)
class Memory:
    """Instants by the source's clock."""

    open: Mapping[Kind, Anomaly] = field(default_factory=dict)
    spells: Mapping[Kind, Spell] = field(default_factory=dict)
    present: Mapping[Key, Present] = field(default_factory=dict)
    answered_at: Instant | None = None
    """The last readable answer, believed or not; None since our own start."""
    changed_at: Instant | None = None
    """The last poll at which somebody came or went."""
    counted_at: Instant | None = None
    """The last poll at which now-playing counted anybody."""
    moved_at: Instant | None = None
    """The last poll at which now-playing said something else than before."""
    told: tuple[OnAir | None, Totals | None] = (None, None)
    drop: Drop | None = None
    reset_at: Instant | None = None
    """When everybody was last replaced at once."""
    epoch: Instant | None = None
    flaps: tuple[Instant, ...] = ()
    """Ends of short HLS connections, lately."""


@dataclass(frozen=True)
class Known:
    """All that is known of a station between two polls."""

    standing: Standing = field(default_factory=Standing)
    memory: Memory = field(default_factory=Memory)
