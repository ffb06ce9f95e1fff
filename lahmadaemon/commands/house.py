"""The daemon as a whole: run it, watch it work, check its settings."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lahmadaemon import terminal
from lahmadaemon.clock import SystemClock
from lahmadaemon.commands import WELL, add, demo, status
from lahmadaemon.commands.social import checking as social
from lahmadaemon.commands.social import summary
from lahmadaemon.configuration import settings_of
from lahmadaemon.radio.shows import checking
from lahmadaemon.settings import Loaded, Settings

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs
    from lahmadaemon.daemon import Ended


def add_to(verbs: "Verbs") -> None:
    """run, demo, check, status, once"""
    add(verbs, "run", run, "measure until asked to stop (this is what systemd runs)")
    demo.add_to(verbs)
    add(verbs, "check", check, "show the settings in force and where each comes from")
    status.add_to(verbs)
    one = add(verbs, "once", once, "do one turn of one service, now")
    one.add_argument("service", help="such as radio.export")


def run(loaded: Loaded, options: argparse.Namespace) -> int:
    """The daemon."""
    from lahmadaemon import daemon
    from lahmadaemon.doorbell import Doorbell

    async def until_stopped() -> int:
        return left(await daemon.run(loaded.settings, SystemClock(), Doorbell()))

    return asyncio.run(until_stopped())


def left(ended: "Ended") -> int:
    """The exit code. Does not come back where tasks swallow every cancellation: asyncio would wait for them for ever."""
    if ended.stragglers:
        sys.stdout.flush()
        os._exit(ended.code)
    return ended.code


def check(loaded: Loaded, options: argparse.Namespace) -> int:
    """The settings are right, or we would not have come here."""
    screen, settings = terminal.console(), loaded.settings
    screen.print(terminal.settings_table(settings_of(Settings), loaded.given))
    for line in _rooms(settings):
        screen.print(line, markup=False)
    screen.print(f"store: {settings.store.resolved(settings.state_folder).render_as_string()}", markup=False)
    return WELL


def _rooms(settings: Settings) -> Iterator[str]:
    """What is on, and what one would have to set for what is off."""
    stations = ", ".join(settings.radio.stations)
    yield f"radio: {stations or 'off; set LAHMA_RADIO__STATIONS__<NAME>__URL and __API_KEY to measure a station'}"
    if settings.radio.stations:
        yield checking.told(settings.radio, settings.timezone, SystemClock().now())
    for name, folder in settings.visitors.folders.items():
        missing = "" if folder.path.is_dir() else " (there is no such folder now)"
        yield f"visitors: {name} in {folder.path}{missing}"
    if not settings.visitors.folders:
        yield "visitors: off; set LAHMA_VISITORS__FOLDERS__<NAME>__PATH to count people"
    for name, push in settings.visitors.pushes.items():
        yield f"push: {name} every {push.every:g} s"
    yield from social.told(settings.social)
    told, hook = ", ".join(settings.telegram.recipients), settings.alerts.webhook
    nobody = "the webhook alone" if hook else "nobody; alarms are in the log, the window and `lahmadaemon alarms`"
    yield f"alarms go to: {told or nobody}"


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
