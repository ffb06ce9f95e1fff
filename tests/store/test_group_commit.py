"""Writers side by side share a transaction; each learns of its own whether it is durable."""

import asyncio
from collections.abc import Sequence

import pytest

from lahmadaemon.store.group_commit import GroupCommit


class Disk:
    """Remembers every transaction; one is under way until it is let go."""

    def __init__(self) -> None:
        self.written: list[Sequence[str]] = []
        self.full = 0
        self.free = asyncio.Event()

    async def write(self, items: Sequence[str]) -> None:
        await self.free.wait()
        if self.full:
            self.full -= 1
            raise OSError("no space left")
        self.written.append(items)


async def begun(*waiting: asyncio.Task[None]) -> None:
    """Each has come as far as it can."""
    for _ in range(3 * len(waiting)):
        await asyncio.sleep(0)


async def test_what_comes_while_a_transaction_is_under_way_goes_together_in_the_next() -> None:
    disk = Disk()
    group = GroupCommit(disk.write)
    async with asyncio.TaskGroup() as tasks:
        await begun(*(tasks.create_task(group.commit([name])) for name in "abcd"))
        disk.free.set()
    assert disk.written == [("a",), ("b", "c", "d")]


async def test_nobody_returns_before_its_own_is_durable() -> None:
    disk = Disk()
    group = GroupCommit(disk.write)
    first, second = asyncio.create_task(group.commit(["a"])), asyncio.create_task(group.commit(["b"]))
    await begun(first, second)
    assert not first.done()
    assert not second.done()
    disk.free.set()
    await first
    assert ("a",) in disk.written
    await second
    assert disk.written == [("a",), ("b",)]


async def test_a_failure_is_told_to_the_one_who_wrote_and_the_others_try_themselves() -> None:
    disk = Disk()
    group = GroupCommit(disk.write)
    tasks = [asyncio.create_task(group.commit([name])) for name in "abc"]
    await begun(*tasks)
    disk.full = 2
    disk.free.set()
    told = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in told] == [OSError, OSError, type(None)]
    assert disk.written == [("b", "c")], "what the second had brought as well: kept twice is kept once"


async def test_a_writer_that_is_cancelled_leaves_the_others_their_turn() -> None:
    disk = Disk()
    group = GroupCommit(disk.write)
    tasks = [asyncio.create_task(group.commit([name])) for name in "abc"]
    await begun(*tasks)
    tasks[0].cancel()
    disk.free.set()
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    await asyncio.gather(*tasks[1:])
    assert disk.written == [("b", "c")]


async def test_after_a_failure_with_nobody_waiting_the_next_one_begins_anew() -> None:
    disk = Disk()
    disk.free.set()
    disk.full = 1
    group = GroupCommit(disk.write)
    with pytest.raises(OSError, match="no space"):
        await group.commit(["a"])
    await group.commit(["b"])
    assert disk.written == [("b",)]
