"""When a camera is too quiet, and in which way: a table of moments."""

from dataclasses import replace

import pytest

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant
from lahmadaemon.visitors.intake.crossings import CameraState
from lahmadaemon.visitors.intake.opening import OpeningHours, parse_opening_hours
from lahmadaemon.visitors.intake.silence import Patience, Quiet, quiet
from tests.visitors.builders import NOW, ZONE, at

LONG_AGO = Instant(NOW - 30 * DAY)
LIMIT = 5 * MINUTE
PATIENT = Patience(LIMIT, DAY, OpeningHours(), ZONE)
WELL = CameraState(LONG_AGO, NOW, NOW, None, NOW)


def ago(milliseconds: float) -> Instant:
    return Instant(round(NOW - milliseconds))


def open_at(text: str) -> Patience:
    hours = parse_opening_hours(text)
    assert isinstance(hours, OpeningHours)
    return replace(PATIENT, hours=hours)


@pytest.mark.parametrize(
    ("state", "condition", "since"),
    [
        (WELL, None, NOW),
        (replace(WELL, last_file_at=ago(LIMIT - 1)), None, ago(LIMIT - 1)),
        (replace(WELL, last_file_at=ago(LIMIT)), Condition.NO_FILES, ago(LIMIT)),
        (replace(WELL, last_file_at=ago(3 * DAY)), Condition.NO_FILES, ago(3 * DAY)),
        # a first file that never came
        (CameraState(ago(LIMIT - 1)), None, ago(LIMIT - 1)),
        (CameraState(ago(LIMIT)), Condition.NO_FILES, ago(LIMIT)),
        # empty lists only
        (replace(WELL, last_crossings_at=ago(DAY - 1)), None, NOW),
        (replace(WELL, last_crossings_at=ago(DAY)), Condition.ONLY_EMPTY, ago(DAY)),
        (replace(WELL, last_crossings_at=None), Condition.ONLY_EMPTY, LONG_AGO),
        (CameraState(ago(2 * HOUR), NOW), None, NOW),
        # invalid files only: they are no sign of life, but they are another trouble
        (CameraState(LONG_AGO, None, None, NOW), Condition.ONLY_INVALID, LONG_AGO),
        (replace(WELL, last_file_at=ago(LIMIT), last_invalid_at=ago(1)), Condition.ONLY_INVALID, ago(LIMIT)),
        (replace(WELL, last_file_at=ago(HOUR), last_invalid_at=ago(LIMIT - 1)), Condition.ONLY_INVALID, ago(HOUR)),
        (replace(WELL, last_file_at=ago(HOUR), last_invalid_at=ago(LIMIT)), Condition.NO_FILES, ago(HOUR)),
        (replace(WELL, last_file_at=ago(LIMIT), last_invalid_at=ago(LIMIT)), Condition.NO_FILES, ago(LIMIT)),
        (replace(WELL, last_invalid_at=NOW), None, NOW),
        # no files at all are graver than nobody in them
        (replace(WELL, last_file_at=ago(2 * DAY), last_crossings_at=ago(3 * DAY)), Condition.NO_FILES, ago(2 * DAY)),
        # our clock was set back
        (replace(WELL, last_file_at=Instant(NOW + HOUR), last_crossings_at=Instant(NOW + HOUR)), None, NOW + HOUR),
        (CameraState(Instant(NOW + HOUR)), None, NOW + HOUR),
    ],
)
def test_a_camera_is_quiet_in_the_gravest_way(state: CameraState, condition: Condition | None, since: int) -> None:
    assert quiet(state, PATIENT, LONG_AGO, NOW) == Quiet(condition, Instant(since))


def test_lists_of_nobody_are_fine_for_ever_where_that_is_asked() -> None:
    state = replace(WELL, last_crossings_at=None)

    assert quiet(state, replace(PATIENT, empty_after=0), LONG_AGO, NOW).condition is None


@pytest.mark.parametrize(
    ("started", "condition"),
    [
        (NOW, None),
        (ago(MINUTE - 1), None),
        (ago(MINUTE), Condition.NO_FILES),
        # started before the clock was set back: how long we have really run is not known, but that grace is over
        (Instant(NOW + 1), Condition.NO_FILES),
        (Instant(NOW + 400 * DAY), Condition.NO_FILES),
    ],
)
def test_a_camera_gets_a_minute_after_our_own_start(started: Instant, condition: Condition | None) -> None:
    """A clock that was a year ahead at the start and then set right once kept a silent camera unnoticed for a year."""
    state = replace(WELL, last_file_at=ago(HOUR), last_crossings_at=ago(2 * DAY))

    found = quiet(state, PATIENT, started, NOW)

    assert (found.condition, found.undecided) == (condition, condition is None)


def test_the_grace_is_for_cameras_with_empty_lists_too() -> None:
    state = replace(WELL, last_crossings_at=ago(2 * DAY))

    assert quiet(state, PATIENT, ago(MINUTE - 1), NOW).condition is None
    assert quiet(state, PATIENT, ago(MINUTE), NOW).condition is Condition.ONLY_EMPTY


def test_who_wants_to_know_sooner_than_a_minute_gets_no_longer_grace_than_that() -> None:
    hasty = replace(PATIENT, quiet_after=10 * SECOND)
    state = replace(WELL, last_file_at=ago(HOUR))

    assert quiet(state, hasty, ago(9 * SECOND), NOW).condition is None
    assert quiet(state, hasty, ago(10 * SECOND), NOW).condition is Condition.NO_FILES


@pytest.mark.parametrize("shift", [0, 10 * SECOND, 2 * MINUTE])
def test_a_restart_neither_forgets_a_silence_nor_begins_it_anew(shift: int) -> None:
    """Also several in a row: only the minute of grace is added, and the silence is as old as it was."""
    state = replace(WELL, last_file_at=ago(HOUR))
    now = Instant(NOW + shift)

    before, after = quiet(state, PATIENT, LONG_AGO, now), quiet(state, PATIENT, Instant(now - MINUTE), now)

    assert before == after == Quiet(Condition.NO_FILES, ago(HOUR))


@pytest.mark.parametrize(
    ("hours", "moment", "last_file", "expected"),
    [
        # closed: nothing is expected, whatever is stored
        ("wed 08:00-20:00", "2026-03-18 20:00", "2026-03-18 19:00", Quiet(None, at("2026-03-18 19:00"), closed=True)),
        ("wed 08:00-20:00", "2026-03-18 07:59:59", "2026-03-11", Quiet(None, at("2026-03-11"), closed=True)),
        # the opening edge: time counts from there, not from yesterday's last file
        ("wed 08:00-20:00", "2026-03-18 08:00", "2026-03-17 19:00", Quiet(None, at("2026-03-18 08:00"))),
        ("wed 08:00-20:00", "2026-03-18 08:04:59", "2026-03-17", Quiet(None, at("2026-03-18 08:00"))),
        ("wed 08:00-20:00", "2026-03-18 08:05", "2026-03-17", Quiet(Condition.NO_FILES, at("2026-03-18 08:00"))),
        ("wed 08:00-20:00", "2026-03-18 08:09", "2026-03-18 08:05", Quiet(None, at("2026-03-18 08:05"))),
        ("wed 08:00-20:00", "2026-03-18 19:59", "2026-03-18 19:54",
         Quiet(Condition.NO_FILES, at("2026-03-18 19:54"))),
        # a silence that began before midnight lasts where the place stays open
        ("tue-wed 00:00-24:00", "2026-03-18 00:01", "2026-03-17 23:50",
         Quiet(Condition.NO_FILES, at("2026-03-17 23:50"))),
    ],
)  # fmt: skip
def test_silence_counts_within_opening_hours(hours: str, moment: str, last_file: str, expected: Quiet) -> None:
    state = CameraState(LONG_AGO, at(last_file), at(last_file))

    assert quiet(state, replace(open_at(hours), empty_after=0), LONG_AGO, at(moment)) == expected


@pytest.mark.parametrize(
    ("moment", "condition"),
    [("2026-03-19 20:59:59", None), ("2026-03-20 09:59:59", None), ("2026-03-20 10:00", Condition.ONLY_EMPTY)],
)
def test_of_empty_lists_the_open_hours_are_added_up(moment: str, condition: Condition | None) -> None:
    """Where a place is open for fewer hours than the patience lasts, the alarm never came: time counted from today's opening."""
    shop = replace(open_at("mon-fri 08:00-20:00"), empty_after=24 * HOUR)
    state = CameraState(LONG_AGO, Instant(at(moment) - MINUTE), at("2026-03-18 10:00"))

    assert quiet(state, shop, LONG_AGO, at(moment)).condition is condition
