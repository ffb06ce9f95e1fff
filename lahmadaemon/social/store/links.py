"""Which posts belong to which campaign, and why; and taking back what somebody has linked by hand."""

import json
from collections.abc import Collection

from sqlalchemy import delete, select

from lahmadaemon.social.matching import MANUAL, Link
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.reading import named
from lahmadaemon.social.store.tables import links
from lahmadaemon.store.database import Store

Key = tuple[Platform, str]


class LinkStore:
    """Links are made where posts are kept, by `PostStore`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, keys: Collection[Key]) -> dict[Key, list[Link]]:
        """The campaigns of each of these posts, by the campaign's id."""
        found: dict[Key, list[Link]] = {}
        async with self._store.read() as connection:
            for row in await connection.execute(select(links).where(named(links, keys)).order_by(links.c.campaign_id)):
                link = Link(row.campaign_id, row.rule, frozenset(json.loads(row.matched)))
                found.setdefault((Platform(row.platform), row.platform_id), []).append(link)
        return found

    async def unlink(self, campaign_id: int, key: Key) -> bool:
        """Take back a link made by hand; false where there is none such. One that a rule made stays: it would come again."""
        platform, platform_id = key
        by_hand = (
            links.c.campaign_id == campaign_id, links.c.platform == platform.value, links.c.platform_id == platform_id,
            links.c.rule == MANUAL,
        )  # fmt: skip
        async with self._store.write() as connection:
            return (await connection.execute(delete(links).where(*by_hand))).rowcount > 0
