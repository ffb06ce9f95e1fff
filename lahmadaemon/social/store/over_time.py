"""Every reading of a campaign's posts, without what only single posts tell."""

from collections.abc import AsyncGenerator
from itertools import groupby

from sqlalchemy import select

from lahmadaemon.social.over_time import Reading, Tracked
from lahmadaemon.social.posts import NUMBERS, Kind
from lahmadaemon.social.store.counting import FOLLOWERS, followers_of, with_followers
from lahmadaemon.social.store.reading import same
from lahmadaemon.social.store.tables import captures, links, posts
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import among

AT_ONCE = 50
"""Posts whose readings are in memory."""


async def courses(store: Store, campaign_id: int) -> AsyncGenerator[list[tuple[Tracked, list[Reading]]]]:
    """Its posts with their readings, some at a time, all as they are at one moment."""
    its = with_followers(links.join(posts, same(links, posts)))
    told = select(posts.c.platform, posts.c.platform_id, posts.c.kind, posts.c.published_at, *FOLLOWERS)
    key, numbers = (captures.c.platform, captures.c.platform_id), (captures.c[name] for name in NUMBERS)
    read = select(*key, captures.c.taken_at, captures.c.whole, *numbers).order_by(*key, captures.c.slot)
    async with store.read() as connection:
        rows = (await connection.execute(told.select_from(its).where(links.c.campaign_id == campaign_id))).all()
        tracked = {tuple(row[:2]): Tracked(Kind(row.kind), row.published_at, followers_of(row)) for row in rows}
        keys = list(tracked)
        for start in range(0, len(keys), AT_ONCE):
            found = await connection.execute(read.where(among(key, keys[start : start + AT_ONCE])))
            yield [
                (tracked[post], [Reading(taken_at, whole, tuple(values)) for _, _, taken_at, whole, *values in of_post])
                for post, of_post in groupby(found, lambda row: tuple(row[:2]))
            ]
