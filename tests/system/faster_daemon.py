"""A real lahmadaemon that lives by a faster clock, the same for everybody who is told when it began. A program of its own:

`python -m tests.system.faster_daemon SPEED BEGINS BEGAN_AT` (instants of the invented time, seconds of the machine's).
"""

import asyncio
import sys
import time

from lahmadaemon import daemon, logs
from lahmadaemon.clock import Instant
from lahmadaemon.demo.faster_clock import FasterClock
from lahmadaemon.doorbell import Doorbell
from lahmadaemon.settings import read_settings


def clock_of(speed: float, begins: int, began_at: float) -> FasterClock:
    """What it shows now, whenever it is made."""
    return FasterClock(speed, Instant(begins + round((time.time() - began_at) * speed * 1000)))


async def main(speed: float, begins: int, began_at: float) -> int:
    loaded = read_settings(None)
    logs.configure(loaded.settings.log, secrets=loaded.secrets)
    return (await daemon.run(loaded.settings, clock_of(speed, begins, began_at), Doorbell())).code


if __name__ == "__main__":
    sys.exit(asyncio.run(main(float(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))))
