"""What others may ask of the visitors room, on either engine."""

from lahmadaemon.clock import MINUTE, Instant
from lahmadaemon.store.database import Store
from lahmadaemon.visitors.intake.crossings import BadRow, CameraState
from lahmadaemon.visitors.intake.store import CameraStore
from lahmadaemon.visitors.store import bad_rows, camera_states, day_totals, files_named
from tests.store.test_visitors_store import crossing, judged, keep
from tests.visitors.builders import NOW

BAD = [BadRow(3, '"x"', "a text instead of a record"), BadRow(1, "null", "null instead of a record")]


def minute(number: int) -> Instant:
    return Instant(NOW + number * MINUTE)


async def test_an_empty_store_answers_with_nothing(store: Store) -> None:
    assert await files_named(store, "a.json") == []
    assert await day_totals(store, "0000-01-01", "9999-12-31") == []
    assert await camera_states(store) == {}


async def test_files_of_a_name_come_in_the_order_in_which_they_came(store: Store) -> None:
    door, back = CameraStore(store, "door"), CameraStore(store, "back")
    await keep(back, judged("a.json", crossing(1)), now=minute(2))
    await keep(door, judged("a.json", crossing(1), crossing(2)), judged("b.json", crossing(3)), now=minute(1))
    await keep(door, judged("a.json", crossing(4)), now=minute(3))

    found = await files_named(store, "a.json")

    assert [(file.camera, file.committed_at, file.rows_new) for file in found] == [
        ("door", minute(1), 2),
        ("back", minute(2), 1),
        ("door", minute(3), 1),
    ]
    assert await files_named(store, "a") == []


async def test_bad_rows_come_in_the_order_of_the_file_and_are_that_file_s_only(store: Store) -> None:
    door = CameraStore(store, "door")
    await keep(door, judged("a.json", bad=BAD), judged("b.json", bad=[BadRow(0, "1", "a number")]))
    await keep(CameraStore(store, "back"), judged("a.json", bad=BAD))

    [file] = [file for file in await files_named(store, "a.json") if file.camera == "door"]

    assert await bad_rows(store, file) == [
        (1, "null", "null instead of a record"),
        (3, '"x"', "a text instead of a record"),
    ]
    [well] = (await keep(door, judged("c.json", crossing(1))))[:1]
    [file] = await files_named(store, well.judged.name)
    assert await bad_rows(store, file) == []


async def test_days_are_told_from_the_first_to_the_last_of_every_camera(store: Store) -> None:
    for camera in ("door", "back"):
        days = ["2026-02-28", "2026-03-01", "2026-03-02", "2026-03-10"]
        found = [crossing(number, number % 3, day) for number, day in enumerate(days)]
        await keep(CameraStore(store, camera), judged("a.json", *found))

    found_days = await day_totals(store, "2026-03-01", "2026-03-02")

    assert [(day.day, day.camera, day.ins, day.outs, day.others) for day in found_days] == [
        ("2026-03-01", "back", 0, 1, 0),
        ("2026-03-01", "door", 0, 1, 0),
        ("2026-03-02", "back", 0, 0, 1),
        ("2026-03-02", "door", 0, 0, 1),
    ]
    assert await day_totals(store, "2026-03-03", "2026-03-09") == []


async def test_every_camera_that_was_ever_watched_is_told(store: Store) -> None:
    await CameraStore(store, "new").meet(minute(5))
    await keep(CameraStore(store, "door"), judged("a.json", crossing(1)), now=minute(1))

    assert await camera_states(store) == {
        "door": CameraState(minute(1), minute(1), minute(1), None, crossing(1).at),
        "new": CameraState(minute(5)),
    }
