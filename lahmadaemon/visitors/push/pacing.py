"""When to try again. Pure."""

from lahmadaemon.visitors.push.answers import Verdict

BASE, CAP = 2.0, 300.0
BETWEEN = 1.0
"""Seconds between two reports at least, also while catching up."""
BROKEN_AFTER, BROKEN_PAUSE = 5, 60.0
PROBE_EVERY = 300.0


def pause(verdict: Verdict, failures: int, retry_after: float | None, chance: float) -> float:
    """Seconds until the next try, after so many failures in a row. `chance`: from 0 to 1, so that not all come at once."""
    if verdict in {Verdict.DELIVERED, Verdict.PERMANENT}:
        return BETWEEN
    if verdict is Verdict.BLOCKED:
        return PROBE_EVERY
    if retry_after is not None:
        return retry_after
    if verdict is Verdict.SLOW:
        return CAP
    jittered = chance * min(CAP, BASE * 2.0 ** min(failures - 1, 16))
    return max(jittered, BROKEN_PAUSE if failures >= BROKEN_AFTER else BETWEEN)
