"""Tells a server whose sync stands still from a night in which nobody moves. Pure."""

from lahmadaemon.clock import HOUR, MINUTE, Instant
from lahmadaemon.radio.folding import Standing
from lahmadaemon.radio.snapshot import OnAir, Snapshot
from lahmadaemon.radio.truth.anomalies.kinds import Kind
from lahmadaemon.radio.truth.anomalies.memory import Memory

FEWEST_ROWS = 3
UNMOVED = 20 * MINUTE
"""So long the same people, and something stale beside them, is a freeze."""
EXPIRES = 3 * MINUTE
"""A server that has not synced for so long calls its station offline."""
SURELY_STALE = 5 * MINUTE
LONGEST_PLAY = 6 * HOUR
"""For a play whose length nobody knows: a live one, mostly."""


def frozen_since(memory: Memory, standing: Standing, snapshot: Snapshot) -> Instant | None:
    """Since when nothing the server says is new, if it stands still now; None if it lives, or nobody can tell.

    Not before its last sign of life: the last coming or going, the last count, the last beginning of a play.
    """
    rows, at = snapshot.connections, snapshot.at
    if len(rows) < FEWEST_ROWS or rows.keys() != standing.open or memory.changed_at is None:
        return None
    alive_at = _last_sign(memory, snapshot)
    if alive_at is None:
        return None
    if known := memory.open.get(Kind.FROZEN):
        return known.began_at
    if at - memory.changed_at <= UNMOVED:
        return None
    return Instant(max(memory.changed_at, min(alive_at, at)))


def _last_sign(memory: Memory, snapshot: Snapshot) -> Instant | None:
    """When now-playing last was of now; None if it may be so still."""
    playing, totals, at = snapshot.on_air, snapshot.totals, snapshot.at
    if playing is None or totals is None:
        return None
    if playing.play is None and totals.total == 0:  # it lists people and counts nobody: an expired picture
        counted_at = memory.counted_at or memory.changed_at or at
        return Instant(counted_at - EXPIRES) if at - counted_at >= SURELY_STALE else None
    if playing.play is None or playing.played_at is None or at <= _over_at(playing, playing.played_at) + UNMOVED:
        return None
    if memory.told not in {(None, None), (playing, totals)}:
        return None
    return Instant(max(playing.played_at, memory.moved_at or 0))


def _over_at(playing: OnAir, played_at: Instant) -> int:
    return played_at + (playing.length or LONGEST_PLAY)
