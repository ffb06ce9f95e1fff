"""Reading one period among millions of connections: the right ones, by indexes that read little else."""

from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from lahmadaemon.clock import DAY, HOUR, Instant
from lahmadaemon.radio.folding import Closing
from lahmadaemon.radio.store import LONG, RadioStore
from lahmadaemon.store.database import Store
from tests.radio.builders import connection, digest
from tests.radio_rollups.builders import BEGAN, poll


async def crowd(store: Store, chance: Random, count: int = 120) -> dict[tuple[str, int], int | None]:
    """Connections of minutes to days, some open; when each ended, by name and beginning."""
    radio, ended = RadioStore(store, "lahma"), dict[tuple[str, int], int | None]()
    came, gone = [], []
    for number in range(count):
        name, start = f"n{number % 17}", BEGAN + chance.randrange(20 * DAY) // 1000 * 1000
        one = connection(name, start / 1000)
        length = chance.choice([HOUR, LONG - 1, LONG, LONG + 1, 3 * DAY, 15 * DAY])
        end = None if number % 11 == 0 else start + length
        came.append(one)
        ended[name, start] = end
        if end is not None:
            gone.append(Closing(one.key, Instant(end), Instant(end), Instant(end)))
    await radio.record(poll(BEGAN + 20 * DAY), came, gone)
    return ended


@pytest.mark.parametrize("seed", range(3))
async def test_everything_that_overlaps_a_span_is_found_once_and_nothing_else(store: Store, seed: int) -> None:
    chance = Random(seed)
    ended, radio = await crowd(store, chance), RadioStore(store, "lahma")

    for _ in range(12):
        start = BEGAN + chance.randrange(22 * DAY)
        end = start + chance.choice([0, HOUR, DAY, 7 * DAY])
        whole = {
            (digest(name), began)
            for (name, began), until in ended.items()
            if began <= end and (until is None or until >= start)
        }
        assert (await radio.listening(start, end)).keys() == whole
        some = [digest("n3"), digest("n11"), digest("nobody")]
        assert (await radio.listening(start, end, some)).keys() == {key for key in whole if key[0] in some}


async def test_a_span_in_the_past_is_read_by_indexes_that_begin_and_end_with_it(store: Store) -> None:
    """A week in January took as long as a year: everything that began before, or ended after, was looked at."""
    if store._reader.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by what it knows of the data")
    plan: list[str] = []

    @event.listens_for(store._reader.sync_engine, "before_cursor_execute")
    def _asked(connection: object, cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if "radio_connections" in statement and "EXPLAIN" not in statement:
            asked.append((statement, parameters))

    asked: list[tuple[str, Any]] = []
    radio = RadioStore(store, "lahma")
    await radio.listening(BEGAN, BEGAN + DAY)
    await radio.listening(BEGAN, BEGAN + DAY, [digest("anna")])
    async with store.read() as connection:
        for statement, parameters in asked:
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plan += [str(row[-1]) for row in rows if "radio_connections" in str(row[-1])]

    table, began = (
        "SEARCH radio_connections USING INDEX ix_radio_connections",
        "(station=? AND started_at>? AND started_at<?)",
    )
    rest = [f"{table}_long (station=? AND ended_at>?)", f"{table}_open (station=? AND started_at<?)"]
    assert plan == [
        f"{table}_station_started_at_ended_at {began}", *rest,
        f"{table}_station_identity_started_at {began.replace('station=? AND', 'station=? AND identity=? AND')}", *rest,
    ]  # fmt: skip
