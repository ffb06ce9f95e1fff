"""What the tour of faults says and takes for well."""

from io import StringIO

import pytest
from rich.console import Console

from lahmadaemon.demo.tour.programme import Outcome, Programme, lasting


def printed(*outcomes: Outcome) -> str:
    out = StringIO()
    Programme(Console(file=out, width=100), "http://127.0.0.1:1", "somebody").summary(outcomes)
    return out.getvalue()


@pytest.mark.parametrize(
    ("outcome", "well"),
    [
        (Outcome("A fault", 0, 1, 0), True),
        (Outcome("A fault", 60_000, 2, 61_000), True),
        (Outcome("A fault", None, 0, None), False),
        (Outcome("A fault", 60_000, 1, None), False),
        (Outcome("A fault", 60_000, 0, 60_000), False),
    ],
)
def test_a_fault_is_well_when_it_was_noticed_told_and_over(outcome: Outcome, well: bool) -> None:
    assert outcome.well is well


def test_the_summary_says_what_became_of_each_fault() -> None:
    said = printed(Outcome("A camera falls silent", 303_000, 2, 52_000), Outcome("Nobody saw it"))

    assert "│ A camera falls silent │     5 min 3 s │        2 │           52 s │ somebody │" in said
    assert "│ Nobody saw it         │         never │        0 │          never │ nobody   │" in said


def test_a_fault_that_nobody_noticed_is_called_a_bug() -> None:
    out = StringIO()
    Programme(Console(file=out, width=100), "http://127.0.0.1:1", "somebody").noticed(None, held=False)

    assert "Not noticed within an hour: that is a bug" in out.getvalue()


def test_texts_break_at_words_and_end_without_blanks() -> None:
    out = StringIO()
    Programme(Console(file=out, width=30), "http://127.0.0.1:1", "somebody").told(
        "ALARM since 18:57: no files\nOVER, all well"
    )

    assert out.getvalue().splitlines() == ["    » ALARM since 18:57: no", "    files", "    » OVER, all well"]


@pytest.mark.parametrize(("ms", "told"), [(None, "never"), (400, "0 s"), (60_000, "1 min"), (331_000, "5 min 31 s")])
def test_durations_are_told_in_minutes_and_seconds(ms: int | None, told: str) -> None:
    assert lasting(ms) == told
