"""`lahmadaemon social forget`: removes everything of a creator's, here and, as far as they answer, at the providers."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from lahmadaemon.commands import UNWELL, WELL, add
from lahmadaemon.commands.asking import sure
from lahmadaemon.commands.social import words
from lahmadaemon.commands.social.connecting import joining
from lahmadaemon.commands.social.naming import CREATOR, creator_named
from lahmadaemon.commands.social.opening import reading
from lahmadaemon.settings import Loaded, Settings

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs
    from lahmadaemon.social.leaving import Left
    from lahmadaemon.social.store.creators import Creator

THERE = "the creator can remove the app in their settings there"


def add_to(verbs: "Verbs") -> None:
    """forget"""
    leaving = add(verbs, "forget", forget, "remove everything of a creator, and end their logins at the providers")
    leaving.add_argument("creator", metavar="CREATOR", help=CREATOR)
    leaving.add_argument("--yes", action="store_true", help="ask nothing")


def forget(loaded: Loaded, options: argparse.Namespace) -> int:
    """Asks before; says what could not be revoked."""
    creator, posts = asyncio.run(_what(loaded.settings, options.creator))
    called = f"creator {creator.id}" + (f" ({creator.email})" if creator.email else "")
    if not options.yes and not sure(f"Remove {called} with {posts:,} posts and all their numbers? Type yes: "):
        print("Nothing was removed.")
        return UNWELL
    left = asyncio.run(_forget(loaded.settings, creator.id))
    print(f"{called} is forgotten, with {posts:,} posts")
    for each in left:
        print(f"{words.provider(each.provider)}: {_told(each)}")
    if creator.here:
        print("the Creators app still names them: take them out there, or the next sync brings them back, as new")
    return WELL


def _told(left: "Left") -> str:
    if left.revoked:
        return "login ended"
    return f"login removed here, not ended there: {words.because(left.reason)}; {THERE}"


async def _what(settings: Settings, text: str) -> "tuple[Creator, int]":
    from lahmadaemon.social.store.overview import posts_by_creator

    async with reading(settings) as (doors, store):
        creator = await creator_named(doors, text)
        return creator, sum((await posts_by_creator(store)).get(creator.id, {}).values())


async def _forget(settings: Settings, creator_id: int) -> "list[Left]":
    async with joining(settings) as (_, through):
        return await through.forget(creator_id)
