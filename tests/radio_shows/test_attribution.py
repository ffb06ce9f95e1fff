"""From what was heard and what was planned to airings: every way in which a week is not its grid."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lahmadaemon.clock import HOUR, MINUTE, Instant
from lahmadaemon.radio.shows.airing import OFF_AIR, UNKNOWN, Why
from lahmadaemon.radio.shows.attribution import MARGIN
from lahmadaemon.radio.shows.report import starting_in
from lahmadaemon.radio.snapshot import OnAir
from tests.radio_shows.builders import (
    AMBIENT,
    JINGLE,
    NIGHT,
    OFFLINE,
    ROCKET,
    WORKSHOP,
    at,
    entry,
    live,
    log,
    recorded,
    slot,
    story,
    titled,
    told,
    week_of,
)

WEDNESDAY = "2026-10-21"
EVENING = slot(3, "20:00", "22:00", ROCKET)
BEFORE = slot(3, "19:00", "20:00", WORKSHOP)


def test_a_live_show_is_its_host_s_name_and_keeps_its_episode() -> None:
    found = told(log(("2026-10-21 20:00", live("ŰRHAJÓ  KLUB", "Hetedik")), end="2026-10-21 22:00"), EVENING)

    [airing] = found.airings
    assert (airing.key, airing.name, airing.episode) == ("urhajo-klub", "Űrhajó Klub", "Hetedik")
    assert airing.reasons == ((Why.STREAMER, 2 * HOUR),)
    assert (airing.heard, airing.late, airing.overrun) == (1.0, 0.0, 0.0)


def test_the_tracks_a_live_host_plays_are_no_episodes() -> None:
    track = live("Űrhajó Klub", "Kapcsolat megszakadt")
    entries = log(
        ("2026-10-21 20:00", live("Űrhajó Klub", "Hetedik")),
        ("2026-10-21 20:10", replace(track, artist="Holdkóros Trió")),
        end="2026-10-21 22:00",
    )

    [airing] = told(entries).airings
    assert airing.episode == "Hetedik"


def test_a_recorded_show_is_its_artist_or_else_its_playlist() -> None:
    entries = log(
        ("2026-10-21 18:00", recorded("Kobanyai Muhely", "Őszi adás #41")),
        ("2026-10-21 19:00", AMBIENT),
        ("2026-10-21 20:00", recorded("Valaki Más", "Őszi adás #42", playlist="Kobanyai Muhely")),
        end="2026-10-21 21:00",
    )

    first, second = told(entries).airings
    assert (first.key, first.episode, first.reasons[0][0]) == ("kobanyai-muhely", "Őszi adás #41", Why.ARTIST)
    assert (second.key, second.episode, second.reasons[0][0]) == ("kobanyai-muhely", "Őszi adás #42", Why.PLAYLIST)


def test_a_live_show_that_begins_late_and_overruns_is_told_as_heard() -> None:
    """Case 33."""
    entries = log(
        ("2026-10-21 19:00", recorded("Kőbányai Műhely")),
        ("2026-10-21 20:00", JINGLE),
        ("2026-10-21 20:04", live("Űrhajó Klub")),
        ("2026-10-21 22:17", AMBIENT),
        end="2026-10-22 08:00",
    )

    found = told(entries, BEFORE, EVENING)

    assert story(found) == ["Wed 19:00-20:00 Kőbányai Műhely", "Wed 20:04-22:17 Űrhajó Klub"]
    assert (found.airings[1].late, found.airings[1].overrun) == (4.0, 17.0)


def test_an_early_start_takes_its_time_from_the_show_before() -> None:
    """Case 33."""
    entries = log(
        ("2026-10-21 19:00", recorded("Kőbányai Műhely")),
        ("2026-10-21 19:50", live("Űrhajó Klub")),
        end="2026-10-21 22:00",
    )

    found = told(entries, BEFORE, EVENING)

    assert story(found) == ["Wed 19:00-19:50 Kőbányai Műhely", "Wed 19:50-22:00 Űrhajó Klub"]
    assert [airing.late for airing in found.airings] == [0.0, -10.0]


def test_two_shows_that_swapped_their_slots_are_each_beside_their_own_plan() -> None:
    """Case 33."""
    entries = log(
        ("2026-10-21 19:00", live("Űrhajó Klub")),
        ("2026-10-21 20:30", recorded("Kőbányai Műhely")),
        end="2026-10-21 22:00",
    )

    found = told(entries, BEFORE, EVENING)

    assert [(airing.name, airing.late) for airing in found.airings] == [
        ("Űrhajó Klub", -60.0),
        ("Kőbányai Műhely", 90.0),
    ]
    assert not [each for each in found.not_aired if each.start < at("2026-10-22 00:00")]


def test_a_planned_show_that_nobody_heard_is_told_as_not_aired() -> None:
    found = told(log(("2026-10-21 12:00", AMBIENT), end="2026-10-22 12:00"), EVENING)

    assert found.airings == []
    assert [(each.name, each.start) for each in found.not_aired] == [("Űrhajó Klub", at("2026-10-21 20:00"))]


def test_what_is_still_to_come_is_not_missing() -> None:
    found = told(log(("2026-10-21 12:00", AMBIENT), end="2026-10-21 21:00"), EVENING, until="2026-10-21 21:00")

    assert (found.airings, found.not_aired) == ([], [])


def test_a_drop_out_of_the_host_is_part_of_the_airing() -> None:
    entries = log(
        ("2026-10-21 20:00", live("Űrhajó Klub")),
        ("2026-10-21 20:30", OFFLINE),
        ("2026-10-21 20:31", AMBIENT),
        ("2026-10-21 20:34", live("Űrhajó Klub")),
        ("2026-10-21 21:00", JINGLE),
        ("2026-10-21 21:01", live("Űrhajó Klub")),
        end="2026-10-21 22:00",
    )

    found = told(entries, EVENING)

    assert story(found) == ["Wed 20:00-22:00 Űrhajó Klub"]
    assert dict(found.airings[0].reasons)[Why.BREAK] == 5 * 60_000


def test_a_long_drop_out_makes_two_airings_of_which_one_is_the_planned_one() -> None:
    entries = log(
        ("2026-10-21 20:00", live("Űrhajó Klub")),
        ("2026-10-21 20:30", AMBIENT),
        ("2026-10-21 20:36", live("Űrhajó Klub")),
        end="2026-10-21 22:00",
    )

    found = told(entries, EVENING)

    assert story(found) == ["Wed 20:00-20:30 Űrhajó Klub", "Wed 20:36-22:00 Űrhajó Klub"]
    assert [airing.planned is not None for airing in found.airings] == [False, True]
    assert found.not_aired == []


def test_another_show_s_file_that_fills_a_drop_out_is_no_airing_of_it() -> None:
    entries = log(
        ("2026-10-21 20:00", live("Űrhajó Klub")),
        ("2026-10-21 20:30", recorded("Kőbányai Műhely")),
        ("2026-10-21 20:33", live("Űrhajó Klub")),
        end="2026-10-21 22:00",
    )

    assert story(told(entries, EVENING)) == ["Wed 20:00-22:00 Űrhajó Klub"]


def test_a_short_show_that_was_planned_interrupts_the_long_one() -> None:
    entries = log(
        ("2026-10-21 20:00", live("Űrhajó Klub")),
        ("2026-10-21 21:00", recorded("Kőbányai Műhely")),
        ("2026-10-21 21:04", live("Űrhajó Klub")),
        end="2026-10-21 22:00",
    )

    found = told(entries, EVENING, slot(3, "21:00", "21:05", WORKSHOP))

    assert story(found) == [
        "Wed 20:00-21:00 Űrhajó Klub",
        "Wed 21:00-21:04 Kőbányai Műhely",
        "Wed 21:04-22:00 Űrhajó Klub",
    ]


def test_jingles_between_two_shows_belong_to_neither() -> None:
    entries = log(
        ("2026-10-21 19:00", recorded("Kőbányai Műhely")),
        ("2026-10-21 19:59", JINGLE),
        ("2026-10-21 20:01", live("Űrhajó Klub")),
        end="2026-10-21 22:00",
    )

    found = told(entries, BEFORE, EVENING)

    assert story(found) == ["Wed 19:00-19:59 Kőbányai Műhely", "Wed 20:01-22:00 Űrhajó Klub"]
    jingle = next(each for each in found.rest if each.start == at("2026-10-21 19:59"))
    assert (jingle.key, jingle.end) == (OFF_AIR, at("2026-10-21 20:01"))


def test_off_air_playlists_are_no_show_whatever_their_artist() -> None:
    """Case 32."""
    entries = log(("2026-10-21 19:00", recorded("Űrhajó Klub", playlist="OFF AIR")), end="2026-10-21 22:00")

    assert told(entries).airings == []


def test_a_station_that_falls_silent_within_a_show_has_no_show_until_it_is_back() -> None:
    """Case 32: the source is gone for longer than a drop-out; who hangs on listens to nothing."""
    entries = log(
        ("2026-10-21 20:00", live("Űrhajó Klub")),
        ("2026-10-21 20:30", OFFLINE),
        ("2026-10-21 21:00", live("Űrhajó Klub")),
        end="2026-10-21 22:00",
    )

    found = told(entries, EVENING)

    assert story(found) == ["Wed 20:00-20:30 Űrhajó Klub", "Wed 21:00-22:00 Űrhajó Klub"]
    assert (at("2026-10-21 20:30"), OFF_AIR) in {(each.start, each.key) for each in found.rest}


def test_an_unknown_host_has_a_bucket_of_the_name() -> None:
    """Case 34."""
    entries = log(
        ("2026-10-21 20:00", live("Vendég DJ")),
        ("2026-10-21 21:00", live("vendég  dj")),
        end="2026-10-21 22:00",
    )

    [airing] = told(entries, EVENING).airings
    assert (airing.key, airing.name, airing.hours) == ("unmatched: Vendég DJ", "Vendég DJ", 2.0)
    assert [each.name for each in told(entries, EVENING).not_aired] == ["Űrhajó Klub"]


def test_a_renamed_show_is_the_same_show_under_both_names() -> None:
    entries = log(
        ("2026-10-19 20:00", live("Night Shift")),
        ("2026-10-19 21:00", AMBIENT),
        ("2026-10-21 20:00", live("Éjjeli Műszak")),
        ("2026-10-21 21:00", AMBIENT),
        ("2026-10-22 20:00", live("A Kamionos")),
        end="2026-10-22 21:00",
    )

    airings = told(entries, aliases={"A kamionos": "ejjeli-muszak"}).airings

    assert [(a.key, a.name, a.reasons[0][0]) for a in airings] == [
        ("ejjeli-muszak", "Éjjeli Műszak", Why.ALIAS),
        ("ejjeli-muszak", "Éjjeli Műszak", Why.STREAMER),
        ("ejjeli-muszak", "Éjjeli Műszak", Why.ALIAS),
    ]


def test_a_repeat_is_an_airing_of_its_own() -> None:
    entries = log(
        ("2026-10-19 19:00", recorded("Kőbányai Műhely", "#41")),
        ("2026-10-19 20:00", AMBIENT),
        ("2026-10-22 10:00", recorded("Kőbányai Műhely", "#41")),
        end="2026-10-22 11:00",
    )

    slots = slot(1, "19:00", "20:00", WORKSHOP), slot(4, "10:00", "11:00", WORKSHOP)
    found = told(entries, *slots, until="2026-10-22 11:00")

    assert story(found) == ["Mon 19:00-20:00 Kőbányai Műhely", "Thu 10:00-11:00 Kőbányai Műhely"]
    assert [airing.late for airing in found.airings] == [0.0, 0.0]


def test_two_shows_heard_in_one_slot_are_two_airings() -> None:
    entries = log(
        ("2026-10-21 20:00", live("Űrhajó Klub")),
        ("2026-10-21 21:10", live("Éjjeli Műszak")),
        end="2026-10-21 22:00",
    )

    found = told(entries, EVENING)

    assert story(found) == ["Wed 20:00-21:10 Űrhajó Klub", "Wed 21:10-22:00 Éjjeli Műszak"]
    assert [airing.overrun for airing in found.airings] == [-50.0, None]


def test_an_outage_over_a_whole_show_leaves_it_to_the_plan() -> None:
    entries = log(
        ("2026-10-21 18:00", AMBIENT),
        ("2026-10-21 19:30", None),
        ("2026-10-21 22:30", AMBIENT),
        end="2026-10-22 12:00",
    )

    found = told(entries, BEFORE, EVENING)

    wednesday = [airing for airing in found.airings if at("2026-10-21 00:00") <= airing.start < at("2026-10-22 00:00")]
    assert [(a.name, a.start, a.end, a.reasons[0][0], a.heard) for a in wednesday] == [
        ("Kőbányai Műhely", at("2026-10-21 19:30"), at("2026-10-21 20:00"), Why.NO_LOG, 0.0),
        ("Űrhajó Klub", at("2026-10-21 20:00"), at("2026-10-21 22:00"), Why.NO_LOG, 0.0),
    ]
    assert [each.key for each in found.rest if each.start == at("2026-10-21 22:00")] == [UNKNOWN]


def test_a_show_heard_before_and_after_a_gap_went_on_in_it_even_beyond_its_slot() -> None:
    entries = log(
        ("2026-10-21 20:00", live("Űrhajó Klub")),
        ("2026-10-21 21:50", None),
        ("2026-10-21 22:20", live("Űrhajó Klub")),
        end="2026-10-21 22:40",
    )

    found = told(entries, EVENING, slot(3, "22:00", "23:00", WORKSHOP))

    assert story(found)[0] == "Wed 20:00-22:40 Űrhajó Klub"
    assert dict(found.airings[0].reasons)[Why.AROUND] == 30 * 60_000


def test_metadata_that_names_nobody_leaves_it_to_the_plan_and_says_so() -> None:
    request = recorded("Kívánság", "Valami dal", playlist="")
    found = told(log(("2026-10-21 20:00", request), ("2026-10-21 23:00", AMBIENT), end="2026-10-22 08:00"), EVENING)

    planned, beyond = found.airings
    assert (planned.key, planned.end, planned.reasons[0][0]) == (
        "urhajo-klub", at("2026-10-21 22:00"), Why.NO_METADATA,
    )  # fmt: skip
    assert (beyond.key, beyond.start) == ("unmatched: Kívánság", at("2026-10-21 22:00"))


def test_a_gap_between_two_songs_that_name_nobody_is_the_plan_s_as_well() -> None:
    song = recorded("Kívánság", "Valami dal", playlist="")
    entries = log(
        ("2026-10-21 20:00", song), ("2026-10-21 21:00", None), ("2026-10-21 21:03", song), end="2026-10-21 22:00"
    )

    [airing] = told(entries, EVENING, until="2026-10-21 22:00").airings

    assert (airing.key, airing.heard) == ("urhajo-klub", 0.0)
    assert dict(airing.reasons) == {Why.NO_METADATA: 117 * MINUTE, Why.NO_LOG: 3 * MINUTE}


def test_of_two_shows_planned_at_once_silence_is_the_one_s_that_began_last() -> None:
    """A guest for an hour within the long evening: that is why there is a second line in the plan."""
    found = told([], slot(3, "20:00", "23:00", ROCKET), slot(3, "21:00", "22:00", WORKSHOP), until="2026-10-21 23:00")

    assert story(found, "2026-10-21") == [
        "Wed 20:00-21:00 Űrhajó Klub",
        "Wed 21:00-22:00 Kőbányai Műhely",
        "Wed 22:00-23:00 Űrhajó Klub",
    ]


def test_a_name_nobody_knows_between_two_songs_of_another_is_not_swallowed() -> None:
    """A station that plays music: three minutes are a song, and no drop-out."""
    entries = log(
        ("2026-10-21 20:00", recorded("Első Zenekar", playlist="Zene")),
        ("2026-10-21 20:03", recorded("Második Zenekar", playlist="Zene")),
        ("2026-10-21 20:06", recorded("Első Zenekar", playlist="Zene")),
        end="2026-10-21 20:09",
    )

    assert [airing.name for airing in told(entries).airings] == ["Első Zenekar", "Második Zenekar", "Első Zenekar"]


def test_a_station_that_tells_only_titles_is_matched_by_them() -> None:
    entries = log(
        ("2026-10-21 19:00", titled("Kőbányai Műhely - Őszi adás #41")),
        ("2026-10-21 20:00", titled("Űrhajó Klub")),
        ("2026-10-21 21:00", titled("Holdkóros Trió - Kapcsolat megszakadt")),
        end="2026-10-21 22:00",
    )

    found = told(entries, EVENING)

    assert [(a.name, a.episode) for a in found.airings] == [("Kőbányai Műhely", "Őszi adás #41"), ("Űrhajó Klub", "")]
    assert found.airings[0].reasons == ((Why.TITLE, HOUR),)
    assert dict(found.airings[1].reasons) == {Why.TITLE: HOUR, Why.NO_METADATA: HOUR}


def test_a_show_over_midnight_is_one_airing() -> None:
    """Case 1."""
    entries = log(
        ("2026-10-21 23:00", live("Éjjeli Műszak")),
        ("2026-10-22 01:00", AMBIENT),
        end="2026-10-22 08:00",
    )

    [airing] = told(entries, slot(3, "23:00", "01:00", NIGHT)).airings
    assert (airing.start, airing.end, airing.overrun) == (at("2026-10-21 23:00"), at("2026-10-22 01:00"), 0.0)


def test_a_show_from_sunday_to_monday_belongs_to_the_week_of_its_start() -> None:
    """Case 39."""
    entries = log(
        ("2026-10-18 23:00", live("Éjjeli Műszak")),
        ("2026-10-19 02:00", AMBIENT),
        ("2026-10-25 23:00", live("Éjjeli Műszak")),
        ("2026-10-26 02:00", AMBIENT),
        end="2026-10-26 12:00",
    )

    starts = {
        day: [airing.start for airing in starting_in(told(entries, of=day), week_of(day))]
        for day in ("2026-10-12", "2026-10-19", "2026-10-26")
    }

    assert starts == {
        "2026-10-12": [at("2026-10-18 23:00")],
        "2026-10-19": [at("2026-10-25 23:00")],
        "2026-10-26": [],
    }


@pytest.mark.parametrize(
    ("night", "hours"), [("2026-10-25", 4.0), ("2026-03-29", 2.0)], ids=["the hour twice", "the hour missing"]
)
def test_a_show_in_the_night_of_a_clock_change_lasts_as_long_as_it_was_heard(night: str, hours: float) -> None:
    """Cases 2 and 3."""
    heard = log((f"{night} 01:00", live("Éjjeli Műszak")), (f"{night} 04:00", AMBIENT), end=f"{night} 08:00")
    silent = log((f"{night} 05:00", AMBIENT), end=f"{night} 08:00")
    for entries in (heard, silent):
        found = told(entries, slot(7, "01:00", "04:00", NIGHT), of=night)
        [airing] = starting_in(found, week_of(night))

        assert (airing.hours, airing.late, airing.overrun) == (hours, 0.0, 0.0)


def test_the_second_two_o_clock_is_not_the_first() -> None:
    """Case 3."""
    entries = [entry(at("2026-10-25 02:30"), at("2026-10-25 02:30", fold=1), live("Éjjeli Műszak"))]

    assert told(entries).airings[0].hours == 1.0


def test_what_goes_on_for_days_is_cut_at_midnights_so_that_every_week_has_its_part() -> None:
    entries = [entry(at("2026-10-01 12:00"), at("2026-11-05 12:00"), live("Űrhajó Klub"))]

    for day in ("2026-10-21", "2026-10-28"):
        own = starting_in(told(entries, of=day), week_of(day))
        assert len(own) == 7
        assert own[0].start == week_of(day).start
        assert own[-1].end == week_of(day).end


def test_a_play_filled_in_while_we_were_away_and_seen_again_afterwards_counts_once() -> None:
    entries = [
        entry(at("2026-10-21 20:00"), at("2026-10-21 22:00"), live("Űrhajó Klub")),
        entry(at("2026-10-21 20:30"), at("2026-10-21 21:30"), live("Űrhajó Klub")),
    ]

    found = told(entries, EVENING)

    assert [(a.hours, a.heard) for a in found.airings] == [(2.0, 1.0)]


def test_every_instant_is_counted_once_whatever_the_log_says() -> None:
    entries = [
        *log(("2026-10-21 18:00", recorded("Kőbányai Műhely")), ("2026-10-21 19:10", None), ("2026-10-21 19:20", live("X")),
             ("2026-10-21 20:10", titled("")), ("2026-10-21 20:50", OFFLINE), end="2026-10-21 22:22"),
        entry(at("2026-10-21 18:30"), at("2026-10-21 19:40"), live("Űrhajó Klub")),
    ]  # fmt: skip

    found = told(entries, BEFORE, EVENING)

    pieces = sorted([*((a.start, a.end) for a in found.airings), *((r.start, r.end) for r in found.rest)])
    assert all(before[1] == after[0] for before, after in pairwise(pieces))


sounds = st.sampled_from(
    [live("Űrhajó Klub"), live("Vendég DJ"), recorded("Kőbányai Műhely"), titled("Valami"), AMBIENT, JINGLE, OFFLINE]
)
stretches = st.tuples(st.integers(0, 300), st.integers(1, 90), sounds)


@settings(max_examples=60)
@given(st.lists(stretches, max_size=12), st.booleans())
def test_whatever_was_logged_and_planned_each_instant_is_counted_once(
    logged: list[tuple[int, int, OnAir]], is_planned: bool
) -> None:
    evening = at("2026-10-21 18:00")
    entries = [
        entry(Instant(evening + start * MINUTE), Instant(evening + (start + length) * MINUTE), on_air)
        for start, length, on_air in logged
    ]

    found = told(entries, *([BEFORE, EVENING] if is_planned else []))

    pieces = sorted([*((a.start, a.end) for a in found.airings), *((r.start, r.end) for r in found.rest)])
    week = week_of("2026-10-21")
    assert (pieces[0][0], pieces[-1][1]) == (week.start - MARGIN, week.end + MARGIN)
    assert all(before[1] == after[0] for before, after in pairwise(pieces))
    assert all(sum(lasted for _, lasted in airing.reasons) == airing.end - airing.start for airing in found.airings)
    assert len({airing.planned for airing in found.airings if airing.planned}) == sum(
        airing.planned is not None for airing in found.airings
    )


def test_an_airing_between_two_slots_of_its_show_is_the_earlier_one() -> None:
    """Story: as near to one as to the other, it ended the report: slots cannot be compared."""
    found = told(
        log(("2026-10-21 19:00", AMBIENT), ("2026-10-21 20:00", live("Űrhajó Klub")), ("2026-10-21 20:30", AMBIENT),
            end="2026-10-22 00:00"),
        slot(3, "19:00", "19:30", ROCKET), slot(3, "21:00", "21:30", ROCKET),
    )  # fmt: skip

    [airing] = found.airings
    assert airing.late == 60.0
    assert [each.start for each in found.not_aired] == [at("2026-10-21 21:00")]
