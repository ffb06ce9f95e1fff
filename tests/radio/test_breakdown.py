"""What each class took out of a period, and how its listening divides over the mounts."""

from dataclasses import replace

import pytest
from rich.console import Console

from lahmadaemon.clock import HOUR, SECOND, Instant
from lahmadaemon.radio.breakdown import Part, excluded, mounts
from lahmadaemon.radio.figures import Rules, figures, net
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import PeriodReport
from lahmadaemon.terminal import report_table
from tests.radio.builders import classed, listening

AN_HOUR = Period("an hour", Instant(3600 * SECOND), Instant(7200 * SECOND))
AAC = "/mobil.aac"
HEARD = [
    listening(3600, 5400, "anna"),
    replace(listening(5000, 5600, "anna"), mount=AAC),
    replace(listening(4000, 4600, "bela"), mount=AAC),
    listening(3000, 4200, "crawler", is_bot=True),
    listening(4000, 4600, "relay", user_agent="Icecast 2.4.4", is_bot=True),
    listening(4000, 4030, "quick crawler", is_bot=True),
    listening(0, 3600, "earlier crawler", is_bot=True),
]
SESSIONS = classed(HEARD)


def test_a_class_takes_out_what_was_heard_inside_by_valid_sessions_and_two_classes_both_do() -> None:
    parts = excluded(SESSIONS, AN_HOUR, Rules())

    assert parts["bot"] == Part(listeners=2, sessions=2, listened=1200 * SECOND)
    assert parts["relay"] == Part(listeners=1, sessions=1, listened=600 * SECOND)
    assert [name for name in parts if not parts[name].sessions] == ["probe", "always_on", "internal"]


def test_nothing_from_before_measuring_began_was_taken_out() -> None:
    parts = excluded(SESSIONS, AN_HOUR, Rules(), since=Instant(4100 * SECOND))

    assert parts["bot"].listened == (100 + 500) * SECOND


def test_two_mounts_at_once_are_in_both_and_in_the_whole_once() -> None:
    parts = mounts(net(SESSIONS), AN_HOUR, Rules())

    assert parts == {
        "/radio.mp3": Part(listeners=1, sessions=1, listened=1800 * SECOND),
        AAC: Part(listeners=2, sessions=2, listened=1200 * SECOND),
    }
    assert list(parts) == ["/radio.mp3", AAC]
    assert sum(part.tlh for part in parts.values()) * HOUR == pytest.approx(3000 * SECOND)
    assert figures(net(SESSIONS), AN_HOUR, Rules()).tlh * HOUR == pytest.approx((2000 + 600) * SECOND)


def test_a_mount_nobody_heard_inside_for_a_minute_is_not_there() -> None:
    early, short = replace(listening(0, 3600, "anna"), mount=AAC), replace(listening(4000, 4059, "bela"), mount=AAC)

    assert list(mounts(classed([early, listening(3600, 3700, "anna"), short]), AN_HOUR, Rules())) == ["/radio.mp3"]


def report() -> PeriodReport:
    clean = net(SESSIONS)
    return PeriodReport(
        AN_HOUR, figures(clean, AN_HOUR, Rules()), figures(SESSIONS, AN_HOUR, Rules()), 1.0, (),
        excluded=excluded(SESSIONS, AN_HOUR, Rules()), mounts=mounts(clean, AN_HOUR, Rules()),
    )  # fmt: skip


def test_programs_get_every_class_and_every_mount() -> None:
    told = report().as_json()

    assert told["excluded"] == {
        "bot": {"listeners": 2, "sessions": 2, "tlh": 0.333333},
        "relay": {"listeners": 1, "sessions": 1, "tlh": 0.166667},
        **{name: {"listeners": 0, "sessions": 0, "tlh": 0.0} for name in ("probe", "always_on", "internal")},
    }
    assert told["mounts"] == {"/radio.mp3": {"tlh": 0.5, "cume": 1}, AAC: {"tlh": 0.333333, "cume": 2}}


@pytest.mark.parametrize("asked", [False, True])
def test_a_reader_sees_what_was_left_out_and_each_mount_only_if_asked_for(asked: bool) -> None:
    screen = Console(width=100, record=True)
    screen.print(report_table("main", [report()], mounts=asked))
    lines = [line.strip("│ ") for line in screen.export_text().splitlines()]

    assert [line.split("│")[1].strip() for line in lines if line.startswith("Left out")] == ["bot 0:20:00 (2)"]
    assert "relay 0:10:00 (1)" in " ".join(lines)
    assert [line.split()[1] for line in lines if line.startswith("on /")] == (["/radio.mp3", AAC] if asked else [])
