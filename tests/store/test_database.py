"""What the store promises about reading and writing, on either engine."""

import asyncio
from collections import Counter
from random import Random
from time import perf_counter

import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, func, insert, select, text, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.errors import HopelessError, LahmaError, UpstreamError
from lahmadaemon.store.database import Store, open_for_reading
from lahmadaemon.store.engines import READERS

things = Table(
    "things", MetaData(), Column("name", Text, primary_key=True), Column("amount", BigInteger, primary_key=True)
)


async def put(connection: AsyncConnection, name: str, *amounts: int) -> None:
    for amount in amounts:
        await connection.execute(insert(things), {"name": name, "amount": amount})


async def two_things(store: Store, name: str) -> None:
    async with store.write() as connection:
        await put(connection, name, 1, 2)


async def kept(store: Store) -> list[tuple[str, int]]:
    async with store.read() as connection:
        return [(name, amount) for name, amount in await connection.execute(select(things).order_by(*things.c))]


@pytest.fixture(autouse=True)
async def _a_table(store: Store) -> None:
    async with store.write() as connection:
        await connection.run_sync(things.create)


async def test_a_write_is_kept_as_a_whole(store: Store) -> None:
    await two_things(store, "tea")

    assert await kept(store) == [("tea", 1), ("tea", 2)]


@pytest.mark.parametrize("error", [ValueError("a mistake"), UpstreamError("no answer"), KeyboardInterrupt()])
async def test_an_exception_in_a_write_takes_all_of_it_back(store: Store, error: BaseException) -> None:
    async def write() -> None:
        async with store.write() as connection:
            await put(connection, "tea", 1)
            raise error

    with pytest.raises(type(error)):
        await write()

    assert await kept(store) == []
    await two_things(store, "coffee")
    assert await kept(store) == [("coffee", 1), ("coffee", 2)]


async def test_a_statement_that_fails_takes_the_others_back(store: Store) -> None:
    await two_things(store, "tea")

    async def write() -> None:
        async with store.write() as connection:
            await put(connection, "coffee", 1)
            await put(connection, "tea", 1)

    with pytest.raises(IntegrityError):
        await write()

    assert await kept(store) == [("tea", 1), ("tea", 2)]


async def test_a_cancelled_write_is_taken_back(store: Store) -> None:
    within = asyncio.Event()

    async def write() -> None:
        async with store.write() as connection:
            await put(connection, "tea", 1)
            within.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await within.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await kept(store) == []
    await two_things(store, "coffee")
    assert await kept(store) == [("coffee", 1), ("coffee", 2)]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.slow
async def test_a_write_cancelled_at_any_moment_is_whole_or_absent_and_the_next_one_works(
    store: Store, url: URL, times: int
) -> None:
    rounds = 1000 if times == 1 and url.get_backend_name() == "sqlite" else 150
    chance = Random(1867)
    loop = asyncio.get_running_loop()
    begun = perf_counter()
    for number in range(20):
        await two_things(store, f"first {number}")
    usual = (perf_counter() - begun) / 20

    ends: Counter[str] = Counter()
    for number in range(rounds):
        task = asyncio.create_task(two_things(store, f"thing {number}"))
        for _ in range(times):  # the second one meets it tidying up; a write after a cancelled one has to connect first
            loop.call_later(usual * 10 ** chance.uniform(-2, 1), task.cancel)
        [end] = await asyncio.gather(task, return_exceptions=True)
        ends[type(end).__name__] += 1
    await asyncio.wait_for(two_things(store, "last"), timeout=60)

    assert ends.keys() <= {"NoneType", "CancelledError"}
    assert ends["CancelledError"] > rounds / 10
    async with store.read() as connection:
        torn = select(things.c.name).group_by(things.c.name).having(func.count() != 2)
        assert (await connection.scalars(torn)).all() == []
        whole = (await connection.scalar(select(func.count(things.c.name.distinct())))) or 0
    assert ends["NoneType"] + 21 <= whole < rounds + 21  # what was cancelled may have landed, but not all of it
    async with store.write() as connection:  # waits in vain where a transaction is left open
        await connection.run_sync(things.drop)


async def test_cancelled_readers_leave_the_others_their_connections(store: Store) -> None:
    await two_things(store, "tea")

    for _ in range(3 * READERS):
        task = asyncio.create_task(kept(store))
        for _ in range(3):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert await asyncio.gather(*(kept(store) for _ in range(2 * READERS))) == [await kept(store)] * 2 * READERS


async def test_writers_wait_for_one_another(store: Store) -> None:
    async with store.write() as connection:
        await put(connection, "sum", 0)

    async def one_more() -> None:
        async with store.write() as connection:
            amount = await connection.scalar(select(things.c.amount))
            assert amount is not None
            await asyncio.sleep(0)
            await connection.execute(update(things).values(amount=amount + 1))

    await asyncio.gather(*(one_more() for _ in range(50)))

    assert await kept(store) == [("sum", 50)]


async def test_readers_see_the_last_commit_while_a_write_is_under_way(store: Store) -> None:
    await two_things(store, "tea")

    async with store.write() as connection:
        await put(connection, "coffee", 1)
        assert await kept(store) == [("tea", 1), ("tea", 2)]

    assert await kept(store) == [("coffee", 1), ("tea", 1), ("tea", 2)]


async def test_a_reader_sees_one_moment_however_often_it_asks(store: Store) -> None:
    count = select(func.count()).select_from(things)

    async with store.read() as connection:
        before = await connection.scalar(count)
        await two_things(store, "tea")
        assert (before, await connection.scalar(count)) == (0, 0)

    async with store.read() as connection:
        assert await connection.scalar(count) == 2


async def test_readers_cannot_write(store: Store) -> None:
    async def write() -> None:
        async with store.read() as connection:
            await put(connection, "tea", 1)
            await connection.commit()

    with pytest.raises((LahmaError, DBAPIError), match=r"read-?only"):
        await write()

    assert await kept(store) == []


async def test_a_store_opened_beside_a_running_one_reads_and_does_not_write(url: URL, store: Store) -> None:
    async with open_for_reading(url) as beside:
        await two_things(store, "tea")

        assert await kept(beside) == [("tea", 1), ("tea", 2)]
        with pytest.raises(HopelessError, match="opened for reading only"):
            await two_things(beside, "coffee")


async def test_a_mistake_in_our_own_statement_is_not_called_trouble_of_the_store(store: Store) -> None:
    for mistake in ("SELECT whatever FROM things", "INSERT INTO nowhere VALUES (1)", "SELEKT"):
        with pytest.raises(DBAPIError):
            async with store.write() as connection:
                await connection.execute(text(mistake))
        with pytest.raises(DBAPIError):
            async with store.read() as connection:
                await connection.execute(text(mistake))


async def test_errors_do_not_quote_what_was_to_be_written(store: Store) -> None:
    await two_things(store, "198.51.100.7")

    with pytest.raises(IntegrityError) as caught:
        async with store.write() as connection:
            await connection.execute(insert(things), [{"name": "198.51.100.7", "amount": 1}])

    assert "[parameters" not in str(caught.value)


async def test_a_reader_that_finds_all_connections_taken_is_told_to_come_again(store: Store) -> None:
    store._reader.sync_engine.pool._timeout = 0.01  # type: ignore[attr-defined]
    async with asyncio.TaskGroup() as group:
        full, done = asyncio.Barrier(READERS + 1), asyncio.Event()

        async def occupy() -> None:
            async with store.read():
                await full.wait()
                await done.wait()

        for _ in range(READERS):
            group.create_task(occupy())
        await full.wait()
        with pytest.raises(UpstreamError, match="all its connections are busy"):
            await kept(store)
        done.set()
