"""What the demo draws."""

from typing import Any

import pytest
from rich.console import Console

from lahmadaemon.clock import Instant
from lahmadaemon.demo.view import Scene, curve, event_line, line, picture, summary
from lahmadaemon.radio.figures import Figures
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import PeriodReport
from lahmadaemon.supervision.health import HealthBoard, State
from tests.fakes.clock import FakeClock


def figures(**given: Any) -> Figures:
    return Figures(**dict.fromkeys(Figures.__dataclass_fields__, 0) | given)


@pytest.fixture
def scene(clock: FakeClock) -> Scene:
    board = HealthBoard(clock)
    board.enter("radio.snapshot.demo", essential=False)
    board.change("radio.snapshot.demo", State.DEGRADED, error="down", restarted=True)
    today = PeriodReport(
        Period("2026-10-21", Instant(0), Instant(1)),
        figures(cume=57, tlh=18.75, peak=43),
        figures(cume=58),
        0.1,
        ("in_progress",),
    )
    events = (
        {"event": "radio.exported", "level": "info", "station": "demo"},
        {"event": "service.stumbled", "level": "warning"},
    )
    return Scene(
        "Sunday 19:01:13", "Zsebrádió – 12. adás", (30, 36, 46), today, board.report(), events, "http://127.0.0.1:1"
    )


def drawn(scene: Scene) -> str:
    console = Console(width=110, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123 - a screen nobody sees
    console.print(picture("lahmadaemon demo", scene))
    console.file.close()
    return console.export_text()


def test_the_screen_shows_the_audience_the_figures_the_services_and_the_events(scene: Scene) -> None:
    screen = drawn(scene)

    for text in ("lahmadaemon demo", "Sunday 19:01:13", "46 connections now", "Zsebrádió – 12. adás", "18.8"):
        assert text in screen
    for text in (
        "radio.snapshot.demo",
        "degraded ↻1",
        "radio.exported",
        "station=demo",
        "http://127.0.0.1:1/health",
    ):
        assert text in screen


def test_the_plain_line_says_the_same(scene: Scene) -> None:
    assert line(scene).startswith(
        "Sunday 19:01:13   46 connections now, today 57 unique listeners, 18.8 hours listened, peak 43"
    )


def test_before_the_first_poll_there_is_nobody(scene: Scene) -> None:
    nobody = Scene(scene.moment, "", (), scene.today, scene.health, (), "")

    assert " 0 connections now" in line(nobody)
    assert "0 connections now" in drawn(nobody)


def test_the_last_words_name_net_and_gross(scene: Scene) -> None:
    words = "\n".join(summary(scene))

    assert "57 unique listeners (58 with bots and relays)" in words


@pytest.mark.parametrize(
    ("counts", "rows"),
    [
        ((), ["", ""]),
        ((0, 0), ["  ", "  "]),
        ((16,), ["█", "█"]),
        ((16, 8, 12, 1), ["█ ▄ ", "███▁"]),
        ((1000, 500), ["█ ", "██"]),
    ],
)
def test_the_curve_stands_on_zero_and_its_highest_reaches_the_top(counts: tuple[int, ...], rows: list[str]) -> None:
    assert curve(counts, 2) == rows


def test_an_event_is_one_line_with_its_fields() -> None:
    assert event_line({"event": "web.window_opened", "level": "info", "url": "x"}).plain.split() == [
        "web.window_opened",
        "url=x",
    ]
