"""The demo's pane of campaigns, and its words."""

from dataclasses import replace

import pytest
from rich.console import Console

from lahmadaemon.demo.social.pane import (
    HEIGHT,
    Agency,
    Best,
    CampaignNow,
    Campaigns,
    RunNow,
    creators_told,
    last_words,
    words,
)

BEST = Best(82_315, "story", "csilla", "terasz #autumnbake")
BAKE = CampaignNow("Autumn bake", "running", 8, 311_501, 23_147, 7.376, BEST)
NEW = CampaignNow("Spring", "planned", 0, None, None, None, None)
RUN = RunNow("stories", "18:52", 3, 8, over=False)


def drawn(agency: Agency, width: int = 80) -> list[str]:
    with open("/dev/null", "w") as nowhere:  # noqa: PTH123 - a screen nobody sees
        console = Console(width=width, height=HEIGHT, record=True, file=nowhere)
        console.print(Campaigns(agency))
        return console.export_text().splitlines()


def test_a_campaign_is_a_row_with_its_rate_by_views_and_its_best_post() -> None:
    row = next(row for row in drawn(Agency([BAKE], 8, 8)) if "Autumn bake" in row)

    assert row.strip("│ ").split() == [
        "Autumn",
        "bake",
        "running",
        "8",
        "311,501",
        "23,147",
        "7.38",
        "%",
        "82,315",
        "@csilla",
    ]


def test_where_there_is_room_one_sees_what_the_best_post_is() -> None:
    assert "story: terasz #autumnbake" in "\n".join(drawn(Agency([BAKE], 8, 8), 120))
    assert "terasz" not in "\n".join(drawn(Agency([BAKE], 8, 8)))


def test_what_nobody_knows_yet_is_a_dash_and_no_nought() -> None:
    row = next(row for row in drawn(Agency([NEW], 8, 0)) if "Spring" in row)

    assert row.strip("│ ").split() == ["Spring", "planned", "0", "–", "–", "–", "–"]


def test_before_the_creators_app_was_read_that_is_said_instead_of_an_empty_table() -> None:
    screen = "\n".join(drawn(Agency([], 0, 0)))

    assert "the Creators app has not been read yet" in screen
    assert "interactions" not in screen


@pytest.mark.parametrize(("done", "full"), [(0, 0), (3, 4), (8, 12)])
def test_a_run_under_way_has_a_bar_that_fills(done: int, full: int) -> None:
    with open("/dev/null", "w") as nowhere:  # noqa: PTH123
        console = Console(
            width=80, height=HEIGHT, record=True, file=nowhere, force_terminal=True, color_system="standard"
        )
        console.print(Campaigns(Agency([BAKE], 8, 8, run=replace(RUN, done=done))))
        text = console.export_text(styles=True)

    assert f"{done} of 8 accounts" in text
    assert f"\x1b[1;36m{'━' * full}\x1b[0m" in text or full == 0
    assert f"\x1b[2;34m{'━' * (12 - full)}\x1b[0m" in text or full == 12


def test_a_run_that_is_over_says_when_it_was() -> None:
    screen = "\n".join(drawn(Agency([BAKE], 8, 8, run=replace(RUN, done=8, over=True))))

    assert "Campaigns: last run 18:52, stories, 8 of 8 accounts" in screen
    assert "━" not in screen


def test_a_run_that_has_been_asked_for_and_waits_has_no_bar_yet() -> None:
    asked = RunNow("refresh", "18:53", 0, 0, over=False)

    assert "Campaigns: refresh asked for ─" in "\n".join(drawn(Agency([BAKE], 8, 8, run=asked)))
    assert "last run 18:53, refresh, 0 of 0 accounts" in "\n".join(
        drawn(Agency([BAKE], 8, 8, run=replace(asked, over=True)))
    )


def test_who_must_log_in_again_is_counted_with_the_reasons_each_once() -> None:
    lost = ("password_changed", "refresh_refused", "password_changed")

    assert creators_told(Agency([], 8, 8)) == "creators connected 8 of 8"
    assert creators_told(Agency([], 8, 5, lost)) == (
        "creators connected 5 of 8 (3 must log in again: password changed, refresh refused)"
    )


def test_in_words_unknown_views_add_nothing() -> None:
    assert words(Agency([BAKE, NEW], 8, 8)) == "2 campaigns: 8 posts, 311,501 views, creators connected 8 of 8"


def test_the_last_words_leave_out_a_best_post_that_is_not_there() -> None:
    spring, creators = last_words(Agency([NEW], 8, 8, rotated=3))

    assert spring == "Spring (planned): 0 posts, – views, – interactions, er_views –"
    assert creators == "creators connected 8 of 8, TikTok tokens rotated: 3"
