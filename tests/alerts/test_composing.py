"""The difference between what a recipient was told and what is true."""

from dataclasses import replace

from lahmadaemon.alerts.composing import MOST_KEPT, merged
from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.deliveries import Line
from lahmadaemon.alerts.incidents import Incident, Notice, State
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.clock import HOUR, Instant
from tests.alerts.house import BUDAPEST

T = Instant(1_792_605_420_000)
WORDS = Wording("en", BUDAPEST)
IT = Incident(1, Condition.NO_FILES, "lobby", State.FIRING, T, fired_at=T)


def owing(notice: Notice, notices: int, number: int = 1) -> Incident:
    return replace(IT, number=number, owed=notice, owed_since=T, notices=notices)


def said(*steps: Incident) -> list[tuple[int, Notice, bool]]:
    """What waits after each of these was owed and nothing could be sent."""
    lines: tuple[Line, ...] = ()
    for each in steps:
        lines = merged(lines, [each], (), WORDS, Instant(T + HOUR))
    return [(line.incident, line.notice, line.first) for line in lines]


def test_an_alarm_and_its_reminders_are_one_alarm() -> None:
    assert said(owing(Notice.FIRING, 0), owing(Notice.REMINDER, 1), owing(Notice.REMINDER, 2)) == [
        (1, Notice.FIRING, True)
    ]


def test_an_alarm_and_its_end_are_one_line() -> None:
    assert said(owing(Notice.FIRING, 0), owing(Notice.UNSTABLE, 1), owing(Notice.RESOLVED, 2)) == [
        (1, Notice.WAS, True)
    ]


def test_a_reminder_and_the_end_of_what_was_told_before_are_the_end() -> None:
    assert said(owing(Notice.REMINDER, 1), owing(Notice.RESOLVED, 2)) == [(1, Notice.RESOLVED, False)]


def test_what_is_taken_back_leaves_the_others() -> None:
    lines = said(owing(Notice.FIRING, 0), owing(Notice.FIRING, 0, number=2), owing(Notice.WITHDRAWN, 1))
    assert lines == [(2, Notice.FIRING, True)]


def test_what_was_told_by_a_write_that_seemed_to_fail_is_not_told_again() -> None:
    assert merged((), [owing(Notice.FIRING, 0)], {1}, WORDS, T) == ()


def test_of_too_many_lines_the_oldest_that_are_over_give_way() -> None:
    ended = [owing(Notice.WAS, 0, number) for number in range(2, 2 + MOST_KEPT)]
    lines = merged((), [owing(Notice.FIRING, 0), *ended], (), WORDS, T)

    assert len(lines) == MOST_KEPT
    assert {line.incident for line in lines} == {1, *range(3, 2 + MOST_KEPT)}
