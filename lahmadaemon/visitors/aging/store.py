"""Reports that were settled, and records that were refused, long ago. No count is made of either."""

from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.clock import Instant
from lahmadaemon.store.database import Store
from lahmadaemon.visitors.intake.store import files, rejected_rows
from lahmadaemon.visitors.push.pushes import OWED
from lahmadaemon.visitors.push.store import pushes


async def forget_pushes(store: Store, before: Instant, most: int) -> int:
    """Reports of windows before the instant that nobody is owed any more, at most so many; how many. To each partner the
    first one stays, which tells how they answer, and the last, from which windows are counted on."""
    edges = (
        select(
            pushes.c.target, pushes.c.ssid, func.min(pushes.c.window_end).label("first"),
            func.max(pushes.c.window_end).label("last"),
        )
        .group_by(pushes.c.target, pushes.c.ssid)
        .subquery()
    )  # fmt: skip
    inner = and_(pushes.c.target == edges.c.target, pushes.c.ssid == edges.c.ssid)
    chosen = (
        select(pushes.c.target, pushes.c.ssid, pushes.c.window_end)
        .join(edges, inner)
        .where(
            pushes.c.window_end < before, pushes.c.state.not_in(OWED), pushes.c.window_end > edges.c.first,
            pushes.c.window_end < edges.c.last,
        )
        .limit(most)
    )  # fmt: skip
    async with store.write() as connection:
        keys = [dict(zip(("a", "b", "c"), row, strict=True)) for row in await connection.execute(chosen)]
        await _delete(connection, keys)
    return len(keys)


async def _delete(connection: AsyncConnection, keys: list[dict[str, Any]]) -> None:
    if keys:
        one = and_(
            pushes.c.target == bindparam("a"), pushes.c.ssid == bindparam("b"), pushes.c.window_end == bindparam("c")
        )
        await connection.execute(delete(pushes).where(one), keys)


async def forget_rejected(store: Store, before: Instant, most: int) -> int:  # noqa: ARG001 - as its like; they are few
    """The raw text of refused records whose file came before the instant; that the file was refused stays."""
    old = exists().where(
        files.c.camera == rejected_rows.c.camera,
        files.c.digest == rejected_rows.c.digest,
        files.c.committed_at < before,
    )
    async with store.write() as connection:
        result: Any = await connection.execute(delete(rejected_rows).where(old))
    return int(result.rowcount)
