"""`lahmadaemon social connect`: a link to send to a creator, who logs in there."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from lahmadaemon.building.secret import SECRET_FILE
from lahmadaemon.clock import SystemClock, local
from lahmadaemon.commands import WELL, add
from lahmadaemon.commands.social.naming import CREATOR, creator_named
from lahmadaemon.commands.social.opening import doors_over, zone_of
from lahmadaemon.errors import ConfigurationError, HopelessError
from lahmadaemon.settings import Loaded, Settings
from lahmadaemon.store.database import open_beside

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs
    from lahmadaemon.social.joining import Begun, Joining
    from lahmadaemon.social.store.connections import ConnectionStore
    from lahmadaemon.social.store.creators import Creator
    from lahmadaemon.web.social.doors import SocialDoors

PROVIDERS = ("meta", "tiktok")
TRIED = 20
"""Stored logins, to see whether the key is right."""


def add_to(verbs: "Verbs") -> None:
    """connect"""
    asking = add(
        verbs, "connect", connect, "a link to send to a creator, who logs in there; good once, for a quarter of an hour"
    )
    asking.add_argument("creator", metavar="CREATOR", help=CREATOR)
    asking.add_argument("provider", choices=PROVIDERS, help="meta: Instagram and Facebook")
    asking.add_argument("--json", action="store_true", help="for programs, as the API tells it")


def connect(loaded: Loaded, options: argparse.Namespace) -> int:
    """The link alone on standard output; whose it is, and until when, beside it."""
    from lahmadaemon.web.social.connecting import Begun as Told
    from lahmadaemon.web.social.shapes.basics import moment

    settings = loaded.settings
    creator, begun = asyncio.run(_begun(settings, options))
    if options.json:
        print(Told(url=begun.url, expires_at=moment(begun.expires_at)).model_dump_json(indent=2))
        return WELL
    until = f"{local(begun.expires_at, zone_of(settings)):%H:%M}"
    whose = f"creator {creator.id}" + (f" ({creator.email})" if creator.email else "")
    print(f"for {whose} alone, good once, until {until}:", file=sys.stderr)
    print(begun.url)
    return WELL


async def _begun(settings: Settings, options: argparse.Namespace) -> "tuple[Creator, Begun]":
    from lahmadaemon.social.connections import Provider
    from lahmadaemon.social.not_joined import NotConfigured

    async with joining(settings) as (doors, through):
        creator = await creator_named(doors, options.creator)
        if not creator.here:
            raise ConfigurationError(f"creator {creator.id} has left the Creators app, and cannot connect")
        try:
            return creator, await through.start(Provider(options.provider), creator.id)
        except NotConfigured as missing:
            raise ConfigurationError(f"{missing}: no creator can connect") from missing


@asynccontextmanager
async def joining(settings: Settings) -> "AsyncIterator[tuple[SocialDoors, Joining]]":
    """Ways in and out, beside a running daemon, with its key. Raises ConfigurationError where that is not here."""
    from lahmadaemon.building.social_room import sealing
    from lahmadaemon.http import open_client
    from lahmadaemon.social.joining import Joining
    from lahmadaemon.social.meta.graph import Graph
    from lahmadaemon.social.store.connections import ConnectionStore
    from lahmadaemon.social.tiktok.tokens import TikTokTokens

    # made here, it would be another than the daemon's, and what it sealed would be lost
    if settings.secret_key is None and not await asyncio.to_thread((settings.state_folder / SECRET_FILE).exists):
        raise ConfigurationError(
            f"the key of the running daemon is not here: set LAHMA_SECRET_KEY (there is no {SECRET_FILE} in "
            f"{settings.state_folder})"
        )
    async with (
        open_beside(settings.store.resolved(settings.state_folder)) as store,
        await asyncio.to_thread(open_client) as client,
    ):
        room, clock, vault = settings.social, SystemClock(), await sealing(settings)
        connections = ConnectionStore(store, vault)
        await _opens(connections)
        graph = Graph(room.meta, client) if room.meta.app_id else None
        tokens = TikTokTokens(connections, room.tiktok, client, clock) if room.tiktok.client_key else None
        yield doors_over(store, settings, clock), Joining(store, vault, room, clock, graph=graph, tokens=tokens)


async def _opens(connections: "ConnectionStore") -> None:
    """Raises ConfigurationError where none of some logins opens: with a wrong key a link would lead nowhere, and who is
    forgotten would stay logged in at the provider."""
    some = (await connections.standings())[:TRIED]
    for held in some:
        try:
            await connections.load(held.creator_id, held.provider)
        except HopelessError:
            continue
        return
    if some:
        raise ConfigurationError(
            "the key here opens no stored login: set LAHMA_SECRET_KEY as the running daemon has it; where that is lost, "
            "its window forgets creators all the same (DELETE /api/v1/social/creators/ID)"
        )
