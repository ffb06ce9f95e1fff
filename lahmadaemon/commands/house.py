"""The daemon as a whole: run it, watch it work, have one turn of a service."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lahmadaemon import terminal
from lahmadaemon.clock import SystemClock
from lahmadaemon.commands import WELL, add
from lahmadaemon.commands.social import summary
from lahmadaemon.configuration import Given, load
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.settings import Loaded, Settings

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs
    from lahmadaemon.daemon import Ended
    from lahmadaemon.supervision.service import Service


def add_to(verbs: "Verbs") -> None:
    """run, demo, once"""
    add(verbs, "run", run, "measure until asked to stop (this is what systemd runs)")
    show = add(verbs, "demo", demo, "watch the whole thing work on an invented station, cameras and creators")
    show.add_argument("--seconds", type=float, metavar="N", help="end after N seconds with a summary")
    show.add_argument(
        "--speed", type=float, default=60, metavar="X", help="how many times faster than life (default: 60)"
    )
    show.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the data there (default: leave nothing behind)")
    one = add(verbs, "once", once, "do one turn of one service, now")
    one.add_argument("service", help="such as radio.export")


def run(loaded: Loaded, options: argparse.Namespace) -> int:
    """The daemon."""
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


def demo(loaded: Loaded, options: argparse.Namespace) -> int:
    """The real daemon over a stand-in for the world."""
    if not 1 <= options.speed <= 600:
        raise ConfigurationError(f"--speed {options.speed:g}: write a number from 1 to 600")
    return asyncio.run(_demo(options.speed, options.seconds, options.keep))


async def _demo(speed: float, seconds: float | None, keep: Path | None) -> int:
    from lahmadaemon import daemon
    from lahmadaemon.demo.event_log import EventLog
    from lahmadaemon.demo.showing import Showing, Wish
    from lahmadaemon.demo.stage import set_stage
    from lahmadaemon.demo.view import event_line
    from lahmadaemon.doorbell import Doorbell

    drawn = sys.stdout.isatty()  # asked once: a terminal that was closed is none any more
    events = EventLog(lambda event: None if drawn else print(f"  {event_line(event)}", flush=True))
    doorbell = Doorbell(hangup_rings=True)
    showings: list[Showing] = []
    with (
        nullcontext(str(keep)) if keep else TemporaryDirectory(prefix="lahmadaemon-demo-") as folder,
        events.catching(),
    ):
        async with set_stage(speed, Path(folder)) as stage:
            given = {name: Given(value, "demo") for name, value in stage.settings.items()}
            settings = load(Settings, given | {"LAHMA_STATE_FOLDER": Given(folder, "demo")})

            def guests(house: daemon.House) -> "Sequence[Service]":
                wish = Wish(seconds, doorbell.ring)
                showings.append(Showing(stage, house.store, settings.radio, house.board, events, wish))
                return [*showings, stage.world]

            if not drawn:
                print(stage.title)
            ended = await daemon.run(settings, stage.clock, doorbell, guests)
    print(*(line for showing in showings for line in showing.last_words()), sep="\n")
    if keep:
        print(f"The data is in {keep}; LAHMA_STATE_FOLDER={keep} lahmadaemon report shows tells more.")
    else:
        print("Nothing is left behind; --keep FOLDER keeps the data.")
    return ended.code


def once(loaded: Loaded, options: argparse.Namespace) -> int:
    """One turn with the same settings and store as the daemon's."""
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
