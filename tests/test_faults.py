"""The list of faults cannot rot: all 84 are there once, each with a test that exists or a reason why there is none."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "faults.md").read_text()
ROWS = {int(number): cells for number, cells in re.findall(r"^\| (\d+) \| (.+) \|$", DOCUMENT, re.MULTILINE)}
THERE = {
    f"{path.relative_to(ROOT)}::{name}"
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE)
}


def test_all_faults_are_there_once_in_their_order() -> None:
    assert [int(number) for number in re.findall(r"^\| (\d+) \|", DOCUMENT, re.MULTILINE)] == list(range(1, 85))
    assert [number for number, cells in ROWS.items() if len(re.split(r" \| ", cells)) != 3] == []


def test_every_test_it_names_exists() -> None:
    named = re.findall(r"`(tests/[^`]+)`", DOCUMENT)

    assert sorted(set(named) - THERE) == []
    assert DOCUMENT.count("tests/") == len(named), "a test is named in some other way"


def test_every_fault_has_a_test_or_a_reason() -> None:
    reasons = {number: re.search(r"\bNone(?: for the rest)?: (.{20,})", cells) for number, cells in ROWS.items()}

    assert [number for number, cells in ROWS.items() if "`tests/" not in cells and not reasons[number]] == []


def test_a_test_that_carries_a_fault_s_number_stands_in_its_row() -> None:
    numbered = [(test, re.search(r"::test_(\d\d)_", test)) for test in sorted(THERE)]

    assert [test for test, number in numbered if number and f"`{test}`" not in ROWS[int(number[1])]] == []
