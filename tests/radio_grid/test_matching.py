"""Whose show is on air, by what the server says."""

from typing import Any

import pytest

from lahmadaemon.radio.shows import arcsi_payload
from lahmadaemon.radio.shows.grid import Show
from lahmadaemon.radio.shows.matching import Match, Matcher, Reason, bucket
from lahmadaemon.radio.snapshot import OnAir
from tests.radio_grid.matched import match
from tests.samples import sample, told

ROWS = arcsi_payload.shows(sample("arcsi/show_schedule.json"))[0]
SHOWS = [row.show for row in ROWS]
NIGHT = Show("night", "Night Show", "Night List")


def heard(artist: str = "", playlist: str = "", *, live: str | None = None) -> OnAir:
    return OnAir(online=True, live=live is not None, streamer=live or "", artist=artist, playlist=playlist)


@pytest.mark.parametrize("case", told("arcsi/expected_matches.json")["matches"], ids=lambda case: case["why"])
def test_the_sample_names_are_matched_as_expected(case: dict[str, Any]) -> None:
    name = case["on_air"]
    on_air = heard(live=name) if case["is_live"] else heard(name, case["playlist"])

    found = match(on_air, SHOWS)

    assert next((int(show.id) for show in SHOWS if show.slug == found.slug), None) == case["show_id"]


def test_an_inactive_show_is_found_where_it_is_known() -> None:
    everybody = [Show("szunetjel", "Szünetjel", id="25", retired=True), *SHOWS]

    assert match(heard("Szünetjel"), everybody) == Match("szunetjel", "Szünetjel", Reason.ARTIST)


def test_case_34_an_unknown_name_keeps_its_own_bucket() -> None:
    found = match(heard(live="Vendég DJ"), SHOWS)

    assert found == Match(None, "Vendég DJ", Reason.UNMATCHED)
    assert found.bucket == "unmatched: Vendég DJ"


def test_what_no_show_can_be_on_has_no_bucket() -> None:
    assert match(heard("Zsongás", "Off Air Ambient"), SHOWS).bucket is None
    assert match(OnAir(online=False, artist="Kőbányai Műhely"), SHOWS) == Match(None, "", Reason.SILENT)


def test_a_matched_bucket_is_the_slug() -> None:
    assert match(heard("Kőbányai Műhely"), SHOWS).bucket == bucket("kobanyai-muhely", "x") == "kobanyai-muhely"


def test_the_playlist_helps_where_the_artist_is_a_band() -> None:
    assert match(heard("Some Band", "Night List"), [NIGHT]) == Match("night", "Night List", Reason.PLAYLIST)


def test_a_playlist_that_two_shows_share_names_neither() -> None:
    sharing = [NIGHT, Show("dawn", "Dawn", "Night List")]

    assert match(heard("Some Band", "Night List"), sharing) == Match(None, "Some Band", Reason.UNMATCHED)


def test_while_somebody_is_live_the_track_they_play_is_no_show() -> None:
    on_air = OnAir(online=True, live=True, streamer="Vendég DJ", artist="Night Show", playlist="Night List")

    assert match(on_air, [NIGHT]).reason is Reason.UNMATCHED


def test_a_live_show_with_an_off_air_playlist_left_over_is_live() -> None:
    on_air = OnAir(online=True, live=True, streamer="Night Show", playlist="OFF AIR")

    assert match(on_air, [NIGHT]) == Match("night", "Night Show", Reason.STREAMER)


def test_live_without_a_name_is_not_off_air_for_a_playlist_left_over() -> None:
    on_air = OnAir(online=True, live=True, artist="Night Show", playlist="OFF AIR")

    assert match(on_air, [NIGHT]).slug == "night"


def test_a_live_server_without_a_streamers_name_falls_back_on_the_artist() -> None:
    assert match(OnAir(online=True, live=True, artist="Night Show"), [NIGHT]).slug == "night"


def test_the_table_of_aliases_goes_before_names() -> None:
    aliases = {"Éjjeli Műsor": "night", "Dawn": "night"}
    known = Matcher([NIGHT, Show("dawn", "Dawn")], aliases)

    assert known.match(heard("EJJELI MUSOR")) == Match("night", "EJJELI MUSOR", Reason.ALIAS)
    assert known.match(heard(live="dawn")) == Match("night", "dawn", Reason.ALIAS)
    assert known.match(heard("", "Dawn")) == Match("night", "Dawn", Reason.ALIAS)


def test_a_shows_own_name_goes_before_anothers_former_one() -> None:
    shows = [Show("dj-day", "DJ Day", former=("DJ Night",)), Show("dj-night-5", "DJ Night", id="5")]

    assert match(heard("DJ Night"), shows).slug == "dj-night-5"
    assert match(heard("DJ Day"), shows).slug == "dj-day"


def test_a_former_name_is_still_its_shows() -> None:
    shows = [Show("dj-day", "DJ Evening", former=("DJ Day",), aliases=("The Evening",))]

    assert match(heard("DJ Day"), shows).slug == "dj-day"
    assert match(heard("the  evening"), shows) == Match("dj-day", "the  evening", Reason.ALIAS)


def test_a_retired_show_never_takes_a_present_ones_name() -> None:
    shows = [Show("old", "Night Show", retired=True), NIGHT]

    assert match(heard("Night Show"), shows).slug == "night"


def test_other_off_air_playlists_may_be_named() -> None:
    without = Matcher([NIGHT], off_air=("Rotacio",))

    assert without.match(heard("Some Band", "rotáció")).reason is Reason.OFF_AIR
    assert without.match(heard("Some Band", "OFF AIR")).reason is Reason.UNMATCHED


def test_nothing_heard_is_unmatched_and_matches_no_show_without_a_playlist() -> None:
    assert match(heard(), [Show("no-playlist", "No Playlist")]) == Match(None, "", Reason.UNMATCHED)
    assert match(heard("!!!"), [Show("no-playlist", "No Playlist", aliases=("?!",))]).slug is None
