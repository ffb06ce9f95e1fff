"""Old rows of which no figure is made go, a little at a time; what is owed, the newest numbers and every count stay."""

from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, text

from lahmadaemon.alerts.aging.store import forget_commands, forget_deliveries, forget_incidents
from lahmadaemon.alerts.store import audit, deliveries, incidents
from lahmadaemon.clock import DAY, MINUTE, Instant, local
from lahmadaemon.store.database import Store
from lahmadaemon.upkeep.aging import Aged, Aging
from lahmadaemon.visitors.aging.store import forget_crossings, forget_pushes, forget_rejected
from lahmadaemon.visitors.intake.crossings import Crossing, DayTotals, Judged, Status
from lahmadaemon.visitors.intake.store import CameraStore, crossings, files, rejected_rows
from lahmadaemon.visitors.push.store import pushes
from lahmadaemon.visitors.store import Quarter, day_totals, quarters
from tests.fakes.clock import START, FakeClock

OLD, BEFORE = START - 500 * DAY, Instant(START - 400 * DAY)


async def numbers(store: Store, table: str, column: str = "number") -> list[int]:
    async with store.read() as connection:
        return list(await connection.scalars(text(f"SELECT {column} FROM {table} ORDER BY {column}")))


def incident(number: int, state: str = "resolved", at: int | None = OLD, owed: str | None = None) -> dict[str, object]:
    return {
        "number": number, "condition": "no_files", "subject": "door", "state": state, "detail": "{}", "raised_at": OLD,
        "resolved_at": at, "notices": 1, "changes": "[]", "owed": owed,
    }  # fmt: skip


async def test_incidents_that_are_over_go_and_the_newest_number_stays(store: Store) -> None:
    rows = [
        incident(1), incident(2, "firing", None), incident(3, owed="resolved"), incident(4, at=START), incident(5),
        incident(6),
    ]  # fmt: skip
    async with store.write() as connection:
        await connection.execute(insert(incidents), rows)

    assert await forget_incidents(store, BEFORE, 1) == 1
    assert await forget_incidents(store, BEFORE, 10) == 1
    assert await numbers(store, "alert_incidents") == [2, 3, 4, 6]


async def test_messages_and_commands_go_but_what_is_owed_stays(store: Store) -> None:
    def message(number: int, state: str, at: int | None) -> dict[str, object]:
        return {
            "number": number, "recipient": "@me", "kind": "alarm", "random_id": number, "written_at": OLD, "text": "x",
            "told": "[]", "state": state, "attempts": 1, "not_before": OLD, "settled_at": at,
        }  # fmt: skip

    async with store.write() as connection:
        told = [
            message(1, "sent", OLD),
            message(2, "waiting", None),
            message(3, "sent", START),
            message(4, "sent", OLD),
        ]
        await connection.execute(insert(deliveries), told)
        await connection.execute(
            insert(audit), [{"at": at, "who": "7", "command": "/ack 1", "outcome": "ok"} for at in (OLD, START, START)]
        )

    assert await forget_deliveries(store, BEFORE, 10) == 1
    assert await numbers(store, "alert_deliveries") == [2, 3, 4]
    assert await forget_commands(store, BEFORE, 10) == 1
    assert len(await numbers(store, "alert_audit")) == 2


async def test_sent_reports_go_but_for_the_first_the_last_and_those_owed(store: Store) -> None:
    def push(hour: int, state: str = "delivered") -> dict[str, object]:
        return {
            "target": "mall", "ssid": "SS-007", "window_end": OLD + hour, "day": "2025-01-01", "written_at": OLD, "body": b"{}",
            "digest": b"d", "key": "k", "state": state, "attempts": 1, "refusals": 0, "due_at": 0, "keep_until": 0,
        }  # fmt: skip

    async with store.write() as connection:
        await connection.execute(insert(pushes), [push(0), push(1), push(2, "waiting"), push(3, "dead"), push(4)])

    assert await forget_pushes(store, BEFORE, 1) == 1
    assert await forget_pushes(store, BEFORE, 10) == 1
    assert await numbers(store, "visitor_pushes", "window_end") == [OLD, OLD + 2, OLD + 4]
    assert await forget_pushes(store, BEFORE, 10) == 0


async def test_refused_records_go_and_that_their_file_was_refused_stays(store: Store) -> None:
    def file(digest: bytes, at: int) -> dict[str, object]:
        counts = {"rows_new": 0, "rows_known": 0, "rows_bad": 1}
        return {
            "camera": "door", "digest": digest, "name": "a.json", "size": 1, "committed_at": at, "status": "rejected", **counts
        }  # fmt: skip

    async with store.write() as connection:
        await connection.execute(insert(files), [file(b"old", OLD), file(b"new", START)])
        bad = [
            {"camera": "door", "digest": each, "position": 0, "raw": "{}", "reason": "x"} for each in (b"old", b"new")
        ]
        await connection.execute(insert(rejected_rows), bad)

    assert await forget_rejected(store, BEFORE, 10) == 1
    async with store.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(files)) == 2
        assert bytes(await connection.scalar(select(rejected_rows.c.digest)) or b"") == b"new"


async def test_the_service_goes_on_until_nothing_old_is_left_and_leaves_alone_what_is_kept_for_ever() -> None:
    left, asked = {"messages": 1200}, []

    async def forget(before: Instant, most: int) -> int:
        asked.append(before)
        taken = min(most, left["messages"])
        left["messages"] -= taken
        return taken

    async def never(before: Instant, most: int) -> int:
        raise AssertionError("kept for ever")

    clock = FakeClock()
    await Aging([Aged("messages", 86400.0, forget), Aged("commands", 0.0, never)], clock).turn()

    assert left == {"messages": 0}
    assert set(asked) == {START - DAY}


async def test_crossings_go_oldest_first_and_every_quarter_keeps_its_count(store: Store) -> None:
    """Also where one of them comes late, after those of its quarter went."""
    door, garden = CameraStore(store, "door"), CameraStore(store, "garden")
    found = tuple(
        Crossing(
            Instant(BEFORE - n * 4 * MINUTE),
            f"{local(Instant(BEFORE - n * 4 * MINUTE), ZoneInfo('UTC')):%Y-%m-%d}",
            n,
            n % 3,
            n,
            None,
        )
        for n in range(-10, 40)
    )
    for camera, some in ((door, found[:-1]), (garden, found[::2])):
        name = camera.camera
        file = Judged(name, name.encode().ljust(32, b"."), 9, Status.STORED, None, some)
        await camera.keep([file], await camera.meet(Instant(START)), Instant(START))

    async def counted() -> tuple[list[Quarter], list[DayTotals]]:
        span = Instant(BEFORE - DAY - BEFORE % DAY), Instant(BEFORE + 2 * DAY - BEFORE % DAY)
        return await quarters(store, *span, ["door", "garden"]), await day_totals(store, "0", "9")

    before = await counted()
    gone = [await forget_crossings(store, BEFORE, 10) for _ in range(8)]

    assert gone == [10, 10, 10, 8, 10, 9, 0, 0]
    assert await counted() == before
    async with store.read() as reading:
        assert min(await reading.scalars(select(crossings.c.at))) == BEFORE

    late = Judged("late", b"late".ljust(32, b"."), 9, Status.STORED, None, found[-1:])
    await door.keep([late], await door.meet(Instant(START)), Instant(START))
    with_it = await counted()
    assert sum(each.many for each in with_it[0]) == sum(each.many for each in before[0]) + 1
    assert await forget_crossings(store, BEFORE, 10) == 1
    assert await counted() == with_it
