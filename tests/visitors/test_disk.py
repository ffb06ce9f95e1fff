"""A folder's own thread: what it does, and what becomes of it when the disk hangs."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lahmadaemon.errors import UpstreamError
from lahmadaemon.visitors.intake.disk import Disk
from tests.fakes.clock import others, settled

HANGS = """
import asyncio, threading
from pathlib import Path
from lahmadaemon.errors import UpstreamError
from lahmadaemon.visitors.intake.disk import Disk

async def main():
    try:
        await Disk(Path("/in")).run(0.05, threading.Event().wait)
    except UpstreamError as error:
        print(error)

asyncio.run(main())
"""


@pytest.fixture
def answering() -> Iterator[threading.Event]:
    """Set when the disk answers again; at the test's end in any case."""
    event = threading.Event()
    yield event
    event.set()


async def test_work_is_done_elsewhere_and_its_result_and_its_errors_come_back() -> None:
    disk = Disk(Path("/in"))

    def fail() -> None:
        raise FileNotFoundError("gone")

    assert await disk.run(5.0, threading.get_ident) != threading.get_ident()
    assert await disk.run(5.0, max, 3, 7) == 7
    with pytest.raises(FileNotFoundError, match="gone"):
        await disk.run(5.0, fail)


async def test_a_disk_that_hangs_is_trouble_after_its_time_and_is_not_asked_again_until_it_answers(
    answering: threading.Event,
) -> None:
    disk, before = Disk(Path("/in")), threading.active_count()
    with pytest.raises(UpstreamError, match=r"the disk of /in does not answer for 0.05 s") as caught:
        await disk.run(0.05, answering.wait)
    assert caught.value.outcome == "folder"

    for _ in range(20):
        with pytest.raises(UpstreamError, match="still does not answer"):
            await disk.run(5.0, max, 3, 7)
    assert threading.active_count() == before + 1

    answering.set()
    async with asyncio.timeout(60):
        while True:
            try:
                assert await disk.run(5.0, max, 3, 7) == 7
                break
            except UpstreamError:
                await others()


async def test_who_is_cancelled_does_not_wait_for_the_disk(answering: threading.Event) -> None:
    waiting = asyncio.create_task(Disk(Path("/in")).run(60.0, answering.wait))
    await settled()

    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(waiting, 30)


async def test_one_disk_does_not_wait_for_another(answering: threading.Event) -> None:
    hanging = asyncio.create_task(Disk(Path("/in")).run(60.0, answering.wait))
    await settled()

    assert await Disk(Path("/other")).run(5.0, max, 3, 7) == 7
    answering.set()
    assert await hanging is True


@pytest.mark.slow
def test_a_process_ends_although_a_disk_hangs() -> None:
    """With a thread of a usual pool it hung for ever, and systemd had to kill it."""
    ended = subprocess.run([sys.executable, "-c", HANGS], capture_output=True, text=True, timeout=20, check=True)

    assert ended.stdout == "the disk of /in does not answer for 0.05 s\n"
