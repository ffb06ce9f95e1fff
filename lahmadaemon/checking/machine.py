"""The machine: its SQLite, its clock beside others', its knowledge of time zones."""

import sqlite3
from collections.abc import Mapping
from datetime import UTC, tzinfo

from lahmadaemon.checking.finding import Finding, Level
from lahmadaemon.clock import Instant, local

AMISS = 120.0
"""Seconds between two clocks that are worth a word."""
BUILT = Instant(1_767_225_600_000)
"""2026-01-01: a clock that shows an earlier day was never set."""


def sqlite(version: tuple[int, int, int] = sqlite3.sqlite_version_info[:3]) -> Finding:
    """Whether it has the WAL-reset race, which may cost committed pages where two connections write: fixed in 3.51.3,
    and in 3.50.7 and 3.44.6 (sqlite.org/wal.html)."""
    mended = version >= (3, 51, 3) or any(fix <= version < (3, fix[1] + 1, 0) for fix in ((3, 50, 7), (3, 44, 6)))
    said = f"SQLite {'.'.join(map(str, version))}"
    if mended:
        return Finding(Level.WELL, "machine", said)
    said += " has a rare fault in its write-ahead log; this program avoids it, with one connection that writes"
    return Finding(
        Level.WARNING, "machine", said, "let no other program write into the store; use a newer Python or SQLite"
    )


def clock(now: Instant, skews: Mapping[str, float]) -> Finding:
    """`skews`: by how many seconds others' clocks are ahead of ours."""
    if now < BUILT:
        return Finding(
            Level.BROKEN, "clock", f"it shows {local(now, UTC):%Y-%m-%d}", "set it: timedatectl set-ntp true"
        )
    amiss = {name: skew for name, skew in skews.items() if abs(skew) > AMISS}
    told = ", ".join(f"{name} {skew:+.0f} s" for name, skew in amiss.items())
    if amiss and len(amiss) == len(skews):
        return Finding(Level.WARNING, "clock", f"others' clocks differ from ours: {told}", "timedatectl set-ntp true")
    if amiss:
        return Finding(Level.WARNING, "clock", f"a clock out there is wrong: {told}", "tell whoever runs it")
    if not skews:
        return Finding(Level.PLAIN, "clock", "nobody was asked what time it is")
    return Finding(Level.WELL, "clock", f"agrees with {', '.join(skews)}")


def zone(now: Instant, house: tzinfo) -> Finding:
    """What day it is here: an operator sees at once whether that is theirs."""
    return Finding(Level.WELL, "zone", f"{house}: it is {local(now, house):%A %Y-%m-%d %H:%M}, {local(now, house):%Z}")
