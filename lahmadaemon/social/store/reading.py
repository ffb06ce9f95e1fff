"""Posts and their numbers as they are asked for: by campaign, by creator, one by one. Reads only."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, ScalarSelect, Select, and_, func, or_, select, tuple_

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.social.followers import Followers
from lahmadaemon.social.posts import NUMBERS, Flag, Kind, Numbers, Platform, Post, PostState
from lahmadaemon.social.rollups import Capture
from lahmadaemon.social.store.counting import FOLLOWERS, followers_of, with_followers
from lahmadaemon.social.store.tables import captures, creators, links, posts, profiles
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import among

Account = tuple[Platform, str]


@dataclass(frozen=True)
class Kept:
    """A post as it is kept. `latest`: the newest reading in which nothing is missing for a passing reason, else the newest;
    `followers`: its account's counts next to its publication.
    """

    post: Post
    account_id: str
    creator_id: int
    email: str | None
    tags: frozenset[str]
    state: PostState
    first_seen_at: Instant
    seen_at: Instant
    links_at: Instant
    latest: Capture | None
    followers: Followers

    def state_at(self, now: Instant) -> PostState:
        """A story that nobody missed has simply ended after its day."""
        ended = self.post.kind is Kind.STORY and now - self.post.published_at >= DAY
        return PostState.EXPIRED if ended and self.state is PostState.LIVE else self.state


@dataclass(frozen=True)
class Wish:
    """Which posts are asked for; None: all. `after`: the last key of the page before, in the order newest first."""

    platform: Platform | None = None
    kind: Kind | None = None
    creator_id: int | None = None
    published_from: Instant | None = None
    published_until: Instant | None = None
    after: tuple[Instant, str, str] | None = None
    limit: int | None = None


ALL = Wish()


class PostReader:
    """Each call is one consistent look."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of_campaign(self, campaign_id: int, wish: Wish = ALL) -> list[Kept]:
        """A campaign's posts, newest first; the creator is the one through whom it belongs there."""
        linked = posts.join(links, same(links, posts))
        chosen = _chosen(links.c.creator_id, linked).where(links.c.campaign_id == campaign_id)
        return await self._read(_wished(chosen, wish, links.c.creator_id))

    async def of_creator(self, creator_id: int, wish: Wish = ALL) -> list[Kept]:
        """Everything collected of a creator, whether it belongs to a campaign or not, newest first."""
        chosen = _chosen(posts.c.creator_id).where(posts.c.creator_id == creator_id)
        return await self._read(_wished(chosen, wish, posts.c.creator_id))

    async def one(self, platform: Platform, platform_id: str) -> Kept | None:
        """That post."""
        chosen = _chosen(posts.c.creator_id).where(posts.c.platform == platform, posts.c.platform_id == platform_id)
        return next(iter(await self._read(chosen)), None)

    async def _read(self, chosen: Select[Any]) -> list[Kept]:
        async with self._store.read() as connection:
            return [_kept(row) for row in await connection.execute(chosen)]

    async def captures(self, platform: Platform, platform_id: str) -> list[Capture]:
        """All readings of a post, oldest first."""
        of_post = select(captures).where(captures.c.platform == platform, captures.c.platform_id == platform_id)
        chosen = of_post.order_by(captures.c.taken_at, captures.c.slot)
        async with self._store.read() as connection:
            return [_capture(row) for row in await connection.execute(chosen)]

    async def followers(self, accounts: Iterable[Account]) -> dict[Account, Followers]:
        """The accounts' counts of followers over time."""
        own = among((profiles.c.platform, profiles.c.account_id), [(a[0].value, a[1]) for a in set(accounts)])
        counts: dict[Account, list[tuple[Instant, int]]] = {}
        async with self._store.read() as connection:
            for row in await connection.execute(
                select(profiles.c.platform, profiles.c.account_id, profiles.c.taken_at, profiles.c.followers)
                .where(own, profiles.c.followers.is_not(None))
                .order_by(profiles.c.taken_at)
            ):
                counts.setdefault((Platform(row.platform), row.account_id), []).append((row.taken_at, row.followers))
        return {account: Followers(found) for account, found in counts.items()}

    async def known(
        self, accounts: Collection[Account], since: Instant, *, stories: bool = False
    ) -> dict[Account, tuple[set[str], dict[str, Instant]]]:
        """By account: the posts we have, or else the stories, and those of them that belong to a campaign and are live."""
        such = posts.c.kind == Kind.STORY.value if stories else posts.c.kind != Kind.STORY.value
        linked = select(links.c.campaign_id).where(same(links, posts)).limit(1).scalar_subquery()
        found: dict[Account, tuple[set[str], dict[str, Instant]]] = {account: (set(), {}) for account in accounts}
        async with self._store.read() as connection:
            for row in await connection.execute(
                select(
                    posts.c.platform, posts.c.account_id, posts.c.platform_id, posts.c.published_at, posts.c.state,
                    linked.label("campaign"),
                ).where(posts.c.account_id.in_({number for _, number in accounts}), posts.c.published_at >= since, such)
            ):  # fmt: skip
                ids, tracked = found.get((Platform(row.platform), row.account_id), (set[str](), dict[str, Instant]()))
                ids.add(row.platform_id)
                if row.campaign is not None and row.state == PostState.LIVE:
                    tracked[row.platform_id] = row.published_at
        return found

    async def live_stories(self, since: Instant) -> dict[Account, list[Instant]]:
        """When each account's stories that are newer were published."""
        found: dict[Account, list[Instant]] = {}
        chosen = select(posts.c.platform, posts.c.account_id, posts.c.published_at).where(
            posts.c.kind == Kind.STORY.value, posts.c.published_at >= since
        )
        async with self._store.read() as connection:
            for row in await connection.execute(chosen):
                found.setdefault((Platform(row.platform), row.account_id), []).append(row.published_at)
        return found


def _newest(*such: ColumnElement[bool]) -> ScalarSelect[int]:
    """The slot of a post's newest such reading, found from the newest on: those before are not looked at."""
    own = select(captures.c.slot).where(
        captures.c.platform == posts.c.platform, captures.c.platform_id == posts.c.platform_id
    )
    return own.where(*such).order_by(captures.c.slot.desc()).limit(1).correlate(posts).scalar_subquery()


LATEST = func.coalesce(_newest(captures.c.whole), _newest())
"""The slot of the reading that counts: the newest in which nothing is missing for a passing reason, else the newest."""


def same(table: Any, other: Any) -> ColumnElement[bool]:
    """They are about the same post."""
    return and_(table.c.platform == other.c.platform, table.c.platform_id == other.c.platform_id)


def named(table: Any, keys: Iterable[tuple[Platform, str]]) -> ColumnElement[bool]:
    """Rows about these posts."""
    return among((table.c.platform, table.c.platform_id), [(platform.value, number) for platform, number in keys])


def _chosen(creator: ColumnElement[int], source: FromClause = posts) -> Select[Any]:
    """Posts, each with its latest reading and the address of the creator."""
    of_latest = and_(same(captures, posts), captures.c.slot == LATEST)
    told = [captures.c[name] for name in (*NUMBERS, "flags", "more", "taken_at")]
    told_of_post = [column for column in posts.c if column is not posts.c.raw]
    whole = select(*told_of_post, creator.label("through"), creators.c.email, *told, *FOLLOWERS)
    joined = with_followers(source).outerjoin(captures, of_latest).outerjoin(creators, creators.c.creator_id == creator)
    return whole.select_from(joined)


def _wished(chosen: Select[Any], wish: Wish, creator: ColumnElement[int]) -> Select[Any]:
    if wish.platform:
        chosen = chosen.where(posts.c.platform == wish.platform.value)
    if wish.kind:
        chosen = chosen.where(posts.c.kind == wish.kind.value)
    if wish.creator_id is not None:
        chosen = chosen.where(creator == wish.creator_id)
    if wish.published_from is not None:
        chosen = chosen.where(posts.c.published_at >= wish.published_from)
    if wish.published_until is not None:
        chosen = chosen.where(posts.c.published_at < wish.published_until)
    if wish.after:
        at, platform, platform_id = wish.after
        later = tuple_(posts.c.platform, posts.c.platform_id) > tuple_(platform, platform_id)
        chosen = chosen.where(or_(posts.c.published_at < at, and_(posts.c.published_at == at, later)))
    return chosen.order_by(posts.c.published_at.desc(), posts.c.platform, posts.c.platform_id).limit(wish.limit)


def _kept(row: Row[Any]) -> Kept:
    post = Post(
        Platform(row.platform), row.platform_id, Kind(row.kind), row.published_at, row.caption, row.title,
        row.media_type, row.permalink, row.media_url, row.thumbnail_url, row.cut,
    )  # fmt: skip
    return Kept(
        post, row.account_id, row.through, row.email, frozenset(json.loads(row.tags)), PostState(row.state),
        row.first_seen_at, row.seen_at, row.links_at, None if row.taken_at is None else _capture(row),
        followers_of(row),
    )  # fmt: skip


def _capture(row: Row[Any]) -> Capture:
    flags = frozenset(Flag(flag) for flag in json.loads(row.flags))
    known = {name: getattr(row, name) for name in NUMBERS}
    return Capture(row.taken_at, Numbers(**known, flags=flags, more=json.loads(row.more)))
