"""`lahmadaemon social choose, link, unlink`: what people decide; the daemon goes by it from its next turn on."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from lahmadaemon.clock import SystemClock
from lahmadaemon.commands import WELL, add
from lahmadaemon.commands.social import words
from lahmadaemon.commands.social.naming import CREATOR, POST, campaign_numbered, creator_named, number, post_named
from lahmadaemon.commands.social.opening import doors_over
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.settings import Loaded, Settings
from lahmadaemon.social.posts import Platform
from lahmadaemon.store.database import open_beside

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs
    from lahmadaemon.social.connections import Account


def add_to(verbs: "Verbs") -> None:
    """choose, link, unlink"""
    choosing = add(verbs, "choose", choose, "of several accounts of a creator, the one to collect")
    choosing.add_argument("creator", metavar="CREATOR", help=CREATOR)
    choosing.add_argument("platform", choices=[each.value for each in Platform])
    choosing.add_argument("account", metavar="ACCOUNT", help="its id, or its @name")
    for one in (
        add(verbs, "link", link, "put a post into a campaign by hand: a story without hashtags, mostly"),
        add(verbs, "unlink", unlink, "take out what was put there by hand"),
    ):
        one.add_argument("campaign", type=number, metavar="CAMPAIGN", help="its number in the Creators app")
        one.add_argument("post", metavar="POST", help=POST)


def choose(loaded: Loaded, options: argparse.Namespace) -> int:
    """`social choose CREATOR PLATFORM ACCOUNT`"""
    print(asyncio.run(_choose(loaded.settings, options)))
    return WELL


async def _choose(settings: Settings, options: argparse.Namespace) -> str:
    platform, wanted = Platform(options.platform), options.account.removeprefix("@")
    async with open_beside(settings.store.resolved(settings.state_folder)) as store:
        doors = doors_over(store, settings, SystemClock())
        creator = await creator_named(doors, options.creator)
        accounts = [each for each in await doors.connections.accounts([creator.id]) if each.platform is platform]
        fitting = [each for each in accounts if wanted in {each.account_id, each.username}]
        if len(fitting) != 1:
            there = ", ".join(map(_named, accounts)) or "none"
            raise ConfigurationError(
                f"creator {creator.id} has no account {options.account} on {words.provider(platform)}; there are: {there}"
            )
        await doors.connections.choose(creator.id, platform, fitting[0].account_id)
    return f"creator {creator.id}: {_named(fitting[0])} is collected on {words.provider(platform)}"


def _named(account: "Account") -> str:
    return account.account_id + (f" (@{account.username})" if account.username else "")


def link(loaded: Loaded, options: argparse.Namespace) -> int:
    """`social link CAMPAIGN POST`"""
    print(asyncio.run(_link(loaded.settings, options)))
    return WELL


async def _link(settings: Settings, options: argparse.Namespace) -> str:
    async with open_beside(settings.store.resolved(settings.state_folder)) as store:
        doors = doors_over(store, settings, SystemClock())
        known = await campaign_numbered(doors, options.campaign)
        platform, platform_id = await post_named(store, options.post)
        kept = await doors.reader.one(platform, platform_id)
        if kept is None:
            raise ConfigurationError(f"{options.post} was forgotten just now")
        await doors.posts.link_by_hand(known.campaign.campaign_id, kept.creator_id, kept.post, doors.clock.now())
    return f"{platform}:{platform_id} belongs to campaign {known.campaign.campaign_id}; no rule takes that back"


def unlink(loaded: Loaded, options: argparse.Namespace) -> int:
    """`social unlink CAMPAIGN POST`"""
    print(asyncio.run(_unlink(loaded.settings, options)))
    return WELL


async def _unlink(settings: Settings, options: argparse.Namespace) -> str:
    async with open_beside(settings.store.resolved(settings.state_folder)) as store:
        doors = doors_over(store, settings, SystemClock())
        campaign_id = (await campaign_numbered(doors, options.campaign)).campaign.campaign_id
        key = await post_named(store, options.post)
        named = f"{key[0]}:{key[1]}"
        if await doors.links.unlink(campaign_id, key):
            return f"{named} does not belong to campaign {campaign_id} any more"
        links = (await doors.links.of([key])).get(key, ())
    if any(each.campaign_id == campaign_id for each in links):
        raise ConfigurationError(f"{named} is in campaign {campaign_id} by its hashtags, and would come again")
    raise ConfigurationError(f"{named} is not in campaign {campaign_id}")
