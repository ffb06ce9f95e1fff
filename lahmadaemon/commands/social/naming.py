"""Creators, campaigns and posts as they are named on the command line."""

import argparse
import re
from typing import TYPE_CHECKING

from lahmadaemon.errors import ConfigurationError
from lahmadaemon.social.posts import Platform
from lahmadaemon.store.database import Store

if TYPE_CHECKING:
    from lahmadaemon.social.store.campaigns import Known
    from lahmadaemon.social.store.creators import Creator
    from lahmadaemon.web.social.doors import SocialDoors

LARGEST = 2**63 - 1
"""What the store's columns hold."""
MOST = 10_000
"""Posts at once."""
PLATFORMS = {"ig": Platform.INSTAGRAM, "fb": Platform.FACEBOOK, "tt": Platform.TIKTOK} | {p.value: p for p in Platform}
PLATFORM_ID = re.compile(r"[A-Za-z0-9_@-][A-Za-z0-9_.:@-]{0,127}")
CREATOR, POST = "their number, or their e-mail address", "as `social posts` shows it (ig:1790…), or its address"


def number(text: str) -> int:
    """For argparse: a number of the Creators app."""
    if not (text.isascii() and text.isdecimal() and int(text) <= LARGEST):
        raise argparse.ArgumentTypeError(f"{text} is no number of the Creators app")
    return int(text)


def limit(text: str) -> int:
    """For argparse: how many."""
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST):
        raise argparse.ArgumentTypeError(f"{text}: write a number from 1 to {MOST}")
    return int(text)


async def creator_named(doors: "SocialDoors", text: str) -> "Creator":
    """Raises ConfigurationError where there is none such."""
    if text.isascii() and text.isdecimal() and int(text) <= LARGEST:
        found = await doors.creators.by_id(int(text))
    else:
        found = await doors.creators.by_email(text)
    if found is None:
        raise ConfigurationError(f"there is no creator {text}; `lahmadaemon social creators` lists them")
    return found


async def campaign_numbered(doors: "SocialDoors", campaign_id: int) -> "Known":
    """Raises ConfigurationError where there is none such."""
    found = await doors.campaigns.campaign(campaign_id)
    if found is None:
        raise ConfigurationError(f"there is no campaign {campaign_id}; `lahmadaemon social campaigns` lists them")
    return found


async def post_named(store: Store, text: str) -> tuple[Platform, str]:
    """`instagram:ID`, `ig:ID`, `ID` alone, or a permalink. Raises ConfigurationError where that is none, or several."""
    from lahmadaemon.social.store.overview import posts_at, posts_called

    word, colon, rest = text.partition(":")
    platform = PLATFORMS.get(word.lower())
    if "://" in text:
        found = await posts_at(store, text)
    elif platform and colon and PLATFORM_ID.fullmatch(rest):
        found = [key for key in await posts_called(store, rest) if key[0] is platform]
    elif PLATFORM_ID.fullmatch(text):
        found = await posts_called(store, text)
    else:
        raise ConfigurationError(f"{text} names no post; write instagram:ID, facebook:ID, tiktok:ID, or its address")
    if len(found) == 1:
        return found[0]
    problem = "is the name of several posts" if found else "was never collected"
    several = f": {', '.join(f'{key[0].value}:{key[1]}' for key in found)}" if found else ""
    raise ConfigurationError(f"{text} {problem}{several or '; `lahmadaemon social posts` lists those there are'}")
