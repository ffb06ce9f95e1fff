"""Pages that cannot rot: where their links lead, and whether the commands, settings and events they name are any."""

import argparse
import re
import shlex
from itertools import takewhile
from pathlib import Path

import pytest

from docs.making import house
from lahmadaemon import cli
from lahmadaemon.configuration import matches, settings_of
from lahmadaemon.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = [
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md"))
]
EVENTS = set(re.findall(r"^\| `([a-z_.]+)` \|", (ROOT / "docs" / "events.md").read_text(), re.MULTILINE))
SETTINGS = [setting.name for setting in settings_of(Settings)]
COMMANDS = {
    path
    for path in PAGES
    if re.search(r"lahmadaemon [a-z]", (ROOT / path).read_text()) and not path.startswith("benchmarks/")
}
PARSER = cli.parser()


def text_of(page: str) -> str:
    return (ROOT / page).read_text()


def headings(page: Path) -> set[str]:
    """As the forge makes anchors of them."""
    lines = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    astray = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (ROOT / page).parent / name if name else ROOT / page
        if not path.exists() or (anchor and anchor not in headings(path)):
            astray.append(target)

    assert astray == []


def test_the_index_knows_every_page() -> None:
    index = text_of("docs/README.md")

    assert [
        p for p in PAGES if p.startswith("docs/") and p != "docs/README.md" and f"({Path(p).name})" not in index
    ] == []


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found[0]) if found else {}


def in_blocks(page: str) -> list[str]:
    """Every `lahmadaemon …` somebody is told to type, without what the shell makes of its output."""
    blocks = re.sub(r"\\\n\s*", "", "\n".join(re.findall(r"```sh\n(.*?)```", text_of(page), re.DOTALL)))
    typed = re.findall(r"(?:^|bin/|sudo |exec lahmadaemon )(lahmadaemon [a-z-].*)$", blocks, re.MULTILINE)
    return [" ".join(takewhile(lambda word: word not in "|>&&", shlex.split(line, comments=True))) for line in typed]


@pytest.mark.parametrize(("page", "line"), sorted({(page, line) for page in COMMANDS for line in in_blocks(page)}))
def test_every_command_in_a_block_is_understood(page: str, line: str) -> None:
    if "completion" in line:  # which prints and ends
        assert shlex.split(line)[2] in {"bash", "zsh", "fish"}
        return
    assert PARSER.parse_args(shlex.split(line)[1:]).command


@pytest.mark.parametrize("page", sorted(COMMANDS))
def test_every_command_in_a_sentence_is_one(page: str) -> None:
    unknown = []
    for words in re.findall(r"`lahmadaemon ([a-z][a-z ]*)", text_of(page)):
        parser = PARSER
        for word in words.split():
            if not (below := subcommands(parser)):
                break
            if word not in below:
                unknown.append(words)
                break
            parser = below[word]

    assert unknown == []


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_it_names_exists(page: str) -> None:
    """Whole, with any name for `<NAME>`; a beginning where `…` or a closing underscore stands for the rest."""
    unknown = set()
    for name, rest in re.findall(r"\b(LAHMA_[A-Z0-9_<>]*)([…*]?)", text_of(page)):
        if rest or name.endswith("_"):
            known = any(each.startswith(name) or re.match(begun(each), name) for each in SETTINGS)
        else:
            known = any(matches(whole, each) for each in SETTINGS for whole in (name, name.removesuffix("_FILE")))
        if not known:
            unknown.add(name)

    assert sorted(unknown) == []


def begun(setting: str) -> str:
    """What a beginning of the setting's name looks like, up to its own last level."""
    return re.escape(setting.rpartition("__")[0] + "__").replace("<NAME>", "[A-Z0-9<>]+") + "$"


@pytest.mark.parametrize("page", PAGES)
def test_every_event_it_names_is_one(page: str) -> None:
    rooms = {event.partition(".")[0] for event in EVENTS} - {"library"}
    services = {name for name, _ in house.services()}
    named = {each for each in re.findall(r"`([a-z]+\.[a-z_]+)`", text_of(page)) if each.partition(".")[0] in rooms}

    assert sorted(each for each in named - EVENTS - services if not each.endswith(".py")) == []
