"""The machine: its SQLite and its clock beside others'."""

from datetime import UTC

import pytest

from lahmadaemon.checking import machine
from lahmadaemon.clock import Instant
from tests.fakes.clock import START


@pytest.mark.parametrize(
    ("version", "level"),
    [
        ((3, 40, 1), "warning"), ((3, 44, 5), "warning"), ((3, 44, 6), "ok"), ((3, 45, 0), "warning"),
        ((3, 50, 6), "warning"), ((3, 50, 7), "ok"), ((3, 51, 2), "warning"), ((3, 51, 3), "ok"), ((3, 60, 0), "ok"),
    ],
)  # fmt: skip
def test_a_sqlite_with_the_fault_in_its_log_is_a_doubt(version: tuple[int, int, int], level: str) -> None:
    assert machine.sqlite(version).level.value == level


@pytest.mark.parametrize(
    ("skews", "level", "words"),
    [
        ({}, "-", "nobody was asked"),
        ({"a": 2.0, "b": -100.0}, "ok", "agrees with a, b"),
        ({"a": 500.0, "b": 498.0}, "warning", "differ from ours: a +500 s, b +498 s"),
        ({"a": 500.0, "b": 1.0}, "warning", "a clock out there is wrong: a +500 s"),
    ],
)
def test_clocks_that_differ_are_told_with_whose_fault_it_may_be(
    skews: dict[str, float], level: str, words: str
) -> None:
    found = machine.clock(START, skews)

    assert (found.level.value, words in found.said) == (level, True)


def test_a_clock_that_was_never_set_is_broken() -> None:
    assert machine.clock(Instant(0), {"a": 1.0}).level.value == "broken"


def test_what_day_it_is_here_is_said() -> None:
    assert "Wednesday 2026-10-21 17:57" in machine.zone(START, UTC).said
