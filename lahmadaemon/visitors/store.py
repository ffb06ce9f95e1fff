"""What others may ask of the visitors room: files, days, cameras. Reads only."""

from sqlalchemy import select

from lahmadaemon.store.database import Store
from lahmadaemon.visitors.intake.crossings import CameraState, DayTotals
from lahmadaemon.visitors.intake.store import FileRow, cameras, days, files, rejected_rows


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
