"""`lahmadaemon demo`: the real daemon over an invented world; to be watched, or led through its faults by a guide."""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lahmadaemon.commands import UNWELL, add
from lahmadaemon.configuration import Given, load
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.garbage import beginning
from lahmadaemon.settings import Loaded, Settings

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs
    from lahmadaemon.daemon import House
    from lahmadaemon.demo.stage import Stage
    from lahmadaemon.supervision.service import Service

PACE = 5.0


def add_to(verbs: "Verbs") -> None:
    """demo"""
    show = add(verbs, "demo", demo, "watch the whole thing work on an invented station, cameras and creators")
    kinds = show.add_mutually_exclusive_group()
    kinds.add_argument("--seconds", type=float, metavar="N", help="end after N seconds with a summary")
    kinds.add_argument(
        "--tour", action="store_true", help="be led through faults, one by one: what happens, who is told, how it ends"
    )
    show.add_argument(
        "--pace", type=float, metavar="N",
        help=f"seconds to read each text of the tour (default: {PACE:g}, none where piped)",
    )  # fmt: skip
    show.add_argument(
        "--speed", type=float, default=60, metavar="X", help="how many times faster than life (default: 60)"
    )
    show.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the data there (default: leave nothing behind)")


def demo(loaded: Loaded, options: argparse.Namespace) -> int:
    """The real daemon over a stand-in for the world."""
    if not 1 <= options.speed <= 600:
        raise ConfigurationError(f"--speed {options.speed:g}: write a number from 1 to 600")
    if options.pace is not None and not 0 <= options.pace <= 60:
        raise ConfigurationError(f"--pace {options.pace:g}: write seconds, from 0 to 60")
    return asyncio.run(_tour(options) if options.tour else _demo(options))


async def _demo(options: argparse.Namespace) -> int:
    with beginning():
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
    with _folder(options.keep) as folder, events.catching():
        async with set_stage(options.speed, folder) as stage:
            settings = _settings(stage, folder)

            def guests(house: "House") -> "list[Service]":
                wish = Wish(options.seconds, doorbell.ring)
                showings.append(Showing(stage, house.store, settings.radio, house.board, events, wish))
                return [*showings, stage.outdoors.life]

            if not drawn:
                print(stage.title)
            ended = await daemon.run(settings, stage.clock, doorbell, guests)
    print(*(line for showing in showings for line in showing.last_words()), sep="\n")
    _farewell(options.keep)
    return ended.code


async def _tour(options: argparse.Namespace) -> int:
    with beginning():
        from lahmadaemon import daemon, terminal
        from lahmadaemon.demo.event_log import EventLog
        from lahmadaemon.demo.stage import set_stage
        from lahmadaemon.demo.tour.guide import Guide
        from lahmadaemon.demo.tour.programme import Programme
        from lahmadaemon.doorbell import Doorbell

    console, doorbell = terminal.console(), Doorbell(hangup_rings=True)
    pace = options.pace if options.pace is not None else PACE if console.is_terminal else 0.0
    with _folder(options.keep) as folder:
        async with set_stage(options.speed, folder, eventful=False) as stage:
            programme = Programme(console, stage.outdoors.window, "the people on duty")
            guide = Guide(stage, programme, pace, doorbell.ring)
            with EventLog(guide.hear).catching():
                ended = await daemon.run(
                    _settings(stage, folder), stage.clock, doorbell, lambda _: [guide, stage.outdoors.life]
                )
    if guide.outcomes:
        programme.summary(guide.outcomes)
    _farewell(options.keep)
    return ended.code or (0 if guide.well or guide.broken_off else UNWELL)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    with nullcontext(str(keep)) if keep else TemporaryDirectory(prefix="lahmadaemon-demo-") as folder:
        yield Path(folder)


def _settings(stage: "Stage", folder: Path) -> Settings:
    given = {name: Given(value, "demo") for name, value in stage.outdoors.settings.items()}
    return load(Settings, given | {"LAHMA_STATE_FOLDER": Given(str(folder), "demo")})


def _farewell(keep: Path | None) -> None:
    if keep:
        print(f"The data is in {keep}; LAHMA_STATE_FOLDER={keep} lahmadaemon report shows tells more.")
    else:
        print("Nothing is left behind; --keep FOLDER keeps the data.")
