"""The service that keeps what is settled, the one that takes old rows away, and kills in between."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import URL
from structlog.testing import capture_logs

from lahmadaemon.clock import DAY, HOUR, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio import periods
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.importing.lahma import Lines, Visit
from lahmadaemon.radio.importing.store import ImportStore
from lahmadaemon.radio.reports import PeriodReport, Reporter
from lahmadaemon.radio.retention import Retention
from lahmadaemon.radio.rollups.aging import Aging
from lahmadaemon.radio.rollups.service import Rollups
from lahmadaemon.radio.rollups.services import services
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.shows.log.entries import Entry
from lahmadaemon.radio.shows.log.store import OnAirStore
from lahmadaemon.radio.shows.reporter import show_reporter
from lahmadaemon.radio.snapshot import OnAir
from lahmadaemon.radio.store import RadioStore, connections, polls
from lahmadaemon.store.database import Store
from tests.fakes.clock import FakeClock
from tests.radio_rollups.builders import (
    BEGAN,
    BUDAPEST,
    NOW,
    SETTINGS,
    Here,
    KilledError,
    amend,
    at,
    came,
    keeping,
    kept_already,
    measured,
)

ALL = [periods.day(date(2026, 9, 11) + timedelta(n), BUDAPEST) for n in range(40)]
SETTLED = [each for each in ALL if each.end <= NOW - 3 * DAY - 30 * HOUR]
WEEKS = {f"week 2026-W{n}" for n in range(37, 42)}
MONTHS = {"month 2026-09"}
SHORT = RadioSettings(poll_retention=10 * 86400.0, session_retention=20 * 86400.0)

on_both = pytest.mark.parametrize("url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
"""What the service asks of the store beyond what test_keeping and tests/store ask of it on both engines."""


@pytest.fixture
def url(request: pytest.FixtureRequest) -> URL:
    """Most stories here are the service's, whatever engine keeps them."""
    found: URL = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return found


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def here(store: Store) -> Here:
    return Here(store)


def service(radio: RadioStore, clock: FakeClock, here: Here, settings: RadioSettings = SETTINGS) -> Rollups:
    return Rollups([keeping(radio, settings)], clock, here)


def retention(radio: RadioStore, clock: FakeClock, settings: RadioSettings = SHORT) -> Retention:
    return Retention([radio], clock, 0.0, [Aging(keeping(radio, settings), settings)])


async def rows(radio: RadioStore) -> tuple[int, int]:
    async with radio.beside.read() as connection:
        counts = [await connection.scalar(select(func.count()).select_from(t)) for t in (connections, polls)]
    return counts[0] or 0, counts[1] or 0


async def every_day(radio: RadioStore, settings: RadioSettings = SETTINGS) -> list[PeriodReport]:
    reporter = Reporter(radio, settings, BUDAPEST)
    return [await reporter.plain(day, NOW) for day in ALL]


@on_both
@pytest.mark.slow
async def test_everything_that_is_settled_is_kept_once(radio: RadioStore, clock: FakeClock, here: Here) -> None:
    with capture_logs() as logs:
        await service(radio, clock, here).turn()

    assert len(SETTLED) == 35
    days = {f"day {day.label}" for day in SETTLED}
    assert set(here.made) >= days | WEEKS | MONTHS
    assert not set(here.made) & {f"day {day.label}" for day in ALL[35:]}
    assert len(here.made) == len(set(here.made))
    [kept] = [line for line in logs if line["event"] == "radio.figures_kept"]
    assert (kept["station"], kept["reports"]) == ("lahma", len(here.made))

    again = Here(radio.beside)
    await service(radio, clock, again).turn()
    assert again.made == []


@pytest.mark.slow
async def test_the_hours_are_those_of_all_settled_days(radio: RadioStore, clock: FakeClock, here: Here) -> None:
    await kept_already(radio, here)

    hours = await keeping(radio).rollups.hours(BEGAN, NOW)
    assert len(hours) == 35 * 24
    listened = sum(hour.net.listened for hour in hours)
    assert listened / HOUR == pytest.approx(
        sum([(await Reporter(radio, SETTINGS, BUDAPEST).plain(d, NOW)).net.tlh for d in SETTLED])
    )
    assert [hour.mount for hour in await keeping(radio).rollups.hours(BEGAN, NOW, None) if hour.net.listened][:2] == [
        "",
        "/radio.mp3",
    ]


@pytest.mark.slow
async def test_killed_anywhere_it_goes_on_from_there(radio: RadioStore, clock: FakeClock) -> None:
    expected = await every_day(radio)
    made: list[str] = []
    for lives in (1, 7, 30):
        here = Here(radio.beside)
        here.dies_after = lives
        with pytest.raises(KilledError):
            await service(radio, clock, here).turn()
        made += here.made
    last = Here(radio.beside)
    await service(radio, clock, last).turn()
    made += last.made

    assert len(made) == len(set(made))
    assert {f"day {day.label}" for day in SETTLED} | WEEKS | MONTHS <= set(made)
    assert await every_day(radio) == expected


@on_both
@pytest.mark.slow
async def test_what_was_amended_is_made_again_and_nothing_else(radio: RadioStore, clock: FakeClock, here: Here) -> None:
    await kept_already(radio, here)
    await came(radio, "cili", at("09-16 15:00"), at("09-16 16:00"))
    await amend(radio.beside, at("09-16 15:00"), NOW)

    again = Here(radio.beside)
    await service(radio, clock, again).turn()
    days = {each for each in again.made if each.startswith("day")}
    assert days == {f"day 2026-09-{n}" for n in range(13, 20)}
    assert {each for each in again.made if "week" not in each and "day" not in each and "shows" not in each} == {
        "month 2026-09"
    }
    hours = await keeping(radio).rollups.hours(at("09-16 15:00"), at("09-16 16:00"))
    assert [hour.net.listeners for hour in hours] == [1]


@pytest.mark.slow
async def test_other_rules_are_caught_up_with(radio: RadioStore, clock: FakeClock, here: Here) -> None:
    await kept_already(radio, here)

    again, stricter = Here(radio.beside), SETTINGS.model_copy(update={"minimum_session": 1200.0})
    await service(radio, clock, again, stricter).turn()
    assert again.made == here.made


@pytest.mark.slow
async def test_a_settled_period_waits_for_the_newest_poll(store: Store, clock: FakeClock, here: Here) -> None:
    """After a standstill of days the first polls tell who has gone meanwhile; until then nothing of it is settled."""
    radio = await measured(store)
    await clock.advance(30 * 86400)

    await service(radio, clock, here).turn()
    assert "day 2026-10-16" not in here.made
    assert "day 2026-10-15" in here.made


async def test_a_station_without_a_poll_keeps_nothing(store: Store, clock: FakeClock, here: Here) -> None:
    nobody = RadioStore(store, "new")
    await service(nobody, clock, here).turn()
    await retention(nobody, clock).turn()

    assert here.made == []


async def test_one_worker_that_dies_is_a_stumble(radio: RadioStore, clock: FakeClock) -> None:
    class Dying(Here):
        async def make(self, job: object) -> object:  # type: ignore[override]
            raise UpstreamError("the process that makes radio figures died")

    with pytest.raises(UpstreamError):
        await service(radio, clock, Dying(radio.beside)).turn()


@on_both
@pytest.mark.slow
async def test_nothing_goes_before_everything_of_it_is_kept(radio: RadioStore, clock: FakeClock, here: Here) -> None:
    before = await rows(radio)
    await retention(radio, clock).turn()
    assert await rows(radio) == before

    here.dies_after = 20  # killed while days were made: no week, no month yet
    with pytest.raises(KilledError):
        await service(radio, clock, here, SHORT).turn()
    await retention(radio, clock).turn()
    assert await rows(radio) == before

    here.dies_after = None
    await service(radio, clock, here, SHORT).turn()
    await retention(radio, clock).turn()
    left = await rows(radio)
    assert left[0] < before[0]
    assert left[1] < before[1]


@on_both
@pytest.mark.slow
async def test_figures_and_hours_outlive_their_rows(radio: RadioStore, clock: FakeClock, here: Here) -> None:
    expected, hours = await every_day(radio), []
    await kept_already(radio, here, SHORT)
    hours = await keeping(radio).rollups.hours(BEGAN, NOW, None)
    with capture_logs() as logs:
        await retention(radio, clock).turn()

    assert await every_day(radio, SHORT) == expected
    assert await keeping(radio).rollups.hours(BEGAN, NOW, None) == hours
    assert {(line["what"], line["rows"] > 10) for line in logs if line["event"] == "radio.raw_forgotten"} == {
        ("sessions", True),
        ("polls", True),
    }
    again = Here(radio.beside)
    await service(radio, clock, again, SHORT).turn()
    assert again.made == []


@pytest.mark.slow
async def test_when_measuring_began_is_remembered_though_the_polls_go(
    radio: RadioStore, clock: FakeClock, here: Here
) -> None:
    since, _ = await radio.observed()
    await kept_already(radio, here, SHORT)
    await retention(radio, clock).turn()

    assert (await radio.observed())[0] == since == BEGAN


@pytest.mark.slow
async def test_an_open_connection_never_goes_and_a_long_one_not_before_its_end(
    radio: RadioStore, clock: FakeClock, here: Here
) -> None:
    await came(radio, "forgotten player", BEGAN + HOUR, NOW)
    await came(radio, "nearly forgotten player", BEGAN + 2 * HOUR, NOW - DAY)
    async with radio.beside.write() as connection:
        left_open = connections.c.started_at == BEGAN + HOUR
        await connection.execute(connections.update().where(left_open).values(ended_at=None))
    await service(radio, clock, here, SHORT).turn()
    await retention(radio, clock).turn()

    async with radio.beside.read() as connection:
        left = list(await connection.scalars(select(connections.c.started_at).order_by(connections.c.started_at)))
    assert left[:2] == [BEGAN + HOUR, BEGAN + 2 * HOUR]
    assert left[2] > NOW - 23 * DAY


@pytest.mark.slow
async def test_nought_keeps_everything(radio: RadioStore, clock: FakeClock, here: Here) -> None:
    for_ever = RadioSettings(poll_retention=0, session_retention=0)
    await kept_already(radio, here, for_ever)
    before = await rows(radio)
    await retention(radio, clock, for_ever).turn()

    assert await rows(radio) == before


@on_both
async def test_rows_go_in_small_batches(radio: RadioStore) -> None:
    rollups, following, deleted, batches = keeping(radio).rollups, 0, 0, 0
    while True:
        batch = await rollups.forget_sessions(Instant(NOW), following, 7)
        assert batch.deleted <= 7
        deleted, batches = deleted + batch.deleted, batches + 1
        if batch.following is None:
            break
        following = batch.following

    assert (await rows(radio))[0] == 0
    assert batches > deleted / 7


@on_both
async def test_who_began_in_the_same_instant_cannot_stop_the_batches(radio: RadioStore) -> None:
    for number in range(5):
        await came(radio, f"crowd {number}", BEGAN, BEGAN + HOUR)

    batch = await keeping(radio).rollups.forget_sessions(Instant(NOW), BEGAN, 3)
    assert (batch.deleted, batch.following) == (5, BEGAN + 1)


async def test_one_call_builds_both_services(store: Store, clock: FakeClock) -> None:
    url = URL.create("sqlite", database="nowhere")
    made = services(SHORT, {"lahma": BUDAPEST, "other": BUDAPEST}, store, url, clock)

    assert [each.name for each in made] == ["radio.rollups", "radio.retention"]


@pytest.mark.slow
async def test_shows_are_kept_with_the_weeks(radio: RadioStore, clock: FakeClock, here: Here) -> None:
    await OnAirStore(radio.beside, "lahma").keep(
        [Entry(at("09-16 06:00"), at("09-16 07:00"), at("09-16 07:00"), OnAir(True, True, "Morning Show"))]
    )
    week = periods.week(date(2026, 9, 16), BUDAPEST)
    reporter = show_reporter(radio.beside, "lahma", BUDAPEST, SETTINGS)
    made = await reporter.report(week, NOW)
    assert any(line.net.tlh for line in made.shows)
    await service(radio, clock, here).turn()

    assert {"shows_week 2026-W38", "shows_month 2026-09"} <= set(here.made)
    assert await reporter.report(week, NOW) == made
    await came(radio, "cili", at("09-16 06:00"), at("09-16 07:00"))
    assert await reporter.report(week, NOW) == made  # as it was kept
    await amend(radio.beside, at("09-16 06:00"), NOW)
    assert await reporter.report(week, NOW) != made


@pytest.mark.slow
async def test_what_is_learnt_of_the_air_makes_the_shows_anew(radio: RadioStore, clock: FakeClock, here: Here) -> None:
    await kept_already(radio, here)
    await OnAirStore(radio.beside, "lahma").keep(
        [Entry(at("09-16 06:00"), at("09-16 07:00"), at("09-16 07:00"), OnAir(True, True, "Morning Show"))]
    )

    again = Here(radio.beside)
    await service(radio, clock, again).turn()
    assert "shows_week 2026-W38" in again.made
    assert "shows_week 2026-W36" not in again.made


@on_both
@pytest.mark.slow
async def test_what_was_imported_stays_and_more_of_it_may_still_come(
    radio: RadioStore, clock: FakeClock, here: Here
) -> None:
    """It may be older than its retention on the day of its import; the second file came when old rows had gone already."""
    first, second = (periods.day(date(2026, 8, day), BUDAPEST) for day in (13, 14))
    await imported(radio, first)
    await service(radio, clock, here, SHORT).turn()
    await retention(radio, clock).turn()

    await imported(radio, second)
    await service(radio, clock, here, SHORT).turn()
    await retention(radio, clock).turn()

    reports = [await Reporter(radio, SHORT, BUDAPEST).plain(each, NOW) for each in (first, second)]
    assert [(each.gross.tlh, each.coverage, each.flags) for each in reports] == [(1, 1, ("reconciled",))] * 2
    there = await radio.listening(first.start, second.end)
    assert len(there) == 2


async def imported(radio: RadioStore, day: periods.Period) -> None:
    visit = Visit("203.0.113.9", "Hungary", Instant(day.start + HOUR), Instant(day.start + 2 * HOUR))
    kept = ImportStore(radio.beside, radio.station, Pseudonyms(b"secret"))
    await kept.keep(Lines(day.start, day.end, (visit,), (), 1), NOW)


@pytest.mark.slow
async def test_what_is_still_on_air_makes_no_old_report_anew(radio: RadioStore, clock: FakeClock, here: Here) -> None:
    """A station silent since September is on one entry of the log ever since, which grows with every poll."""
    silent = Entry(at("09-16 06:00"), at("10-19 06:00"), at("10-19 06:00"), OnAir(online=False))
    await OnAirStore(radio.beside, "lahma").keep([silent])
    await service(radio, clock, here).turn()
    await OnAirStore(radio.beside, "lahma").keep([replace(silent, seen_at=NOW, until=NOW)])

    again = Here(radio.beside)
    await service(radio, clock, again).turn()
    assert again.made == []
