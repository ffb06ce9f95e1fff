"""The kinds of anomalies, and which of them a period's figures must be read with. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lahmadaemon.clock import Instant, iso
from lahmadaemon.radio.periods import Period

Detail = Mapping[str, str | float]
"""Plain facts, as an alarm's: keys ending in `_at` are Instants, in `_seconds` durations."""


class Kind(StrEnum):
    """The numbers are those of the list of cases in `facts`; names are what reports flag a period with."""

    SUSPICIOUS_EMPTY = "suspicious_empty"
    """7: an empty or unreadable list while the server counts listeners; nobody is closed by it."""
    SOURCE_RESET = "source_reset"
    """8: most connections ended at once, and their listeners were back within the gap of a session."""
    SERVER_RESTART = "server_restart"
    """9: the server says so, or everybody is new after a silence."""
    FROZEN = "frozen"
    """10: the server's sync stands still: the same rows again and again, and nothing else moves."""
    HOURLY_RESET = "hourly_reset"
    """11: everybody begins anew every hour, as under AzuraCast's analytics level `no_ip`."""
    COUNTS_ONLY = "counts_only"
    """12: no rows at all while the server counts listeners, as under the analytics level `none`."""
    PROXY = "proxy"
    """20: most rows share one address that is no listener's."""
    CLOCK_SKEW = "clock_skew"
    """24: the server's clock and ours differ."""
    TIMEZONE_DIFFERS = "timezone_differs"
    """4: the server has another zone for the station."""
    NO_PLACES = "no_places"
    """Nobody has a place: the server has no geo database."""
    WEAK_IDENTITIES = "weak_identities"
    """28: many rows without a User-Agent: one address is one listener then, however many they are."""
    HLS_FLAPPING = "hls_flapping"
    """30: HLS listeners come and go within the minute, as short stalls make them."""
    OFF_AIR = "off_air"
    """32: the station is silent; who listens is counted all the same."""
    ROWS_DROPPED = "rows_dropped"
    """38: rows that could be no connection."""

    @property
    def words(self) -> str:
        """For people who read a report."""
        return _WORDS[self]


_WORDS = {
    Kind.SUSPICIOUS_EMPTY: "empty list not believed",
    Kind.SOURCE_RESET: "everybody reconnected",
    Kind.SERVER_RESTART: "server restarted",
    Kind.FROZEN: "server stood still",
    Kind.HOURLY_RESET: "reset every hour",
    Kind.COUNTS_ONLY: "counts only",
    Kind.PROXY: "hidden by a proxy",
    Kind.CLOCK_SKEW: "server's clock wrong",
    Kind.TIMEZONE_DIFFERS: "another time zone",
    Kind.NO_PLACES: "no geo database",
    Kind.WEAK_IDENTITIES: "players without a name",
    Kind.HLS_FLAPPING: "HLS comes and goes",
    Kind.OFF_AIR: "off air",
    Kind.ROWS_DROPPED: "unreadable rows",
}


UNFLAGGED = frozenset({Kind.TIMEZONE_DIFFERS})
"""Told and kept, but no reason to read figures differently: they are by our zone."""
MOMENTS = frozenset({Kind.SOURCE_RESET, Kind.SERVER_RESTART})
"""Over when they are recognised."""


@dataclass(frozen=True)
class Anomaly:
    """One, by the source's clock. `ended_at` None: it still is so."""

    kind: Kind
    began_at: Instant
    ended_at: Instant | None = None
    detail: Detail = field(default_factory=dict)

    def touches(self, period: Period) -> bool:
        """Whether any of it is inside the period."""
        return self.began_at < period.end and (self.ended_at is None or self.ended_at >= period.start)

    def within(self, period: Period) -> tuple[Instant, Instant | None]:
        """Its part of the period; None: it goes on."""
        end = None if self.ended_at is None else min(self.ended_at, period.end)
        return max(self.began_at, period.start), end

    def as_json(self) -> dict[str, Any]:
        """The shape other programs rely on."""
        told = {name: iso(int(v)) if name.endswith("_at") else v for name, v in self.detail.items()}
        return {"kind": self.kind.value, "began_at": iso(self.began_at), "ended_at": iso(self.ended_at), "detail": told}


def touching(anomalies: Iterable[Anomaly], period: Period) -> tuple[Anomaly, ...]:
    """Those a reader of the period's figures should know of, in order of time."""
    found = [each for each in anomalies if each.kind not in UNFLAGGED and each.touches(period)]
    return tuple(sorted(found, key=lambda each: (each.began_at, each.kind)))


def flags_of(anomalies: Sequence[Anomaly], period: Period) -> tuple[str, ...]:
    """The names of the kinds that touch the period, each once, in the order in which they came."""
    return tuple(dict.fromkeys(each.kind.value for each in touching(anomalies, period)))
