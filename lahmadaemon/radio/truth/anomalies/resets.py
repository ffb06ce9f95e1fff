"""Most people gone at once and back with new beginnings: a hiccup, a restart, or a table that is wiped every hour. Pure."""

from collections.abc import Set
from dataclasses import replace

from lahmadaemon.clock import MINUTE, SECOND, Instant
from lahmadaemon.radio.folding import Closing, Fold, Standing
from lahmadaemon.radio.snapshot import Snapshot, is_hls
from lahmadaemon.radio.truth.anomalies.kinds import Anomaly, Detail, Kind
from lahmadaemon.radio.truth.anomalies.memory import Drop, Memory

FEWEST = 3
HOURLY = range(57 * MINUTE, 63 * MINUTE + 1)
"""So far apart are two resets of one that comes every hour."""
HOURLY_OVER = 90 * MINUTE
SILENCE = 1.5
"""More than so many intervals without a readable answer."""
LONG_SILENCE = 30 * MINUTE
"""After more than that everybody may have left by themselves."""
SHORT, FLAPS, FLAPS_WITHIN = 60 * SECOND, 10, 10 * MINUTE


def resets(
    memory: Memory, before: Standing, fold: Fold, snapshot: Snapshot, every: int, gap: int
) -> tuple[Memory, tuple[Anomaly, ...]]:
    """A valid poll's part in the story, put into the memory; and the anomalies that changed. `every`, `gap` in ms."""
    at = fold.standing.last_valid_at or snapshot.at
    drop = _dropped(memory, before, fold, at, max(gap, 2 * every))
    found: tuple[Anomaly, ...] = ()
    whole = False
    if restart := _restart(memory, before, fold, snapshot, at, every):
        found, whole, drop = (restart,), True, None
    elif drop and 2 * len(drop.back) >= len(drop.gone):
        detail = {"gone": len(drop.gone), "back": len(drop.back)}
        found, whole, drop = (Anomaly(Kind.SOURCE_RESET, drop.began_at, at, detail),), drop.whole, None
    memory = replace(memory, drop=drop, epoch=snapshot.epoch or memory.epoch)
    return _hourly(memory, found, at, whole=whole)


def _dropped(memory: Memory, before: Standing, fold: Fold, at: Instant, gap: int) -> Drop | None:
    """The drop that is waited for, or a new one, with everybody who is back by now."""
    drop = memory.drop if memory.drop and at - memory.drop.seen_at <= gap else None
    closed = [each for each in fold.closed if not _is_flap(memory, each)]
    if len(closed) >= FEWEST and 2 * len(closed) >= len(before.open):
        gone = frozenset(memory.present[each.key].identity for each in closed if each.key in memory.present)
        whole = not fold.continued
        drop = Drop(before.last_valid_at or at, at, gone, whole) if gone else drop
    if drop is None:
        return None
    return replace(drop, back=drop.back | (drop.gone & {each.identity for each in fold.opened}))


def _restart(
    memory: Memory, before: Standing, fold: Fold, snapshot: Snapshot, at: Instant, every: int
) -> Anomaly | None:
    since = before.last_valid_at
    if since is None:
        return None
    if memory.epoch is not None and snapshot.epoch is not None and memory.epoch != snapshot.epoch:
        return Anomaly(Kind.SERVER_RESTART, since, at, {"started_at": snapshot.epoch})
    silent = at - max(since, memory.answered_at or since)
    if silent <= SILENCE * every or len(before.open) < FEWEST or len(snapshot.connections) < FEWEST or fold.continued:
        return None
    if min(row.started_at for row in snapshot.connections.values()) < since:
        return None
    if silent > LONG_SILENCE and 2 * len(_again(memory, fold)) < len(before.open):
        return None
    return Anomaly(Kind.SERVER_RESTART, since, at, {"gone": len(before.open)})


def _again(memory: Memory, fold: Fold) -> Set[bytes]:
    return {row.identity for row in memory.present.values()} & {row.identity for row in fold.opened}


def _hourly(
    memory: Memory, found: tuple[Anomaly, ...], at: Instant, *, whole: bool
) -> tuple[Memory, tuple[Anomaly, ...]]:
    """Two whole resets an hour apart are a habit; while it lasts, one of them is no news."""
    known, reset_at = memory.open.get(Kind.HOURLY_RESET), memory.reset_at
    if whole:
        memory = replace(memory, reset_at=at)
        if known:
            return memory, ()
        if reset_at is not None and at - reset_at in HOURLY:
            habit = Anomaly(Kind.HOURLY_RESET, reset_at)
            return replace(memory, open={**memory.open, habit.kind: habit}), (habit,)
    elif known and at - (reset_at or known.began_at) > HOURLY_OVER:
        left = {kind: each for kind, each in memory.open.items() if kind is not known.kind}
        over = replace(known, ended_at=Instant(max(known.began_at, reset_at or at)))
        return replace(memory, open=left), (*found, over)
    return memory, found


def _is_flap(memory: Memory, closing: Closing) -> bool:
    """A short HLS connection: an HLS listener who stalls is no reset."""
    who = memory.present.get(closing.key)
    return closing.ended_at - closing.key[1] < SHORT and who is not None and is_hls(who.mount)


def flaps(memory: Memory, fold: Fold, at: Instant) -> tuple[Instant, ...]:
    """The ends of short HLS connections lately, with those of this poll."""
    short = [each.ended_at for each in fold.closed if _is_flap(memory, each)]
    return tuple(each for each in (*memory.flaps, *short) if at - FLAPS_WITHIN < each <= at)


def flapping(memory: Memory, snapshot: Snapshot) -> Detail | None:
    """Whether more short HLS connections ended lately than there are HLS listeners now."""
    if len(memory.flaps) < FLAPS:
        return None
    there = sum(is_hls(row.mount) for row in snapshot.connections.values())
    return {"count": len(memory.flaps)} if len(memory.flaps) >= there else None
