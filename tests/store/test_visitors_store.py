"""What the visitors room keeps, on either engine: files and crossings once, days that add up, whatever comes how often."""

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import case, delete, event, func, select
from sqlalchemy.engine import URL

from lahmadaemon.clock import MINUTE, SECOND, Instant
from lahmadaemon.errors import Refused, UpstreamError
from lahmadaemon.store.database import Store, open_beside, open_store
from lahmadaemon.visitors.intake.crossings import (
    BadRow,
    CameraState,
    Crossing,
    DayTotals,
    Direction,
    Judged,
    Kept,
    Status,
    days_of,
)
from lahmadaemon.visitors.intake.store import (
    CameraStore,
    FileRow,
    cameras,
    crossings,
    days,
    files,
    rejected_rows,
)
from tests.visitors.builders import NOW

TABLES = (files, crossings, rejected_rows, cameras, days)


def crossing(number: int, direction: int = 0, day: str = "2026-03-18", more: str | None = None) -> Crossing:
    """The n-th second before now, person n."""
    return Crossing(Instant(NOW - number * SECOND), day, number, direction, number, more)


def judged(name: str, *found: Crossing, bad: Sequence[BadRow] = (), content: str = "") -> Judged:
    """A file with these in it; its digest is that of what is in it."""
    digest = hashlib.sha256(f"{content or (found, bad)}".encode()).digest()
    if not found and not bad:
        return Judged(name, hashlib.sha256(name.encode()).digest(), 2, Status.EMPTY)
    if bad:
        return Judged(
            name, digest, 99, Status.PARTIAL if found else Status.REJECTED, f"{len(bad)} are wrong", found, tuple(bad)
        )
    return Judged(name, digest, 99, Status.STORED, None, found)


@pytest.fixture
def door(store: Store) -> CameraStore:
    return CameraStore(store, "door")


async def keep(camera: CameraStore, *batch: Judged, now: Instant = NOW) -> list[Kept]:
    kept, state = await camera.keep(batch, await camera.meet(now), now)
    assert state == await camera.meet(now)
    return kept


async def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the intake."""
    async with store.read() as reading:
        return {
            table.name: [tuple(row) for row in await reading.execute(select(table).order_by(*table.primary_key))]
            for table in TABLES
        }


async def totals(store: Store) -> list[DayTotals]:
    async with store.read() as reading:
        return [DayTotals(*row) for row in await reading.execute(select(days).order_by(days.c.camera, days.c.day))]


async def recounted(store: Store, day_of: dict[Instant, str]) -> list[DayTotals]:
    """The days, counted anew from the crossings; `day_of` tells the local day of an instant."""
    async with store.read() as reading:
        rows = await reading.execute(
            select(
                crossings.c.camera, crossings.c.at,
                *(func.sum(case((crossings.c.direction == way, 1), else_=0)) for way in Direction),
            ).group_by(crossings.c.camera, crossings.c.at)
        )  # fmt: skip
        found: dict[tuple[str, str], DayTotals] = {}
        for camera, moment, ins, outs, others in rows:
            key = (camera, day_of[Instant(moment)])
            one = DayTotals(
                camera, day_of[Instant(moment)], int(ins), int(outs), int(others), Instant(moment), Instant(moment)
            )
            found[key] = found[key] + one if key in found else one
    return [found[key] for key in sorted(found)]


async def test_a_file_kept_twice_is_kept_once(store: Store, door: CameraStore) -> None:
    file = judged("a.json", crossing(1), crossing(2, 1), crossing(3, 2))
    assert await keep(door, file) == [Kept(file, 3)]
    once = await everything(store)

    assert await keep(door, file) == [Kept(file, 0, "a.json")]

    assert await everything(store) == once
    assert await totals(store) == [
        DayTotals("door", "2026-03-18", 1, 1, 1, Instant(NOW - 3 * SECOND), Instant(NOW - SECOND))
    ]


async def test_what_is_kept_of_a_file_is_what_was_judged(store: Store, door: CameraStore) -> None:
    file = judged("a.json", crossing(1, 2, more='{"x": 1}'), bad=[BadRow(1, '{"ID": -1}', "ID -1 is wrong")])
    await keep(door, file)

    assert await everything(store) == {
        "visitor_files": [("door", file.digest, "a.json", 99, NOW, "partial", "1 are wrong", 1, 0, 1)],
        "visitor_crossings": [("door", NOW - SECOND, 1, 2, 1, file.digest, '{"x": 1}')],
        "visitor_rejected_rows": [("door", file.digest, 1, '{"ID": -1}', "ID -1 is wrong")],
        "visitor_cameras": [("door", NOW, NOW, NOW, NOW, NOW - SECOND)],
        "visitor_days": [("door", "2026-03-18", 0, 0, 1, NOW - SECOND, NOW - SECOND)],
    }


async def test_the_largest_numbers_fit(door: CameraStore) -> None:
    huge = Crossing(Instant(253_402_297_199_000), "9999-12-31", 2**63 - 1, 2, 2**63 - 1, None)

    assert await keep(door, judged("a.json", huge)) == [Kept(judged("a.json", huge), 1)]


async def test_two_files_that_overlap_are_counted_together_once(store: Store, door: CameraStore) -> None:
    first, second = judged("a.json", crossing(1), crossing(2)), judged("b.json", crossing(2), crossing(3))

    assert await keep(door, first) == [Kept(first, 2)]
    assert await keep(door, second) == [Kept(second, 1)]

    assert [(row.ins, row.outs) for row in await totals(store)] == [(3, 0)]
    rows = (await everything(store))["visitor_files"]
    assert {row[2]: row[7:] for row in rows} == {"a.json": (2, 0, 0), "b.json": (1, 1, 0)}


async def test_two_files_of_one_batch_that_overlap_are_counted_together_once(store: Store, door: CameraStore) -> None:
    first, second = judged("a.json", crossing(1), crossing(2)), judged("b.json", crossing(2), crossing(3))

    assert await keep(door, first, second) == [Kept(first, 2), Kept(second, 1)]
    assert [row.ins for row in await totals(store)] == [3]


async def test_a_record_that_comes_thrice_in_one_file_is_one_crossing(store: Store, door: CameraStore) -> None:
    file = judged("a.json", crossing(1), crossing(1), crossing(1), crossing(2))

    assert await keep(door, file) == [Kept(file, 2)]
    assert (await everything(store))["visitor_files"][0][7:] == (2, 2, 0)


async def test_of_known_and_new_records_the_new_ones_are_found_however_they_are_mixed(
    store: Store, door: CameraStore
) -> None:
    await keep(door, judged("even.json", *(crossing(number, number % 3) for number in range(0, 2000, 2))))

    file = judged("all.json", *(crossing(number, number % 3) for number in range(2000)))

    assert await keep(door, file) == [Kept(file, 1000)]
    assert sum(row.ins + row.outs + row.others for row in await totals(store)) == 2000


@pytest.mark.parametrize(
    "change",
    [{"at": Instant(NOW + 1)}, {"person": 9}, {"direction": 1}, {"frame": 9}],
    ids=lambda change: next(iter(change)),
)
async def test_crossings_that_differ_in_any_part_of_their_key_are_two(
    store: Store, door: CameraStore, change: dict[str, Any]
) -> None:
    await keep(door, judged("a.json", crossing(1), crossing(1)._replace(**change)))

    assert len((await everything(store))["visitor_crossings"]) == 2


async def test_two_cameras_that_tell_the_very_same_are_two(store: Store, door: CameraStore) -> None:
    file = judged("a.json", crossing(1))
    await keep(door, file)

    assert await keep(CameraStore(store, "back"), file) == [Kept(file, 1)]
    assert [row.camera for row in await totals(store)] == ["back", "door"]


async def test_the_same_content_under_another_name_is_known_by_the_first(store: Store, door: CameraStore) -> None:
    first, copy = judged("a.json", crossing(1)), judged("copy.json", crossing(1))
    await keep(door, first)

    assert await keep(door, copy) == [Kept(copy, 0, "a.json")]
    assert len((await everything(store))["visitor_files"]) == 1


async def test_the_same_content_twice_in_one_batch_is_known_by_the_first(store: Store, door: CameraStore) -> None:
    first, copy = judged("a.json", crossing(1)), judged("copy.json", crossing(1))

    assert await keep(door, first, copy) == [Kept(first, 1), Kept(copy, 0, "a.json")]
    assert len((await everything(store))["visitor_files"]) == 1


async def test_empty_lists_are_files_without_crossings_and_without_a_day(store: Store, door: CameraStore) -> None:
    await keep(door, judged("a.json"), judged("b.json"))

    kept = await everything(store)
    assert [row[5] for row in kept["visitor_files"]] == ["empty", "empty"]
    assert (kept["visitor_crossings"], kept["visitor_days"]) == ([], [])


async def test_more_files_than_one_statement_can_name_are_kept_in_one_go(store: Store, door: CameraStore) -> None:
    batch = [judged(f"{number}.json", crossing(number)) for number in range(1200)]
    await keep(door, *batch)

    assert [each.known_as for each in await keep(door, *batch)] == [each.name for each in batch]
    assert sum(row.ins for row in await totals(store)) == 1200


async def test_a_file_that_was_rejected_and_is_put_back_unchanged_adds_nothing(store: Store, door: CameraStore) -> None:
    file = judged("a.json", crossing(1), bad=[BadRow(1, "{}", "ID is missing")])
    await keep(door, file)
    before = await everything(store)

    assert await keep(door, file) == [Kept(file, 0)]

    after = await everything(store)
    for table in ("visitor_crossings", "visitor_rejected_rows", "visitor_days"):
        assert after[table] == before[table]
    assert [row[7:] for row in after["visitor_files"]] == [(0, 1, 1)]


async def test_a_verdict_of_today_replaces_the_one_of_yesterday(store: Store, door: CameraStore) -> None:
    """As where a file was refused for being of the future, and was put back when the future had come."""
    too_early = judged("a.json", bad=[BadRow(0, "{}", "in the future"), BadRow(1, "{}", "in the future")], content="x")
    well = judged("a.json", crossing(1), crossing(2), content="x")
    assert too_early.digest == well.digest
    await keep(door, too_early)

    assert await keep(door, well) == [Kept(well, 2)]

    kept = await everything(store)
    assert [(row[5], row[6]) for row in kept["visitor_files"]] == [("stored", None)]
    assert kept["visitor_rejected_rows"] == []


async def test_a_mended_file_adds_what_was_wrong_before(store: Store, door: CameraStore) -> None:
    await keep(door, judged("a.json", crossing(1), bad=[BadRow(1, "{}", "ID is missing")]))

    mended = judged("a.json", crossing(1), crossing(2))

    assert await keep(door, mended) == [Kept(mended, 1)]
    assert [row.ins for row in await totals(store)] == [2]


async def hasty(store: Store) -> None:
    """Who finds an SQLite file locked is told so soon."""
    assert store._writer is not None
    engine = store._writer.sync_engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 20"))
        await store._writer.dispose()


@pytest.mark.slow
async def test_a_keep_that_was_cancelled_at_any_moment_may_be_repeated(store: Store, door: CameraStore) -> None:
    """A statement for many rows that was cancelled once left SQLite locked by its own dead connection, until the garbage
    was collected."""
    await hasty(store)
    loop = asyncio.get_running_loop()
    state = await door.meet(NOW)
    for number in range(60):
        file = judged(f"{number}.json", crossing(number), crossing(number + 1, 1))
        task = asyncio.create_task(door.keep([file], state, NOW))
        loop.call_later(0.0002 * (number % 30), task.cancel)
        await asyncio.gather(task, return_exceptions=True)
        del task
        await keep(door, file)

    assert [(row.ins, row.outs) for row in await totals(store)] == [(60, 60)]


async def test_two_cameras_keep_at_the_same_time(store: Store) -> None:
    stores = [CameraStore(store, f"camera {number}") for number in range(4)]
    await asyncio.gather(*(keep(each, judged("a.json", crossing(1), crossing(2))) for each in stores))

    assert [row.ins for row in await totals(store)] == [2] * 4


async def test_a_camera_is_remembered_as_it_was_when_it_was_last_kept(store: Store, door: CameraStore) -> None:
    assert await door.meet(NOW) == CameraState(NOW)
    later = Instant(NOW + MINUTE)

    await keep(door, judged("a.json", crossing(1)), now=later)
    await keep(door, judged("b.json"), now=Instant(NOW + 2 * MINUTE))
    await keep(door, judged("c.json", bad=[BadRow(0, "1", "a number")]), now=Instant(NOW + 3 * MINUTE))

    assert await CameraStore(store, "door").meet(Instant(NOW + 9 * MINUTE)) == CameraState(
        NOW, Instant(NOW + 2 * MINUTE), later, Instant(NOW + 3 * MINUTE), Instant(NOW - SECOND)
    )


async def test_nothing_of_a_batch_is_kept_where_one_of_it_cannot_be(store: Store, door: CameraStore) -> None:
    state = await door.meet(NOW)
    before = await everything(store)
    poison = judged("b.json", crossing(2))
    poison = Judged(poison.name, poison.digest, poison.size, poison.status, None, (crossing(2)._replace(person=None),))  # type: ignore[arg-type]

    with pytest.raises(Refused, match="the store refuses it"):
        await door.keep([judged("a.json", crossing(1)), poison], state, NOW)

    assert await everything(store) == before
    assert await keep(door, judged("a.json", crossing(1)))


async def test_a_store_that_is_locked_for_long_is_trouble_that_passes(sqlite_url: URL) -> None:
    async with open_store(sqlite_url) as ours, open_beside(sqlite_url) as theirs:
        door = CameraStore(ours, "door")
        state = await door.meet(NOW)
        await hasty(ours)
        async with theirs.write():
            with pytest.raises(UpstreamError, match="the store does not answer: database is locked"):
                await door.keep([judged("a.json", crossing(1))], state, NOW)
        kept, _ = await door.keep([judged("a.json", crossing(1))], state, NOW)

    assert [each.new for each in kept] == [1]


DAYS = ["2026-03-17", "2026-03-18", "2026-03-19"]
PEOPLE = st.builds(
    lambda number, direction: crossing(number, direction, DAYS[number % 3]), st.integers(0, 12), st.integers(0, 2)
)
BATCHES = st.lists(
    st.lists(st.lists(PEOPLE, max_size=6), max_size=4).map(
        lambda contents: [judged(f"{found}.json", *found) for found in contents]
    ),
    max_size=6,
)


@pytest.fixture(scope="module")
def a_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("days") / "days.db"


@given(batches=BATCHES)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.slow
async def test_days_are_always_what_a_plain_recount_of_the_crossings_gives(
    a_file: Path, batches: list[list[Judged]]
) -> None:
    day_of = {crossing(number).at: DAYS[number % 3] for number in range(13)}
    async with open_store(URL.create("sqlite", database=str(a_file))) as store:
        async with store.write() as writing:
            for table in TABLES:
                await writing.execute(delete(table))
        for camera in ("door", "back"):
            for batch in batches:
                await keep(CameraStore(store, camera), *batch)
            for batch in reversed(batches):
                assert all(each.new == 0 for each in await keep(CameraStore(store, camera), *batch))
        assert await totals(store) == await recounted(store, day_of)


async def test_days_are_what_a_recount_gives_on_either_engine(store: Store, door: CameraStore) -> None:
    day_of = {crossing(number).at: DAYS[number % 3] for number in range(40)}
    for first in (0, 20, 10, 5, 20):
        found = [crossing(number, number % 3, DAYS[number % 3]) for number in range(first, first + 20)]
        await keep(door, judged(f"{first}.json", *found))

    assert await totals(store) == await recounted(store, day_of)


@given(st.lists(PEOPLE, max_size=30), st.integers(0, 30))
def test_days_of_two_halves_add_up_to_the_days_of_the_whole(found: list[Crossing], middle: int) -> None:
    halves: dict[str, DayTotals] = {}
    for each in days_of("door", found[:middle]) + days_of("door", found[middle:]):
        halves[each.day] = halves[each.day] + each if each.day in halves else each

    assert halves == {each.day: each for each in days_of("door", found)}


async def test_the_last_bad_file_is_the_newest_and_is_counted_since(door: CameraStore) -> None:
    assert await door.last_bad(Instant(0)) is None
    for minute in range(3):
        name = f"{minute}.json"
        await keep(
            door, judged(name, bad=[BadRow(0, name, "a number")]), judged(f"well {name}", crossing(minute)),
            now=Instant(NOW + minute * MINUTE),
        )  # fmt: skip

    found = await door.last_bad(Instant(NOW + MINUTE))

    assert found is not None
    assert (found[0].name, found[0].reason, found[1]) == ("2.json", "1 are wrong", 2)
    assert isinstance(found[0], FileRow)
    assert await door.last_bad(Instant(NOW + 3 * MINUTE)) is None


async def test_another_camera_s_bad_file_is_not_ours(store: Store, door: CameraStore) -> None:
    await keep(CameraStore(store, "back"), judged("a.json", bad=[BadRow(0, "1", "a number")]))

    assert await door.last_bad(Instant(0)) is None
