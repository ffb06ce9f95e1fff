"""What the pages say: the same sentences in every language, all of them used, none missing."""

import re
from pathlib import Path
from string import Formatter

import pytest

from lahmadaemon.alerts.conditions import Severity
from lahmadaemon.alerts.deliveries import Kind, Stage
from lahmadaemon.social.campaigns import State as Campaign
from lahmadaemon.social.posts import Flag, Platform, PostState
from lahmadaemon.social.posts import Kind as PostKind
from lahmadaemon.social.store.syncs import Part
from lahmadaemon.supervision.health import State
from lahmadaemon.visitors.push.pushes import State as Push
from lahmadaemon.web.pages.words import LANGUAGES
from lahmadaemon.web.visitors.shapes import Life

WEB = Path(__file__).parents[2] / "lahmadaemon" / "web"
SOURCES = "\n".join(
    path.read_text()
    for pattern in ("pages/*.py", "pages/templates/*.html", "pictures/*.py")
    for path in WEB.glob(pattern)
)
ROOMS = {"radio", "visitors", "social", "house", "today"}
"""First parts of keys, which are no family."""
FAMILIES = {
    "services.states": State, "deliveries.kinds": Kind, "deliveries.states": Stage, "visitors.lives": Life,
    "visitors.states": Push, "social.states": Campaign, "social.flags": Flag, "social.platforms": Platform,
    "social.post_states": PostState, "social.sync": Part, "social.post_kinds": PostKind, "alarms.severities": Severity,
}  # fmt: skip


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_language_says_the_same() -> None:
    assert LANGUAGES["en"].keys() == LANGUAGES["hu"].keys()


def test_a_sentence_has_the_same_places_in_every_language() -> None:
    english, hungarian = LANGUAGES["en"], LANGUAGES["hu"]

    assert [key for key in english if places(english[key]) != places(hungarian[key])] == []
    assert [key for words in LANGUAGES.values() for key, said in words.items() if not said.strip()] == []


def test_every_sentence_that_is_asked_for_was_written() -> None:
    asked = set(re.findall(r"""(?:\bt|say)\(['"]([a-z_.0-9]*[a-z_0-9])['"]""", SOURCES))
    counted = {f"{key}.one" for key in re.findall(r"""count\(['"]([a-z_.]+)['"]""", SOURCES)}

    assert (asked | counted) - LANGUAGES["en"].keys() == set()


def test_no_sentence_is_written_for_nobody() -> None:
    """Each is asked for by its name, or looked up in a family that is."""
    named = set(re.findall(r"""['"]([a-z_]+(?:\.[a-z_0-9]+)*)\.?['"{]""", SOURCES))
    unused = [
        key
        for key in LANGUAGES["en"]
        if key not in named and key.removesuffix(".one").removesuffix(".other") not in named
        if not any(key.startswith(f"{family}.") for family in named if family not in ROOMS)
    ]

    assert unused == []


@pytest.mark.parametrize("family", FAMILIES)
def test_whatever_can_be_told_has_a_word(family: str) -> None:
    missing = [each.value for each in FAMILIES[family] if f"{family}.{each.value}" not in LANGUAGES["en"]]

    assert missing == []
