"""What others may ask of the visitors room: files, days, cameras. Reads only."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import and_, exists, func, or_, select, union_all

from lahmadaemon.clock import Instant
from lahmadaemon.store.database import Store
from lahmadaemon.store.paging import Newest
from lahmadaemon.visitors.aging.store import QUARTER
from lahmadaemon.visitors.aging.store import quarters as added_up
from lahmadaemon.visitors.intake.crossings import SETTLED, CameraState, DayTotals, Status
from lahmadaemon.visitors.intake.folder import fingerprint
from lahmadaemon.visitors.intake.store import FileRow, cameras, crossings, days, files, rejected_rows

FilePlace = tuple[Instant, str, bytes]
"""When it was committed, whose it is, its digest: where a file stands among all."""
_newest = Newest(files.c.camera, files.c.status, files.c.committed_at, files.c.digest)


class Quarter(NamedTuple):
    """How many crossed in one direction in a quarter of an hour."""

    camera: str
    start: Instant
    direction: int
    many: int


async def files_named(store: Store, name: str) -> list[FileRow]:
    """Every file that ever came under the name, of all cameras."""
    async with store.read() as connection:
        rows = await connection.execute(select(files).where(files.c.name == name).order_by(files.c.committed_at))
        return [FileRow(*row) for row in rows]


async def bad_rows(store: Store, file: FileRow) -> list[tuple[int, str, str]]:
    """The file's records that were refused: position, raw text, reason."""
    async with store.read() as connection:
        rows = await connection.execute(
            select(rejected_rows.c.position, rejected_rows.c.raw, rejected_rows.c.reason)
            .where(rejected_rows.c.camera == file.camera, rejected_rows.c.digest == file.digest)
            .order_by(rejected_rows.c.position)
        )
        return [(row.position, row.raw, row.reason) for row in rows]


async def day_totals(store: Store, first: str, last: str) -> list[DayTotals]:
    """Every camera's days from `first` to `last` (YYYY-MM-DD, both included)."""
    async with store.read() as connection:
        rows = await connection.execute(
            select(days).where(days.c.day.between(first, last)).order_by(days.c.day, days.c.camera)
        )
        return [DayTotals(*row) for row in rows]


async def camera_states(store: Store) -> dict[str, CameraState]:
    """All cameras that were ever watched."""
    async with store.read() as connection:
        rows = await connection.execute(select(cameras).order_by(cameras.c.camera))
        return {row.camera: CameraState(*row[1:]) for row in rows}


async def quarters(store: Store, start: Instant, end: Instant, which: Collection[str]) -> list[Quarter]:
    """The crossings of these cameras in [start, end), whole quarters, in order of time; those without any are left out."""
    number = (crossings.c.at // QUARTER).label("number")
    columns = (crossings.c.camera, number, crossings.c.direction)
    within = and_(crossings.c.camera.in_(which), crossings.c.at >= start, crossings.c.at < end)
    single = select(*columns, func.count().label("many")).where(within).group_by(*columns)
    old = and_(added_up.c.camera.in_(which), added_up.c.start >= start, added_up.c.start < end)
    long_ago = select(
        added_up.c.camera, (added_up.c.start // QUARTER).label("number"), added_up.c.direction, added_up.c.many
    ).where(old)
    both = union_all(single, long_ago).subquery()
    parts = (both.c.camera, both.c.number, both.c.direction)
    counted = select(*parts, func.sum(both.c.many)).group_by(*parts).order_by(both.c.number, both.c.camera)
    async with store.read() as connection:
        rows = await connection.execute(counted)
        return [Quarter(camera, Instant(at * QUARTER), direction, int(count)) for camera, at, direction, count in rows]


async def settled_files(store: Store, camera: str) -> set[str]:
    """The fingerprints of the camera's files that would be passed over if they came again."""
    known = select(files.c.digest).where(files.c.camera == camera, files.c.status.in_(list(SETTLED)))
    async with store.read() as connection:
        return {fingerprint(bytes(digest)) for digest in await connection.scalars(known)}


async def heard_between(store: Store, camera: str, start: Instant, end: Instant) -> bool:
    """Whether any readable file of the camera came in [start, end)."""
    came = [
        and_(
            files.c.camera == camera,
            files.c.status == status,
            files.c.committed_at >= start,
            files.c.committed_at < end,
        )
        for status in Status
        if status is not Status.REJECTED
    ]
    async with store.read() as connection:
        return bool(await connection.scalar(select(or_(*(exists().where(each) for each in came)))))


async def newest_files(
    store: Store, which: Collection[str], statuses: Collection[Status], before: FilePlace | None, most: int
) -> list[FileRow]:
    """Of these cameras and statuses, the newest first."""
    return [FileRow(*row) for row in await _newest.page(store, which, statuses, before, most)]
