"""The intake's tables and statements. A file, its crossings, the day's totals and the camera's state: one transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, Table, Text, case, delete, func, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.clock import Instant
from lahmadaemon.errors import Refused
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import Digest, Moment, insert_new, metadata, upsert
from lahmadaemon.visitors.intake.crossings import (
    SETTLED,
    CameraState,
    Crossing,
    DayTotals,
    Judged,
    Kept,
    Status,
    days_of,
)

files = Table(
    "visitor_files",
    metadata,
    Column("camera", Text, primary_key=True),
    Column("digest", Digest, primary_key=True),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("committed_at", Moment, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("rows_new", Integer, nullable=False),
    Column("rows_known", Integer, nullable=False),
    Column("rows_bad", Integer, nullable=False),
    Index(None, "camera", "status", "committed_at"),
    sqlite_with_rowid=False,
)
crossings = Table(
    "visitor_crossings",
    metadata,
    Column("camera", Text, primary_key=True),
    Column("at", Moment, primary_key=True, autoincrement=False),
    Column("person", BigInteger, primary_key=True, autoincrement=False),
    Column("direction", SmallInteger, primary_key=True, autoincrement=False),
    Column("frame", BigInteger, primary_key=True, autoincrement=False),
    Column("file", Digest, nullable=False),
    Column("more", Text),
    sqlite_with_rowid=False,  # the key is most of the row; a second tree would double it
)
rejected_rows = Table(
    "visitor_rejected_rows",
    metadata,
    Column("camera", Text, primary_key=True),
    Column("digest", Digest, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("raw", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
cameras = Table(
    "visitor_cameras",
    metadata,
    Column("camera", Text, primary_key=True),
    Column("watched_since", Moment, nullable=False),
    Column("last_file_at", Moment),
    Column("last_crossings_at", Moment),
    Column("last_invalid_at", Moment),
    Column("last_crossing", Moment),
)
days = Table(
    "visitor_days",
    metadata,
    Column("camera", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("ins", Integer, nullable=False),
    Column("outs", Integer, nullable=False),
    Column("others", Integer, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
)

Key = tuple[int, int, int, int]
"""at, person, direction, frame: what makes a crossing itself, within a camera."""
Owners = dict[Key, tuple[Crossing, bytes]]
"""Each crossing once, with the digest of the first file that brings it."""
WRONG = (Status.PARTIAL, Status.REJECTED)
_AT_ONCE = 500
"""The parameters of one statement are limited; SQLite's oldest limit is 999."""


@dataclass(frozen=True)
class FileRow:
    """A file as it is remembered."""

    camera: str
    digest: bytes
    name: str
    size: int
    committed_at: Instant
    status: str
    reason: str | None
    rows_new: int
    rows_known: int
    rows_bad: int


class CameraStore:
    """What is known of one camera."""

    def __init__(self, store: Store, camera: str) -> None:
        self._store = store
        self.camera = camera

    async def meet(self, now: Instant) -> CameraState:
        """The camera's state; from now on it is watched, if it was not before."""
        async with self._store.write() as connection:
            fresh = {"camera": self.camera, "watched_since": now}
            await connection.execute(upsert(connection, cameras).values(fresh).on_conflict_do_nothing())
            row = (await connection.execute(select(cameras).where(cameras.c.camera == self.camera))).one()
        return CameraState(*row[1:])

    async def keep(self, batch: Sequence[Judged], state: CameraState, now: Instant) -> tuple[list[Kept], CameraState]:
        """All of the batch in one transaction; what is known already is passed over, whoever brings it.

        Raises UpstreamError when the store cannot take it now, Refused when it will never take this.
        """
        try:
            async with self._store.write() as connection:
                kept = await self._keep(connection, batch, now)
                state = state.after(kept, now)
                await connection.execute(
                    upsert(connection, cameras)
                    .values(camera=self.camera, **asdict(state))
                    .on_conflict_do_update(index_elements=[cameras.c.camera], set_=asdict(state))
                )
                return kept, state
        except (DataError, IntegrityError) as error:  # anything else is no fault of the file
            raise Refused(f"the store refuses it: {error.orig}") from error

    async def _keep(self, connection: AsyncConnection, batch: Sequence[Judged], now: Instant) -> list[Kept]:
        """Nearly always all of it is new, and then it is just written; only where some is not is it asked which."""
        attempt = await connection.begin_nested()
        fresh, owners = _first_of_each(batch)
        counts = Counter(digest for _, digest in owners.values())
        noted = await self._note_files(connection, fresh.values(), counts, now)
        if noted == len(fresh) and await insert_new(connection, crossings, self._rows(owners)) == len(owners):
            await attempt.commit()
            await self._add_to_days(connection, days_of(self.camera, (crossing for crossing, _ in owners.values())))
            return _verdicts(batch, fresh, counts, {})
        await attempt.rollback()
        return await self._keep_what_is_new(connection, batch, now)

    async def _keep_what_is_new(self, connection: AsyncConnection, batch: Sequence[Judged], now: Instant) -> list[Kept]:
        known = await self._known(connection, [judged.digest for judged in batch])
        names = {digest: name for digest, name, status in known if status in SETTLED}
        fresh, owners = _first_of_each([judged for judged in batch if judged.digest not in names])
        new = [owners[key] for key in await self._insert_returning(connection, owners)]
        counts = Counter(digest for _, digest in new)
        await self._forget(connection, [digest for digest, _, _ in known if digest in fresh])
        await self._note_files(connection, fresh.values(), counts, now)
        await self._add_to_days(connection, days_of(self.camera, (crossing for crossing, _ in new)))
        return _verdicts(batch, fresh, counts, names)

    async def _known(self, connection: AsyncConnection, digests: Sequence[bytes]) -> list[tuple[bytes, str, str]]:
        """Digest, name and status of those that came before."""
        found: list[tuple[bytes, str, str]] = []
        for i in range(0, len(digests), _AT_ONCE):
            rows = await connection.execute(
                select(files.c.digest, files.c.name, files.c.status).where(
                    files.c.camera == self.camera, files.c.digest.in_(digests[i : i + _AT_ONCE])
                )
            )
            found += [(row.digest, row.name, row.status) for row in rows]
        return found

    def _rows(self, owners: Owners) -> list[tuple[object, ...]]:
        return [
            (self.camera, each.at, each.person, each.direction, each.frame, digest, each.more)
            for each, digest in owners.values()
        ]

    async def _insert_returning(self, connection: AsyncConnection, owners: Owners) -> list[Key]:
        """The keys that were new."""
        if not owners:
            return []
        key = (crossings.c.at, crossings.c.person, crossings.c.direction, crossings.c.frame)
        result = await connection.execute(
            upsert(connection, crossings).on_conflict_do_nothing().returning(*key),
            [dict(zip(crossings.columns.keys(), row, strict=True)) for row in self._rows(owners)],
        )
        return [(row.at, row.person, row.direction, row.frame) for row in result]

    async def _forget(self, connection: AsyncConnection, digests: Sequence[bytes]) -> None:
        """Rejected before, put back, judged anew: the earlier verdict goes."""
        for i in range(0, len(digests), _AT_ONCE):
            for table in (files, rejected_rows):
                await connection.execute(
                    delete(table).where(table.c.camera == self.camera, table.c.digest.in_(digests[i : i + _AT_ONCE]))
                )

    async def _note_files(
        self, connection: AsyncConnection, fresh: Iterable[Judged], counts: Mapping[bytes, int], now: Instant
    ) -> int:
        """How many of the files were not noted before."""
        rows, bad = [], []
        for each in fresh:
            new = counts[each.digest]
            rows.append((
                self.camera, each.digest, each.name, each.size, now, each.status, each.reason,
                new, len(each.crossings) - new, len(each.bad),
            ))  # fmt: skip
            bad += [(self.camera, each.digest, *row) for row in each.bad]
        await insert_new(connection, rejected_rows, bad)
        return await insert_new(connection, files, rows)

    async def _add_to_days(self, connection: AsyncConnection, totals: Sequence[DayTotals]) -> None:
        if not totals:
            return
        statement = upsert(connection, days)
        more = statement.excluded
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=[days.c.camera, days.c.day],
                set_={
                    "ins": days.c.ins + more.ins,
                    "outs": days.c.outs + more.outs,
                    "others": days.c.others + more.others,
                    "first_at": case((days.c.first_at < more.first_at, days.c.first_at), else_=more.first_at),
                    "last_at": case((days.c.last_at > more.last_at, days.c.last_at), else_=more.last_at),
                },
            ),
            [asdict(each) for each in totals],
        )

    async def last_bad(self, since: Instant) -> tuple[FileRow, int] | None:
        """The newest file that is wrong, and how many were since then; None where none was."""
        wrong = (files.c.camera == self.camera, files.c.status.in_(WRONG), files.c.committed_at >= since)
        async with self._store.read() as connection:
            count = (await connection.execute(select(func.count()).select_from(files).where(*wrong))).scalar_one()
            if not count:
                return None
            newest = select(files).where(*wrong).order_by(files.c.committed_at.desc(), files.c.name.desc()).limit(1)
            return FileRow(*(await connection.execute(newest)).one()), count


def _first_of_each(batch: Iterable[Judged]) -> tuple[dict[bytes, Judged], Owners]:
    """The first file of each content, and the crossings they bring, each once."""
    fresh: dict[bytes, Judged] = {}
    owners: Owners = {}
    for judged in batch:
        if fresh.setdefault(judged.digest, judged) is judged:
            for each in judged.crossings:
                owners.setdefault((each.at, each.person, each.direction, each.frame), (each, judged.digest))
    return fresh, owners


def _verdicts(
    batch: Iterable[Judged], fresh: Mapping[bytes, Judged], counts: Mapping[bytes, int], names: Mapping[bytes, str]
) -> list[Kept]:
    """What became of each; `names`: under which the settled ones are known."""
    return [
        Kept(judged, counts[judged.digest])
        if fresh.get(judged.digest) is judged
        else Kept(judged, 0, names.get(judged.digest) or fresh[judged.digest].name)
        for judged in batch
    ]
