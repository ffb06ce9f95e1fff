"""A programme written by hand, and what is said about its mistakes."""

from datetime import time
from pathlib import Path

import pytest

from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.shows import file, written
from lahmadaemon.radio.shows.grid import Show, Slot
from tests.radio_grid.builders import BUDAPEST, at

MONDAY = at("2026-10-19 00:00")
GOOD = """
[[shows]]
name = "Kőbányai Műhely"
playlist = "Kobanyai Muhely"
aliases = ["Műhely élőben"]
slots = [{ days = ["Wednesday", "fri"], begins = "19:00", ends = 20:00:00 }]
repeats = [{ days = "Sat", begins = "7:30", ends = "08:30" }]

[[shows]]
name = "Éjféli Vonat"
slug = "vonat"
slots = [{ days = "daily", begins = "22:00", ends = "24:00" }]
"""
SHOW = '[[shows]]\nname = "Dub Kert"\n'


def complaint(text: str) -> str:
    with pytest.raises(ValueError, match=r": |TOML") as caught:
        written.parse(text)
    return str(caught.value)


def test_shows_with_their_days_and_times_become_a_weekly_grid() -> None:
    grid = written.parse(GOOD)

    assert grid.shows == (
        Show("kobanyai-muhely", "Kőbányai Műhely", "Kobanyai Muhely", aliases=("Műhely élőben",)),
        Show("vonat", "Éjféli Vonat"),
    )
    assert grid.weekly[:3] == (
        Slot(3, time(19), time(20), "kobanyai-muhely", "Kőbányai Műhely"),
        Slot(5, time(19), time(20), "kobanyai-muhely", "Kőbányai Műhely"),
        Slot(6, time(7, 30), time(8, 30), "kobanyai-muhely", "Kőbányai Műhely", repeat=True),
    )
    assert [(each.weekday, each.ends) for each in grid.weekly[3:]] == [(day, time(0)) for day in range(1, 8)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[shows]]\nname = \n", "it is not TOML: Invalid value (at line 2, column 8)"),
        ("", "shows: field required"),
        ("[[show]]\nname='X'", "show: there is no such field; did you mean shows?"),
        (
            SHOW + "\n" + SHOW.replace("Dub", "Zaj") + 'slots = [{ days = ["Wendesday"], begins = "1:00", ends = "2:00" }]',
            "show 2 (line 4), slots 1, days: 'Wendesday' is no day of the week; did you mean Wednesday?",
        ),
        (
            SHOW + 'slots = [{ days = ["szerda"], begins = "1:00", ends = "2:00" }]',
            "days: 'szerda' is no day of the week; write one of Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sun",
        ),
        (
            SHOW + 'repeats = [{ days = "Mon", begins = "25:00", ends = 1900 }]',
            "repeats 1, begins: '25:00' is no time of day; write it as 19:00; show 1 (line 1), repeats 1, ends: 1900 is no",
        ),
        (SHOW + 'alias = ["X"]', "show 1 (line 1), alias: there is no such field; did you mean aliases?"),
        (SHOW + 'slots = [{ day = "Mon", begins = "1:00", ends = "2:00" }]', "day: there is no such field; did you mean days?"),
        (SHOW + "slots = [{ days = [], begins = 01:00:00, ends = 02:00:00 }]", "slots 1, days: name at least one day"),
        ('[[shows]]\nname = "!"', "show 1 (line 1), name: '!' has neither letter nor digit"),
        ('[[shows]]\nplaylist = "X"', "show 1 (line 1), name: field required"),
        (SHOW + "\n" + SHOW, "show 2 (line 4), name: 'Dub Kert' has the slug dub-kert as 'Dub Kert' has"),
        ("shows = [{ name = 3 }]", "show 1, name: input should be a valid string"),
        ("shows = 3", "shows: input should be a valid list"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_show_line_and_field_and_what_is_meant(text: str, said: str) -> None:
    assert said in complaint(text)


def test_a_file_full_of_mistakes_tells_the_first_few() -> None:
    assert complaint(SHOW + "".join(f"wrong{number} = 1\n" for number in range(50))).count("no such field") == 5


def read(path: Path) -> object:
    return file.read_file(path, BUDAPEST, MONDAY, MONDAY)


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "programme.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())

    assert read(path) == written.parse(GOOD)


def test_a_file_that_cannot_be_read_is_a_stumble_that_names_setting_and_file(tmp_path: Path) -> None:
    path, folder = tmp_path / "programme.toml", tmp_path / "folder.toml"
    folder.mkdir()
    for broken, content, why in (
        (path, None, "No such file"),
        (path, b"\xff", "utf-8"),
        (path, b"#" * (file.LIMIT + 1), "larger"),
        (path, SHOW.encode() + b"x=1", r"show 1 \(line 1\), x"),
        (folder, None, "directory"),
    ):
        if content is not None:
            broken.write_bytes(content)
        with pytest.raises(UpstreamError, match=rf"LAHMA_RADIO__SHOWS__FILE.*{broken.name}.*{why}"):
            read(broken)
