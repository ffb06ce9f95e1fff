"""The accounts that can be collected, with what is needed to decide whether they are due."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Row, and_, case, exists, func, select

from lahmadaemon.clock import Instant
from lahmadaemon.errors import HopelessError
from lahmadaemon.social.connections import Provider, State
from lahmadaemon.social.posts import Kind, Platform, PostState
from lahmadaemon.social.store.sealing import Sealing
from lahmadaemon.social.store.tables import accounts, connections, creators, links, posts
from lahmadaemon.store.database import Store


@dataclass(frozen=True)
class Collectable:
    """A chosen account of a creator who is still there. `connected` false: only a look from outside is possible."""

    creator_id: int
    platform: Platform
    account_id: str
    username: str | None
    connected: bool
    scopes: frozenset[str] = frozenset()
    token: SecretStr | None = None
    generation: int | None = None
    page_size: int | None = None
    walked_at: Instant | None = None
    walked_from: Instant | None = None
    """How far back that complete look went."""
    looked_at: Instant | None = None
    stories_at: Instant | None = None
    held_until: Instant | None = None
    youngest_tracked: Instant | None = None
    """When its newest live post that belongs to a campaign was published."""

    @property
    def key(self) -> tuple[Platform, str]:
        return self.platform, self.account_id

    @property
    def provider(self) -> Provider:
        return Provider.of(self.platform)


_PROVIDER = case((accounts.c.platform == Platform.TIKTOK.value, Provider.TIKTOK.value), else_=Provider.META.value)
_YOUNGEST = (
    select(func.max(posts.c.published_at))
    .where(
        posts.c.platform == accounts.c.platform,
        posts.c.account_id == accounts.c.account_id,
        posts.c.state == PostState.LIVE.value,
        posts.c.kind != Kind.STORY.value,
        exists().where(links.c.platform == posts.c.platform, links.c.platform_id == posts.c.platform_id),
    )
    .correlate(accounts)
    .scalar_subquery()
)


async def collectables(store: Store, vault: Sealing) -> list[Collectable]:
    """All of them, by creator; also creators of whom only an Instagram name is known."""
    chosen = (
        select(
            accounts, connections.c.state, connections.c.scopes, connections.c.generation, _YOUNGEST.label("youngest")
        )
        .select_from(accounts)
        .join(creators, creators.c.creator_id == accounts.c.creator_id)
        .outerjoin(
            connections,
            and_(connections.c.creator_id == accounts.c.creator_id, connections.c.provider == _PROVIDER),
        )
        .where(creators.c.gone_at.is_(None), accounts.c.chosen)
        .order_by(accounts.c.creator_id, accounts.c.platform, accounts.c.account_id)
    )
    of_instagram = and_(accounts.c.creator_id == creators.c.creator_id, accounts.c.platform == Platform.INSTAGRAM.value)
    named = select(creators.c.creator_id, creators.c.handle).where(
        creators.c.gone_at.is_(None), creators.c.handle.is_not(None), ~exists().where(of_instagram)
    )
    async with store.read() as connection:
        found = [_collectable(row, vault) for row in await connection.execute(chosen)]
        found += [
            Collectable(row.creator_id, Platform.INSTAGRAM, f"@{row.handle}", row.handle, connected=False)
            for row in await connection.execute(named)
        ]
    inside = {(each.creator_id, each.platform) for each in found if each.connected}
    return [each for each in found if each.connected or (each.creator_id, each.platform) not in inside]


def _collectable(row: Row[Any], vault: Sealing) -> Collectable:
    token, connected = None, row.state == State.OK
    if connected and row.token:
        try:
            token = vault.open(row.token)
        except HopelessError:  # told by who looks after logins; one lost key costs nobody else
            connected = False
    return Collectable(
        row.creator_id, Platform(row.platform), row.account_id, row.username, connected,
        scopes=frozenset(json.loads(row.scopes or "[]")), token=token, generation=row.generation,
        page_size=row.page_size,
        walked_at=row.walked_at, walked_from=row.walked_from,
        looked_at=row.looked_at, stories_at=row.stories_at, held_until=row.held_until,
        youngest_tracked=row.youngest,
    )  # fmt: skip
