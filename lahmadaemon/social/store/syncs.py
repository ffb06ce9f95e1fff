"""When each part of the Creators app was read last, and what was wrong with it."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from lahmadaemon.clock import Instant
from lahmadaemon.social.store.tables import syncs
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import upsert


class Part(StrEnum):
    """What is read, in this order."""

    CREATORS = "creators"
    CAMPAIGNS = "campaigns"
    INVOLVED = "involved"


@dataclass(frozen=True)
class Reading:
    """The newest reading of a part; `good_at`: that of the data in force. A problem may leave a reading good."""

    asked_at: Instant
    good_at: Instant | None
    problem: str | None


class SyncStore:
    """One row for each part."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def note(self, part: Part, now: Instant, *, good: bool, problem: str | None) -> None:
        """How a reading ended; data that it could not replace stay as old as they are."""
        row = {"part": part, "asked_at": now, "problem": problem} | ({"good_at": now} if good else {})
        async with self._store.write() as connection:
            statement = upsert(connection, syncs).values(row)
            await connection.execute(statement.on_conflict_do_update(index_elements=[syncs.c.part], set_=row))

    async def all(self) -> dict[Part, Reading]:
        """Those that were ever asked for."""
        async with self._store.read() as connection:
            rows = await connection.execute(select(syncs))
            return {Part(row.part): Reading(row.asked_at, row.good_at, row.problem) for row in rows}
