"""Titles as encoders send them and Icecast hands them on."""

import pytest

from lahmadaemon.radio.icecast.titles import LONGEST_TEXT, playing, said


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("K&#337;b&#xE1;nyai M&#X171;hely", "Kőbányai Műhely"),
        ("Rock &amp; Roll &lt;3", "Rock & Roll <3"),
        ("Rock & Roll &copyright &#; &#99999999; &unheardof;", "Rock & Roll &copyright &#; &#99999999; &unheardof;"),
        ("KÅ\x91bÃ¡nyai MÅ±hely", "Kőbányai Műhely"),
        ("Kávéház", "Kávéház"),  # Latin-1 that is no UTF-8
        ("Kőbányai Műhely", "Kőbányai Műhely"),
        ("Ã", "Ã"),
        ("  two  blanks ", "two  blanks"),
        ("-", ""),
        (" - ", ""),
        (None, ""),
        (True, "true"),
        (1984, "1984"),
        ("\x1b[31mred\x00\n", "[31mred"),  # it will stand in a terminal
        ("x" * 1000, "x" * LONGEST_TEXT),
    ],
)
def test_a_title_is_read_as_it_was_meant(told: object, meant: str) -> None:
    assert said(told) == meant


@pytest.mark.parametrize(
    ("artist", "title", "plays"),
    [
        ("Show", "Episode", ("Show", "Episode")),
        ("Show", "Episode - part 2", ("Show", "Episode - part 2")),
        ("", "Show - Episode - part 2", ("Show", "Episode - part 2")),
        (None, "Show - ", ("Show", "")),
        (None, " - Episode", ("", "Episode")),
        (None, "Well-known", ("", "Well-known")),
        (None, " - ", ("", "")),
        ("-", "-", ("", "")),
        ("Show", None, ("Show", "")),
        (None, None, ("", "")),
    ],
)
def test_one_field_for_both_is_taken_apart(artist: object, title: object, plays: tuple[str, str]) -> None:
    assert playing(artist, title) == plays
