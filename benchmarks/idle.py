"""What the daemon costs while little happens: start to READY, memory, processor.

    python benchmarks/idle.py [--seconds 60] [--listeners 60]

A real process, its bytecode compiled, measures an invented station of so many listeners over loopback at the real pace
(every 30 s). READY is what systemd would hear on the notify socket.
"""

import argparse
import asyncio
import compileall
import os
import socket
import sys
import tempfile
import time
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
from rich.console import Console
from rich.table import Table

import lahmadaemon
from lahmadaemon.clock import SystemClock
from lahmadaemon.demo.audience import Audience
from lahmadaemon.demo.azuracast import AzuraCast
from lahmadaemon.demo.stage import API_KEY
from lahmadaemon.demo.stand_in import standing_in

AIMS = {"start to READY, schema new": 1.5, "start to READY": 1.5, "resident memory": 90.0, "processor": 0.5}


async def ready_after(ear: socket.socket, began: float) -> float:
    while True:
        message = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(ear, 4096), 30)
        if b"READY=1" in message:
            return time.perf_counter() - began


async def measure(seconds: float, listeners: int) -> dict[str, float]:
    clock = SystemClock()
    station = AzuraCast(clock, Audience(1, ZoneInfo("Europe/Budapest"), listeners, start=clock.now()), API_KEY)
    with (
        tempfile.TemporaryDirectory(prefix="lahmadaemon-bench-") as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear,
    ):
        ear.bind(f"{folder}/notify")
        ear.setblocking(False)  # noqa: FBT003 - by position only
        async with standing_in(station) as url:
            environ = {name: value for name, value in os.environ.items() if not name.startswith("LAHMA_")} | {
                "NOTIFY_SOCKET": f"{folder}/notify", "LAHMA_STATE_FOLDER": f"{folder}/state", "LAHMA_WEB__PORT": "0",
                "LAHMA_RADIO__STATIONS__IDLE__URL": url, "LAHMA_RADIO__STATIONS__IDLE__API_KEY": API_KEY,
                "LAHMA_LOG__LEVEL": "warning",
            }  # fmt: skip
            found: dict[str, float] = {}
            for name in ("start to READY, schema new", "start to READY"):
                began = time.perf_counter()
                process = await asyncio.create_subprocess_exec(sys.executable, "-m", "lahmadaemon", "run", env=environ)
                found[name] = await ready_after(ear, began)
                if name == "start to READY":
                    found |= await watched(psutil.Process(process.pid), seconds)
                process.terminate()
                await process.wait()
    return found


async def watched(process: psutil.Process, seconds: float) -> dict[str, float]:
    await asyncio.sleep(5)  # the first snapshot is not idleness
    before, began = process.cpu_times(), time.perf_counter()
    await asyncio.sleep(seconds)
    after, spent = process.cpu_times(), time.perf_counter() - began
    busy = after.user + after.system - before.user - before.system
    return {"resident memory": process.memory_info().rss / 2**20, "processor": 100 * busy / spent}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--listeners", type=int, default=60)
    options = arguments.parse_args()
    with redirect_stdout(StringIO()):
        compileall.compile_dir(Path(lahmadaemon.__file__).parent, quiet=2)
    found = asyncio.run(measure(options.seconds, options.listeners))
    table = Table("", "measured", "aim")
    units = {"resident memory": "MB", "processor": "% of a core"}
    for name, aim in AIMS.items():
        unit = units.get(name, "s")
        table.add_row(name, f"{found[name]:.2f} {unit}", f"≤ {aim:g} {unit}")
    Console().print(table)


if __name__ == "__main__":
    main()
