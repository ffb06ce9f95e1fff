"""Lives of a daemon, each a fork of a process that has imported everything: `python -m tests.social.nursery SPEED BEGAN ORIGIN`.

Every line on standard input brings one to life, and its process number is printed. Settings are those of the environment; it was
BEGAN when the machine's clock showed ORIGIN, and time has gone on SPEED times as fast since, also while nobody lived.
"""

import asyncio
import os
import sys

import lahmadaemon.building.social_room  # noqa: F401 - so that no life need load it
from lahmadaemon import daemon
from lahmadaemon.clock import Clock, Instant, SystemClock
from lahmadaemon.demo.faster_clock import FasterClock
from lahmadaemon.doorbell import Doorbell
from lahmadaemon.settings import read_settings


def hurried(machine: Clock, speed: float, began: int, origin: int) -> FasterClock:
    """The same story for every life, and for whom they live with."""
    return FasterClock(speed, Instant(began + round((machine.now() - origin) * speed)), machine=machine)


def live(speed: float, began: int, origin: int) -> int:
    settings = read_settings(None, os.environ).settings
    return asyncio.run(daemon.run(settings, hurried(SystemClock(), speed, began, origin), Doorbell())).code


def main(speed: float, began: int, origin: int) -> None:
    for _ in sys.stdin:
        if child := os.fork():
            print(child, flush=True)  # noqa: T201 - who asked for it reads it
            os.waitpid(child, 0)
        else:
            sys.exit(live(speed, began, origin))


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
