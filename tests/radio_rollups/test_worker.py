"""The process that makes reports: what it makes, what its death means, and how free it leaves the loop."""

import asyncio
import os
import signal
import struct
from collections.abc import AsyncIterator
from datetime import date
from fcntl import ioctl
from pathlib import Path
from termios import TIOCOUTQ

import pytest
from sqlalchemy.engine import URL

from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio import periods
from lahmadaemon.radio.rollups.service import Rollups
from lahmadaemon.radio.rollups.worker import Worker
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.store.database import Store
from tests.fakes.clock import FakeClock, until
from tests.fakes.stores import new_store
from tests.radio_rollups.builders import BUDAPEST, NOW, Here, at, keeping, measured

pytestmark = pytest.mark.slow
OCTOBER_FIRST = periods.day(date(2026, 10, 1), BUDAPEST)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with new_store(tmp_path / "radio.db") as opened:
        yield opened


@pytest.fixture
async def worker(tmp_path: Path) -> AsyncIterator[Worker]:
    made = Worker(URL.create("sqlite", database=str(tmp_path / "radio.db")))
    yield made
    await made.rest()


def process_of(worker: Worker) -> int:
    assert worker.process.pid
    return worker.process.pid


def untaken(worker: Worker) -> int:
    """What lies before the process and was not taken yet: of memory, in bytes (SIOCOUTQ, unix(7))."""
    assert worker.process._running
    [size] = struct.unpack("i", ioctl(worker.process._running[1].fileno(), TIOCOUTQ, bytes(4)))
    return int(size)


async def test_it_makes_what_would_be_made_here(store: Store, worker: Worker) -> None:
    job = keeping(await measured(store)).job("day", OCTOBER_FIRST, NOW)

    made = await worker.make(job)
    assert made == await Here(store).make(job)
    assert len(made.hours) == 24 + 2
    first = process_of(worker)
    await worker.make(job)
    assert process_of(worker) == first
    await worker.rest()
    assert not Path(f"/proc/{first}").exists()


async def test_its_death_is_a_stumble_and_the_next_one_starts_anew(store: Store, worker: Worker) -> None:
    job = keeping(await measured(store)).job("day", OCTOBER_FIRST, NOW)
    await worker.make(job)
    os.kill(process_of(worker), signal.SIGSTOP)  # busy, as far as anybody can tell
    asking = asyncio.ensure_future(worker.make(job))
    await until(lambda: untaken(worker))
    os.kill(process_of(worker), signal.SIGKILL)

    with pytest.raises(UpstreamError, match=r"radio figures: .* died"):
        await asking
    assert (await worker.make(job)).hours


async def test_a_stop_does_not_wait_for_it(store: Store, worker: Worker) -> None:
    job = keeping(await measured(store)).job("day", OCTOBER_FIRST, NOW)
    await worker.make(job)
    process = process_of(worker)
    os.kill(process, signal.SIGSTOP)
    asking = asyncio.ensure_future(worker.make(job))
    await until(lambda: untaken(worker))
    asking.cancel()

    async with asyncio.timeout(60):
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert not Path(f"/proc/{process}").exists()


async def test_what_breaks_in_it_breaks_here_with_its_story(store: Store, worker: Worker) -> None:
    job = keeping(RadioStore(store, "lahma")).job("no such kind", OCTOBER_FIRST, NOW)

    with pytest.raises(KeyError, match="no such kind") as broke:
        await worker.make(job)
    assert any("in make\n" in note for note in broke.value.__notes__), "where it happened"


async def test_the_service_works_with_it(store: Store, worker: Worker) -> None:
    radio = await measured(store)
    two_weeks = FakeClock(at("09-25 12:00"))
    await Rollups([keeping(radio)], two_weeks, worker).turn()

    assert len(await keeping(radio).rollups.made(0)) > 12
    assert worker.process.pid is None
