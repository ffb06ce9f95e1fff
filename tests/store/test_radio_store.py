"""What the radio room keeps, on either engine: every write may be repeated, every read is of one station."""

import asyncio
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import URL

from lahmadaemon.radio.folding import Outcome, Standing, fold
from lahmadaemon.radio.snapshot import Connection
from lahmadaemon.radio.store import RadioStore, connections, polls, stations
from lahmadaemon.store.database import Store, open_store
from tests.radio.builders import connection, digest, snapshot
from tests.store.builders import EVERY, closing, poll, s


async def everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    """All rows of the room."""
    async with store.read() as reading:
        return {
            table.name: [
                dict(row) for row in (await reading.execute(select(table).order_by(*table.primary_key))).mappings()
            ]
            for table in (polls, connections)
        }


async def row_of(store: Store, of: Connection) -> dict[str, Any]:
    [row] = [row for row in (await everything(store))["radio_connections"] if bytes(row["digest"]) == of.digest]
    return row


async def test_a_poll_recorded_twice_is_kept_once(store: Store, radio: RadioStore) -> None:
    anna, bela = connection("anna", 10), connection("béla", 20)
    await radio.record(poll(30), [anna, bela])
    await radio.record(poll(60), [connection("cili", 50)], [closing(anna, 30, 60, 45)])
    once = await everything(store)

    await radio.record(poll(60), [connection("cili", 50)], [closing(anna, 30, 60, 45)])

    assert await everything(store) == once
    assert len(once["radio_connections"]) == 3
    assert len(once["radio_polls"]) == 2


async def test_a_record_that_was_cancelled_at_any_moment_may_be_repeated(store: Store, radio: RadioStore) -> None:
    chance = Random(1867)
    loop = asyncio.get_running_loop()
    for number in range(40):
        arrival, before = connection(f"guest {number}", number), connection(f"guest {number - 1}", number - 1)
        gone = [closing(before, number - 1, number, number)] if number else []
        task = asyncio.create_task(radio.record(poll(number), [arrival], gone))
        loop.call_later(10 ** chance.uniform(-4, -2), task.cancel)
        await asyncio.gather(task, return_exceptions=True)
        await radio.record(poll(number), [arrival], gone)

    kept = await everything(store)
    assert [row["at"] for row in kept["radio_polls"]] == [s(number) for number in range(40)]
    assert sorted(row["started_at"] for row in kept["radio_connections"]) == [s(number) for number in range(40)]
    assert {row["started_at"]: row["ended_at"] for row in kept["radio_connections"]} == {
        s(number): s(number + 1) if number < 39 else None for number in range(40)
    }


async def test_a_connection_that_comes_back_under_its_own_key_was_never_gone(store: Store, radio: RadioStore) -> None:
    anna = connection("anna", 10)
    await radio.record(poll(30), [anna])
    first = await row_of(store, anna)
    await radio.record(poll(60), closed=[closing(anna, 30, 60, 45)])
    assert (await radio.standing()).open == frozenset()

    await radio.record(poll(90), [anna])

    assert (await radio.standing()).open == {anna.key}
    assert await row_of(store, anna) == first  # and was first seen when it was first seen


async def test_the_same_client_with_a_new_beginning_is_another_connection(radio: RadioStore) -> None:
    before, after = connection("anna", 10), connection("anna", 70)
    await radio.record(poll(30), [before])
    await radio.record(poll(90), [after], [closing(before, 30, 90, 45)])

    assert (await radio.standing()).open == {after.key}
    assert (await radio.listening(0, s(100))).keys() == {before.key, after.key}


async def test_a_connection_ends_once(store: Store, radio: RadioStore) -> None:
    anna = connection("anna", 10)
    await radio.record(poll(30), [anna])
    await radio.record(poll(60), closed=[closing(anna, 30, 60, 45)])
    await radio.record(poll(90), closed=[closing(anna, 60, 90, 75), closing(connection("nobody"), 60, 90, 75)])

    row = await row_of(store, anna)
    assert (row["last_seen_at"], row["missed_at"], row["ended_at"]) == (s(30), s(60), s(45))
    assert len((await everything(store))["radio_connections"]) == 1


async def test_a_restart_goes_on_from_what_was_known(url: URL) -> None:
    anna, bela = connection("anna", 10), connection("béla", 20)
    async with open_store(url) as store:
        assert await RadioStore(store, "lahma").standing() == Standing()
        await RadioStore(store, "lahma").record(poll(30), [anna, bela])
        await RadioStore(store, "lahma").record(poll(60), [], [closing(anna, 30, 60, 45)])

    async with open_store(url) as store:
        assert await RadioStore(store, "lahma").standing() == Standing(frozenset({bela.key}), s(60))


async def test_what_is_known_from_the_store_is_what_was_known_in_memory(radio: RadioStore) -> None:
    chance = Random(42)
    names = [f"guest {number}" for number in range(6)]
    inside: dict[str, Connection] = {}
    standing = Standing()
    outcomes = set()
    for number in range(1, 70):
        at = 30.0 * number
        mood = chance.random()
        inside = {name: each for name, each in inside.items() if chance.random() < 0.8}
        inside |= {name: connection(name, at - 5) for name in names if name not in inside and chance.random() < 0.2}
        seen = snapshot(at) if mood < 0.3 else snapshot(at, inside.values())
        if mood < 0.1:
            seen = snapshot(at, total=3)

        folded = fold(standing, seen, EVERY)
        outcomes.add(folded.outcome)
        await radio.record(poll(at, folded.outcome), folded.opened, folded.closed)
        standing = folded.standing

        assert await radio.standing() == standing
    assert outcomes == set(Outcome) - {Outcome.FROZEN}, "a freeze is seen by who remembers more than one poll"


@pytest.mark.parametrize(
    ("outcomes", "held"),
    [(["empty"], True), (["empty", "unreachable"], True), (["empty", "suspicious"], False), (["unreachable"], False)],
)
async def test_a_restart_remembers_whether_an_empty_poll_is_held(
    radio: RadioStore, outcomes: Sequence[str], held: bool
) -> None:
    anna = connection("anna", 10)
    await radio.record(poll(30), [anna])
    for number, outcome in enumerate(outcomes):
        await radio.record(poll(60 + 30 * number, outcome))

    assert await radio.standing() == Standing(frozenset({anna.key}), s(30), held)


async def test_addresses_are_kept_only_where_asked_and_forgotten_when_their_time_is_over(radio: RadioStore) -> None:
    await radio.record(poll(30), [connection("anna", 10)])
    await radio.record(poll(60), [connection("béla", 50)], keep_ip=True)
    await radio.record(poll(90), [connection("cili", 20)], keep_ip=True)
    other = RadioStore(radio._store, "other")
    await other.record(poll(30), [connection("anna", 10)], keep_ip=True)

    async def known(of: RadioStore = radio) -> set[bytes]:
        return {each.identity for each in (await of.listening(0, s(1000))).values() if each.ip is not None}

    assert await known() == {digest("béla"), digest("cili")}
    assert await radio.forget_ips(s(60)) == 0
    assert await radio.forget_ips(s(90)) == 1
    assert await known() == {digest("cili")}
    assert await radio.forget_ips(s(90)) == 0
    assert await known(other) == {digest("anna")}


async def test_an_export_is_noted_with_its_last_time(radio: RadioStore) -> None:
    assert await radio.exported() == {}
    await radio.note_export("2026-10-14", s(100))
    await radio.note_export("2026-10-15", s(100))
    await radio.note_export("2026-10-14", s(200))
    await RadioStore(radio._store, "other").note_export("2026-10-14", s(300))

    assert await radio.exported() == {"2026-10-14": s(200), "2026-10-15": s(100)}


async def test_stations_are_all_that_were_ever_polled(store: Store) -> None:
    assert await stations(store) == []
    for name in ("zebra", "lahma", "zebra"):
        await RadioStore(store, name).record(poll(30, "unreachable"))
    assert await stations(store) == ["lahma", "zebra"]


async def test_two_stations_do_not_see_each_other(store: Store) -> None:
    lahma, other = RadioStore(store, "lahma"), RadioStore(store, "other")
    anna = connection("anna", 10)
    await lahma.record(poll(30), [anna])
    await other.record(poll(30, "empty"))
    assert await other.standing() == Standing(empty_before=True)
    assert (await other.listening(0, s(1000)), await other.observed()) == ({}, (None, None))

    await other.record(poll(60), [anna])
    await other.record(poll(90), [], [closing(anna, 60, 90, 75)])

    assert await lahma.standing() == Standing(frozenset({anna.key}), s(30))
    assert await lahma.observed() == (s(30), s(30))
    assert await lahma.last_poll() == poll(30)
    [heard] = (await lahma.listening(0, s(1000))).values()
    assert (heard.is_open, heard.ended_at) == (True, s(30))


@pytest.mark.slow
async def test_five_thousand_connections_cost_as_many_statements_as_one(store: Store, radio: RadioStore) -> None:
    statements: list[str] = []
    assert store._writer is not None
    event.listen(
        store._writer.sync_engine, "before_cursor_execute", lambda *told: statements.append(told[2].split()[0])
    )
    crowd = [connection(f"{number:05}", number / 1000) for number in range(5000)]

    await radio.record(poll(30), crowd[:1])
    await radio.record(poll(60), crowd[:1], [closing(crowd[0], 30, 60, 45)])
    few = list(statements)
    statements.clear()
    await radio.record(poll(90), crowd)
    await radio.record(poll(120), crowd, [closing(each, 90, 120, 105) for each in crowd])

    assert statements == few
    found = await radio.listening(0, s(1000))
    assert found.keys() == {each.key for each in crowd}
    assert {each.ended_at for each in found.values()} == {s(105)}
