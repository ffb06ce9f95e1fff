"""The judge, as a table: what was known, what is heard, what follows, what is owed and why."""

from dataclasses import replace

import pytest

from lahmadaemon.alerts.conditions import Condition, Rule, Severity
from lahmadaemon.alerts.incidents import Incident, Notice, Signal, State
from lahmadaemon.alerts.judging import Reason, due_at, judge, told, unwatched
from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant

T = Instant(1_792_605_420_000)
RULE = Rule(Severity.WARNING, pending=60.0, steady=30.0)
AT_ONCE = Rule(Severity.CRITICAL, steady=0.0)
RAISED = Signal(Condition.NO_FILES, "visitors.lobby", raised=True, detail={"camera": "lobby"})
CLEAR = Signal(Condition.NO_FILES, "visitors.lobby", raised=False)


def at(after: float) -> Instant:
    return Instant(T + round(after))


PENDING = Incident(1, Condition.NO_FILES, "visitors.lobby", State.PENDING, T)
FIRED = replace(PENDING, state=State.FIRING, fired_at=T, changes=(T,), owed=Notice.FIRING, owed_since=T)
TOLD = told(FIRED, T)
CLEARING = replace(TOLD, state=State.CLEARING, cleared_at=T)
SHAKY = replace(TOLD, unstable_at=T, changes=(T,) * 5, told=Notice.UNSTABLE, notices=2)
SHAKY_CLEAR = replace(SHAKY, state=State.CLEARING, cleared_at=T)

TABLE = {
    "nothing is wrong": (None, CLEAR, RULE, 0, {}, None, None, Reason.NOTHING),
    "nothing was said": (None, None, RULE, 0, {}, None, None, Reason.NOTHING),
    "raised for the first time": (None, RAISED, RULE, 0, {}, State.PENDING, None, Reason.PENDING),
    "raised where nothing has to last": (None, RAISED, AT_ONCE, 0, {}, State.FIRING, Notice.FIRING, Reason.FIRED),
    "not lasting long enough": (PENDING, RAISED, RULE, 59.9 * SECOND, {}, State.PENDING, None, Reason.PENDING),
    "lasting long enough": (PENDING, RAISED, RULE, MINUTE, {}, State.FIRING, Notice.FIRING, Reason.FIRED),
    "gone before it fired": (PENDING, CLEAR, RULE, 50 * SECOND, {}, None, None, Reason.FORGOTTEN),
    "pending, and nobody has spoken": (PENDING, None, RULE, DAY, {}, State.PENDING, None, Reason.PENDING),
    "owed until it is told": (FIRED, RAISED, RULE, MINUTE, {}, State.FIRING, Notice.FIRING, Reason.FIRED),
    "told lately": (TOLD, RAISED, RULE, HOUR - 1, {}, State.FIRING, None, Reason.NOT_YET),
    "an hour later": (TOLD, RAISED, RULE, HOUR, {}, State.FIRING, Notice.REMINDER, Reason.STILL_FIRING),
    "an hour later, nobody has spoken": (TOLD, None, RULE, HOUR, {}, State.FIRING, Notice.REMINDER, Reason.STILL_FIRING),
    "less than four hours after the second": (
        replace(TOLD, notices=2), RAISED, RULE, 4 * HOUR - 1, {}, State.FIRING, None, Reason.NOT_YET,
    ),
    "four hours after the second": (
        replace(TOLD, notices=2), RAISED, RULE, 4 * HOUR, {}, State.FIRING, Notice.REMINDER, Reason.STILL_FIRING,
    ),
    "less than a day after the ninth": (
        replace(TOLD, notices=9), RAISED, RULE, DAY - 1, {}, State.FIRING, None, Reason.NOT_YET,
    ),
    "a day after the ninth": (
        replace(TOLD, notices=9), RAISED, RULE, DAY, {}, State.FIRING, Notice.REMINDER, Reason.STILL_FIRING,
    ),
    "acknowledged": (replace(TOLD, acked_at=T), RAISED, RULE, 9 * DAY, {}, State.FIRING, None, Reason.ACKNOWLEDGED),
    "acknowledged before anybody else heard": (
        replace(FIRED, acked_at=T), RAISED, RULE, 0, {}, State.FIRING, Notice.FIRING, Reason.FIRED,
    ),
    "muted when it fires": (None, RAISED, AT_ONCE, 0, {"muted": True}, State.FIRING, None, Reason.MUTED),
    "muted before it was told": (FIRED, RAISED, RULE, SECOND, {"muted": True}, State.FIRING, None, Reason.MUTED),
    "the mute has ended": (
        replace(FIRED, owed=None, owed_since=None), RAISED, RULE, HOUR, {}, State.FIRING, Notice.FIRING, Reason.FIRED,
    ),
    "inhibited when it fires": (None, RAISED, AT_ONCE, 0, {"inhibited": True}, State.FIRING, None, Reason.INHIBITED),
    "no reminder while inhibited": (TOLD, RAISED, RULE, DAY, {"inhibited": True}, State.FIRING, None, Reason.INHIBITED),
    "no reminder while muted": (TOLD, RAISED, RULE, DAY, {"muted": True}, State.FIRING, None, Reason.MUTED),
    "gone": (TOLD, CLEAR, RULE, MINUTE, {}, State.CLEARING, None, Reason.CLEARING),
    "not gone for long enough": (CLEARING, CLEAR, RULE, 29.9 * SECOND, {}, State.CLEARING, None, Reason.CLEARING),
    "gone for long enough": (CLEARING, CLEAR, RULE, 30 * SECOND, {}, State.RESOLVED, Notice.RESOLVED, Reason.OVER),
    "gone, and that is enough": (TOLD, CLEAR, AT_ONCE, MINUTE, {}, State.RESOLVED, Notice.RESOLVED, Reason.OVER),
    "back before it was over": (CLEARING, RAISED, RULE, 20 * SECOND, {}, State.FIRING, None, Reason.NOT_YET),
    "gone before it was told": (FIRED, CLEAR, AT_ONCE, 9 * SECOND, {}, State.RESOLVED, Notice.WAS, Reason.OVER_BEFORE_TOLD),
    "clearing, and still to be told": (FIRED, CLEAR, RULE, SECOND, {}, State.CLEARING, Notice.FIRING, Reason.CLEARING),
    "muted for all its life": (
        replace(FIRED, owed=None, owed_since=None), CLEAR, AT_ONCE, HOUR, {"muted": True}, State.RESOLVED, None,
        Reason.OVER_UNTOLD,
    ),
    "inhibited for all its life": (
        replace(FIRED, owed=None, owed_since=None), CLEAR, AT_ONCE, HOUR, {}, State.RESOLVED, None, Reason.OVER_UNTOLD,
    ),
    "over while muted": (TOLD, CLEAR, AT_ONCE, HOUR, {"muted": True}, State.RESOLVED, Notice.WITHDRAWN, Reason.MUTED),
    "told, inhibited, over": (
        TOLD, CLEAR, AT_ONCE, HOUR, {"inhibited": True}, State.RESOLVED, Notice.RESOLVED, Reason.OVER,
    ),
    "acknowledged, over": (
        replace(TOLD, acked_at=T), CLEAR, AT_ONCE, HOUR, {}, State.RESOLVED, Notice.RESOLVED, Reason.OVER,
    ),
    "an end that is not told": (
        TOLD, CLEAR, replace(AT_ONCE, told_when_over=False), HOUR, {}, State.RESOLVED, None, Reason.OVER_QUIETLY,
    ),
    "the fifth change": (
        replace(CLEARING, changes=(T,) * 4), RAISED, RULE, SECOND, {}, State.FIRING, Notice.UNSTABLE, Reason.UNSTABLE,
    ),
    "the fifth change is one to clear": (
        replace(TOLD, changes=(T,) * 4), CLEAR, AT_ONCE, SECOND, {}, State.CLEARING, Notice.UNSTABLE, Reason.UNSTABLE,
    ),
    "five changes, the first long ago": (
        replace(CLEARING, changes=(at(-31 * MINUTE), T, T, T)), RAISED, RULE, SECOND, {}, State.FIRING, None,
        Reason.NOT_YET,
    ),
    "unstable, told": (SHAKY, RAISED, RULE, 29 * MINUTE, {}, State.FIRING, None, Reason.NOT_YET),
    "unstable, acknowledged": (
        replace(SHAKY, acked_at=T, changes=(at(HOUR),)), RAISED, RULE, HOUR, {}, State.FIRING, None, Reason.ACKNOWLEDGED,
    ),
    "unstable for an hour": (
        replace(SHAKY, changes=(at(HOUR),)), RAISED, RULE, HOUR, {}, State.FIRING, Notice.UNSTABLE, Reason.STILL_UNSTABLE,
    ),
    "unstable, clear for less than ten minutes": (
        SHAKY_CLEAR, CLEAR, AT_ONCE, 10 * MINUTE - 1, {}, State.CLEARING, None, Reason.NOT_YET,
    ),
    "unstable, clear for ten minutes": (
        SHAKY_CLEAR, CLEAR, AT_ONCE, 10 * MINUTE, {}, State.RESOLVED, Notice.RESOLVED, Reason.OVER,
    ),
    "unstable no more, since it stays": (SHAKY, RAISED, RULE, 31 * MINUTE, {}, State.FIRING, None, Reason.NOT_YET),
    "a clock set back, pending": (PENDING, RAISED, RULE, -HOUR, {}, State.PENDING, None, Reason.PENDING),
    "a clock set back, told": (TOLD, RAISED, RULE, -DAY, {}, State.FIRING, None, Reason.NOT_YET),
    "a clock set back, clearing": (CLEARING, CLEAR, RULE, -DAY, {}, State.CLEARING, None, Reason.CLEARING),
    "resolved already": (
        replace(TOLD, state=State.RESOLVED, owed=Notice.RESOLVED, owed_since=T), RAISED, RULE, 0, {}, State.RESOLVED,
        Notice.RESOLVED, Reason.OVER,
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", TABLE)
def test_what_becomes_of_an_incident(story: str) -> None:
    was, signal, rule, after, quiet, state, owed, reason = TABLE[story]

    verdict = judge(was, signal, rule, at(after), **quiet)  # type: ignore[arg-type]

    assert (verdict.incident and verdict.incident.state, verdict.owed, verdict.reason) == (state, owed, reason)
    assert verdict.incident is None or (verdict.incident.owed_since is None) == (owed is None)


def test_a_new_incident_takes_over_the_changes_of_the_last_one() -> None:
    recent = (at(-31 * MINUTE), at(-20 * MINUTE), at(-10 * MINUTE), at(-5 * MINUTE), at(-1 * MINUTE))

    verdict = judge(None, RAISED, AT_ONCE, T, recent=recent)

    assert verdict.incident is not None
    assert (verdict.owed, verdict.incident.changes) == (Notice.UNSTABLE, (*recent[1:], T))


def test_a_clock_that_was_set_back_starts_a_pending_time_anew_instead_of_prolonging_it() -> None:
    back = judge(PENDING, RAISED, RULE, at(-HOUR)).incident

    assert back is not None
    assert judge(back, RAISED, RULE, at(-HOUR + MINUTE)).owed is Notice.FIRING


def test_after_a_jump_ahead_and_back_an_alarm_is_not_told_again() -> None:
    later = judge(TOLD, RAISED, RULE, at(DAY)).incident
    assert later is not None
    reminded = told(later, at(DAY))

    back = judge(reminded, RAISED, RULE, at(5 * MINUTE))

    assert (back.owed, back.reason) == (None, Reason.NOT_YET)


def test_an_incident_carries_the_newest_facts_and_the_reason_of_its_end() -> None:
    fired = judge(PENDING, RAISED, RULE, at(MINUTE)).incident
    assert fired is not None
    over = judge(fired, replace(CLEAR, detail={"because": "closed"}), AT_ONCE, at(HOUR)).incident

    assert over is not None
    assert over.detail == {"camera": "lobby", "because": "closed"}


def test_what_is_watched_no_more_is_closed_without_a_word_and_its_waiting_message_taken_back() -> None:
    assert unwatched(replace(FIRED, owed=None), at(HOUR)).owed is None
    closed = unwatched(TOLD, at(HOUR))
    assert (closed.open, closed.owed, closed.detail["because"]) == (False, Notice.WITHDRAWN, "unwatched")


@pytest.mark.parametrize(
    ("incident", "after"),
    [(PENDING, MINUTE), (CLEARING, 30 * SECOND), (SHAKY_CLEAR, 10 * MINUTE), (TOLD, None)],
    ids=["pending", "clearing", "unstable", "firing"],
)
def test_the_next_step_is_due_at_a_known_moment(incident: Incident, after: int | None) -> None:
    assert due_at(incident, RULE) == (None if after is None else T + after)
