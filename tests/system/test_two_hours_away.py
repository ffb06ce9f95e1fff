"""A real daemon is killed for two hours; its figures are those of one that was not, for the server remembers."""

import asyncio
import signal
import time
from contextlib import AsyncExitStack
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import URL

from lahmadaemon.clock import HOUR, MINUTE, Instant
from lahmadaemon.demo.audience import Audience
from lahmadaemon.demo.azuracast import AzuraCast
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import PeriodReport, Reporter
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.store.database import open_for_reading
from tests.fakes.clock import START
from tests.system.faster_daemon import clock_of
from tests.system.process import Process, environment, started

ZONE = ZoneInfo("Europe/Budapest")
KEY = "0123456789abcdef:0123456789abcdef0123456789abcdef"
SPEED = 720.0
"""An hour of the station is five seconds of ours."""


def environ(folder: Path, url: str) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    return environment(
        folder,
        LAHMA_RADIO__STATIONS__DEMO__URL=url,
        LAHMA_RADIO__STATIONS__DEMO__API_KEY=KEY,
        LAHMA_RADIO__SNAPSHOT_EVERY="120s",
        LAHMA_RADIO__EXPORT_EVERY="0",
        LAHMA_SECRET_KEY="the same for both of them",
        LAHMA_LOG__LEVEL="debug",
    )


async def told_of(daemon: Process, until: str) -> None:
    """Wait until it has read the history up to there."""

    def has_read() -> bool:
        return any(event["event"] == "radio.history_read" and event["end"] >= until for event in daemon.events)

    async with asyncio.timeout(60), daemon._heard:
        await daemon._heard.wait_for(has_read)


async def figures(folder: Path, period: Period, now: Instant) -> PeriodReport:
    url = URL.create("sqlite", database=str(folder / "state" / "lahmadaemon.db"))
    async with open_for_reading(url) as store:
        return await Reporter(RadioStore(store, "demo"), RadioSettings(), ZONE).report(period, now)


async def test_after_two_hours_away_the_figures_are_those_of_a_daemon_that_was_there(tmp_path: Path) -> None:
    began_at = time.time()
    clock = clock_of(SPEED, START, began_at)
    program = ("-m", "tests.system.faster_daemon", str(SPEED), str(START), str(began_at))
    root = Path(__file__).parents[2]
    server = AzuraCast(clock, Audience(1922, ZONE, start=clock.now()), KEY)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(standing_in(server))
        steady_one, other = tmp_path / "steady", tmp_path / "killed"
        steady = await stack.enter_async_context(started(environ(steady_one, url), folder=root, program=program))
        async with started(environ(other, url), folder=root, program=program) as daemon:
            await asyncio.gather(steady.heard("radio.measuring"), daemon.heard("radio.measuring"))
            begins = clock.now()
            await asyncio.sleep(HOUR / 1000 / SPEED)
            daemon.send(signal.SIGKILL)
        await asyncio.sleep(2 * HOUR / 1000 / SPEED)
        again = await stack.enter_async_context(started(environ(other, url), folder=root, program=program))
        await again.heard("radio.measuring")
        ends = Instant(clock.now() + 10 * MINUTE)
        label = f"{time.strftime('%Y-%m-%dT%H:%M', time.gmtime(ends / 1000 + 60))}"
        await asyncio.gather(told_of(steady, label), told_of(again, label))
        for each in (steady, again):
            each.send(signal.SIGTERM)
        assert [await each.ended() for each in (steady, again)] == [0, 0]
        now = clock.now()

    period = Period("the evening", Instant(begins + 5 * MINUTE), ends)
    truth, told = await figures(steady_one, period, now), await figures(other, period, now)
    assert truth.gross.cume > 50
    assert told.gross.cume == truth.gross.cume
    assert told.gross.tlh == pytest.approx(truth.gross.tlh, rel=0.005)
    assert told.gross.aas == pytest.approx(truth.gross.aas, rel=0.005)
    assert told.gross.ss == truth.gross.ss
    assert told.coverage > 0.999
    assert "reconciled" in told.flags
    assert "gaps" not in told.flags
