"""What becomes of an incident, and what is owed to people about it. Pure: the clock and the services' words come in."""

from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from lahmadaemon.alerts.conditions import Rule
from lahmadaemon.alerts.incidents import Incident, Notice, Signal, State
from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant

LADDER = (HOUR, 4 * HOUR, DAY)
"""How long after the first, the second and every later notice it is said again."""
UNSTABLE_CHANGES = 5
UNSTABLE_WINDOW = 30 * MINUTE
UNSTABLE_STEADY = 10 * MINUTE
"""How long an unstable one must be gone before it is over."""
UNSTABLE_EVERY = HOUR


class Reason(StrEnum):
    """Why a notice is owed, or why none is."""

    NOTHING = "nothing is wrong"
    FORGOTTEN = "it was gone before it fired"
    PENDING = "it has not lasted long enough"
    MUTED = "muted"
    INHIBITED = "another incident explains it"
    FIRED = "it fired"
    UNSTABLE = "it comes and goes"
    STILL_UNSTABLE = "it still comes and goes"
    CLEARING = "it is gone, but not for long enough"
    ACKNOWLEDGED = "somebody has acknowledged it"
    STILL_FIRING = "it still fires"
    NOT_YET = "it was said lately"
    OVER = "it is over"
    OVER_BEFORE_TOLD = "it was over before it was told"
    OVER_UNTOLD = "nobody was told of it"
    OVER_QUIETLY = "its end is not told"


class Verdict(NamedTuple):
    """The incident as it is from now on (None: there is none), what is owed about it, and why."""

    incident: Incident | None
    owed: Notice | None
    reason: Reason


def judge(
    was: Incident | None,
    signal: Signal | None,
    rule: Rule,
    now: Instant,
    *,
    recent: tuple[Instant, ...] = (),
    inhibited: bool = False,
    muted: bool = False,
) -> Verdict:
    """One incident, one moment. `signal` None: nobody has spoken since the start, so its state stays.

    `recent`: the changes of the last incident of the same key. A new incident has the number 0. What is owed stays owed,
    judged anew every time, until `told()`.
    """
    if was is None:
        if signal is None or not signal.raised:
            return Verdict(None, None, Reason.NOTHING)
        was = Incident(0, signal.condition, signal.subject, State.PENDING, now, changes=_lately(recent, now))
    elif was.state is State.RESOLVED:
        return Verdict(was, was.owed, Reason.OVER)
    moved = _moved(_not_later(was, now), signal, rule, now)
    if moved is None:
        return Verdict(None, None, Reason.FORGOTTEN)
    owed, reason = _owed(moved, rule, now, inhibited=inhibited, muted=muted)
    since = (moved.owed_since or now) if owed else None
    return Verdict(replace(moved, owed=owed, owed_since=since), owed, reason)


def told(incident: Incident, now: Instant) -> Incident:
    """The incident after what was owed about it was written down for everybody."""
    return replace(
        incident, told=incident.owed, notices=incident.notices + 1, notified_at=now, owed=None, owed_since=None
    )


def unwatched(was: Incident, now: Instant) -> Incident:
    """Closed without a word: nobody watches its subject any more."""
    owed = Notice.WITHDRAWN if was.notices else None
    return replace(
        was, state=State.RESOLVED, cleared_at=was.cleared_at or now, resolved_at=now,
        detail={**was.detail, "because": "unwatched"}, owed=owed, owed_since=now if owed else None,
    )  # fmt: skip


def due_at(incident: Incident, rule: Rule) -> Instant | None:
    """When the next step of its state is due, if it is one that time alone brings."""
    if incident.state is State.PENDING:
        return Instant(incident.raised_at + round(rule.pending * SECOND))
    if incident.state is State.CLEARING and incident.cleared_at is not None:
        return Instant(incident.cleared_at + _steady(incident, rule))
    return None


def _not_later(was: Incident, now: Instant) -> Incident:
    """A clock that was set back must neither prolong anything nor make time negative."""
    names = ("raised_at", "fired_at", "cleared_at", "unstable_at", "notified_at", "acked_at", "owed_since")
    late = {name: now for name in names if (getattr(was, name) or now) > now}
    if late or any(change > now for change in was.changes):
        return replace(was, **late, changes=tuple(min(change, now) for change in was.changes))  # type: ignore[arg-type]
    return was


def _moved(was: Incident, signal: Signal | None, rule: Rule, now: Instant) -> Incident | None:
    """The next state; None: forgotten."""
    if signal is None:
        return was
    if signal.raised:
        return _raised(replace(was, detail=signal.detail), rule, now)
    if was.state is State.PENDING:
        return None
    was = replace(was, detail={**was.detail, **signal.detail})
    if was.state is State.FIRING:
        was = _changed(replace(was, state=State.CLEARING, cleared_at=now), now)
    if now - (was.cleared_at or now) >= _steady(was, rule):
        return replace(was, state=State.RESOLVED, resolved_at=now)
    return was


def _raised(was: Incident, rule: Rule, now: Instant) -> Incident:
    if was.state is State.PENDING:
        if now - was.raised_at < rule.pending * SECOND:
            return was
        return _changed(replace(was, state=State.FIRING, fired_at=now), now)
    if was.state is State.CLEARING:
        return _changed(replace(was, state=State.FIRING, cleared_at=None), now)
    if was.unstable_at is not None and not _lately(was.changes, now):
        return replace(was, unstable_at=None)  # it stays, so it is an ordinary trouble now
    return was


def _changed(incident: Incident, now: Instant) -> Incident:
    changes = (*_lately(incident.changes, now), now)
    unstable = len(changes) >= UNSTABLE_CHANGES
    return replace(incident, changes=changes, unstable_at=incident.unstable_at or (now if unstable else None))


def _lately(changes: tuple[Instant, ...], now: Instant) -> tuple[Instant, ...]:
    return tuple(change for change in changes if now - UNSTABLE_WINDOW < change <= now)


def _steady(incident: Incident, rule: Rule) -> int:
    steady = round(rule.steady * SECOND)
    return steady if incident.unstable_at is None else max(steady, UNSTABLE_STEADY)


def _owed(it: Incident, rule: Rule, now: Instant, *, inhibited: bool, muted: bool) -> tuple[Notice | None, Reason]:
    if it.state is State.RESOLVED:
        return _owed_at_the_end(it, rule, inhibited=inhibited, muted=muted)
    if it.state is State.PENDING:
        return None, Reason.PENDING
    if muted or inhibited:
        return None, Reason.MUTED if muted else Reason.INHIBITED
    if it.unstable_at is None and it.state is State.CLEARING:
        return (it.owed if it.notices == 0 else None), Reason.CLEARING
    if it.notices and it.acked_at is not None:
        return None, Reason.ACKNOWLEDGED
    since = now - (it.notified_at or now)
    if it.unstable_at is not None:
        if it.told is not Notice.UNSTABLE:
            return Notice.UNSTABLE, Reason.UNSTABLE
        return (Notice.UNSTABLE, Reason.STILL_UNSTABLE) if since >= UNSTABLE_EVERY else (None, Reason.NOT_YET)
    if it.notices == 0:
        return Notice.FIRING, Reason.FIRED
    if since >= LADDER[min(it.notices, len(LADDER)) - 1]:
        return Notice.REMINDER, Reason.STILL_FIRING
    return None, Reason.NOT_YET


def _owed_at_the_end(it: Incident, rule: Rule, *, inhibited: bool, muted: bool) -> tuple[Notice | None, Reason]:
    if it.notices == 0:
        if it.owed is None or muted or inhibited:
            return None, Reason.OVER_UNTOLD
        return Notice.WAS, Reason.OVER_BEFORE_TOLD
    if muted:
        return Notice.WITHDRAWN, Reason.MUTED
    return (Notice.RESOLVED, Reason.OVER) if rule.told_when_over else (None, Reason.OVER_QUIETLY)
