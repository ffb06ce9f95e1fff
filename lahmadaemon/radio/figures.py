"""The figures of a period, by the definitions of Triton's Webcast Metrics. Pure. Hours are hours, lengths in hours too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lahmadaemon.clock import HOUR, Instant
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.sessions import Session


@dataclass(frozen=True)
class Rules:
    """Lengths in ms: what counts as a session at all, and from when its listener counts as long."""

    minimum: int = 60_000
    long: int = 300_000


@dataclass(frozen=True)
class Figures:
    """One period, net or gross."""

    cume: int
    """Distinct identities among the active sessions."""
    ss: int
    """Session starts within the period."""
    active: int
    """AS: sessions with listening inside the period, wherever they began."""
    tlh: float
    """Total listening hours inside the period."""
    aas: float
    """Average active sessions: TLH / hours of the period."""
    atsl: float
    """Average time spent listening per session: TLH / AS."""
    tsl: float
    """Time spent listening per listener: TLH / CUME."""
    peak: int
    """Most identities at one instant; ends come before starts."""
    long_listeners: int
    """Identities with an active session that is long over its whole length."""
    short_listeners: int
    """Identities active only with sessions shorter than the minimum."""
    networks: int
    """Distinct networks (IPv4 addresses, IPv6 /64) of CUME: households rather than devices."""
    unknown_locations: int
    """Identities (of CUME) without a place: the N/A of the older tables."""
    connections: int
    """Connections inside the period, of sessions of any length."""

    def as_json(self) -> dict[str, float | int]:
        """Stable names; rounded to a few milliseconds so that sums do not end in noise."""
        return {
            "cume": self.cume, "ss": self.ss, "as": self.active, "tlh": round(self.tlh, 6), "aas": round(self.aas, 6),
            "atsl": round(self.atsl, 6), "tsl": round(self.tsl, 6), "peak": self.peak, "long_listeners": self.long_listeners,
            "short_listeners": self.short_listeners, "networks": self.networks,
            "unknown_locations": self.unknown_locations, "connections": self.connections,
        }  # fmt: skip


def net(sessions: Iterable[Session]) -> list[Session]:
    """The sessions in no class."""
    return [session for session in sessions if not session.classes]


def figures(sessions: Sequence[Session], period: Period, rules: Rules, since: Instant | None = None) -> Figures:
    """The figures of the given sessions inside the period.

    `since`: when measuring began; connections may be older than that, but nothing before it counts.
    """
    start, end = max(period.start, since or period.start), period.end
    there = sessions if start < end else ()  # who was there before measuring began made no connection either
    touching = [(s, s.listened, s.within(start, end)) for s in there if s.touches(start, end)]
    active = [(s, inside) for s, listened, inside in touching if listened >= rules.minimum and inside > 0]
    cume = {session.identity for session, _ in active}
    short = {
        s.identity for s, listened, inside in touching if listened < rules.minimum and (inside or s.started_at >= start)
    }
    located = {s.identity for s, _ in active if any(connection.located for connection in s.connections)}
    tlh = sum(inside for _, inside in active) / HOUR
    return Figures(
        cume=len(cume),
        ss=sum(listened >= rules.minimum and s.started_at >= start for s, listened, _ in touching),
        active=len(active),
        tlh=tlh,
        aas=tlh / period.hours,
        atsl=tlh / len(active) if active else 0.0,
        tsl=tlh / len(cume) if cume else 0.0,
        peak=peak([session for session, _ in active], start, end),
        long_listeners=len({session.identity for session, _ in active if session.listened >= rules.long}),
        short_listeners=len(short - cume),
        networks=len({connection.network for session, _ in active for connection in session.connections}),
        unknown_locations=len(cume - located),
        connections=sum(
            start <= c.started_at < end or c.started_at < start < c.ended_at
            for s, *_ in touching
            for c in s.connections
        ),
    )


def peak(sessions: Iterable[Session], start: int, end: int) -> int:
    """The most sessions at one instant of [start, end). One identity's sessions never overlap, so these are identities."""
    inside = [
        (begin, stop)
        for session in sessions
        for begin, stop in session.intervals
        if begin < end and stop > start and stop > begin
    ]
    ends = sorted(stop for _, stop in inside)
    highest = gone = 0
    for come, begin in enumerate(sorted(max(begin, start) for begin, _ in inside), start=1):
        while ends[gone] <= begin:  # ends before starts
            gone += 1
        highest = max(highest, come - gone)
    return highest
