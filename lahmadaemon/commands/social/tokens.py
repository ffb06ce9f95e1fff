"""`lahmadaemon social tokens`: every login, when it ends, and why it is dead; never a token."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from lahmadaemon import terminal
from lahmadaemon.commands import UNWELL, WELL, add
from lahmadaemon.commands.social.creators import all_creators, nobody
from lahmadaemon.commands.social.opening import look, reading
from lahmadaemon.settings import Loaded, Settings

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs
    from lahmadaemon.commands.social.shapes import Login, Logins
    from lahmadaemon.web.social.doors import SocialDoors


def add_to(verbs: "Verbs") -> None:
    """tokens"""
    told = add(
        verbs, "tokens", show,
        "every login, those that end soonest first; exit code 1 where one is dead, or ends within LAHMA_SOCIAL__WARN_BEFORE",
    )  # fmt: skip
    told.add_argument("--json", action="store_true", help="for programs")


def show(loaded: Loaded, options: argparse.Namespace) -> int:
    """From the store, also while the daemon runs."""
    found = asyncio.run(_logins(loaded.settings))
    if options.json:
        print(found.model_dump_json(indent=2))
    elif found.items:
        from lahmadaemon.commands.social.tokens_view import tokens_view

        screen = terminal.console()
        screen.print(tokens_view(found.items, look(loaded.settings, screen)))
    else:
        print(nobody(loaded.settings, "login", "`lahmadaemon social connect` makes a link to send to a creator"))
    return UNWELL if any(each.warned for each in found.items) else WELL


async def _logins(settings: Settings) -> "Logins":
    async with reading(settings) as (doors, _):
        return await logins(doors)


async def logins(doors: "SocialDoors") -> "Logins":
    """The most urgent first: the dead, then by their ends; those that never end last."""
    from lahmadaemon.commands.social.shapes import Login, Logins
    from lahmadaemon.web.social.shapes.creators import ConnectionState

    found = [
        Login(**each.model_dump(), creator_id=creator.id, email=creator.email)
        for creator in await all_creators(doors)
        for each in creator.connections
        if each.state is not ConnectionState.NOT_CONNECTED
    ]
    return Logins(items=sorted(found, key=_urgency))


def _urgency(login: "Login") -> tuple[bool, bool, str, int]:
    dead = login.state == "reauth_required"
    at = login.since if dead else login.ends_at
    return not dead, at is None, at or "", login.creator_id
