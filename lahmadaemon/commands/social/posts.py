"""`lahmadaemon social posts`: posts with their newest numbers, or one of them over time."""

import argparse
import asyncio
import sys
from functools import partial
from typing import TYPE_CHECKING

from lahmadaemon import terminal
from lahmadaemon.commands import WELL, add
from lahmadaemon.commands.social.creators import nobody
from lahmadaemon.commands.social.naming import (
    CREATOR,
    LARGEST,
    POST,
    campaign_numbered,
    creator_named,
    limit,
    number,
    post_named,
)
from lahmadaemon.commands.social.opening import look, reading, unasked
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.settings import Loaded, Settings
from lahmadaemon.social.posts import Platform
from lahmadaemon.store.database import Store

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs
    from lahmadaemon.commands.social.shapes import PostInFull
    from lahmadaemon.social.store.reading import Wish
    from lahmadaemon.web.paging import Page
    from lahmadaemon.web.social.doors import SocialDoors
    from lahmadaemon.web.social.shapes.posts import Post

SHOWN = 50
COLLECTED = "the daemon collects of who is connected; without it `lahmadaemon once social.collect` does"


def add_to(verbs: "Verbs") -> None:
    """posts"""
    told = add(verbs, "posts", show, "the newest posts with their numbers; or one of them over time")
    told.add_argument("post", nargs="?", metavar="POST", help=POST)
    told.add_argument("--campaign", type=number, metavar="ID", help="of this campaign only")
    told.add_argument("--creator", metavar="CREATOR", help=f"of this creator only: {CREATOR}")
    told.add_argument("--platform", choices=[each.value for each in Platform], help="on this platform only")
    told.add_argument("--limit", type=limit, metavar="N", help=f"so many at most (default: {SHOWN})")
    form = told.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for programs, as the API tells them")
    form.add_argument("--csv", action="store_true", help="for spreadsheets: all of them")


def show(loaded: Loaded, options: argparse.Namespace) -> int:
    """From the store, also while the daemon runs."""
    if options.post:
        return _show_one(loaded.settings, options)
    if options.csv:
        asyncio.run(_as_csv(loaded.settings, options))
        return WELL
    page, emails = asyncio.run(_posts(loaded.settings, options))
    if options.json:
        print(page.model_dump_json(indent=2))
    elif page.items:
        from lahmadaemon.commands.social.posts_view import posts_view

        screen = terminal.console()
        screen.print(posts_view(page.items, emails, look(loaded.settings, screen), more=page.next is not None))
    elif any((options.campaign, options.creator, options.platform)):
        print("No such post was collected.")
    else:
        print(nobody(loaded.settings, "post", COLLECTED))
    return WELL


def _show_one(settings: Settings, options: argparse.Namespace) -> int:
    for other in ("campaign", "creator", "platform", "limit", "csv"):
        if getattr(options, other):
            raise ConfigurationError(f"--{other} does not go with one post; leave it out")
    one = asyncio.run(_one(settings, options.post))
    if options.json:
        print(one.model_dump_json(indent=2))
    else:
        from lahmadaemon.commands.social.post_view import post_view

        screen = terminal.console()
        screen.print(post_view(one, look(settings, screen)))
    return WELL


async def _posts(settings: Settings, options: argparse.Namespace) -> "tuple[Page[Post], dict[int, str | None]]":
    """And the creators' addresses."""
    async with reading(settings) as (doors, store):
        return await posts(doors, store, options), {each.id: each.email for each in await doors.creators.all()}


async def _as_csv(settings: Settings, options: argparse.Namespace) -> None:
    """Of a campaign the very table that the API gives."""
    from lahmadaemon.commands.social.sheet import lines
    from lahmadaemon.web.social import sheet

    if options.limit:
        raise ConfigurationError("--csv tells of all posts; leave --limit out")
    async with reading(settings) as (doors, store):
        wish = await _wish(doors, options)
        if options.campaign is None:
            table = lines(doors, store, wish)
        else:
            campaign = (await campaign_numbered(doors, options.campaign)).campaign
            table = sheet.lines(doors, campaign, wish, await sheet.begun(doors, campaign, wish))
        async for line in table:
            sys.stdout.write(line)


async def posts(doors: "SocialDoors", store: Store, options: argparse.Namespace) -> "Page[Post]":
    """Newest first; `next`: there are more. Raises ConfigurationError where the creator or the campaign is nobody's."""
    from lahmadaemon.social.store.overview import AllPosts
    from lahmadaemon.web.social.listing import page_of_posts

    reading_them = AllPosts(store).newest
    if options.campaign is not None:
        number_of = (await campaign_numbered(doors, options.campaign)).campaign.campaign_id
        reading_them = partial(doors.reader.of_campaign, number_of)
    page, _ = await page_of_posts(doors, reading_them, await _wish(doors, options), None, options.limit or SHOWN)
    return page


async def _wish(doors: "SocialDoors", options: argparse.Namespace) -> "Wish":
    from lahmadaemon.social.store.reading import Wish

    creator = (await creator_named(doors, options.creator)).id if options.creator else None
    return Wish(Platform(options.platform) if options.platform else None, creator_id=creator)


async def _one(settings: Settings, text: str) -> "PostInFull":
    async with reading(settings) as (doors, store):
        return await one_post(doors, *await post_named(store, text))


async def one_post(doors: "SocialDoors", platform: Platform, platform_id: str) -> "PostInFull":
    """A post that is there, with its numbers over time."""
    from lahmadaemon.commands.social.shapes import PostInFull
    from lahmadaemon.web.social.posts import captures, post

    told = await post(doors, platform, platform_id)
    read = await captures(doors, *unasked(), platform, platform_id, limit=LARGEST)
    creator = await doors.creators.by_id(told.creator_id)
    return PostInFull(
        **told.model_dump(), captures=read.items, heights=read.heights, creator_email=creator and creator.email
    )
