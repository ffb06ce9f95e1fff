"""Creators of an invented world are connected with Meta and TikTok, as if they had logged in."""

from pydantic import SecretStr

from lahmadaemon.clock import DAY, SECOND, Instant
from lahmadaemon.demo.social.graph import Graph
from lahmadaemon.demo.social.tiktok import SCOPES, TikTok
from lahmadaemon.demo.social.world import Creator, World
from lahmadaemon.social.connections import Account, Connection, Provider
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.connections import ConnectionStore

WITHOUT_FACEBOOK = (1, 2, 3, 4)
"""What campaigns want: posts, stories, reels, TikTok."""


def want_no_facebook(world: World) -> World:
    for campaign in world.campaigns.values():
        campaign.platforms = WITHOUT_FACEBOOK
    return world


async def all_log_in(
    connections: ConnectionStore, world: World, graph: Graph, tiktok: TikTok, now: Instant, on_tiktok: int | None = None
) -> None:
    """`on_tiktok`: so many of them with TikTok too; None: all."""
    for number, who in enumerate(world.creators.values()):
        meta, behind = of_meta(who, graph, now)
        await connections.connect(meta, behind)
        if on_tiktok is None or number < on_tiktok:
            account = Account(creator_id=who.id, platform=Platform.TIKTOK, account_id=who.open_id)
            await connections.connect(of_tiktok(who, tiktok, now), [account])


def of_meta(who: Creator, graph: Graph, now: Instant) -> tuple[Connection, list[Account]]:
    made = Connection(
        creator_id=who.id, provider=Provider.META, user_id=who.facebook_id, issued_at=now, checked_at=now,
        access=SecretStr(graph.long_token(who.id)), access_until=Instant(now + 60 * DAY),
    )  # fmt: skip
    page = SecretStr(graph.page_token(who.id))
    behind = {Platform.INSTAGRAM: who.instagram_id, Platform.FACEBOOK: who.page_id}
    return made, [
        Account(creator_id=who.id, platform=platform, account_id=account, page_id=who.page_id, token=page)
        for platform, account in behind.items()
    ]


def of_tiktok(who: Creator, tiktok: TikTok, now: Instant) -> Connection:
    given = tiktok.connect(who.id)
    return Connection(
        creator_id=who.id, provider=Provider.TIKTOK, user_id=who.open_id, scopes=frozenset(SCOPES), issued_at=now,
        access=SecretStr(given["access_token"]), refresh=SecretStr(given["refresh_token"]),
        access_until=Instant(now + given["expires_in"] * SECOND),
        refresh_until=Instant(now + given["refresh_expires_in"] * SECOND),
    )  # fmt: skip
