"""What an operator asks of all creators at once: how many posts, the newest of them, whose a link is, how accounts fared."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, or_, select

from lahmadaemon.social.driving import Result
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.reading import ALL, Kept, PostReader, Wish, _chosen, _wished
from lahmadaemon.social.store.runs import Fared
from lahmadaemon.social.store.tables import posts, results
from lahmadaemon.store.database import Store

Key = tuple[Platform, str]


class AllPosts(PostReader):
    """Of all creators. Each call is one consistent look."""

    async def newest(self, wish: Wish = ALL) -> list[Kept]:
        """Everything collected, newest first."""
        return await self._read(_wished(_chosen(posts.c.creator_id), wish, posts.c.creator_id))


async def posts_by_creator(store: Store) -> dict[int, Mapping[Platform, int]]:
    """How many posts there are of each creator, by platform."""
    found: defaultdict[int, dict[Platform, int]] = defaultdict(dict)
    counted = select(posts.c.creator_id, posts.c.platform, func.count()).group_by(posts.c.creator_id, posts.c.platform)
    async with store.read() as connection:
        for creator_id, platform, many in await connection.execute(counted.order_by(*counted.selected_columns[:2])):
            found[creator_id][Platform(platform)] = many
    return dict(found)


async def posts_called(store: Store, platform_id: str) -> list[Key]:
    """Posts with this id, on whichever platform."""
    return await _keys(store, posts.c.platform_id == platform_id)


async def posts_at(store: Store, address: str) -> list[Key]:
    """Posts with this permalink, whatever stands behind a question mark, in ours or in theirs."""
    bare = address.partition("#")[0].partition("?")[0].rstrip("/")
    if not bare:
        return []
    plain = posts.c.permalink.in_([bare, f"{bare}/"])
    more = [posts.c.permalink.startswith(bare + mark, autoescape=True) for mark in ("?", "/?")]
    return await _keys(store, or_(plain, *more))


async def results_of(store: Store, creator_id: int, limit: int) -> list[Fared]:
    """How a creator's accounts fared in the last runs, newest first."""
    its = select(results).where(results.c.creator_id == creator_id)
    newest = its.order_by(results.c.ended_at.desc(), results.c.platform, results.c.account_id).limit(limit)
    async with store.read() as connection:
        return [
            Fared(
                row.run_id, row.creator_id, Platform(row.platform), row.account_id, Result(row.result), row.reason,
                row.posts, row.asks, row.ended_at,
            )
            for row in await connection.execute(newest)
        ]  # fmt: skip


async def _keys(store: Store, such: ColumnElement[bool]) -> list[Key]:
    keys = select(posts.c.platform, posts.c.platform_id).where(such)
    async with store.read() as connection:
        return [(Platform(platform), number) for platform, number in await connection.execute(keys)]
