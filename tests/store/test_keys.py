"""Rows named by keys of several columns."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Select, delete, select, text, update
from sqlalchemy.dialects import sqlite

from lahmadaemon.social.store.tables import captures, links, posts, profiles
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import among
from tests.fakes.stores import new_store

KEYS = [("instagram", str(number)) for number in range(50)] + [("tiktok", str(number)) for number in range(50)]
POST = posts.c.platform, posts.c.platform_id


async def test_rows_are_among_those_whose_whole_key_was_named(store: Store) -> None:
    rows = [("instagram", "1"), ("instagram", "2"), ("tiktok", "1")]
    async with store.write() as connection:
        for platform, number in rows:
            await connection.execute(links.insert().values(
                campaign_id=1, platform=platform, platform_id=number, creator_id=1, rule="all", matched="[]", linked_at=0,
            ))  # fmt: skip
    key = links.c.platform, links.c.platform_id

    async def found(*keys: tuple[str, str]) -> Sequence[tuple[str, str]]:
        async with store.read() as connection:
            chosen = await connection.execute(select(*key).where(among(key, keys)).order_by(*key))
            return [(platform, number) for platform, number in chosen]

    assert await found(("instagram", "2"), ("tiktok", "1"), ("tiktok", "2")) == [("instagram", "2"), ("tiktok", "1")]
    assert await found() == []
    async with store.write() as connection:
        await connection.execute(update(links).where(among(key, [("tiktok", "1")])).values(rule="any"))
        await connection.execute(delete(links).where(among(key, [("instagram", "1"), ("instagram", "3")])))
    assert await found(*rows) == [("instagram", "2"), ("tiktok", "1")]


@pytest.mark.parametrize(
    "chosen",
    [
        select(captures.c.views).where(among((captures.c.platform, captures.c.platform_id), KEYS)),
        select(links.c.rule).where(among((links.c.platform, links.c.platform_id), KEYS)).order_by(links.c.campaign_id),
        select(profiles.c.followers).where(among((profiles.c.platform, profiles.c.account_id), KEYS)),
        select(posts.c.caption).where(among(POST, KEYS)),
        update(posts).where(among(POST, KEYS)).values(missed=0),
    ],
    ids=["captures", "links", "profiles", "posts", "an update"],
)
async def test_they_are_found_by_the_index(tmp_path: Path, chosen: Select[tuple[object]]) -> None:
    """Story: named in a plain list, SQLite went through all the rows there were, a million readings for fifty posts."""
    compiled = chosen.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    async with new_store(tmp_path / "lahma.db") as store, store.read() as connection:
        plan = [row.detail for row in await connection.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]

    assert any(line.startswith("SEARCH social_") for line in plan), plan
    assert not any(line.startswith("SCAN social_") for line in plan), plan
