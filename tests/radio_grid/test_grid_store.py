"""The programme of the past is the one that was in force then."""

from dataclasses import replace
from datetime import date

import pytest

from lahmadaemon.clock import DAY, MINUTE, Instant
from lahmadaemon.errors import HopelessError
from lahmadaemon.radio.shows import content
from lahmadaemon.radio.shows.grid import CALENDAR, SPECIAL_DAY, Grid, Planned, Show
from lahmadaemon.radio.shows.slug import slug
from lahmadaemon.radio.shows.store import GridStore
from lahmadaemon.radio.snapshot import OnAir
from lahmadaemon.store.database import Store
from tests.radio_grid.builders import BUDAPEST, at, grid, slot
from tests.radio_grid.matched import match

OLD, NEW = slot(3, "20:00", "21:00", "Night Show"), slot(4, "20:00", "21:00", "Night Show")
MONDAY = at("2026-10-19 00:00")


def everything() -> Grid:
    """One of each thing a grid can hold."""
    special = replace(slot(6, "10:00", "16:00", "Maraton"), slug=None, source=SPECIAL_DAY)
    dated = Planned(at("2026-10-21 19:00"), at("2026-10-21 20:00"), "concert", "Concert", repeat=True, source=CALENDAR)
    shows = (Show("night-show", "Night Show", "Nights", "7", ("Late",)), Show("concert", "Concért \0"))
    return Grid(shows, (OLD, NEW), {date(2026, 10, 24): (special,), date(2026, 10, 25): ()}, (dated,))


async def test_a_grid_comes_back_as_it_went_in(grids: GridStore) -> None:
    assert await grids.keep(everything(), MONDAY)

    kept = await grids.newest()

    assert kept is not None
    assert content.written(kept.grid) == content.written(everything())
    assert kept.grid.days == everything().days
    assert set(kept.grid.dated) == set(everything().dated)


async def test_a_row_is_written_only_when_the_programme_has_changed(grids: GridStore) -> None:
    known = everything()
    shuffled = replace(known, shows=known.shows[::-1], weekly=known.weekly[::-1])

    kept = [await grids.keep(each, Instant(MONDAY + n * MINUTE)) for n, each in enumerate((known, known, shuffled))]

    assert kept == [True, False, False]
    assert len(await grids.versions(0, MONDAY + DAY)) == 1


async def test_case_35_a_schedule_that_is_edited_later_leaves_past_weeks_as_they_were(grids: GridStore) -> None:
    await grids.keep(grid(OLD), MONDAY)
    await grids.keep(grid(NEW), at("2026-10-26 12:00"))

    found = await grids.planned(MONDAY, at("2026-11-09 00:00"))

    assert [each.start for each in found] == [at("2026-10-21 20:00"), at("2026-10-29 20:00"), at("2026-11-05 20:00")]
    assert not any(each.assumed for each in found)


async def test_a_grid_that_comes_back_is_a_version_again(grids: GridStore) -> None:
    for day, each in ((19, OLD), (26, NEW), (30, OLD)):
        assert await grids.keep(grid(each), at(f"2026-10-{day} 12:00"))

    found = await grids.planned(at("2026-10-26 12:00"), at("2026-11-09 00:00"))

    assert [each.start for each in found] == [at("2026-10-29 20:00"), at("2026-11-04 20:00")]


async def test_an_airing_goes_by_the_grid_in_force_when_it_starts(grids: GridStore) -> None:
    await grids.keep(grid(slot(3, "23:00", "02:00", "Early")), MONDAY)
    await grids.keep(grid(slot(3, "23:00", "03:00", "Edited")), at("2026-10-21 23:30"))

    found = await grids.planned(at("2026-10-22 01:00"), at("2026-10-22 05:00"))

    assert [(each.name, each.end) for each in found] == [("Early", at("2026-10-22 02:00"))]


async def test_before_the_first_reading_the_first_grid_is_assumed_and_says_so(grids: GridStore) -> None:
    await grids.keep(grid(OLD), at("2026-10-21 20:30"))

    found = await grids.planned(at("2026-10-12 00:00"), at("2026-11-02 00:00"))

    assert [each.assumed for each in found] == [True, True, False]
    assert len(await grids.planned(at("2026-09-07 00:00"), at("2026-09-14 00:00"))) == 1
    assert [show.name for show in await grids.shows(at("2026-09-07 00:00"))] == ["Night Show"]


async def test_where_nothing_was_ever_read_nothing_is_planned(grids: GridStore) -> None:
    assert await grids.planned(MONDAY, Instant(MONDAY + DAY)) == []
    assert await grids.shows(MONDAY) == []
    assert await grids.newest() is None


async def test_stations_have_programmes_of_their_own(store: Store, grids: GridStore) -> None:
    other = GridStore(store, "other", BUDAPEST)
    await grids.keep(grid(OLD), MONDAY)
    await other.keep(grid(NEW), MONDAY)

    found = await other.planned(MONDAY, Instant(MONDAY + 7 * DAY))

    assert [each.start for each in found] == [at("2026-10-22 20:00")]


async def test_a_clock_that_went_back_does_not_rewrite_the_past(grids: GridStore) -> None:
    await grids.keep(grid(OLD), MONDAY)
    await grids.keep(grid(NEW), at("2026-10-26 12:00"))

    assert await grids.keep(grid(OLD), at("2026-10-20 12:00"))

    versions = await grids.versions(0, at("2027-01-01 00:00"))
    assert [each.valid_from for each in versions] == [MONDAY, at("2026-10-26 12:00")]
    assert versions[-1].grid.weekly == (OLD,)


async def test_a_renamed_show_keeps_its_slug_and_answers_to_both_names(grids: GridStore) -> None:
    await grids.keep(Grid((Show("night-show", "Night Show", id="7"),), (OLD,)), MONDAY)
    new_name = replace(NEW, slug="dawn-show", name="Dawn Show")
    await grids.keep(Grid((Show("dawn-show", "Dawn Show", id="7"),), (new_name,)), at("2026-10-26 12:00"))

    [show] = await grids.shows(at("2026-10-27 00:00"))
    found = await grids.planned(MONDAY, at("2026-11-02 00:00"))

    assert (show.slug, show.name, show.former) == ("night-show", "Dawn Show", ())
    assert [(each.slug, each.name) for each in found] == [("night-show", "Night Show"), ("night-show", "Dawn Show")]
    for name in ("Night Show", "Dawn Show"):
        assert match(OnAir(online=True, artist=name), [show]).slug == "night-show"


def test_a_third_name_and_the_first_one_again() -> None:
    names, known = ("Night Show", "Dawn Show", "Noon Show", "Night Show"), None
    for name in names:
        known = content.settled(Grid((Show(slug(name), name, id="7"),)), known)

    assert known == Grid((Show("night-show", "Night Show", id="7", former=("Dawn Show", "Noon Show")),))


def test_a_new_show_called_as_another_one_was_does_not_get_its_past() -> None:
    before = Grid((Show("night-show", "Night Show", id="7"),))
    after = Grid(
        (Show("dawn-show", "Dawn Show", id="7"), Show("night-show", "Night Show", id="9")),
        (replace(OLD, slug="night-show"), replace(NEW, slug="dawn-show", name="Dawn Show")),
    )

    settled = content.settled(after, before)
    again = content.settled(after, settled)

    assert {show.id: show.slug for show in settled.shows} == {"7": "night-show", "9": "night-show-9"}
    assert [(each.name, each.slug) for each in settled.weekly] == [
        ("Night Show", "night-show-9"), ("Dawn Show", "night-show"),
    ]  # fmt: skip
    assert again == settled
    assert match(OnAir(online=True, artist="Night Show"), settled.shows).slug == "night-show-9"


def test_two_shows_that_swap_names_keep_their_pasts() -> None:
    before = Grid((Show("a", "A", id="1"), Show("b", "B", id="2")))

    settled = content.settled(Grid((Show("b", "B", id="1"), Show("a", "A", id="2"))), before)

    assert {show.id: (show.slug, show.name) for show in settled.shows} == {"1": ("a", "B"), "2": ("b", "A")}
    assert match(OnAir(online=True, artist="B"), settled.shows).slug == "a"


def test_who_left_the_programme_is_still_known_and_comes_back_as_who_they_were() -> None:
    before = Grid((Show("night-show", "Night Show", id="7"), Show("dub-kert", "Dub Kert", id="8")))

    gone = content.settled(Grid((Show("dub-kert", "Dub Kert", id="8"),)), before)
    back = content.settled(Grid((Show("dawn-show", "Dawn Show", id="7"), Show("dub-kert", "Dub Kert", id="8"))), gone)

    assert [(show.slug, show.retired) for show in gone.shows] == [("dub-kert", False), ("night-show", True)]
    assert match(OnAir(online=True, artist="Night Show"), gone.shows).slug == "night-show"
    assert {show.slug: show.retired for show in back.shows} == {"night-show": False, "dub-kert": False}


def test_an_alias_that_is_taken_out_is_gone() -> None:
    before = Grid((Show("night-show", "Night Show", aliases=("Wrong",)),))

    [show] = content.settled(Grid((Show("night-show", "Night Show"),)), before).shows

    assert show == Show("night-show", "Night Show")


def test_a_name_that_only_changed_its_accents_is_no_other_name() -> None:
    before = Grid((Show("dub-kert", "Dub Kert"),))

    assert content.settled(Grid((Show("dub-kert", "Dúb Kert"),)), before).shows == (Show("dub-kert", "Dúb Kert"),)


def test_a_content_somebody_else_wrote_is_named_as_damaged() -> None:
    with pytest.raises(HopelessError, match="cannot be read"):
        content.read('{"shows": 3}')
