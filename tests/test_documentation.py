"""Documents that cannot rot: what they say is compared with the code."""

import re
import shlex
from pathlib import Path

import pytest

from lahmadaemon import cli
from lahmadaemon.configuration import settings_of
from lahmadaemon.settings import Settings, example

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
SOURCES = sorted((ROOT / "lahmadaemon").rglob("*.py"))


def test_the_example_file_names_every_setting_with_its_default_and_one_line() -> None:
    assert (ROOT / "settings.example.env").read_text().splitlines() == list(example())


def test_every_setting_has_one_line_that_says_what_it_is() -> None:
    for setting in settings_of(Settings):
        assert setting.description, setting.name
        assert len(setting.description) <= 100, setting.name


def test_the_list_of_events_is_the_code_s() -> None:
    call = re.compile(r'log\.(?:debug|info|warning|error|exception)\(\s*"([a-z_.]+)"')
    spoken = {name for path in SOURCES for name in call.findall(path.read_text())}
    listed = set(re.findall(r"^\| `([a-z_.]+)` \|", (ROOT / "docs" / "events.md").read_text(), re.MULTILINE))

    assert listed - {"library.spoke"} == spoken


def test_event_names_say_room_and_what_happened() -> None:
    for name in re.findall(r"^\| `([a-z_.]+)` \|", (ROOT / "docs" / "events.md").read_text(), re.MULTILINE):
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", name)


IN_BLOCKS = "\n".join(re.findall(r"```sh\n(.*?)```", README, re.DOTALL))


@pytest.mark.parametrize("line", sorted(set(re.findall(r"(?:^|bin/)(lahmadaemon [a-z].*)$", IN_BLOCKS, re.MULTILINE))))
def test_every_command_in_the_readme_is_understood(line: str) -> None:
    arguments = shlex.split(line, comments=True)[1:]

    assert cli.parser().parse_args(arguments).verb


def test_every_command_is_in_the_readme() -> None:
    for name in ("run", "demo", "check", "status", "once", "report", "export"):
        assert f"lahmadaemon {name}" in README


def test_the_readme_is_no_longer_than_somebody_reads() -> None:
    assert len(README.splitlines()) <= 200


def test_every_setting_the_readme_names_exists() -> None:
    patterns = [re.escape(s.name).replace("<NAME>", "[A-Z<>]+") for s in settings_of(Settings)]
    for name in set(re.findall(r"LAHMA_[A-Z_<>]*[A-Z>]", README)):
        assert any(re.fullmatch(pattern, name.removesuffix("_FILE")) for pattern in patterns), name
