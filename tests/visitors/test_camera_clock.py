"""Whether a camera's clock is wrong: three files that agree, and come one after the other."""

import pytest

from lahmadaemon.clock import HOUR, MINUTE, SECOND, Instant, local
from lahmadaemon.visitors.intake.camera_clock import CameraClock
from lahmadaemon.visitors.intake.folder import Look
from tests.visitors.builders import NOW, ZONE, at


def heard(*files: tuple[int, int], written: int = 0, start: Instant = NOW) -> tuple[CameraClock, Instant]:
    """Files by (when they came, how far ahead their names are), in ms from the start; `written` shifts their mtime."""
    clock, now = CameraClock(ZONE), start
    for came, ahead in files:
        now = Instant(start + came)
        name = f"{local(now + ahead, ZONE):%Y%m%d%H%M%S}.json"
        clock.hear(Look(name, 1, 2, (now + written) * 1_000_000, 0), now)
    return clock, now


WRONG = [(0, HOUR), (20 * SECOND, HOUR), (40 * SECOND, HOUR)]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (WRONG, 3600.0),
        ([(came, -ahead) for came, ahead in WRONG], -3600.0),
        (WRONG[:2], None),
        ([(came, 10 * MINUTE) for came, _ in WRONG], None),
        ([(came, 10 * MINUTE + SECOND) for came, _ in WRONG], 601.0),
        ([*WRONG, (60 * SECOND, 0)], None),
        # a folder of old files that is copied here: all come at once
        ([(number * 100, -HOUR + number) for number in range(50)], None),
        # or slowly, but an hour of them in a minute
        ([(0, -HOUR), (20 * SECOND, -50 * MINUTE), (40 * SECOND, -40 * MINUTE)], None),
    ],
)
def test_a_clock_is_wrong_for_certain(files: list[tuple[int, int]], told: float | None) -> None:
    clock, now = heard(*files)

    assert clock.ahead(now) == told


def test_what_was_heard_long_ago_is_forgotten() -> None:
    clock, now = heard(*WRONG)

    assert clock.ahead(Instant(now + 10 * MINUTE)) == 3600.0
    assert clock.ahead(Instant(now + 10 * MINUTE + 1)) is None


def test_files_that_were_written_long_ago_say_nothing() -> None:
    clock, now = heard(*WRONG, written=-HOUR)

    assert clock.ahead(now) is None


def test_names_that_are_no_times_say_nothing() -> None:
    clock = CameraClock(ZONE)
    for second in range(0, 60, 20):
        clock.hear(Look("snapshot.json", 1, 2, NOW * 1_000_000, 0), Instant(NOW + second * SECOND))

    assert clock.ahead(NOW) is None


@pytest.mark.parametrize("minutes", [0, 30, 60, 90, 120])
def test_the_night_in_which_an_hour_comes_twice_is_no_error(minutes: int) -> None:
    """Every camera was once an hour wrong for the whole of it."""
    clock, now = heard(
        (0, 0), (20 * SECOND, 0), (40 * SECOND, 0), start=Instant(at("2026-10-25 01:30") + minutes * MINUTE)
    )

    assert clock.ahead(now) is None
