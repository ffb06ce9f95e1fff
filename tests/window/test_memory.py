"""Figures that cost: made once for all who ask at the same time, kept for some seconds, and never for too many."""

import asyncio
from dataclasses import dataclass, field

import pytest

from lahmadaemon.errors import UpstreamError
from lahmadaemon.web.memory import Memory
from tests.fakes.clock import FakeClock


@dataclass
class Maker:
    """Makes the next number when it is let; remembers how often it was asked."""

    asked: int = 0
    together: int = 0
    most: int = 0
    let: asyncio.Event = field(default_factory=asyncio.Event)
    trouble: UpstreamError | None = None

    async def make(self) -> int:
        self.asked += 1
        made = self.asked
        self.together += 1
        self.most = max(self.most, self.together)
        try:
            await self.let.wait()
        finally:
            self.together -= 1
        if self.trouble:
            raise self.trouble
        return made


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def memory(clock: FakeClock) -> Memory:
    return Memory(clock, most=3)


async def test_all_who_ask_at_once_share_what_is_made(memory: Memory, maker: Maker, clock: FakeClock) -> None:
    async with asyncio.TaskGroup() as group:
        asking = [group.create_task(memory.kept("a", 5, maker.make)) for _ in range(20)]
        await clock.advance(7)  # it takes longer than it is kept
        maker.let.set()

    assert ([each.result() for each in asking], maker.asked) == ([1] * 20, 1)


async def test_with_a_helper_the_old_is_told_at_once_and_made_anew_meanwhile(
    memory: Memory, maker: Maker, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lahmadaemon.web.memory.DEAR", 0.0)
    maker.let.set()
    with memory.helped():
        first = await memory.kept("a", 5, maker.make, "one", meanwhile=60)
        await clock.advance(6)
        old = [await memory.kept("a", 5, maker.make, "one", meanwhile=60) for _ in range(2)]
        await memory.fulfil(asyncio.Event())
        new = await memory.kept("a", 5, maker.make, "one", meanwhile=60)
        other = await memory.kept("a", 5, maker.make, "two", meanwhile=60)
        wished = memory.wished.is_set()
        await memory.fulfil(asyncio.Event())
        newest = await memory.kept("a", 5, maker.make, "two", meanwhile=60)
        await clock.advance(61)
        too_old = await memory.kept("a", 5, maker.make, "two", meanwhile=60)

    assert (first, old, new, other, newest, too_old) == (1, [1, 1], 2, 2, 3, 4)
    assert (wished, memory.wished.is_set(), memory.renewed) == (True, False, 2)


async def test_what_is_made_quickly_is_made_at_once_also_with_a_helper(
    memory: Memory, maker: Maker, clock: FakeClock
) -> None:
    maker.let.set()
    with memory.helped():
        first = await memory.kept("a", 5, maker.make, meanwhile=60)
        await clock.advance(6)
        anew = await memory.kept("a", 5, maker.make, meanwhile=60)

    assert (first, anew, memory.wished.is_set()) == (1, 2, False)


async def test_a_wish_is_left_when_the_stop_is_asked(
    memory: Memory, maker: Maker, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lahmadaemon.web.memory.DEAR", 0.0)
    maker.let.set()
    stopping = asyncio.Event()
    stopping.set()
    with memory.helped():
        await memory.kept("a", 5, maker.make, meanwhile=60)
        await clock.advance(6)
        await memory.kept("a", 5, maker.make, meanwhile=60)
        await memory.fulfil(stopping)

    assert maker.asked == 1


async def test_it_is_kept_for_its_seconds_from_when_its_making_began(
    memory: Memory, maker: Maker, clock: FakeClock
) -> None:
    maker.let.set()
    first = await memory.kept("a", 5, maker.make)
    await clock.advance(4)
    still = await memory.kept("a", 5, maker.make)
    await clock.advance(1)
    anew = await memory.kept("a", 5, maker.make)

    assert (first, still, anew) == (1, 1, 2)


async def test_another_stamp_makes_it_anew_at_once(memory: Memory, maker: Maker) -> None:
    maker.let.set()

    assert [await memory.kept("a", 60, maker.make, stamp) for stamp in (7, 7, 8)] == [1, 1, 2]


async def test_while_one_makes_it_anew_others_are_told_what_was_known(
    memory: Memory, maker: Maker, clock: FakeClock
) -> None:
    maker.let.set()
    await memory.kept("a", 5, maker.make)
    await clock.advance(30)
    maker.let.clear()
    async with asyncio.TaskGroup() as group:
        making = group.create_task(memory.kept("a", 5, maker.make, meanwhile=60))
        await clock.settle()
        told = await memory.kept("a", 5, maker.make, meanwhile=60)
        maker.let.set()

    assert (told, making.result()) == (1, 2)


async def test_trouble_is_shared_by_who_waited_and_not_kept(memory: Memory, maker: Maker, clock: FakeClock) -> None:
    maker.trouble = UpstreamError("the store does not answer")
    asking = [asyncio.create_task(memory.kept("a", 5, maker.make)) for _ in range(3)]
    await clock.advance(1)
    maker.let.set()
    told = await asyncio.gather(*asking, return_exceptions=True)
    maker.trouble = None
    await clock.advance(1)

    assert all(isinstance(each, UpstreamError) for each in told)
    assert (await memory.kept("a", 5, maker.make), maker.asked) == (2, 2)


async def test_who_makes_it_and_goes_away_leaves_it_to_the_next(memory: Memory, maker: Maker, clock: FakeClock) -> None:
    first, second = (asyncio.create_task(memory.kept("a", 5, maker.make)) for _ in range(2))
    await clock.settle()
    first.cancel()
    await clock.settle()
    maker.let.set()

    assert (await second, maker.asked) == (2, 2)


async def test_one_is_made_after_the_other(memory: Memory, maker: Maker, clock: FakeClock) -> None:
    async with asyncio.TaskGroup() as group:
        for key in range(6):
            group.create_task(memory.kept(key, 5, maker.make))
        await clock.settle()
        maker.let.set()

    assert (maker.most, maker.asked) == (1, 6)


async def test_those_nobody_asked_for_longest_give_way(memory: Memory, maker: Maker) -> None:
    maker.let.set()
    for key in ("a", "b", "c", "a", "d"):
        await memory.kept(key, 60, maker.make)
    asked = maker.asked

    assert len(memory) == 3
    await memory.kept("a", 60, maker.make)
    assert maker.asked == asked
    await memory.kept("b", 60, maker.make)
    assert maker.asked == asked + 1
