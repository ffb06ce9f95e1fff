"""Names that people type differently are one name."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lahmadaemon.radio.shows.slug import slug
from tests.samples import told


@pytest.mark.parametrize("show", told("arcsi/show_all_without_items.json"), ids=lambda show: show["name"])
def test_every_name_gives_the_slug_that_arcsi_keeps(show: dict[str, str]) -> None:
    assert slug(show["name"]) == show["archive_lahmastore_base_url"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("KŐBÁNYAI MŰHELY", "kobanyai-muhely"),
        ("Kobanyai Muhely", "kobanyai-muhely"),
        (unicodedata.normalize("NFD", "Kőbányai Műhely"), "kobanyai-muhely"),
        ("  Űrhajó \t Klub ", "urhajo-klub"),
        ("Zaj &amp; Csend", "zaj-csend"),
        ("K&#337;bányai M&#369;hely", "kobanyai-muhely"),
        ("Nana's Vinyl Corner", "nana-s-vinyl-corner"),
        ("Nana’s Vinyl Corner", "nana-s-vinyl-corner"),
        ("100% Zaj", "100-zaj"),
        ("snake_case-és–gondolatjel", "snake-case-es-gondolatjel"),
        ("Straße", "strasse"),
        ("ŁÓDŹ Ørsted", "lodz-orsted"),
        ("東京の夜", "東京の夜"),
        ("한국 음악", "한국-음악"),
        ("㎒ Ⅻ", "mhz-xii"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_accents_case_blanks_and_marks_make_no_difference(typed: str, expected: str) -> None:
    assert slug(typed) == expected


@settings(max_examples=60)
@given(st.text(max_size=40))
@pytest.mark.slow
def test_a_slug_is_its_own_slug_and_holds_no_blank(text: str) -> None:
    found = slug(text)

    assert slug(found) == found
    assert not any(letter.isspace() for letter in found)
    assert not found.startswith("-")
    assert not found.endswith("-")
