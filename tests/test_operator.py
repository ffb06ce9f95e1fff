"""What the operator is told to do: every alarm, exit code and grave event has its line, and the lines are the code's."""

import re
from pathlib import Path

import pytest

from lahmadaemon import cli
from lahmadaemon.alerts.conditions import RULES, Condition
from lahmadaemon.alerts.wordings.en import ENGLISH

ROOT = Path(__file__).parents[1]
ALARMS = (ROOT / "docs" / "alarms.md").read_text()
EVENTS = (ROOT / "docs" / "events.md").read_text()
INSTALL = (ROOT / "docs" / "install.md").read_text()


def row(condition: Condition) -> str:
    """The part of an alarm's line that the code decides: name, gravity, how long it must last, what is said."""
    rule, said = RULES[condition], ENGLISH.conditions[condition].partition("|")[0]
    pending = f"{rule.pending:g} s" if rule.pending else "at once"
    told = re.sub(r"{(\w+)}", r"*\1*", said)
    return f"| `{condition.value}` | {rule.severity.value} | {pending} | {told} |"


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


@pytest.mark.parametrize("condition", Condition)
def test_every_alarm_says_what_it_means_and_what_to_do(condition: Condition) -> None:
    [line] = [line for line in ALARMS.splitlines() if line.startswith(f"| `{condition.value}` |")]

    assert line.startswith(row(condition))
    assert [bool(cell) for cell in cells(line)] == [True] * 6


def test_no_alarm_is_told_of_that_is_none() -> None:
    section = ALARMS.partition("## Alarms")[2].partition("\n## ")[0]

    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == {each.value for each in Condition}


def test_every_exit_code_is_told() -> None:
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", ALARMS, re.MULTILINE)}

    assert listed == {0, cli.EXIT_BROKE, cli.EXIT_SETTINGS, cli.EXIT_INTERRUPTED}


@pytest.mark.parametrize(
    "line", [line for line in EVENTS.splitlines() if re.match(r"\| `[a-z_.]+` \| (warning|error) \|", line)]
)
def test_every_event_that_is_a_warning_or_an_error_says_what_to_do(line: str) -> None:
    assert cells(line)[-1], line


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:daemon|service|store|web)\.[a-z_]+)`", ALARMS))))
def test_every_event_the_operator_is_told_of_exists(name: str) -> None:
    assert f"| `{name}` |" in EVENTS


IN_BLOCKS = "\n".join(re.findall(r"```sh\n(.*?)```", INSTALL, re.DOTALL))


@pytest.mark.parametrize("path", sorted(set(re.findall(r"(?<!/)\bsystemd/[\w./-]+\w", IN_BLOCKS))))
def test_every_file_the_installation_copies_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"^(?:sudo )?lahmadaemon ([a-z][^#\n|]*)", IN_BLOCKS, re.MULTILINE)))
)
def test_every_command_of_the_installation_is_understood(command: str) -> None:
    assert cli.parser().parse_args(command.split()).verb


def test_links_to_sections_of_the_installation_lead_there() -> None:
    titles = re.findall(r"^#+ (.+)$", INSTALL, re.MULTILINE)
    sections = {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}

    assert set(re.findall(r"install\.md#([\w-]+)", ALARMS)) <= sections
