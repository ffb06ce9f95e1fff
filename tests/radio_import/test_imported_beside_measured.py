"""History that was imported, beside what polls and the server's own memory tell: nobody is counted twice, or before their time."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import URL

from lahmadaemon.clock import DAY, HOUR, SECOND, Instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.exporting import Exporter
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.importing.lahma import Lines, Visit
from lahmadaemon.radio.importing.store import ImportStore
from lahmadaemon.radio.reports import PeriodReport, Reporter
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.source import History
from lahmadaemon.radio.store import Poll, RadioStore
from lahmadaemon.radio.truth.backfilling import backfill
from lahmadaemon.radio.truth.history.store import HistoryStore
from lahmadaemon.radio.truth.reconcile import reconciling
from lahmadaemon.radio.truth.walking import Walker, unasked
from lahmadaemon.store.database import Store, open_store
from tests.fakes.clock import FakeClock
from tests.fakes.house import keeping
from tests.radio.builders import connection
from tests.radio_history.test_service import Historian

ZONE = ZoneInfo("UTC")
MONDAY = periods.day(date(2026, 10, 12), ZONE)
TUESDAY, WEDNESDAY = (periods.day(date(2026, 10, day), ZONE) for day in (13, 14))
LONG_AGO = periods.day(date(2022, 9, 14), ZONE)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(URL.create("sqlite", database=str(tmp_path / "radio.db"))) as opened:
        yield opened


async def import_(store: Store, start: int, end: int, *visits: tuple[int, int]) -> None:
    heard = tuple(Visit("203.0.113.9", "Hungary", Instant(begin), Instant(stop)) for begin, stop in visits)
    kept = ImportStore(store, "demo", Pseudonyms(b"secret"))
    await kept.keep(Lines(Instant(start), Instant(end), heard, (), 1), Instant(end))


async def poll(store: Store, start: int, end: int, *guests: tuple[str, int]) -> None:
    """Valid polls every half hour of [start, end]; guests (name, beginning) are there from the first on."""
    radio = RadioStore(store, "demo")
    for at in range(start, end + 1, HOUR // 2):
        there = [connection(name, begun / SECOND) for name, begun in guests] if at == start else []
        await radio.record(Poll(Instant(at), Instant(at), HOUR // 2, "valid", 1, 1, 1, 5, 0), there)


async def report(store: Store, period: periods.Period) -> PeriodReport:
    return await Reporter(RadioStore(store, "demo"), RadioSettings(), ZONE).report(period, Instant(WEDNESDAY.end))


async def test_an_import_of_years_ago_does_not_let_us_know_what_was_before_our_first_poll(store: Store) -> None:
    """Who was there at the first poll had come on Monday; of Monday nothing else is known, nor of Tuesday's morning."""
    await import_(store, LONG_AGO.start, LONG_AGO.end, (LONG_AGO.start + HOUR, LONG_AGO.start + 2 * HOUR))
    noon = TUESDAY.start + 12 * HOUR
    await poll(store, noon, TUESDAY.end, ("anna", MONDAY.start + HOUR))

    before, first, long_ago = [await report(store, each) for each in (MONDAY, TUESDAY, LONG_AGO)]

    assert (before.gross.tlh, before.flags) == (0, ("no_data",))
    assert (first.gross.tlh, first.gross.ss) == (12, 0)
    assert "measuring_began" in first.flags
    assert long_ago.gross.tlh == 1


async def test_who_came_while_an_import_tells_of_it_and_stayed_counts_from_its_end_on(store: Store) -> None:
    """Anna is a visit in the file, without her player; our first poll finds her again, as somebody who came at ten."""
    ten, noon = TUESDAY.start + 10 * HOUR, TUESDAY.start + 12 * HOUR
    await import_(store, MONDAY.start, noon, (ten, noon))
    await poll(store, noon, TUESDAY.end, ("anna", ten))

    day = await report(store, TUESDAY)

    assert day.gross.tlh == 14
    assert day.gross.peak == 1


@pytest.mark.slow
async def test_years_of_which_nobody_knows_anything_get_no_files(store: Store, tmp_path: Path) -> None:
    """An import of 2022 beside measuring in 2026 would be 1,500 days of empty files."""
    await import_(store, LONG_AGO.start, LONG_AGO.end, (LONG_AGO.start + HOUR, LONG_AGO.start + 2 * HOUR))
    later = periods.day(date(2022, 10, 14), ZONE)
    await poll(store, later.start + HOUR, later.start + 2 * HOUR, ("anna", later.start - HOUR))
    radio, now = RadioStore(store, "demo"), Instant(later.end + 2 * HOUR)
    exporter = Exporter(radio, Reporter(radio, RadioSettings(), ZONE), ZONE, tmp_path / "out", ("csv",))

    await exporter.export_due(now)

    days = {path.name[5:15] for path in (tmp_path / "out").iterdir()}
    assert days == {"2022-09-14", "2022-10-14", "2022-10-15"}, "the last one still runs"
    assert len(await radio.exported()) == 32
    assert await exporter.due(now) == [date(2022, 10, 15)]


async def test_the_server_is_not_asked_of_what_was_imported(store: Store, clock: FakeClock) -> None:
    """The nightly look goes back for two days, and would add under other names whom the file has told of."""
    now = clock.now() // HOUR * HOUR
    imported = (now - DAY - 9 * HOUR, now - 9 * HOUR)
    await import_(store, *imported)
    await poll(store, now - HOUR, now)
    historian = Historian(clock)
    [service] = reconciling(store, "demo", historian, clock, ZONE)

    async with keeping(clock, service):
        await clock.advance(10)

    assert historian.asked
    assert all(end <= imported[0] or start >= imported[1] for start, end in historian.asked)


async def test_who_was_there_when_an_import_ended_is_found_with_their_beginning(store: Store, clock: FakeClock) -> None:
    """A backfill looked further back on its first day alone, which here is one that nobody is asked about."""
    noon = TUESDAY.start + 12 * HOUR
    await import_(store, MONDAY.start, noon)
    historian = Historian(clock, [("anna", TUESDAY.start + 10 * HOUR, TUESDAY.end - HOUR)])

    async def at_once() -> bool:
        return True

    radio = RadioStore(store, "demo")
    walker = Walker(radio, HistoryStore(store, "demo"), historian, clock, at_once, unasked(radio))
    done = [day async for day in backfill(walker, [MONDAY, TUESDAY])]

    assert [day.asked for day in done] == [False, True]
    assert (await report(store, TUESDAY)).gross.tlh == pytest.approx(11, abs=0.01)


async def test_what_the_server_s_history_tells_of_is_not_imported_again(store: Store) -> None:
    kept = ImportStore(store, "demo", Pseudonyms(b"secret"))
    tuesday, monday = ((Instant(each.start), Instant(each.end - 1)) for each in (TUESDAY, MONDAY))
    history = History(TUESDAY.start, TUESDAY.end, ())
    await HistoryStore(store, "demo").amend(history, {}, WEDNESDAY.start, remembers_before=True)

    assert await kept.measured(*tuesday) == TUESDAY.start
    assert await kept.measured(*monday) is None
    assert await kept.measured(Instant(MONDAY.start), Instant(TUESDAY.start + 59_999)) is None, "less is rounding"
