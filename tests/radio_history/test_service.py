"""The service: gaps at once, the last hours hourly, yesterday nightly; smaller questions for small servers; no harm to polls."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.folding import Closing
from lahmadaemon.radio.rollups.store import RollupStore
from lahmadaemon.radio.source import History, Remembered
from lahmadaemon.radio.store import Poll, RadioStore, connections
from lahmadaemon.radio.truth.reconcile import EVERY, Errand, joined, reconciling
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.service import Service
from tests.fakes.clock import START, FakeClock
from tests.fakes.house import keeping
from tests.fakes.stores import new_store
from tests.radio.builders import connection, digest

ZONE = ZoneInfo("Europe/Budapest")


@dataclass
class Historian:
    """A server that remembers these rows (name, beginning, end), and may be in trouble."""

    clock: FakeClock
    rows: list[tuple[str, int, int]] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    largest: int = 2 * DAY
    asked: list[tuple[int, int]] = field(default_factory=list)
    asked_at: list[int] = field(default_factory=list)

    async def history(self, start: Instant, end: Instant) -> History:
        self.asked.append((start, end))
        self.asked_at.append(self.clock.now())
        if self.troubles:
            raise self.troubles.pop(0)
        if end - start > self.largest:
            raise UpstreamError("no memory left", outcome="server_error")
        start = Instant(start - start % MINUTE)
        end = min(Instant(end + -end % MINUTE), Instant(self.clock.now() // MINUTE * MINUTE))
        found = [
            Remembered(connection(name, max(begun, start) / SECOND), Instant(min(until, end - SECOND)),
                       begun <= start, until >= end - SECOND)
            for name, begun, until in self.rows if begun < end and until >= start
        ]  # fmt: skip
        return History(start, max(start, end), found)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with new_store(tmp_path / "radio.db") as opened:
        yield opened


@pytest.fixture
def historian(clock: FakeClock) -> Historian:
    return Historian(clock)


def service(store: Store, historian: Historian) -> Service:
    [made] = reconciling(store, "demo", historian, historian.clock, ZONE)
    return made


async def polled(
    store: Store, *moments: int, closed: list[Closing] | None = None, guests: tuple[str, ...] = ()
) -> None:
    """Valid polls at the moments; guests are seen by the first."""
    radio = RadioStore(store, "demo")
    for number, at in enumerate(moments):
        poll = Poll(Instant(at), Instant(at), 30 * SECOND, "valid", 1, 1, 1, 5, 0)
        there = [connection(name, moments[0] / SECOND) for name in guests] if number == 0 else []
        last = closed if closed and at == moments[-1] else []
        await radio.record(poll, there, last)


async def ends(store: Store) -> dict[bytes, int | None]:
    async with store.read() as reading:
        return {bytes(row.digest): row.ended_at for row in await reading.execute(select(connections))}


def every_half_minute(start: int, end: int) -> list[int]:
    return list(range(start, end, 30 * SECOND))


@pytest.mark.slow
async def test_case_5_a_gap_is_read_at_the_start_with_an_hour_before_it(
    store: Store, historian: Historian, clock: FakeClock
) -> None:
    """Anna was there when we fell silent for six hours, and left an hour later; béla came and went meanwhile."""
    began, left, back = START - 8 * HOUR, START - 6 * HOUR, START - 30 * SECOND
    polls = every_half_minute(began, left)
    anna = connection("anna", began / SECOND)
    closing = Closing(anna.key, Instant(polls[-1]), Instant(back), Instant(polls[-1] + 15 * SECOND))
    await polled(store, *polls, back, START, guests=("anna",))
    await polled(store, back, closed=[closing])
    historian.rows = [
        ("anna", began, left + HOUR),
        ("béla", left + 2 * HOUR, left + 3 * HOUR),
        ("cili", back, START + DAY),
    ]

    with capture_logs() as events:
        async with keeping(clock, service(store, historian)) as house:
            await clock.advance(10)
            assert house.state("radio.reconcile.demo") == "running"

    kept = await ends(store)
    assert kept[digest("anna")] == left + HOUR
    assert kept[digest("béla")] == left + 3 * HOUR
    assert min(start for start, _ in historian.asked) <= left - HOUR + MINUTE
    [told] = [event for event in events if event["event"] == "radio.reconciled"]
    assert (told["added"], told["corrected"], told["gaps"]) == (2, 1, 1)
    assert 5 * 3600 < told["gap_seconds"] < 6 * 3600


@pytest.mark.slow
async def test_case_8_and_10_of_the_defaults_the_last_three_hours_are_read_every_hour(
    store: Store, historian: Historian, clock: FakeClock
) -> None:
    await polled(store, *every_half_minute(START - 10 * HOUR, START + 10 * SECOND), guests=("anna",))
    historian.rows = [("anna", START - 10 * HOUR, START + DAY)]
    async with keeping(clock, service(store, historian)):
        await clock.advance(10)
        historian.asked.clear()
        for hour in range(3):
            await polled(store, *every_half_minute(START + hour * HOUR, START + (hour + 1) * HOUR))
            await clock.advance(3600)

    assert [(end - start) // HOUR for start, end in historian.asked] == [3, 3, 3]


@pytest.mark.slow
async def test_yesterday_is_read_again_after_midnight_with_a_day_before_it(
    store: Store, historian: Historian, clock: FakeClock
) -> None:
    await polled(store, *range(START - 4 * DAY, START, 10 * MINUTE), guests=("anna",))
    historian.rows = [("anna", START - 4 * DAY, START + 9 * DAY)]
    turning = service(store, historian)
    await turning_with(turning, clock)
    await clock.advance(5 * 3600)  # 00:57 on Thursday
    historian.asked.clear()
    await turning_with(turning, clock)

    local_midnight = START + 4 * HOUR + 3 * MINUTE  # 22:00 UTC
    assert min(start for start, _ in historian.asked) == local_midnight - 2 * DAY


async def turning_with(service: Service, clock: FakeClock) -> None:
    """A turn whose pauses pass."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(service.turn())
        while not task.done():
            await clock.advance(1)


async def test_a_station_never_measured_is_not_asked_about(store: Store, historian: Historian) -> None:
    await turning_with(service(store, historian), historian.clock)

    assert historian.asked == []


async def test_nothing_before_measuring_began_is_touched(store: Store, historian: Historian) -> None:
    await polled(store, START - 10 * MINUTE, START, guests=("anna",))
    historian.rows = [("anna", START - 10 * MINUTE, START + DAY), ("early", START - 2 * HOUR, START - HOUR)]
    await turning_with(service(store, historian), historian.clock)

    assert digest("early") not in await ends(store)


async def test_a_server_that_breaks_over_a_large_question_is_asked_smaller_ones(
    store: Store, historian: Historian, clock: FakeClock
) -> None:
    await polled(store, *range(START - DAY, START, 10 * MINUTE), START, guests=("anna",))
    historian.rows = [("anna", START - DAY, START + DAY)]
    historian.largest = 3 * HOUR
    turning = service(store, historian)
    await turning_with(turning, clock)

    walked = [each for each in historian.asked if START - DAY <= each[0] < START]
    good = [(start, end) for start, end in walked if end - start <= 3 * HOUR]
    assert len(walked) - len(good) == 3  # 24, 12 and 6 hours were too much
    assert all(later[0] == earlier[1] for earlier, later in pairwise(good))
    assert all(b - a >= SECOND for a, b in pairwise(historian.asked_at))


async def test_a_server_in_trouble_makes_a_stumble_and_the_gap_stays_due(
    store: Store, historian: Historian, clock: FakeClock
) -> None:
    await polled(store, *every_half_minute(START - 8 * HOUR, START - 7 * HOUR), START, guests=("anna",))
    historian.rows = [("anna", START - 8 * HOUR, START + DAY), ("béla", START - 5 * HOUR, START - 4 * HOUR)]
    historian.troubles = [UpstreamError("away", outcome="unreachable")]
    async with keeping(clock, service(store, historian)) as house:
        await clock.advance(10)
        assert house.state("radio.reconcile.demo") == "degraded"
        assert digest("béla") not in await ends(store)
        await clock.advance(EVERY + 10)
        assert house.state("radio.reconcile.demo") == "running"

    assert (await ends(store))[digest("béla")] == START - 4 * HOUR


async def test_a_gap_the_server_cannot_fill_is_not_asked_for_every_hour(
    store: Store, historian: Historian, clock: FakeClock
) -> None:
    await polled(
        store, *every_half_minute(START - 20 * HOUR, START - 19 * HOUR), START - 8 * HOUR, START, guests=("anna",)
    )
    turning = service(store, historian)
    with capture_logs() as events:
        await turning_with(turning, clock)
        historian.asked.clear()
        await turning_with(turning, clock)

    assert historian.asked
    assert min(start for start, _ in historian.asked) > START - 9 * HOUR
    assert [event["event"] for event in events].count("radio.history_forgetful") == 1
    assert await RadioStore(store, "demo").spans(0, 1 << 60) == []


@pytest.mark.parametrize(
    ("errands", "since", "walks"),
    [
        ([], 0, []),
        ([(10, 20), (30, 40)], 0, [(10, 20), (30, 40)]),
        ([(30, 40), (10, 30)], 0, [(10, 40)]),
        ([(10, 50), (20, 30)], 0, [(10, 50)]),
        ([(10, 20), (30, 40)], 25, [(30, 40)]),
        ([(10, 20), (12, 40)], 15, [(15, 40)]),
    ],
)
def test_errands_that_touch_are_one_walk(errands: Any, since: int, walks: list[tuple[int, int]]) -> None:
    found = joined([Errand(Instant(start), Instant(end)) for start, end in errands], Instant(since))

    assert [(each.start, each.end) for each in found] == walks


def test_a_source_without_a_memory_needs_no_service(clock: FakeClock) -> None:
    class Forgetful:
        async def snapshot(self, known: object) -> None: ...

    assert reconciling(object(), "demo", Forgetful(), clock, ZONE) == []  # type: ignore[arg-type]


async def test_polls_that_retention_has_taken_are_no_gap(store: Store, historian: Historian, clock: FakeClock) -> None:
    """With POLL_RETENTION below AzuraCast's own 60 days, the whole time between was asked for again every hour."""
    radio = RadioStore(store, "demo")
    for days in (40, *range(10, -1, -1)):  # the first one stays
        at = Instant(START - days * DAY)
        await radio.record(Poll(at, at, DAY, "valid", 0, 0, 0, 5, 0))
    await RollupStore(store, "demo").note_gone("polls", Instant(START - 10 * DAY))

    async with keeping(clock, service(store, historian)):
        await clock.advance(10)

    assert min(start for start, _ in historian.asked) > START - 4 * DAY
