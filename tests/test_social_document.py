"""docs/social.md cannot rot: every edge case and every gap has its row, with tests that exist and carry its number."""

import re
from pathlib import Path

import pytest

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.configuration import settings_of
from lahmadaemon.settings import Settings
from lahmadaemon.social.posts import Flag

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "social.md").read_text()
LISTS = {"edge_case": ("## The edge cases", 35), "gap": ("## What the older AnalyticsServer did wrong", 37)}
THERE = {
    f"{path.relative_to(ROOT)}::{name}"
    for path in (ROOT / "tests" / "social").rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE)
}


def rows(kind: str) -> list[tuple[int, str]]:
    """Number and cells of the list of that kind."""
    section = DOCUMENT.split(f"{LISTS[kind][0]}\n", 1)[1].split("\n## ", 1)[0]
    return [(int(number), cells) for number, cells in re.findall(r"^\| (\d+) \| (.+) \|$", section, re.MULTILINE)]


@pytest.mark.parametrize("kind", LISTS)
def test_all_of_them_are_there_once_in_their_order(kind: str) -> None:
    found = rows(kind)

    assert [number for number, _ in found] == list(range(1, LISTS[kind][1] + 1))
    assert [number for number, cells in found if len(re.split(r" \| ", cells)) != 3] == []


def test_every_test_it_names_exists() -> None:
    named = re.findall(r"`(tests/[^`]+)`", DOCUMENT)

    assert sorted(set(named) - THERE) == []
    assert DOCUMENT.count("tests/") == len(named), "a test is named in some other way"


@pytest.mark.parametrize("kind", LISTS)
def test_each_has_a_test_with_its_number_or_a_reason_why_not(kind: str) -> None:
    bare = [
        number
        for number, cells in rows(kind)
        if f"::test_{kind}_{number:02}_" not in cells and not re.search(r"\bNone(?: for the rest)?: .{20,}", cells)
    ]
    assert bare == []


@pytest.mark.parametrize("kind", LISTS)
def test_a_test_that_carries_a_number_stands_in_its_row(kind: str) -> None:
    cells = dict(rows(kind))
    numbered = [(test, re.search(rf"::test_{kind}_(\d\d)_", test)) for test in sorted(THERE)]

    assert [test for test, number in numbered if number and f"`{test}`" not in cells[int(number[1])]] == []
    assert len([number for _, number in numbered if number]) >= LISTS[kind][1]


def test_every_flag_is_explained() -> None:
    assert [flag.value for flag in Flag if f"`{flag.value}`" not in DOCUMENT] == []


def test_every_alarm_it_names_is_one() -> None:
    named = set(re.findall(r"`((?:creator|creators_app|campaign|platform)_[a-z_]+)`", DOCUMENT))

    assert named & {each.value for each in Condition} == named - {"platform_type_id"}


def test_every_setting_it_names_exists() -> None:
    ours = [each.name.replace("<NAME>", "101") for each in settings_of(Settings)]
    named = set(re.findall(r"\b(LAHMA_[A-Z0-9_]+[A-Z])\b", DOCUMENT))
    short = set(re.findall(r"`((?:[A-Z]+__)?[A-Z]+(?:_[A-Z]+)*)(?:=[a-z]+)?`", DOCUMENT)) - {"GET", "POST", "PUT"}

    assert sorted(named - set(ours)) == []
    assert [name for name in sorted(short - named) if f"LAHMA_SOCIAL__{name}" not in ours] == []


def test_every_route_it_names_is_served() -> None:
    from lahmadaemon.web.social import campaigns, changing, collecting, connecting, creators, posts

    modules = (campaigns, changing, collecting, connecting, creators, posts)
    known = {re.sub(r"\{\w+\}", "{}", r.path) for each in modules for r in each.router.routes}
    table = DOCUMENT.split("| route | |\n", 1)[1].split("\n\n", 1)[0]
    told = {re.sub(r"\{\w+\}", "{}", path) for path in re.findall(r"[ `](/[a-z/{}]+)`", table)}

    assert sorted(told - {path.removeprefix("/api/v1/social") for path in known}) == []
