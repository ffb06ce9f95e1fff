"""Side by side, and none left behind."""

import asyncio

import pytest

from lahmadaemon.errors import UpstreamError
from lahmadaemon.together import together


async def test_answers_come_in_the_order_of_the_questions() -> None:
    first_may_end = asyncio.Event()

    async def slow() -> str:
        await first_may_end.wait()
        return "slow"

    async def quick() -> str:
        first_may_end.set()
        return "quick"

    assert await together([slow(), quick()]) == ["slow", "quick"]


async def test_the_first_error_ends_the_others_and_is_raised_as_it_is() -> None:
    ended = []

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("waits")

    async def fails() -> None:
        raise UpstreamError("no answer")

    with pytest.raises(UpstreamError, match="no answer"):
        await together([waits(), fails()])

    assert ended == ["waits"]


async def test_whoever_is_cancelled_takes_them_along() -> None:
    ended = []

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("waits")

    task = asyncio.ensure_future(together([waits(), waits()]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert ended == ["waits", "waits"]
