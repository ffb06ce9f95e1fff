"""The table of shows as an editor sees it: on a wide screen, on 80 columns, on one that has no letters of ours."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from lahmadaemon.commands.shows_view import airings_view, beside_plan, clock, shows_view
from lahmadaemon.radio.figures import Rules
from lahmadaemon.radio.shows.airing import Aired
from lahmadaemon.radio.shows.report import ShowReport, show_report
from tests.radio_shows.builders import AMBIENT, BUDAPEST, ROCKET, at, entry, live, log, slot, told, week_of
from tests.radio_shows.test_report import ALL, week


def drawn(
    report: ShowReport, width: int, *, airings: bool = False, encoding: str = "utf-8", colour: bool = False
) -> str:
    """What is printed, as lines."""
    paper = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    screen = Console(
        file=paper, width=width, highlight=False, force_terminal=colour or None, color_system="truecolor" if colour else None,
        legacy_windows=False,
    )  # fmt: skip
    screen.print((airings_view if airings else shows_view)("lahma", report, BUDAPEST, screen))
    paper.seek(0)
    return paper.read()


@pytest.mark.parametrize("width", [80, 100, 120, 200])
@pytest.mark.parametrize("airings", [False, True], ids=["shows", "airings"])
def test_it_fits_the_screen(width: int, airings: bool) -> None:
    lines = drawn(week(), width, airings=airings).splitlines()

    assert max(len(line.rstrip()) for line in lines) <= width
    assert not any("…" in line for line in lines if not line.startswith("unmatched: "))


def test_shows_stand_first_then_unmatched_names_then_the_total_then_what_was_no_show() -> None:
    lines = [line.split("  ")[0].strip() for line in drawn(week(), 120).splitlines()]
    order = [
        line
        for line in lines
        if line in {"Űrhajó Klub", "Kőbányai Műhely", "unmatched: Vendég DJ", "All shows", "off air"}
    ]

    assert order == ["Űrhajó Klub", "Kőbányai Műhely", "unmatched: Vendég DJ", "All shows", "off air"]


def test_a_line_tells_hours_people_average_peak_completion_and_how_sure_that_is() -> None:
    [line] = [line for line in drawn(week(), 120).splitlines() if line.startswith("Űrhajó Klub")]

    assert line.split() == [
        "Űrhajó",
        "Klub",
        "2x",
        "3:00",
        "5:00",
        "██████████████",
        "2",
        "1.7",
        "2",
        "100%",
        "100%",
        "sure",
    ]


@pytest.mark.parametrize(
    ("measured", "said"), [(1.0, "sure"), (0.97, "97%"), (0.8, "80%"), (0.3, "30% only"), (0.0, "unmeasured")]
)
def test_how_sure_is_told_in_words(measured: float, said: str) -> None:
    [line] = [line for line in drawn(week(measured=measured), 80).splitlines() if line.startswith("Kőbányai Műhely")]

    assert line.rstrip().endswith(said)


def test_what_is_only_known_from_the_programme_says_so() -> None:
    silent = week([entry(at("2026-10-19 00:00"), at("2026-10-21 12:00"), live("Valaki"))])

    [line] = [line for line in drawn(silent, 80).splitlines() if line.startswith("Űrhajó Klub")]
    assert line.rstrip().endswith("by plan")


def test_what_was_planned_and_not_heard_is_named_below_and_so_is_what_was_left_out() -> None:
    text = drawn(week(), 120)

    assert "Planned, not heard: Kőbányai Műhely (Fri 20:00)" in text
    assert "Left out: 4:00 h of bots, relays, probes and forgotten players" in text


def test_an_airing_stands_beside_its_slot() -> None:
    [line] = [
        line for line in drawn(week(), 120, airings=True).splitlines() if "Kőbányai" in line and line.startswith("Wed")
    ]

    assert line.split()[:8] == ["Wed", "21", "19:00-20:00", "Kőbányai", "Műhely", "#41", "on", "time"]
    late = week(
        log(
            ("2026-10-19 00:00", AMBIENT),
            ("2026-10-21 20:04", live("Űrhajó Klub")),
            ("2026-10-21 22:17", live("Vendég DJ")),
            end="2026-10-21 23:00",
        )
    )
    assert [beside_plan(each) for each in late.airings][:2] == ["+4 / +17 min", "not planned"]


def test_nobody_is_called_late_or_short_because_we_came_later_or_ask_too_early() -> None:
    """Story: a demo that began at half past called the show on air thirty minutes late, and the next ninety too short."""
    entries = log(("2026-10-21 19:00", AMBIENT), ("2026-10-21 20:01", live("Űrhajó Klub")), end="2026-10-21 22:05")
    plan = slot(3, "20:00", "22:00", ROCKET)

    def only(found: Aired) -> tuple[str, float | None, float | None]:
        [each] = show_report(week_of("2026-10-21"), found, (), lambda *_: 1.0, Rules()).airings
        return beside_plan(each), each.airing.late, each.airing.overrun

    assert only(told(entries, plan, since="2026-10-21 20:01")) == ("? / +5 min", None, 5.0)
    assert only(told(entries, plan, since="2026-10-21 20:00", until="2026-10-21 21:00")) == ("+1 / on air", 1.0, None)


@pytest.mark.parametrize("airings", [False, True], ids=["shows", "airings"])
@pytest.mark.parametrize(
    ("flags", "said"), [(("no_data",), "Nothing was measured then."), ((), "No show was heard, and none was planned.")]
)
def test_a_week_with_nothing_in_it_is_a_sentence_and_no_table(flags: tuple[str, ...], said: str, airings: bool) -> None:
    """Story: a week before measuring began was told to have had nothing planned, under an empty table and its legend."""
    nothing = show_report(week_of("2026-10-21"), Aired((), (), ()), (), lambda *_: 0.0, Rules(), flags=flags)

    lines = [line for line in drawn(nothing, 120, airings=airings).splitlines() if line.strip()]

    assert len(lines) == 2
    assert lines[1].startswith(said)


def test_a_station_whose_every_song_is_a_name_has_no_table_of_a_thousand_lines() -> None:
    songs = log(*((f"2026-10-21 {n // 6:02}:{n % 6}0", live(f"Song {n}")) for n in range(140)), end="2026-10-22 00:00")

    lines = drawn(week(songs, grid=()), 120).splitlines()

    assert sum(line.startswith("Song ") for line in lines) == 40
    assert any(line.startswith("100 more unmatched names") for line in lines)


def test_names_of_strangers_are_text_and_nothing_else() -> None:
    nasty = "[red]x[/] \x1b[2J\u202e"
    text = drawn(week([entry(at("2026-10-21 20:00"), at("2026-10-21 22:00"), live(nasty))]), 120)  # among planned ones

    assert "unmatched: [red]x[/] \ufffd[2J\ufffd" in text


def test_a_screen_without_our_letters_gets_bars_of_its_own() -> None:
    text = drawn(week(), 120, encoding="iso-8859-2")

    assert "█" not in text
    assert "##############" in text


def test_many_unmatched_names_are_one_line_after_the_first_eight() -> None:
    hosts = [(f"2026-10-21 {hour:02}:00", live(f"Vendég {hour}")) for hour in range(20)]
    text = drawn(week(log(*hosts, ("2026-10-21 20:00", live("Űrhajó Klub")), end="2026-10-21 22:00"), grid=()), 100)

    assert text.count("unmatched: ") == 8
    assert "12 more unmatched names" in text


def test_where_nobody_knows_the_programme_every_name_is_a_show_like_any_other() -> None:
    hosts = [(f"2026-10-21 {hour:02}:00", live(f"Vendég {hour}")) for hour in range(20)]
    text = drawn(week(log(*hosts, end="2026-10-21 22:00"), grid=()), 80, colour=True)

    assert text.count("Vendég") == 20
    assert "unmatched" not in text
    assert "LAHMA_RADIO__SHOWS__KIND" in text


def test_a_week_in_which_no_show_was_heard_says_what_to_do() -> None:
    nothing = show_report(week_of("2026-10-21"), told([], until="2026-10-19 00:00"), ALL, lambda *_: 0.0, Rules())

    assert "LAHMA_RADIO__SHOWS__KIND" in drawn(nothing, 80)


def test_colours_tell_sure_from_unsure() -> None:
    assert "\x1b[32msure" in drawn(week(), 120, colour=True)
    assert "\x1b[31munmeasured" in drawn(week(measured=0.0), 120, colour=True)


def test_hours_read_as_on_a_clock() -> None:
    assert [clock(hours) for hours in (0, 0.999, 1.5, 123.4)] == ["0:00", "1:00", "1:30", "123:24"]


def test_flags_stand_in_the_title() -> None:
    flagged = replace(week(), flags=("in_progress", "gaps"))

    assert "in progress, gaps" in drawn(flagged, 80).splitlines()[1]


def test_a_strange_hour_is_starred_and_named_below() -> None:
    report = week()
    strange = replace(report.shows[0], flags=("source_reset",))
    flagged = replace(report, shows=(strange, *report.shows[1:]), total=replace(report.total, flags=("source_reset",)))

    text = drawn(flagged, 80)

    assert [line.split()[0] for line in text.splitlines() if line.rstrip().endswith("*")] == ["Űrhajó"]
    assert "* source reset: Űrhajó Klub" in text
