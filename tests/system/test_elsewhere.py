"""Work in a process of its own."""

import asyncio
import gc
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from fractions import Fraction
from json import JSONDecodeError, loads
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from lahmadaemon.elsewhere import Elsewhere, elsewhere
from lahmadaemon.errors import UpstreamError
from tests.fakes.clock import until


@pytest.fixture
async def there() -> AsyncIterator[Elsewhere]:
    made = Elsewhere("reckoning")
    yield made
    await made.rest()


async def test_what_is_done_elsewhere_is_done_in_another_process_which_is_gone_then() -> None:
    pid = await elsewhere(os.getpid)

    assert pid != os.getpid()
    assert not Path(f"/proc/{pid}").exists()


async def test_it_is_polite_expendable_and_deaf_to_ctrl_c(there: Elsewhere) -> None:
    assert await there.do(os.nice, 0) == max(10, os.nice(0))
    assert there.pid
    assert Path(f"/proc/{there.pid}/oom_score_adj").read_text() == "500\n"
    os.kill(there.pid, signal.SIGINT)

    assert await there.do(os.getpid) == there.pid


async def test_one_process_does_one_thing_after_the_other(there: Elsewhere) -> None:
    pids = await asyncio.gather(*(there.do(os.getpid) for _ in range(3)))

    assert set(pids) == {there.pid}


async def test_its_errors_are_raised_here_with_their_story(there: Elsewhere) -> None:
    with pytest.raises(ZeroDivisionError) as broke:
        await there.do(Fraction, 1, 0)

    assert "fractions.py" in broke.value.__notes__[0]


async def test_an_error_that_cannot_travel_is_told_all_the_same(there: Elsewhere) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)JSONDecodeError.*UntoldError: a"):
        await there.do(_broken)
    assert await there.do(os.getpid) == there.pid, "and the line is still in step"


def _slow() -> None:
    time.sleep(60)


class UntoldError(Exception):
    def __init__(self, first: str, second: str) -> None:
        super().__init__(first)


def _broken() -> None:
    try:
        loads("{")
    except JSONDecodeError as error:
        raise UntoldError("a", "b") from error


async def test_who_takes_too_long_is_killed_and_the_next_one_begins_anew() -> None:
    there = Elsewhere("reckoning", within=60.0)
    first = await there.do(os.getpid)

    there._within = 0.1
    with pytest.raises(UpstreamError, match="took too long"):
        await there.do(_slow)
    assert not Path(f"/proc/{first}").exists()
    there._within = 60.0
    assert await there.do(os.getpid) != first
    await there.rest()


async def test_who_has_nothing_to_do_goes_and_another_comes_when_there_is() -> None:
    there = Elsewhere("reckoning", idle=0.05)
    first = await there.do(os.getpid)
    await until(lambda: _ended(first))

    second = await there.do(os.getpid)

    assert second != first
    await there.rest()


async def test_one_that_goes_whenever_it_is_asked_is_not_asked_for_ever(there: Elsewhere) -> None:
    with pytest.raises(UpstreamError, match="does not stay"):
        await there.do(os._exit, 0)
    assert there.pid is None


async def test_it_goes_when_the_daemon_is_killed() -> None:
    script = (
        "import asyncio, os, sys, time\n"
        "from lahmadaemon.elsewhere import Elsewhere\n"
        "print(asyncio.run(Elsewhere('x').do(os.getpid)), flush=True)\n"
        "time.sleep(60)\n"
    )
    with await asyncio.to_thread(Popen, [sys.executable, "-c", script], stdout=PIPE) as daemon:
        assert daemon.stdout
        pid = int(await asyncio.to_thread(daemon.stdout.readline))
        daemon.kill()

        await until(lambda: _ended(pid))


async def test_who_forgets_it_lets_it_go() -> None:
    there = Elsewhere("reckoning")
    pid = await there.do(os.getpid)
    process = there._running[0] if there._running else None

    del there
    gc.collect()
    await until(lambda: _ended(pid))
    assert process
    process.wait()


def _ended(pid: int) -> bool:
    """Gone, or not asked for its exit code yet."""
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"
