"""The daemon itself: run it, or have one turn of one of its services."""

import argparse
import asyncio
import os
import sys
from typing import TYPE_CHECKING

from lahmadaemon import terminal
from lahmadaemon.clock import SystemClock
from lahmadaemon.commands import WELL, add
from lahmadaemon.commands.social import summary
from lahmadaemon.garbage import beginning
from lahmadaemon.settings import Loaded

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs
    from lahmadaemon.daemon import Ended


def add_to(verbs: "Verbs") -> None:
    """run, once"""
    add(verbs, "run", run, "measure until asked to stop (this is what systemd runs)")
    one = add(verbs, "once", once, "do one turn of one service, now")
    one.add_argument("service", help="such as radio.export")


def run(loaded: Loaded, options: argparse.Namespace) -> int:
    """The daemon."""
    with beginning():
        from lahmadaemon import daemon
        from lahmadaemon.doorbell import Doorbell
        from lahmadaemon.renewal import Files

    async def until_stopped() -> int:
        source = Files(loaded, options.settings)
        return left(await daemon.run(loaded.settings, SystemClock(), Doorbell(), source=source))

    return asyncio.run(until_stopped())


def left(ended: "Ended") -> int:
    """The exit code. Does not come back where tasks swallow every cancellation: asyncio would wait for them for ever."""
    if ended.stragglers:
        sys.stdout.flush()
        os._exit(ended.code)
    return ended.code


def once(loaded: Loaded, options: argparse.Namespace) -> int:
    """One turn with the same settings and store as the daemon's."""
    with beginning():
        from lahmadaemon import daemon
        from lahmadaemon.systemd import Notifier

    async def one_turn() -> str:
        async with daemon.open_house(loaded.settings, SystemClock(), Notifier({})) as house:
            service = house.service(options.service)
            before = await summary.newest(house.store, service.name)
            with terminal.progress(options.service) as service.watched_by:
                await service.turn()
            run = await summary.newest(house.store, service.name)
        return "one turn done" if run is None or run == before else summary.summary(run)

    print(f"{options.service}: {asyncio.run(one_turn())}")
    return WELL
