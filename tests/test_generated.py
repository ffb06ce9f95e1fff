"""What is made from the code says what the code says now; `python -m docs.generate` makes it anew."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.generate import DOCUMENTS
from docs.making import house
from docs.making.command_line import FOLDER, MANUAL
from lahmadaemon import cli
from lahmadaemon.commands.completion import SCRIPTS
from lahmadaemon.commands.index import COMMANDS
from lahmadaemon.configuration import settings_of
from lahmadaemon.settings import Settings

ROOT = Path(__file__).parents[1]
DEAR = {"docs/imports.svg"}
"""Reads the imports of all modules."""
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()


@pytest.mark.parametrize("path", [pytest.param(p, marks=[pytest.mark.slow] * (p in DEAR)) for p in DOCUMENTS])
def test_it_is_as_the_code_makes_it(path: str) -> None:
    assert (ROOT / path).read_text() == DOCUMENTS[path](), "python -m docs.generate"


def test_the_page_of_settings_has_each_of_them_once() -> None:
    listed = re.findall(r"^\| `(LAHMA_[A-Z_<>]+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)

    assert sorted(listed) == sorted(setting.name for setting in settings_of(Settings))


def test_every_group_of_settings_stands_in_the_example_file() -> None:
    example = (ROOT / "settings.example.env").read_text()

    assert [group for group in Settings.model_fields if f"# LAHMA_{group.upper()}" not in example] == []


@pytest.mark.slow
def test_nothing_imports_upwards_and_every_part_stands_on_a_floor() -> None:
    place = {name: number for number, modules in enumerate(house.floors()) for name in modules}

    assert [pair for pair in house.imports() if place[pair[0]] > place[pair[1]]] == []


def test_every_service_that_anybody_wrote_is_listed() -> None:
    sources = [path for path in (ROOT / "lahmadaemon").rglob("*.py") if "demo" not in path.parts]
    written = {
        path.relative_to(ROOT / "lahmadaemon").as_posix()
        for path in sources
        if re.search(r"^class \w+\((?:Service|Timed|Carrier)\):", text := path.read_text(), re.MULTILINE)
        if re.search(r'^    +(?:self\.)?name = f?"', text, re.MULTILINE)
    }

    assert sorted(each for each in written if f"| `{each}` |" not in ARCHITECTURE) == []


def test_every_file_the_architecture_names_is_there() -> None:
    rooms = "radio|visitors|social|alerts|web|store|supervision|building|commands|demo"
    named = set(re.findall(rf"\b(?:{rooms})/[\w/]*\w(?:\.py)?", ARCHITECTURE)) - {"web/house (/health"}

    assert sorted(each for each in named if not (ROOT / "lahmadaemon" / each).exists()) == []
    assert len(named) > 60


def parsers(
    parser: argparse.ArgumentParser, name: str = "lahmadaemon"
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command by all its words."""
    yield name, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, command in action.choices.items():
                yield from parsers(command, f"{name} {word}")


ALL = dict(parsers(cli.parser()))


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    return {option for action in parser._actions for option in action.option_strings if option.startswith("--")}


def test_the_manual_page_has_every_command_with_its_options_and_no_others() -> None:
    page = (ROOT / MANUAL).read_text().replace("\\-", "-").replace("\\,", "").replace("\\/", "")
    told = set(re.findall(r"^\.SH COMMAND \\fI'(lahmadaemon .+?)'", page, re.MULTILINE))

    assert told == set(ALL) - {"lahmadaemon"}
    assert set(re.findall(r"(--[a-z-]+)\b", page)) - {"--help"} == set().union(*map(options_of, ALL.values())) - {
        "--help"
    }
    assert page.isascii()


@pytest.mark.parametrize("shell", SCRIPTS)
def test_a_shell_completes_every_command_and_option_there_is_and_no_others(shell: str) -> None:
    script = (ROOT / FOLDER / SCRIPTS[shell]).read_text()
    told_by = {
        "fish": r"^complete .*? -l ([a-z-]+)\b",
        "bash": r"[( ]--([a-z-]+)\b(?=.*\)$)",
        "zsh": r"[\"'*,{()]--([a-z-]+)\b",
    }
    told = {f"--{option}" for option in re.findall(told_by[shell], script, re.MULTILINE)}

    assert told == set().union(*map(options_of, ALL.values()))
    assert [name for name in ALL if name.split()[-1] not in script] == []


def test_the_index_of_commands_says_what_their_modules_say() -> None:
    whole = next(a for a in cli.parser()._actions if isinstance(a, argparse._SubParsersAction))
    told = {each.dest: each.help for each in whole._choices_actions}

    assert {name: line for lines in COMMANDS.values() for name, line in lines.items()} == told


@pytest.mark.parametrize("name", [name for lines in COMMANDS.values() for name in lines])
def test_a_command_alone_is_the_same_as_among_all(name: str) -> None:
    alone = dict(parsers(cli.parser({name})))[f"lahmadaemon {name}"]

    assert alone.format_help() == ALL[f"lahmadaemon {name}"].format_help()
