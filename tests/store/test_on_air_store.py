"""The log of what was on air, kept: on either engine the same, and once or twice the same."""

from dataclasses import replace

import pytest

from lahmadaemon.clock import Instant
from lahmadaemon.radio.shows.log.entries import Entry
from lahmadaemon.radio.shows.log.log import OnAirLog
from lahmadaemon.radio.shows.log.store import OnAirStore
from lahmadaemon.radio.snapshot import OnAir
from lahmadaemon.radio.vouched.store import Vouched
from lahmadaemon.store.database import Store
from tests.store.builders import s

LIVE = OnAir(online=True, live=True, streamer="Űrhajó Klub", artist="Űrhajó Klub", title="Élő adás", play=90402)
FILE = OnAir(online=True, artist="Kőbányai Műhely", title="Őszi adás #41", playlist="Kobanyai Muhely")


def lasting(start: float, end: float, on_air: OnAir = FILE, origin: str = "poll") -> Entry:
    return Entry(s(start), s(end), s(end), on_air, origin)


@pytest.fixture
def log(store: Store) -> OnAirStore:
    return OnAirStore(store, "lahma")


async def test_what_is_kept_is_what_is_read(log: OnAirStore) -> None:
    entries = [lasting(0, 60), lasting(60, 90, LIVE, "history")]

    await log.keep(entries)
    await log.keep(entries)

    assert await log.between(s(0), s(100)) == entries


async def test_an_entry_that_goes_on_is_written_over_itself(log: OnAirStore) -> None:
    await log.keep([lasting(0, 60)])
    await log.keep([lasting(0, 90), lasting(90, 120, LIVE)])

    assert await log.between(s(0), s(200)) == [lasting(0, 90), lasting(90, 120, LIVE)]


async def test_only_entries_that_touch_the_span_are_read(log: OnAirStore) -> None:
    await log.keep([lasting(0, 10), lasting(10, 20), lasting(20, 30), lasting(30, 40)])

    assert [entry.since for entry in await log.between(s(10), s(30))] == [s(10), s(20)]


async def test_the_log_goes_on_from_the_last_entry_of_a_poll(log: OnAirStore) -> None:
    assert await log.last() is None

    await log.keep([lasting(0, 10), lasting(20, 30, LIVE), lasting(40, 50, FILE, "history")])

    assert await log.last() == lasting(20, 30, LIVE)
    assert (await log.before(s(20)), await log.before(s(0))) == (s(0), None)


async def test_stations_do_not_see_each_other(store: Store, log: OnAirStore) -> None:
    await OnAirStore(store, "other").keep([lasting(0, 10)])

    assert (await log.between(s(0), s(100)), await log.last()) == ([], None)


async def test_whatever_a_host_types_can_be_kept(log: OnAirStore) -> None:
    await log.keep([Entry(s(0), s(0), Instant(s(0) + 1), replace(LIVE, streamer="a\0b", title="🚀" * 300))])

    [kept] = await log.between(s(0), s(1))
    assert (kept.on_air.streamer, kept.on_air.title) == ("a\ufffdb", "🚀" * 300)


async def test_what_is_filled_in_later_makes_its_hours_stale_and_what_is_polled_does_not(
    store: Store, log: OnAirStore
) -> None:
    """A week's table that was kept, or written into files, had named these hours by the plan."""
    await log.keep([lasting(0, 60)])
    assert await Vouched(store, "lahma").amended_at(s(0), s(100_000)) is None

    await log.keep([lasting(3600, 7300, LIVE, "history")], s(50_000))

    vouched = Vouched(store, "lahma")
    assert [await vouched.amended_at(s(3600 * n), s(3600 * n + 3600)) for n in (1, 2, 4)] == [
        s(50_000),
        s(50_000),
        None,
    ]


async def test_what_a_frozen_server_showed_is_taken_back_and_its_hours_are_stale(log: OnAirStore, store: Store) -> None:
    """A freeze is recognised long after it began: until then the log had gone on with the play it stopped at."""
    await log.keep([lasting(0, 60), lasting(60, 5000), lasting(5000, 5400, OnAir(online=False))])
    await log.keep([lasting(5400, 5500, origin="history")])

    await log.take_back(s(3700), s(6000))
    await log.take_back(s(3700), s(6000))

    kept = await log.between(s(0), s(9000))
    assert kept == [lasting(0, 60), lasting(60, 3700), lasting(5400, 5500, origin="history")]
    vouched = Vouched(store, "lahma")
    assert [await vouched.amended_at(s(hour * 3600), s(hour * 3600 + 3600)) for hour in range(2)] == [None, s(6000)]


async def test_what_goes_on_after_the_freeze_begins_anew(log: OnAirStore) -> None:
    notes = OnAirLog(log, 30)
    await notes.note(s(0), FILE)
    await notes.note(s(30), FILE)
    await notes.take_back(s(20), s(40))

    await notes.note(s(600), LIVE)

    assert [(entry.since, entry.until, entry.on_air) for entry in await log.between(s(0), s(900))] == [
        (s(0), s(20), FILE),
        (s(585), s(615), LIVE),
    ]
