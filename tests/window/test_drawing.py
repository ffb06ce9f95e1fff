"""Pictures. What they look like was looked at; here is what must hold for any data."""

import io
import re
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from matplotlib.image import imread

from lahmadaemon.pictures.bands import Band
from lahmadaemon.pictures.crossings import Crossings, Passed
from lahmadaemon.pictures.curve import Curve, Tick
from lahmadaemon.pictures.drawing import Picture, draw
from lahmadaemon.pictures.heat import Cell, Heat
from lahmadaemon.pictures.look import COLOURS, Form, Head, Look, Numbers, Size, Theme
from lahmadaemon.pictures.rates import Line, Rates
from lahmadaemon.pictures.shows import MOST_SHOWS, Bar, Shows

HEAD = Head("Lahmacun · 2026-W47", "812 h", "The audience of a week. Most listened on Thursday at 20:00.")
HUNGARIAN = Numbers(",", "\u00a0")
WEEK = [None if 60 <= number < 66 else float(number % 24) for number in range(168)]
TICKS = [Tick(hour, f"{hour:02}:00") for hour in range(0, 25, 3)]
NARROW = Look(Form.SVG, Theme.DARK, Size.NARROW)
SVG = "{http://www.w3.org/2000/svg}"


def week(values: Sequence[float | None] = WEEK, now: float | None = None) -> Curve:
    days = [Tick(24 * day + 12, f"Mon {day}") for day in range(7)]
    return Curve(HEAD, values, "listeners", 168.0, ticks=days, edges=[24.0 * day for day in range(8)], now=now)


def day(*values: float | None, **more: object) -> Curve:
    return replace(Curve(HEAD, values, "listeners", ticks=TICKS), **more)  # type: ignore[arg-type]


def shows(*bars: Bar) -> Shows:
    return Shows(HEAD, bars, week())


def heat(values: Sequence[float | None]) -> Heat:
    return Heat(HEAD, [Cell(at // 24, at % 24, value) for at, value in enumerate(values)], ["Monday"] * 7, "listeners")


ONE = Bar("Űrhajó Klub", 41.2, 120, 1.0)
CASES: dict[str, Picture] = {
    "an empty day": day(),
    "a day nobody measured": day(None, None, now=1.5),
    "a day without listeners": day(*[0.0] * 24),
    "a minute": day(0.2, now=0.01),
    "a day of 25 hours": day(*[21_881.4] * 25, length=25.0),
    "a day with shows": day(*[3.0] * 9, now=8.5, bands=[
        Band(0, 7, "Rozsda & Méz $5 $6 <b>"), Band(7, 7.01, "訪客 🎧"), Band(8, 8, ""), Band(9, 11, "Later", planned=True),
    ]),
    "a week": week(),
    "a week that runs": week(WEEK[:70], 69.2),
    "a map": heat(WEEK),
    "a map of one hour": heat([0.4]),
    "a map of silence": heat([0.0] * 50),
    "no map": heat([None] * 50),
    "no shows": Shows(HEAD, []),
    "a show nobody heard": shows(Bar("Űrhajó Klub", 0.0, 0, 0.0)),
    "shows": shows(ONE, Bar("Rozsda & Méz $5 $6 <b>", 12.0, 33, 0.5), Bar("訪客 🎧", 1, 1, 1)),
    "a hundred shows": shows(*(Bar(f"A show with a name that is rather long {n}", n, n, 1.0) for n in range(100))),
    "nobody": Crossings(HEAD, [Passed(0, 0, 0)], "in", "out", "people"),
    "visitors": Crossings(HEAD, [Passed(n, n * 40, n * 39) for n in range(24)], "in", "out", "people", 24, TICKS, 23.4),
    "one visitor": Crossings(HEAD, [Passed(8, 1, 0)], "in", "out", "people", 24, TICKS, 8.1),
    "no posts": Rates(HEAD, [], 0.0),
    "one reading": Rates(HEAD, [Line("of views", [(0, 3.1)]), Line("of reach", [(0, None)])], 0.0, "%", [Tick(0, "1 Oct")]),
    "rates of nothing": Rates(HEAD, [Line("of views", [(0, 0.0), (1, 0.0)])], 1.0),
    "rates": Rates(HEAD, [
        Line(name, [(n, None if n == 5 else n % 7 + 0.01 * at) for n in range(400)])
        for at, name in enumerate(["views", "reach", "followers", "stories"])
    ], 400.0, "%", TICKS),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_whatever_the_figures_are_there_is_a_picture_of_them(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = draw(CASES[name], NARROW)

    assert ET.fromstring(drawn).tag == f"{SVG}svg"
    assert len(drawn) <= 60_000


@pytest.mark.parametrize("name", ["a hundred shows", "a day with shows"])
def test_messages_get_them_as_png_and_small_enough(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = draw(CASES[name])

    assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(drawn) < 300_000


def svg(picture: Picture, look: Look = Look(Form.SVG)) -> ET.Element:  # noqa: B008 - it is frozen
    return ET.fromstring(draw(picture, look))


def texts(picture: Picture, look: Look = Look(Form.SVG)) -> list[str]:  # noqa: B008 - it is frozen
    return [each.text or "" for each in svg(picture, look).iter(f"{SVG}text")]


def test_who_cannot_see_it_is_told_what_it_shows() -> None:
    root = svg(replace(week(), head=replace(HEAD, title="Ű <&> \x07 Klub")))

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title desc"
    assert [(root[0].tag, root[0].text), (root[1].tag, root[1].text)] == [
        (f"{SVG}title", "Ű <&>  Klub"), (f"{SVG}desc", HEAD.description),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a day with shows", "a map", "visitors"])
def test_a_page_s_picture_needs_nothing_from_elsewhere_and_has_no_paper_of_its_own(name: str) -> None:
    drawn = draw(CASES[name], Look(Form.SVG)).decode()

    assert set(re.findall(r"https?://[^\"' ]+", drawn)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', drawn))
    assert all(link.startswith("#") for link in re.findall(r"url\(([^)]*)\)", drawn))
    assert not re.search("<script|<style|style=", drawn), "the window's policy would not let them pass"
    assert f'fill="{COLOURS[Theme.LIGHT].paper}"' not in drawn.partition("<text")[0]


def test_its_letters_are_the_reader_s() -> None:
    drawn = draw(day(1234.5, head=replace(HEAD, numbers=HUNGARIAN)), Look(Form.SVG)).decode()

    assert ">1\u00a0234<" in drawn
    assert "system-ui" in drawn


def test_the_same_figures_are_the_same_file() -> None:
    assert draw(week(), NARROW) == draw(week(), NARROW)


def test_what_nobody_measured_is_hatched_and_said_to_be() -> None:
    assert HEAD.unmeasured not in texts(day(*[3.0] * 24))
    assert HEAD.unmeasured in texts(day(3.0, None, 3.0))
    assert HEAD.unmeasured in texts(heat(WEEK))
    assert HEAD.unmeasured not in texts(heat([3.0] * 100)), "hours to come are no gap"


def test_where_there_is_nothing_that_is_said() -> None:
    assert HEAD.nothing in texts(day(None, None))
    assert HEAD.nothing in texts(heat([None]))
    assert HEAD.nothing in texts(Rates(HEAD, [Line("of views", [(0, None)])], 1.0))


def test_today_ends_at_now() -> None:
    assert "now" in texts(day(3.0, 3.0, now=1.5))
    assert "now" not in texts(day(*[3.0] * 24))


def test_the_most_is_written_where_it_was() -> None:
    assert "12.4" not in texts(day(3.0, 12.4, 7.0))
    assert "12" in texts(day(3.0, 12.4, 7.0))
    assert "0.6" in texts(day(0.2, 0.6, 0.0)), "a tenth of few people is something"


def test_shows_come_by_their_hours_and_the_least_are_left_out() -> None:
    written = texts(Shows(HEAD, [Bar(f"Show {n}", n, n, 1.0) for n in range(100)]))

    assert [each for each in written if each.startswith("Show")] == [f"Show {99 - n}" for n in range(MOST_SHOWS)]


def test_what_is_written_beside_the_longest_bar_is_not_cut_off() -> None:
    """Story: "not measured whole" ran over the picture's edge."""
    for size in Size:
        bars = [Bar("Űrhajó Klub", 1212.2, 14330, 0.5), Bar("Rozsda", 12.0, 33, 1.0)]
        drawn = imread(io.BytesIO(draw(Shows(HEAD, bars), Look(size=size))))

        assert (drawn[:, -20:, :3] == drawn[0, 0, :3]).all()


def test_a_week_whose_hours_nobody_measured_has_no_empty_curve() -> None:
    assert draw(Shows(HEAD, [ONE], week([None] * 168))) == draw(Shows(HEAD, [ONE]))


@pytest.mark.parametrize("theme", Theme)
def test_text_and_lines_stand_out_from_their_paper(theme: Theme) -> None:
    """WCAG 2.2: 4.5 for text (1.4.3), 3 for graphics (1.4.11)."""
    colours = COLOURS[theme]

    for text in (colours.ink, colours.faint, *colours.lines):
        assert contrast(text, colours.paper) >= 4.5, text
    for shape in (colours.main, colours.second, colours.unsure):
        assert contrast(shape, colours.paper) >= 3, shape


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channel: Callable[[float], float] = lambda c: c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4  # noqa: E731
    red, green, blue = (channel(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
