"""What history changes is kept on either engine: once, only where nothing has changed meanwhile, and as few spans."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant
from lahmadaemon.radio.source import History, Remembered
from lahmadaemon.radio.store import RadioStore, connections
from lahmadaemon.radio.truth.history.store import HistoryStore
from lahmadaemon.radio.truth.reconciling import Reconciled
from lahmadaemon.radio.vouched.store import spans
from lahmadaemon.store.database import Store
from tests.radio.builders import connection, digest
from tests.store.builders import closing, poll, s

HOURS = 3600


@pytest.fixture
def kept(store: Store) -> HistoryStore:
    return HistoryStore(store, "lahma")


def remembered(name: str, start: float, end: float) -> Remembered:
    return Remembered(connection(name, start), s(end), False, False)


def history(start: float, end: float, *rows: Remembered) -> History:
    return History(s(start), s(end), rows)


async def rows(store: Store) -> dict[bytes, Any]:
    async with store.read() as reading:
        return {bytes(row.digest): row for row in await reading.execute(select(connections))}


async def vouched(store: Store) -> list[tuple[int, int]]:
    async with store.read() as reading:
        found = await reading.execute(select(spans.c.start, spans.c.end).order_by(spans.c.start))
        return [(start // SECOND, end // SECOND) for start, end in found]


async def test_additions_and_corrections_are_kept_once(store: Store, radio: RadioStore, kept: HistoryStore) -> None:
    await radio.record(poll(30), [connection("anna", 10), connection("béla", 20)])
    await radio.record(poll(600), [], [closing(connection("anna", 10), 30, 600, 45)])
    told = history(0, 900, remembered("anna", 10, 400), remembered("béla", 20, 590), remembered("cili", 100, 160))

    first = await kept.amend(told, {}, s(1000))
    once = await rows(store)
    second = await kept.amend(told, {}, s(2000))

    assert {name: row.ended_at // SECOND for name, row in once.items()} == {
        digest("anna"): 400, digest("béla"): 590, digest("cili"): 160,
    }  # fmt: skip
    assert [once[digest(name)].origin for name in ("anna", "béla", "cili")] == ["poll", "poll", "history"]
    assert (once[digest("anna")].last_seen_at, once[digest("anna")].missed_at) == (s(30), s(600))
    assert (len(first.added), len(first.corrected)) == (1, 2)
    assert second == Reconciled((), (), s(0))
    assert await rows(store) == once
    assert await radio.amended_at(0, s(900)) == s(1000)


async def test_a_poll_that_ends_a_connection_at_the_same_time_takes_nothing_from_the_history(
    store: Store, radio: RadioStore, kept: HistoryStore
) -> None:
    """The first poll after two hours away closed everybody between the reading of the store and its correction: their ends
    stayed where we had lost sight of them."""
    guests = [f"guest {number}" for number in range(20)]
    await radio.record(poll(30), [connection(name, 10) for name in guests])

    async def poll_later(name: str, number: int) -> None:
        await asyncio.sleep(number / 2000)
        await radio.record(poll(600 + number), [], [closing(connection(name, 10), 30, 600, 45)])

    for number, name in enumerate(guests):
        told = history(0, 900, remembered(name, 10, 590))
        await asyncio.gather(poll_later(name, number), kept.amend(told, {}, s(1000)))

    assert {row.ended_at for row in (await rows(store)).values()} == {s(590)}


async def test_no_address_is_kept_unless_it_is_wanted(store: Store, radio: RadioStore, kept: HistoryStore) -> None:
    await kept.amend(history(0, 900, remembered("anna", 10, 20)), {}, s(1000))
    await HistoryStore(store, "lahma", keep_ip=True).amend(history(0, 900, remembered("béla", 10, 20)), {}, s(1000))

    assert {name: row.ip for name, row in (await rows(store)).items()} == {
        digest("anna"): None, digest("béla"): "203.0.113.7",
    }  # fmt: skip
    assert await radio.forget_ips(s(11)) == 1


async def test_stretches_that_touch_become_one_and_measuring_begins_with_the_first(
    store: Store, radio: RadioStore, kept: HistoryStore
) -> None:
    await radio.record(poll(50_000))
    for number, (start, end) in enumerate([(3600, 7200), (9000, 9600), (7200, 9000), (8000, 8100)]):
        someone = remembered(f"guest {number}", start, end - 1)
        await kept.amend(history(start, end, someone), {}, s(10_000 + number))

    assert await vouched(store) == [(3600, 9600)]
    assert await radio.spans(s(9500), s(20_000)) == [(s(3600), s(9600))]
    assert (await radio.observed()) == (s(3600), s(50_000))


async def test_an_empty_history_leaves_no_trace(store: Store, radio: RadioStore, kept: HistoryStore) -> None:
    await radio.record(poll(30), [connection("anna", 10)])
    await radio.record(poll(3000), [], [closing(connection("anna", 10), 2970, 3000, 2985)])
    before = await rows(store)

    await kept.amend(history(0, 3600), {}, s(4000))

    assert await rows(store) == before
    assert await vouched(store) == []
    assert await radio.amended_at(0, DAY) is None


async def test_another_station_is_another_matter(store: Store, kept: HistoryStore) -> None:
    await kept.amend(history(0, 900, remembered("anna", 0, 20)), {}, s(1000))
    other = HistoryStore(store, "other")

    assert await other.stored(s(0), s(900)) == []
    assert await RadioStore(store, "other").spans(0, DAY) == []


async def test_silences_are_what_lies_between_polls(radio: RadioStore, kept: HistoryStore) -> None:
    every = 30
    for at in (1000, 1030, 1060, 1150, 1190, 5000):
        await radio.record(poll(at))

    found = await kept.silences(s(1000), s(6000))

    assert [(start // SECOND, end // SECOND) for start, end in found if end > start] == [
        (1060 + every, 1150), (1190 + every, 5000), (5000 + every, 6000),
    ]  # fmt: skip
    assert await kept.silences(s(1010), s(1050)) == [(s(1010), s(1010))]
    assert await kept.silences(s(7000), s(8000)) == [(s(7000), s(7000)), (s(5030), s(8000))]


async def test_of_a_station_never_polled_everything_is_silence(kept: HistoryStore) -> None:
    assert await kept.silences(Instant(0), Instant(HOUR + MINUTE)) == [(0, HOUR + MINUTE)]
