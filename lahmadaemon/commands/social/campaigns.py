"""`lahmadaemon social campaigns`: what each asks for, who takes part, what its posts add up to, what is amiss."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from lahmadaemon import terminal
from lahmadaemon.commands import WELL, add
from lahmadaemon.commands.social.creators import SYNCED, nobody
from lahmadaemon.commands.social.naming import LARGEST
from lahmadaemon.commands.social.opening import look, reading, unasked
from lahmadaemon.settings import Loaded, Settings
from lahmadaemon.social.campaigns import State

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs
    from lahmadaemon.web.paging import Page
    from lahmadaemon.web.social.shapes.campaigns import Campaign


def add_to(verbs: "Verbs") -> None:
    """campaigns"""
    told = add(verbs, "campaigns", show, "campaigns with their totals, and why nothing is collected for some")
    told.add_argument("--state", choices=[state.value for state in State], help="in this state only")
    told.add_argument("--json", action="store_true", help="for programs, as the API tells them")


def show(loaded: Loaded, options: argparse.Namespace) -> int:
    """From the store, also while the daemon runs."""
    page = asyncio.run(_campaigns(loaded.settings, State(options.state) if options.state else None))
    if options.json:
        print(page.model_dump_json(indent=2))
    elif page.items:
        from lahmadaemon.commands.social.campaigns_view import campaigns_view

        screen = terminal.console()
        screen.print(campaigns_view(page.items, look(loaded.settings, screen)))
    else:
        print(f"No campaign is {options.state}." if options.state else nobody(loaded.settings, "campaign", SYNCED))
    return WELL


async def _campaigns(settings: Settings, state: State | None) -> "Page[Campaign]":
    from lahmadaemon.web.social.campaigns import campaigns

    async with reading(settings) as (doors, _):
        return await campaigns(doors, *unasked(), state=state, limit=LARGEST)
