"""One snapshot more: what it changed, and what was strange about it. Pure; keeping and telling are others' work."""

from dataclasses import dataclass, replace

from lahmadaemon.clock import MINUTE, Instant
from lahmadaemon.radio.folding import Fold, Outcome, fold
from lahmadaemon.radio.snapshot import Snapshot
from lahmadaemon.radio.truth.anomalies.freezing import frozen_since
from lahmadaemon.radio.truth.anomalies.kinds import Anomaly, Kind
from lahmadaemon.radio.truth.anomalies.memory import Known, Memory, Spell
from lahmadaemon.radio.truth.anomalies.resets import flapping, flaps, resets
from lahmadaemon.radio.truth.anomalies.signs import signs
from lahmadaemon.radio.truth.anomalies.spells import lasting


@dataclass(frozen=True)
class Station:
    """What does not change: the interval of polls and the gap of a session in ms, our zone for the station."""

    every: int = 30_000
    gap: int = 2 * MINUTE
    timezone: str = "UTC"


@dataclass(frozen=True)
class Seen:
    """What became of a snapshot. `changed`: anomalies that began, or were over, with it.

    `frozen_since`: a freeze was recognised just now; the polls after that instant told nothing.
    """

    fold: Fold
    known: Known
    changed: tuple[Anomaly, ...] = ()
    frozen_since: Instant | None = None


def see(known: Known, snapshot: Snapshot, station: Station) -> Seen:
    """Fold one snapshot in, unless the server stands still, and look at it from all sides."""
    standing, memory = known.standing, known.memory
    since = frozen_since(memory, standing, snapshot)
    if since is None:
        folded = fold(standing, snapshot, station.every)
    else:
        folded = Fold(Outcome.FROZEN, (), (), len(standing.open), standing)
    valid = folded.outcome is Outcome.VALID
    at = (folded.standing.last_valid_at if valid else None) or snapshot.at
    changed: tuple[Anomaly, ...] = ()
    if valid:
        memory, changed = resets(memory, standing, folded, snapshot, station.every, station.gap)
        memory = _moved(memory, folded, snapshot, at)
    holds = signs(snapshot, folded.outcome, station.timezone, counts_only=Kind.COUNTS_ONLY in memory.open)
    if valid:
        holds |= {Kind.FROZEN: None, Kind.HLS_FLAPPING: flapping(memory, snapshot)}
    if since is not None:
        memory = replace(memory, spells={Kind.FROZEN: Spell(since), **memory.spells})
        holds[Kind.FROZEN] = {"count": len(standing.open)}
    memory, more = lasting(replace(memory, answered_at=snapshot.at), holds, at)
    newly = None if Kind.FROZEN in known.memory.open else since
    return Seen(folded, Known(folded.standing, memory), (*changed, *more), newly)


def _moved(memory: Memory, folded: Fold, snapshot: Snapshot, at: Instant) -> Memory:
    """The memory after a valid poll: every sign of the server's life has its moment."""
    told = (snapshot.on_air, snapshot.totals)
    said_before = memory.told != (None, None)
    return replace(
        memory,
        flaps=flaps(memory, folded, at),
        present=snapshot.connections,
        changed_at=at if folded.opened or folded.closed or memory.changed_at is None else memory.changed_at,
        counted_at=at if snapshot.totals is not None and snapshot.totals.total > 0 else memory.counted_at,
        told=memory.told if None in told else told,
        moved_at=at if said_before and None not in told and told != memory.told else memory.moved_at,
    )
