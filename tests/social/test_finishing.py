"""What must not be left half done is finished, and whoever was cancelled is cancelled then."""

import asyncio

import pytest

from lahmadaemon.errors import UpstreamError
from lahmadaemon.social.finishing import to_the_end
from tests.fakes.clock import settled


class Work:
    """Waits until it may go on."""

    def __init__(self, error: Exception | None = None) -> None:
        self.may_end = asyncio.Event()
        self.done = False
        self.error = error

    async def do(self) -> str:
        await self.may_end.wait()
        self.done = True
        if self.error:
            raise self.error
        return "kept"


async def test_undisturbed_it_gives_what_the_work_gives() -> None:
    work = Work()
    work.may_end.set()

    assert await to_the_end(work.do()) == "kept"


async def test_its_error_is_the_work_s() -> None:
    work = Work(UpstreamError("the store does not answer"))
    work.may_end.set()

    with pytest.raises(UpstreamError, match="store"):
        await to_the_end(work.do())


@pytest.mark.parametrize("error", [None, UpstreamError("the store does not answer")])
async def test_who_is_cancelled_twice_in_its_midst_is_cancelled_when_it_is_done(error: Exception | None) -> None:
    work = Work(error)
    task = asyncio.create_task(to_the_end(work.do()))
    await settled()
    for _ in range(2):
        task.cancel()
        await settled()
        assert not task.done()
    work.may_end.set()

    with pytest.raises(asyncio.CancelledError) as cancelled:
        await task
    assert work.done
    assert cancelled.value.__cause__ is error


async def test_a_deadline_around_it_is_kept_late_and_told_as_such() -> None:
    work = Work()

    async def hurried() -> None:
        async with asyncio.timeout(0):
            await to_the_end(work.do())

    task = asyncio.create_task(hurried())
    await settled()
    assert not task.done()
    work.may_end.set()

    with pytest.raises(TimeoutError):
        await task
    assert work.done
