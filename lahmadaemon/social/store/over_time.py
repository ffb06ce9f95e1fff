"""Every reading of a campaign's posts, without what only single posts tell."""

from typing import Any

from sqlalchemy import select

from lahmadaemon.clock import Instant
from lahmadaemon.social.over_time import Reading
from lahmadaemon.social.posts import NUMBERS, Kind, Numbers, Platform
from lahmadaemon.social.store.reading import same
from lahmadaemon.social.store.tables import captures, links, posts
from lahmadaemon.store.database import Store


async def readings(store: Store, campaign_id: int) -> list[Reading]:
    """In order of time."""
    numbers = [captures.c[name] for name in NUMBERS]
    told = (
        posts.c.platform, posts.c.account_id, posts.c.platform_id, posts.c.kind, links.c.creator_id, posts.c.published_at,
        captures.c.taken_at, captures.c.whole,
    )  # fmt: skip
    linked = links.join(posts, same(links, posts)).join(captures, same(captures, posts))
    chosen = select(*told, *numbers).select_from(linked).where(links.c.campaign_id == campaign_id)
    async with store.read() as connection:
        rows = await connection.execute(
            chosen.order_by(captures.c.taken_at, captures.c.platform, captures.c.platform_id)
        )
        return [_reading(*row) for row in rows]


def _reading(
    platform: str, account_id: str, platform_id: str, kind: str, creator_id: int, published_at: Instant, taken_at: Instant,
    whole: bool, *numbers: Any,
) -> Reading:  # fmt: skip
    account = Platform(platform), account_id
    numbered = Numbers(*numbers)
    return Reading(account, platform_id, Kind(kind), creator_id, published_at, taken_at, whole, numbered)
