"""What the demo draws."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from lahmadaemon.clock import Instant
from lahmadaemon.demo.social.pane import Agency, Best, CampaignNow, RunNow
from lahmadaemon.demo.stage import set_stage
from lahmadaemon.demo.view import CameraNow, Scene, curve, event_line, picture
from lahmadaemon.demo.words import invitation, line, summary
from lahmadaemon.radio.figures import Figures
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import PeriodReport
from lahmadaemon.radio.shows.figures import together
from lahmadaemon.radio.shows.report import Line
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


def drawn(scene: Scene, width: int = 110, height: int = 30, title: str = "lahmadaemon demo") -> str:
    with open("/dev/null", "w") as nowhere:  # noqa: PTH123 - a screen nobody sees
        console = Console(width=width, height=height, record=True, file=nowhere)
        console.print(picture(title, scene))
        return console.export_text()


@pytest.fixture
def evening(scene: Scene) -> Scene:
    """As full as a demo's screen becomes."""
    cameras = [CameraNow(name, 1234, 1210, "19:58:04", troubled=False) for name in ("entrance", "lobby", "garage")]
    told = (
        "ALARM since 18:36: unusable files from camera garage: 2; 20261123183606.json: no JSON",
        "ALARM since 18:37: no files from camera lobby for 5 min; last file: 18:32",
        "OVER after 6 min (18:37–18:44): no files from camera lobby",
    )
    net = figures(cume=1234, tlh=234.5, peak=159, long_listeners=1111, short_listeners=123)
    return replace(
        scene, today=replace(scene.today, net=net, gross=net),
        moment="Wednesday 19:58:13", on_air="Üvegház – 48. adás", listening=tuple(range(100, 160)), cameras=cameras,
        pushes="reports to partner: 288 delivered, 12 owed", told=told,
    )  # fmt: skip


@pytest.fixture
def night(evening: Scene) -> Scene:
    """With creators, and the newest event another."""
    best = Best(82_315, "video", "csilla", "terasz padlás villamos #autumnbake")
    campaigns = [
        CampaignNow("Borůvkové léto", "running", 123, 1_234_567, 134_567, 10.987, best),
        CampaignNow("Autumn bake", "running", 8, 311_501, 23_147, 7.38, best),
        CampaignNow("Tekerj velünk", "settling", 7, 364_006, 23_283, 5.5, best),
    ]
    run = RunNow("collect", "19:57", 12, 24, over=False)
    agency = Agency(campaigns, 8, 7, ("password_changed",), run, 123)
    return replace(evening, agency=agency, events=evening.events[::-1])


def test_the_screen_shows_the_audience_the_figures_the_services_and_the_events(scene: Scene) -> None:
    screen = drawn(scene)

    for text in ("lahmadaemon demo", "Sunday 19:01:13", "46 connections now", "Zsebrádió – 12. adás", "18.8"):
        assert text in screen
    for text in (
        "radio.snapshot.demo",
        "degraded ↻1",
        "radio.exported",
        "station=demo",
        "Open http://127.0.0.1:1/, or /docs",
    ):
        assert text in screen


@pytest.mark.parametrize(("width", "height"), [(80, 24), (110, 30), (140, 40)])
async def test_everything_fits_on_the_smallest_screen_and_on_larger_ones(
    evening: Scene, tmp_path: Path, width: int, height: int
) -> None:
    """Story: on eighty by twenty-four the title, two of the panels' titles and what was on air were cut off."""
    async with set_stage(60, tmp_path) as stage:
        screen = drawn(evening, width, height, stage.title)

    assert len(screen.splitlines()) == height
    for text in (
        "60 times faster than life", "Wednesday 19:58:13", "159 connections now, half-hour peak 159",
        "on air  Üvegház – 48. adás", "Today: net, with bots ─", "Hours listened", "234.5", "Short listeners",
        "People were told ─", "entrance", "garage", "reports to partner: 288 delivered, 12 owed", "OVER after 6 min",
        "camera lobby", "ALARM since 18:36", "radio.exported", "degraded ↻1", "Ctrl-C ends it.",
    ):  # fmt: skip
        assert text in screen, screen


@pytest.mark.parametrize(("width", "height"), [(80, 24), (110, 30), (120, 40)])
async def test_creators_fit_in_without_pushing_radio_and_cameras_out(
    night: Scene, tmp_path: Path, width: int, height: int
) -> None:
    async with set_stage(60, tmp_path) as stage:
        screen = drawn(replace(night, window=stage.window), width, height, stage.title)

    assert len(screen.splitlines()) == height
    for text in (
        "60 times faster than life", "159 connections now, half-hour peak 159", "on air  Üvegház – 48. adás",
        "Today: net, with bots ─", "Hours listened", "Short listeners", "entrance", "lobby", "garage", "19:58:04",
        "reports to partner: 288 delivered, 12 owed", "OVER after 6 min", "ALARM since 18:37", "radio.exported",
        "degraded ↻1", "Campaigns: collect ━━━━━━━━━━━━ 12 of 24 accounts", "Borůvkové léto", "Autumn bake",
        "Tekerj velünk", "settling", "interactions", "1,234,567", "134,567", "10.99 %", "82,315 @csilla",
        "creators connected 7 of 8 (1 must log in again: password changed) ─",
        f"Ctrl-C ends it. Open {stage.window}/, or /docs",
    ):  # fmt: skip
        assert text in screen, screen


def test_only_the_largest_number_of_campaigns_that_fits_is_drawn(night: Scene) -> None:
    assert night.agency
    many = replace(night.agency, campaigns=[*night.agency.campaigns, *night.agency.campaigns])

    assert drawn(replace(night, agency=many), 80, 24) == drawn(night, 80, 24)


@pytest.mark.parametrize("height", [24, 40])
def test_without_creators_their_rows_go_to_the_others(night: Scene, height: int) -> None:
    screen = drawn(replace(night, agency=None), 80, height)

    assert "Campaigns" not in screen
    assert len(screen.splitlines()) == height


def test_a_small_screen_leaves_out_the_sessions(night: Scene) -> None:
    assert "Sessions" not in drawn(night, 80, 24)
    assert "Sessions" in drawn(night, 80, 27)


def test_a_large_screen_has_earlier_messages_whole_too(night: Scene) -> None:
    name = "20261123183606.json"  # in the first one

    assert name not in drawn(night, 80, 24)
    assert name in drawn(night, 120, 40)


def test_a_curve_that_is_too_long_loses_its_oldest_polls(evening: Scene) -> None:
    """Story: a screen of eighty columns showed the first forty-four of sixty polls, and stood still ever after."""
    screen = drawn(replace(evening, listening=(1,) * 59 + (100,)), 80, 24)

    assert next(row for row in screen.splitlines() if "█" in row).count("█") == 1


def test_a_larger_screen_has_a_higher_curve(evening: Scene) -> None:
    def height(width: int, height: int) -> int:
        return sum("█" in row for row in drawn(evening, width, height).splitlines())

    assert height(80, 24) < height(110, 30) < height(140, 40)


def test_an_earlier_message_is_one_line_on_a_small_screen_and_the_newest_is_whole(night: Scene) -> None:
    screen = drawn(replace(night, told=("first\nsecond " + "x" * 99, "the newest\nhas two lines")), 80, 24)

    assert "has two lines" in screen
    assert "first second x" in screen
    assert "…" in next(row for row in screen.splitlines() if "first second" in row)


def test_the_plain_line_says_the_same(scene: Scene) -> None:
    assert line(scene).startswith(
        "Sunday 19:01:13   46 connections now, today 57 unique listeners, 18.8 hours listened, peak 43"
    )


def test_the_plain_line_has_the_campaigns_too(night: Scene) -> None:
    assert (
        "; 3 campaigns: 138 posts, 1,910,074 views, creators connected 7 of 8 (1 must log in again: password changed); "
    ) in line(night)
    assert "campaigns" not in line(replace(night, agency=None))


def test_whoever_reads_plain_lines_is_told_where_to_look(scene: Scene) -> None:
    assert invitation(scene) == "Worth opening: http://127.0.0.1:1/ and http://127.0.0.1:1/docs"


def test_before_the_first_poll_there_is_nobody(scene: Scene) -> None:
    nobody = Scene(scene.moment, "", (), scene.today, scene.health, (), "")

    assert " 0 connections now" in line(nobody)
    assert "0 connections now" in drawn(nobody)


def test_the_last_words_name_net_and_gross(scene: Scene) -> None:
    words = "\n".join(summary(scene))

    assert "57 unique listeners (58 with bots and probes)" in words


def test_the_last_words_have_a_line_for_each_campaign_and_one_for_the_creators(night: Scene) -> None:
    words = list(summary(night))

    assert (
        "  Autumn bake (running): 8 posts, 311,501 views, 23,147 interactions, er_views 7.38 %, "
        "most viewed: 82,315, a video by @csilla;"
    ) in words
    assert "  creators connected 7 of 8 (1 must log in again: password changed), TikTok tokens rotated: 123;" in words


def test_the_last_words_name_the_shows_that_were_listened_to_most(scene: Scene) -> None:
    whole = together([])
    shows = [
        Line(name.lower(), name, 1, 1.0, 1.0, 1.0, (), replace(whole, tlh=hours, listeners=80), whole)
        for name, hours in (("Mélytenger", 26.15), ("Üvegház", 21.3), ("Kertmozi", 9.0), ("Bicikliút", 1.0))
    ]

    words = list(summary(replace(scene, shows=shows)))

    assert "  shows: Mélytenger 26.1 h by 80, Üvegház 21.3 h by 80, Kertmozi 9.0 h by 80, and 1 more;" in words
    assert not any("shows" in line for line in summary(scene))


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


def test_the_name_of_a_run_comes_last() -> None:
    assert event_line({"event": "social.run_began", "run": "20261128T1-x", "kind": "stories"}).plain.split() == [
        "social.run_began",
        "kind=stories",
        "run=20261128T1-x",
    ]


def test_an_event_is_one_line_with_its_fields() -> None:
    assert event_line({"event": "web.window_opened", "level": "info", "url": "x"}).plain.split() == [
        "web.window_opened",
        "url=x",
    ]
