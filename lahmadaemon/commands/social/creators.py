"""`lahmadaemon social creators`: who is connected where, how the last look went; or all of one creator."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from lahmadaemon import terminal
from lahmadaemon.commands import WELL, add
from lahmadaemon.commands.social.naming import CREATOR, creator_named
from lahmadaemon.commands.social.opening import look, reading, unasked
from lahmadaemon.settings import Loaded, Settings
from lahmadaemon.store.database import Store

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs
    from lahmadaemon.commands.social.shapes import CreatorInFull, CreatorWithPosts
    from lahmadaemon.web.paging import Page
    from lahmadaemon.web.social.doors import SocialDoors
    from lahmadaemon.web.social.shapes.creators import Creator

SYNCED = "the daemon reads the Creators app when it starts; without it `lahmadaemon once social.sync` does"
RESULTS = 12
"""Of the last runs."""


def add_to(verbs: "Verbs") -> None:
    """creators"""
    told = add(verbs, "creators", show, "creators, their logins and accounts; or everything about one of them")
    told.add_argument("creator", nargs="?", metavar="CREATOR", help=CREATOR)
    told.add_argument("--json", action="store_true", help="for programs, as the API tells them")


def show(loaded: Loaded, options: argparse.Namespace) -> int:
    """From the store, also while the daemon runs."""
    if options.creator:
        return _show_one(loaded.settings, options)
    page = asyncio.run(_everybody(loaded.settings))
    if options.json:
        print(page.model_dump_json(indent=2))
    elif page.items:
        from lahmadaemon.commands.social.creators_view import creators_view

        screen = terminal.console()
        screen.print(creators_view(page.items, look(loaded.settings, screen)))
    else:
        print(nobody(loaded.settings, "creator", SYNCED))
    return WELL


def _show_one(settings: Settings, options: argparse.Namespace) -> int:
    one = asyncio.run(_one(settings, options.creator))
    if options.json:
        print(one.model_dump_json(indent=2))
    else:
        from lahmadaemon.commands.social.creator_view import creator_view

        screen = terminal.console()
        screen.print(creator_view(one, look(settings, screen)))
    return WELL


def nobody(settings: Settings, what: str, how: str) -> str:
    """Why a list is empty, and what to do."""
    if not settings.social.on:
        return f"No {what} is known; the social room is off: set LAHMA_SOCIAL__CREATORS__URL"
    return f"No {what} is known yet: {how}"


async def _everybody(settings: Settings) -> "Page[CreatorWithPosts]":
    async with reading(settings) as (doors, store):
        return await everybody(doors, store)


async def everybody(doors: "SocialDoors", store: Store) -> "Page[CreatorWithPosts]":
    """By their numbers; those who are gone as well."""
    from lahmadaemon.commands.social.shapes import CreatorWithPosts
    from lahmadaemon.social.store.overview import posts_by_creator
    from lahmadaemon.web.paging import Page

    counts = await posts_by_creator(store)
    found = [
        CreatorWithPosts(**each.model_dump(), posts=dict(counts.get(each.id, {}))) for each in await all_creators(doors)
    ]
    return Page(items=found, next=None)


async def all_creators(doors: "SocialDoors") -> "list[Creator]":
    """As the API tells them, page by page: it looks for each one's accounts among those of the whole page."""
    from lahmadaemon.web.paging import LARGEST_PAGE
    from lahmadaemon.web.social.creators import creators

    page = await creators(doors, *unasked(), limit=LARGEST_PAGE)
    found = page.items
    while page.next:
        page = await creators(doors, *unasked(), limit=LARGEST_PAGE, cursor=page.next)
        found += page.items
    return found


async def _one(settings: Settings, text: str) -> "CreatorInFull":
    async with reading(settings) as (doors, store):
        return await one_of_them(doors, store, text)


async def one_of_them(doors: "SocialDoors", store: Store, text: str) -> "CreatorInFull":
    """Everything about the creator who is called that. Raises ConfigurationError where there is none such."""
    from lahmadaemon.commands.social.shapes import CreatorInFull, outcomes
    from lahmadaemon.social.store.overview import posts_by_creator, results_of
    from lahmadaemon.web.social.creators import creator, months

    known = await creator_named(doors, text)
    told = await creator(doors, known.id)
    return CreatorInFull(
        **told.model_dump(),
        posts=dict((await posts_by_creator(store)).get(known.id, {})),
        results=outcomes(await results_of(store, known.id, RESULTS)),
        months=(await months(doors, known.id)).months,
    )
