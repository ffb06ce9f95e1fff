"""The picture of a week's shows. What it looks like was looked at; here is what must hold for any week."""

import io
import warnings
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest
from matplotlib.image import imread

from lahmadaemon.radio.shows.picture import MOST_SHOWS, Bar, Hour, WeekPicture, draw

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
HOURS = [Hour(MONDAY + timedelta(hours=number), None if 60 <= number < 66 else number % 24) for number in range(168)]


def week(*bars: Bar, hours: list[Hour] | None = None) -> WeekPicture:
    return WeekPicture("Lahmacun · 2026-W47", "812 h", bars, HOURS if hours is None else hours)


@pytest.mark.parametrize(
    "bars",
    [
        [],
        [Bar("Űrhajó Klub", 0.0, 0, 0.0)],
        [Bar("Űrhajó Klub", 41.2, 120, 1.0), Bar("Rozsda & Méz $5 $6 <b>", 12.0, 33, 0.5), Bar("訪客 🎧", 1, 1, 1)],
        [Bar(f"Show {number}", number, number, 1.0) for number in range(100)],
    ],
)
@pytest.mark.slow
def test_every_week_has_a_picture(bars: list[Bar]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        assert draw(week(*bars)).startswith(b"\x89PNG\r\n\x1a\n")


def test_what_is_written_beside_the_longest_bar_is_not_cut_off() -> None:
    """Story: "not measured whole" ran over the picture's edge."""
    drawn = imread(
        io.BytesIO(draw(week(Bar("Űrhajó Klub", 1212.2, 14330, 0.5), Bar("Rozsda", 12.0, 33, 1.0), hours=[])))
    )

    assert (drawn[:, -20:, :3] == 1.0).all()


def test_a_week_whose_hours_nobody_measured_has_no_empty_curve() -> None:
    bars = [Bar("Űrhajó Klub", 41.2, 120, 1.0)]
    nobody = [Hour(hour.begins, None) for hour in HOURS]

    assert draw(week(*bars, hours=nobody)) == draw(week(*bars, hours=[]))


def test_without_an_hourly_curve_there_are_bars_alone() -> None:
    assert draw(week(Bar("Űrhajó Klub", 41.2, 120, 1.0), hours=[])).startswith(b"\x89PNG")


def test_a_page_gets_the_same_as_drawing_instructions() -> None:
    root = ET.fromstring(draw(week(Bar("Űrhajó Klub", 41.2, 120, 1.0)), "svg"))

    assert root.tag == "{http://www.w3.org/2000/svg}svg"


def test_a_picture_stays_small_enough_for_a_message() -> None:
    full = week(*(Bar(f"Show {number}", number, number, 1.0) for number in range(MOST_SHOWS)))

    assert len(draw(full)) < 300_000
