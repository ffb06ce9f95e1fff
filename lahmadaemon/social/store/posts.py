"""Posts, the campaigns they belong to, and every reading of their numbers: what is written when a page has come."""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Text, and_, bindparam, case, delete, exists, func, or_, select, tuple_, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.clock import Instant
from lahmadaemon.social.matching import MANUAL, Link
from lahmadaemon.social.posts import NUMBERS, Flag, Found, Platform, Post, PostState, Profile
from lahmadaemon.social.store.reading import named
from lahmadaemon.social.store.tables import accounts, captures, creators, involved, links, posts, profiles
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import upsert

PASSING = frozenset({Flag.INSIGHTS_EMPTY, Flag.INSIGHTS_FAILED})
"""Reasons that may be gone at the next reading: until then an older reading says more."""
GONE_AFTER = 2
"""Complete looks without it: one alone may be a platform's bad moment."""
CHUNK = 200
"""Keys named in one statement, or rows given to it: the loop has other things to do in between."""


@dataclass(frozen=True)
class Seen:
    """A post that was found, with its tags, and the campaigns it belongs to among those that were looked at."""

    found: Found
    tags: frozenset[str]
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Arrival:
    """A page of one account. `evaluated`: the campaigns that its posts were held against."""

    creator_id: int
    platform: Platform
    account_id: str
    seen: tuple[Seen, ...]
    evaluated: frozenset[int] = frozenset()
    profile: Profile | None = None
    missing: tuple[str, ...] = field(default=())


class PostStore:
    """Writes. Everything is keyed by the platform's own ids and by slots of time: kept twice is kept once."""

    def __init__(self, store: Store, *, sticky: bool = False) -> None:
        self._store = store
        self._sticky = sticky

    async def keep(self, arrivals: Sequence[Arrival], now: Instant, slot: Instant, month: Instant) -> None:
        """All pages in one transaction. Posts of no campaign are read anew within `month`, the others within `slot`.

        What comes of a creator who was forgotten meanwhile is not kept.
        """
        async with self._store.write() as connection:
            arrivals = await _of_the_known(connection, arrivals)
            await _keep_posts(connection, arrivals, now)
            await self._link(connection, arrivals, now)
            linked = await _linked(connection, [seen.found.post.key for each in arrivals for seen in each.seen])
            await _keep_captures(connection, arrivals, now, lambda post: slot if post.key in linked else month)
            await _keep_profiles(connection, [each.profile for each in arrivals if each.profile], now, slot)
            for arrival in arrivals:
                await _miss(connection, arrival, slot)

    async def _link(self, connection: AsyncConnection, arrivals: Sequence[Arrival], now: Instant) -> None:
        if not self._sticky:
            await _unlink(connection, arrivals)
        rows = [
            _link_row(arrival.creator_id, seen.found.post, link, now)
            for arrival in arrivals
            for seen in arrival.seen
            for link in seen.links
        ]
        for some in _chunks(rows):
            await connection.execute(upsert(connection, links).on_conflict_do_nothing(), some)

    async def part(self, campaigns: Collection[int]) -> None:
        """Posts of creators who have left these campaigns, and are still there, leave them too."""
        pair = exists().where(
            involved.c.campaign_id == links.c.campaign_id, involved.c.creator_id == links.c.creator_id
        )
        here = exists().where(creators.c.creator_id == links.c.creator_id, creators.c.gone_at.is_(None))
        async with self._store.write() as connection:
            for some in _chunks(sorted(campaigns)):
                of_them = links.c.campaign_id.in_(some), links.c.rule != MANUAL
                await connection.execute(delete(links).where(*of_them, here, ~pair))

    async def relink(self, arrivals: Sequence[Arrival], now: Instant) -> None:
        """Campaigns have changed: stored posts are held against them anew; nothing else is touched."""
        async with self._store.write() as connection:
            await self._link(connection, arrivals, now)

    async def link_by_hand(self, campaign_id: int, creator_id: int, post: Post, now: Instant) -> None:
        """Somebody says that it belongs there; no rule takes that back."""
        row = _link_row(creator_id, post, Link(campaign_id, MANUAL, frozenset()), now)
        async with self._store.write() as connection:
            made = upsert(connection, links).values(row)
            await connection.execute(
                made.on_conflict_do_update(index_elements=list(links.primary_key), set_={"rule": MANUAL})
            )

    async def forget(self, creator_id: int) -> None:
        """Everything that was collected of a creator; an account that is another creator's as well keeps its followers."""
        async with self._store.write() as connection:
            own = select(posts.c.platform, posts.c.platform_id).where(posts.c.creator_id == creator_id)
            columns = accounts.c.platform, accounts.c.account_id
            read = union(
                select(posts.c.platform, posts.c.account_id).where(posts.c.creator_id == creator_id),
                select(*columns).where(accounts.c.creator_id == creator_id),
            )
            others = select(*columns).where(accounts.c.creator_id != creator_id)
            account = tuple_(profiles.c.platform, profiles.c.account_id)
            await connection.execute(
                delete(captures).where(tuple_(captures.c.platform, captures.c.platform_id).in_(own))
            )
            await connection.execute(delete(profiles).where(account.in_(read), account.not_in(others)))
            await connection.execute(delete(links).where(links.c.creator_id == creator_id))
            await connection.execute(delete(posts).where(posts.c.creator_id == creator_id))


async def _of_the_known(connection: AsyncConnection, arrivals: Sequence[Arrival]) -> list[Arrival]:
    named = creators.c.creator_id.in_({each.creator_id for each in arrivals})
    known = set((await connection.execute(select(creators.c.creator_id).where(named))).scalars())
    return [each for each in arrivals if each.creator_id in known]


async def _unlink(connection: AsyncConnection, arrivals: Sequence[Arrival]) -> None:
    """Links that a rule made and makes no more, to the campaigns that the posts were held against."""
    evaluated, stands = {}, set()
    for arrival in arrivals:
        for seen in arrival.seen:
            whose = arrival.creator_id, *seen.found.post.key
            evaluated[whose] = arrival.evaluated
            stands |= {(*whose, link.campaign_id) for link in seen.links}
    columns = links.c.creator_id, links.c.platform, links.c.platform_id, links.c.campaign_id
    for some in _chunks([seen.found.post.key for each in arrivals if each.evaluated for seen in each.seen]):
        there = await connection.execute(select(*columns).where(named(links, some), links.c.rule != MANUAL))
        for creator_id, platform, platform_id, campaign_id in there:
            whose = creator_id, Platform(platform), platform_id
            if campaign_id in evaluated.get(whose, ()) and (*whose, campaign_id) not in stands:
                this = links.c.platform == platform, links.c.platform_id == platform_id
                await connection.execute(delete(links).where(links.c.campaign_id == campaign_id, *this))


async def _keep_posts(connection: AsyncConnection, arrivals: Sequence[Arrival], now: Instant) -> None:
    brought = {seen.found.post.key: (each, seen) for each in reversed(arrivals) for seen in each.seen}
    statement = upsert(connection, posts)
    new = statement.excluded
    # Who is first to bring a post is its creator: of two who share an account, the other must not take it back and forth.
    kept = {"creator_id", "account_id", "first_seen_at", "captured_at", "platform", "platform_id"}
    changed = {column.name: new[column.name] for column in posts.c if column.name not in kept}
    statement = statement.on_conflict_do_update(index_elements=list(posts.primary_key), set_=changed)
    for some in _chunks(list(brought.values())):
        await connection.execute(statement, [_post_row(arrival, seen, now) for arrival, seen in some])


def _post_row(arrival: Arrival, seen: Seen, now: Instant) -> dict[str, Any]:
    post = seen.found.post
    return {
        "platform": post.platform.value, "platform_id": post.platform_id, "account_id": arrival.account_id,
        "creator_id": arrival.creator_id, "kind": post.kind.value, "published_at": post.published_at,
        "caption": post.caption, "title": post.title, "tags": _json(seen.tags), "media_type": post.media_type,
        "permalink": post.permalink, "media_url": post.media_url, "thumbnail_url": post.thumbnail_url, "links_at": now,
        "cut": post.cut, "state": PostState.LIVE.value, "missed": 0, "missed_at": None, "first_seen_at": now,
        "seen_at": now, "raw": seen.found.raw,
    }  # fmt: skip


def _link_row(creator_id: int, post: Post, link: Link, now: Instant) -> dict[str, Any]:
    return {
        "campaign_id": link.campaign_id, "platform": post.platform.value, "platform_id": post.platform_id,
        "creator_id": creator_id, "rule": link.rule, "matched": _json(link.matched), "linked_at": now,
    }  # fmt: skip


async def _linked(connection: AsyncConnection, keys: Sequence[tuple[Platform, str]]) -> set[tuple[Platform, str]]:
    found = set()
    for some in _chunks(keys):
        rows = await connection.execute(select(links.c.platform, links.c.platform_id).where(named(links, some)))
        found |= {(Platform(row.platform), row.platform_id) for row in rows}
    return found


async def _keep_captures(
    connection: AsyncConnection, arrivals: Sequence[Arrival], now: Instant, slot_of: Callable[[Post], Instant]
) -> None:
    read = {seen.found.post.key: seen.found for each in arrivals for seen in each.seen}
    statement = upsert(connection, captures)
    new = statement.excluded
    # Within a slot what is known is not replaced by what is unknown; a number that fell is.
    changed: dict[str, Any] = {name: func.coalesce(new[name], captures.c[name]) for name in NUMBERS}
    changed |= {
        "taken_at": new.taken_at, "more": new.more, "whole": or_(new.whole, captures.c.whole),
        "flags": case((and_(captures.c.whole, ~new.whole), captures.c.flags), else_=new.flags),
    }  # fmt: skip
    statement = statement.on_conflict_do_update(index_elements=list(captures.primary_key), set_=changed)
    for some in _chunks(list(read.values())):
        await connection.execute(statement, [_capture_row(found, slot_of(found.post), now) for found in some])
        those = named(posts, [found.post.key for found in some])
        await connection.execute(update(posts).where(those).values(captured_at=now))


def _capture_row(found: Found, slot: Instant, now: Instant) -> dict[str, Any]:
    post, numbers = found.post, found.numbers
    return {
        "platform": post.platform.value, "platform_id": post.platform_id, "slot": slot, "taken_at": now,
        "whole": not numbers.flags & PASSING, **{name: getattr(numbers, name) for name in NUMBERS},
        "flags": _json(numbers.flags), "more": json.dumps(dict(numbers.more), sort_keys=True),
    }  # fmt: skip


async def _keep_profiles(connection: AsyncConnection, seen: Sequence[Profile], now: Instant, slot: Instant) -> None:
    if not seen:
        return
    rows = {
        (each.platform, each.account_id): {
            "platform": each.platform.value, "account_id": each.account_id, "slot": slot, "taken_at": now,
            "followers": each.followers, "follows": each.follows, "posts": each.posts,
        }
        for each in seen
    }  # fmt: skip
    statement = upsert(connection, profiles)
    changed = {
        name: func.coalesce(statement.excluded[name], profiles.c[name]) for name in ("followers", "follows", "posts")
    }
    statement = statement.on_conflict_do_update(index_elements=list(profiles.primary_key), set_=changed)
    await connection.execute(statement, list(rows.values()))
    told = ("username", "name", "avatar_url")
    named = (
        update(accounts)
        .where(accounts.c.platform == bindparam("of_platform"), accounts.c.account_id == bindparam("of_account"))
        .values({name: func.coalesce(bindparam(f"its_{name}", type_=Text), accounts.c[name]) for name in told})
    )
    names = [
        {"of_platform": each.platform.value, "of_account": each.account_id}
        | {f"its_{name}": getattr(each, name) for name in told}
        for each in seen
    ]
    await connection.execute(named, names)


async def _miss(connection: AsyncConnection, arrival: Arrival, slot: Instant) -> None:
    """A look that did not find them, counted once a slot; what is gone keeps its numbers, and revives when it is seen."""
    for some in _chunks(arrival.missing):
        those = and_(posts.c.platform == arrival.platform.value, posts.c.platform_id.in_(some))
        fresh = or_(posts.c.missed_at.is_(None), posts.c.missed_at < slot)
        gone = case((posts.c.missed + 1 >= GONE_AFTER, PostState.GONE.value), else_=posts.c.state)
        await connection.execute(
            update(posts).where(those, fresh).values(missed=posts.c.missed + 1, missed_at=slot, state=gone)
        )


def _chunks(keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def _json(words: Iterable[str]) -> str:
    return json.dumps(sorted(words), ensure_ascii=False)
