"""What sums are made of: of many posts no more than their numbers, and a mark by which one knows that nothing has changed."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, func, select

from lahmadaemon.clock import Instant
from lahmadaemon.social.followers import Followers
from lahmadaemon.social.posts import NUMBERS, Kind, Numbers, Platform
from lahmadaemon.social.store.counting import FOLLOWERS, followers_of, with_followers
from lahmadaemon.social.store.reading import LATEST, same
from lahmadaemon.social.store.tables import captures, links, posts
from lahmadaemon.store.database import Store

Mark = tuple[int, int, int | None]


@dataclass(frozen=True)
class Counted:
    """A post with its latest numbers; `creator_id`: through whom it belongs there; `followers`: its account's, next to
    publication.
    """

    platform: Platform
    kind: Kind
    creator_id: int
    published_at: Instant
    numbers: Numbers
    followers: Followers


class SumReader:
    """Reads only. The numbers come without their flags."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def marks(self, campaigns: Collection[int]) -> dict[int, Mark]:
        """Of each campaign with posts: how many, and when one was last linked or read. Another mark, other sums."""
        told = select(
            links.c.campaign_id, func.count(), func.max(links.c.linked_at), func.max(posts.c.captured_at)
        ).select_from(links.join(posts, same(links, posts)))
        chosen = told.where(links.c.campaign_id.in_(campaigns)).group_by(links.c.campaign_id)
        async with self._store.read() as connection:
            return {row[0]: (row[1], row[2], row[3]) for row in await connection.execute(chosen)}

    async def of_campaign(self, campaign_id: int) -> list[Counted]:
        """Its posts."""
        linked = posts.join(links, same(links, posts))
        return await self._read(_counted(links.c.creator_id, linked).where(links.c.campaign_id == campaign_id))

    async def of_creator(self, creator_id: int, since: Instant | None = None) -> list[Counted]:
        """Those of the creator, published then or later; None: all."""
        chosen = _counted(posts.c.creator_id, posts).where(posts.c.creator_id == creator_id)
        return await self._read(chosen if since is None else chosen.where(posts.c.published_at >= since))

    async def _read(self, chosen: Select[Any]) -> list[Counted]:
        async with self._store.read() as connection:
            return [_post(row) for row in await connection.execute(chosen)]


def _counted(creator: Any, source: Any) -> Select[Any]:
    told = [captures.c[name] for name in NUMBERS]
    columns = posts.c.platform, posts.c.kind, creator, posts.c.published_at
    latest = and_(same(captures, posts), captures.c.slot == LATEST)
    joined = with_followers(source).outerjoin(captures, latest)
    return select(*columns, *told, *FOLLOWERS).select_from(joined)


def _post(row: Row[Any]) -> Counted:
    platform, kind, creator_id, published_at, *more = tuple(row)
    numbers = Numbers(*more[: len(NUMBERS)])
    return Counted(Platform(platform), Kind(kind), creator_id, published_at, numbers, followers_of(row))
