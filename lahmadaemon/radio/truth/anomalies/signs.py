"""What can be told from one snapshot alone: a proxy in between, a wrong clock, no places, silence. Pure."""

from collections import Counter

from lahmadaemon.clock import SECOND
from lahmadaemon.radio.folding import Outcome
from lahmadaemon.radio.snapshot import Snapshot
from lahmadaemon.radio.truth.anomalies.kinds import Detail, Kind

SKEW_LIMIT = 5 * SECOND
ENOUGH_ROWS = 5
"""Fewer say nothing about all."""
WEAK_SHARE = 0.2


def signs(snapshot: Snapshot, outcome: str, timezone: str, *, counts_only: bool) -> dict[Kind, Detail | None]:
    """What holds (with its facts) and what does not (None); nothing about what this snapshot cannot tell.

    `counts_only`: whether the station is known for that already.
    """
    found: dict[Kind, Detail | None] = {
        Kind.ROWS_DROPPED: {"count": snapshot.dropped} if snapshot.dropped else None,
        Kind.COUNTS_ONLY: _counts_only(snapshot, already=counts_only),
        Kind.OFF_AIR: {} if _off_air(snapshot) else None,
    }
    silent = found[Kind.COUNTS_ONLY] is not None and counts_only
    found[Kind.SUSPICIOUS_EMPTY] = {"why": outcome} if outcome == Outcome.SUSPICIOUS and not silent else None
    if snapshot.skew is not None:
        ahead = {"ahead_seconds": round(snapshot.skew / SECOND, 1)}
        found[Kind.CLOCK_SKEW] = ahead if abs(snapshot.skew) > SKEW_LIMIT else None
    if snapshot.totals is not None and snapshot.totals.timezone is not None:
        theirs = {"server": snapshot.totals.timezone, "ours": timezone}
        found[Kind.TIMEZONE_DIFFERS] = theirs if snapshot.totals.timezone != timezone else None
    if len(snapshot.connections) >= ENOUGH_ROWS:
        found |= _of_many(snapshot)
    if snapshot.on_air is None:
        del found[Kind.OFF_AIR]
    return found


def _counts_only(snapshot: Snapshot, *, already: bool) -> Detail | None:
    """Totals without rows. A night without anybody does not end it; the first row does."""
    if snapshot.connections or snapshot.dropped:
        return None
    counted = snapshot.totals is not None and snapshot.totals.total > 0 and snapshot.totals.unique == 0
    return {} if counted or already else None


def _off_air(snapshot: Snapshot) -> bool:
    """The server says so; one that counts nobody while it lists people does not know what it says."""
    if snapshot.on_air is None or snapshot.on_air.online:
        return False
    return not snapshot.connections or (snapshot.totals is not None and snapshot.totals.total > 0)


def _of_many(snapshot: Snapshot) -> dict[Kind, Detail | None]:
    rows = snapshot.connections.values()
    located = sum(row.located for row in rows)
    public = sum(not row.internal for row in rows)
    weak = sum(not row.user_agent for row in rows)
    return {
        Kind.PROXY: _proxy(snapshot, anybody_located=located > 0),
        Kind.NO_PLACES: {} if public >= ENOUGH_ROWS and not located else None,
        Kind.WEAK_IDENTITIES: {"count": weak, "rows": len(rows)} if weak > WEAK_SHARE * len(rows) else None,
    }


def _proxy(snapshot: Snapshot, *, anybody_located: bool) -> Detail | None:
    """More than half on one address that is private, or has no place while others have one (or is everybody's)."""
    rows = snapshot.connections.values()
    network, count = Counter(row.network for row in rows).most_common(1)[0]
    if 2 * count <= len(rows):
        return None
    telling = anybody_located or count == len(rows)
    if all(row.internal or (telling and not row.located) for row in rows if row.network == network):
        return {"count": count, "rows": len(rows)}
    return None
