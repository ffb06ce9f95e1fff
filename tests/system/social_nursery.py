"""Lives of the social room, each a fork of a process that has imported everything:
`python -m tests.system.social_nursery SPEED BEGAN ORIGIN`.

Every line on standard input brings one to life, and its process number is printed. Settings are those of the environment; it was
BEGAN when the machine's clock showed ORIGIN, and time has gone on SPEED times as fast since, also while nobody lived.
"""

import asyncio
import gc
import os
import sys

import structlog

from lahmadaemon.clock import Clock, Instant, SystemClock
from lahmadaemon.daemon import open_house
from lahmadaemon.demo.faster_clock import FasterClock
from lahmadaemon.settings import Settings, read_settings
from lahmadaemon.supervision.supervisor import Supervisor
from lahmadaemon.systemd import Notifier
from tests.fakes import stores, thrift


def hurried(machine: Clock, speed: float, began: int, origin: int) -> FasterClock:
    """The same story for every life, and for whom they live with."""
    return FasterClock(speed, Instant(began + round((machine.now() - origin) * speed)), machine=machine)


async def live(settings: Settings, clock: Clock, *, at_once_over: bool = False) -> int:
    """The house as the daemon builds it, and of its services those of the room."""
    stores.is_migrated(settings.store.resolved(settings.state_folder))
    async with open_house(settings, clock, Notifier({})) as house:
        room = [service for service in house.services if service.name.startswith("social.")]
        supervisor = Supervisor(room, SystemClock(), house.board, pace=clock)
        if at_once_over:
            supervisor.stop()
        return await supervisor.run()


def main(speed: float, began: int, origin: int) -> None:
    thrift.trust_once()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    settings = read_settings(None, os.environ).settings
    asyncio.run(live(settings, hurried(SystemClock(), speed, began, origin), at_once_over=True))
    gc.collect()
    gc.freeze()
    for _ in sys.stdin:
        if child := os.fork():
            print(child, flush=True)  # noqa: T201 - who asked for it reads it
            os.waitpid(child, 0)
        else:
            sys.exit(asyncio.run(live(settings, hurried(SystemClock(), speed, began, origin))))


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
