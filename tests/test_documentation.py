"""Documents that cannot rot: settings have their lines, events their rows, the README its commands; see test_pages, too."""

import re
from pathlib import Path

from lahmadaemon.configuration import settings_of
from lahmadaemon.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
SOURCES = sorted((ROOT / "lahmadaemon").rglob("*.py"))


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


def test_every_command_is_in_the_readme() -> None:
    for name in ("run", "demo", "check", "status", "once", "report", "export"):
        assert f"lahmadaemon {name}" in README


def test_the_readme_is_no_longer_than_somebody_reads() -> None:
    assert len(README.splitlines()) <= 200
