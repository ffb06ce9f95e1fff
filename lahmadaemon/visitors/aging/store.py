"""Reports that were settled, records that were refused, and single crossings, long ago. No count is made of the first two; of
crossings their number in each quarter of an hour stays."""

from typing import Any

from sqlalchemy import Column, Integer, SmallInteger, Table, Text, and_, bindparam, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.clock import MINUTE, Instant
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import Moment, metadata, upsert
from lahmadaemon.visitors.intake.store import cameras, crossings, files, rejected_rows
from lahmadaemon.visitors.push.pushes import OWED
from lahmadaemon.visitors.push.store import pushes

QUARTER = 15 * MINUTE
"""What every local hour, and every local day, is made of."""
quarters = Table(
    "visitor_quarters",
    metadata,
    Column("camera", Text, primary_key=True),
    Column("start", Moment, primary_key=True, autoincrement=False),
    Column("direction", SmallInteger, primary_key=True, autoincrement=False),
    Column("many", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""Crossings that stand no longer one by one; a quarter's count is the sum of both."""


async def forget_crossings(store: Store, before: Instant, most: int) -> int:
    """Single crossings before the instant, the oldest of a camera first; how many. Whoever counts finds as many as before: the
    transaction that takes them away adds them to their quarters. A few more than `most` where many crossed in one moment."""
    async with store.write() as connection:
        for camera in (await connection.scalars(select(cameras.c.camera).order_by(cameras.c.camera))).all():
            if gone := await _forget_oldest(connection, camera, before, most):
                return gone
    return 0


async def _forget_oldest(connection: AsyncConnection, camera: str, before: Instant, most: int) -> int:
    mine = and_(crossings.c.camera == camera, crossings.c.at < before)
    latest = select(crossings.c.at).where(mine).order_by(crossings.c.at).offset(most - 1).limit(1)
    last = await connection.scalar(latest)
    chosen = mine if last is None else and_(mine, crossings.c.at <= last)
    columns = ((crossings.c.at // QUARTER).label("number"), crossings.c.direction)
    found = await connection.execute(select(*columns, func.count()).where(chosen).group_by(*columns))
    counted = [
        {"camera": camera, "start": number * QUARTER, "direction": direction, "many": many}
        for number, direction, many in found
    ]
    if counted:
        added = upsert(connection, quarters)
        keys = (quarters.c.camera, quarters.c.start, quarters.c.direction)
        more = {"many": quarters.c.many + added.excluded.many}
        await connection.execute(added.on_conflict_do_update(index_elements=keys, set_=more), counted)
    await connection.execute(delete(crossings).where(chosen))
    return sum(row["many"] for row in counted)


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
