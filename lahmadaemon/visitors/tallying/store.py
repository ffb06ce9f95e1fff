"""How many files and reports became what, and what is owed. Reads only."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import func, select

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.store.database import Store
from lahmadaemon.visitors.intake.crossings import Status
from lahmadaemon.visitors.intake.store import files
from lahmadaemon.visitors.push.pushes import OWED, State
from lahmadaemon.visitors.push.store import pushes

OLDEST = 30 * DAY
"""A report older than that when it is settled is not counted: the index knows only of which window it is."""


async def taken(store: Store, cameras: Collection[str], start: Instant, end: Instant) -> Counter[tuple[str, ...]]:
    """Files that were kept or refused in [start, end), by camera and status."""
    within = (
        files.c.camera.in_(cameras), files.c.status.in_(list(Status)), files.c.committed_at >= start,
        files.c.committed_at < end,
    )  # fmt: skip
    columns = (files.c.camera, files.c.status)
    async with store.read() as connection:
        rows = await connection.execute(select(*columns, func.count()).where(*within).group_by(*columns))
        return Counter({(camera, status): many for camera, status, many in rows})


async def settled(store: Store, targets: Collection[str], start: Instant, end: Instant) -> Counter[tuple[str, ...]]:
    """Reports whose fate was sealed in [start, end), by target and state."""
    within = (
        pushes.c.target.in_(targets), pushes.c.state.in_([each for each in State if each not in OWED]),
        pushes.c.window_end >= start - OLDEST, pushes.c.settled_at >= start, pushes.c.settled_at < end,
    )  # fmt: skip
    columns = (pushes.c.target, pushes.c.state)
    async with store.read() as connection:
        rows = await connection.execute(select(*columns, func.count()).where(*within).group_by(*columns))
        return Counter({(target, state): many for target, state, many in rows})


async def owed(store: Store, targets: Collection[str]) -> dict[str, tuple[int, Instant]]:
    """Of each to whom something is owed, how many reports, and the end of the oldest one's window."""
    waiting = (pushes.c.target.in_(targets), pushes.c.state.in_(OWED))
    counted = select(pushes.c.target, func.count(), func.min(pushes.c.window_end)).where(*waiting)
    async with store.read() as connection:
        rows = await connection.execute(counted.group_by(pushes.c.target))
        return {target: (many, oldest) for target, many, oldest in rows}
