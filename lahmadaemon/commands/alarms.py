"""`lahmadaemon alarms`: what is wrong now, as the store has it; also while the daemon runs, and while it does not."""

import argparse
import asyncio
import json
from typing import TYPE_CHECKING, Any

from lahmadaemon import terminal
from lahmadaemon.alerts.incidents import State
from lahmadaemon.alerts.shown import as_json
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.clock import SystemClock
from lahmadaemon.commands import UNWELL, WELL, add
from lahmadaemon.settings import Loaded, Settings
from lahmadaemon.store.database import open_for_reading

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs


def add_to(verbs: "Verbs") -> None:
    """alarms"""
    add(verbs, "alarms", alarms, "open alarms; exit code 1 where there are any").add_argument(
        "--json", action="store_true", help="for programs"
    )


def alarms(loaded: Loaded, options: argparse.Namespace) -> int:
    """Open incidents."""
    found = asyncio.run(_open(loaded.settings))
    if options.json:
        print(json.dumps({"alarms": found}, indent=2))
    elif found:
        terminal.console().print(terminal.alarms_table(found))
    else:
        print("No open alarms.")
    return UNWELL if found else WELL


async def _open(settings: Settings) -> list[dict[str, Any]]:
    now = SystemClock().now()
    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        standing = await AlertStore(store).standing(now)
    words = Wording(settings.alerts.language, settings.timezone)
    return [as_json(each, words, now) for each in standing.incidents if each.state in {State.FIRING, State.CLEARING}]
