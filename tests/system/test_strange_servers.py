"""A real daemon, on a clock that runs faster than life, meets a server that hiccups, then stands still, then only counts."""

import asyncio
import json
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.system.process import environment, started

DAY = "2026-10-21"
KEY = "0123456789abcdef:0123456789abcdef0123456789abcdef"

STORY = """
import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo
from lahmadaemon import daemon, logs
from lahmadaemon.clock import instant
from lahmadaemon.demo.audience import Audience
from lahmadaemon.demo.azuracast import AzuraCast
from lahmadaemon.demo.faster_clock import FasterClock
from lahmadaemon.demo.faults import Fault
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.settings import read_settings
from lahmadaemon.supervision.service import Service
import os

class Story(Service):
    name = "story"

    def __init__(self, server):
        self.faults = server.faults

    async def run(self, lifeline):
        for seconds, change in (
            (180, lambda: self.faults.next(Fault.MASS_RESET)),
            (240, lambda: setattr(self.faults, "frozen", True)),
            (1680, lambda: setattr(self.faults, "frozen", False)),
            (240, lambda: setattr(self.faults, "counts_only", True)),
        ):
            await lifeline.wait(seconds)
            change()
        await lifeline.wait(None)

async def main():
    start = instant(datetime(2026, 10, 21, 18, 0, tzinfo=ZoneInfo("Europe/Budapest")))
    clock = FasterClock(90, start)
    server = AzuraCast(clock, Audience(1, ZoneInfo("Europe/Budapest"), start=start), os.environ["THE_KEY"])
    async with standing_in(server) as url:
        os.environ["LAHMA_RADIO__STATIONS__TEST__URL"] = url
        loaded = read_settings(None)
        logs.configure(loaded.settings.log)
        ended = await daemon.run(loaded.settings, clock, daemon.Doorbell(), lambda house: [Story(server)])
    return ended.code

raise SystemExit(asyncio.run(main()))
"""


def settings(folder: Path) -> dict[str, str]:
    more = {"LAHMA_RADIO__STATIONS__TEST__API_KEY": KEY, "THE_KEY": KEY, "LAHMA_RADIO__EXPORT_EVERY": "0"}
    return environment(folder, **more)


async def reported(folder: Path) -> dict[str, Any]:
    """What `report day --json` says of the day."""
    environ = {**settings(folder), "LAHMA_RADIO__STATIONS__TEST__URL": "http://127.0.0.1:9"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "lahmadaemon", "report", "day", "--date", DAY, "--json",
        env=environ, cwd=folder, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode == 0
    day: dict[str, Any] = json.loads(out)["days"][DAY]
    return day


async def test_each_is_told_once_and_stands_beside_the_figures(tmp_path: Path) -> None:
    async with started(settings(tmp_path), program=("-c", STORY), folder=tmp_path) as daemon:
        reset = await daemon.heard("alert.fired", condition="radio_reset")
        frozen = await daemon.heard("alert.fired", condition="radio_frozen")
        await daemon.heard("alert.resolved", condition="radio_frozen")
        await daemon.heard("alert.fired", condition="radio_counts_only")
        daemon.send(signal.SIGTERM)
        assert await daemon.ended() == 0
        fired = [event["condition"] for event in daemon.events if event["event"] == "alert.fired"]
    day = await reported(tmp_path)
    spans = {each["kind"]: each for each in day["anomalies"]}

    assert [fired.count(each) for each in ("radio_reset", "radio_frozen", "radio_counts_only")] == [1, 1, 1]
    assert (reset["severity"], frozen["severity"]) == ("info", "warning")
    assert {"frozen", "counts_only", "suspicious_empty"} < set(day["flags"])
    assert {"source_reset", "server_restart"} & set(day["flags"])
    assert spans["counts_only"]["ended_at"] is None
    slept = [datetime.fromisoformat(spans["frozen"][edge]) for edge in ("began_at", "ended_at")]
    assert timedelta(minutes=25) < slept[1] - slept[0] < timedelta(minutes=33), "the sync stood still for 28 minutes"
    assert day["counts"]["tlh"] > 5
    assert day["net"]["cume"] > 10
