"""Keeps imported history: connections as if polls had seen them, and the stretch the file vouches for."""

from sqlalchemy import func, select

from lahmadaemon.clock import HOUR, MINUTE, Instant
from lahmadaemon.radio.folding import Outcome
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.importing.lahma import Lines, Visit
from lahmadaemon.radio.introducing import introduce
from lahmadaemon.radio.store import connections, polls, row_of
from lahmadaemon.radio.vouched.store import IMPORT, amended, spans
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import upsert


class ImportStore:
    """Writes one station's history. A file imported again, or two that overlap, add nothing twice."""

    def __init__(self, store: Store, station: str, pseudonyms: Pseudonyms) -> None:
        self._store = store
        self._station = station
        self._pseudonyms = pseudonyms

    async def measured(self, start: Instant, end: Instant) -> Instant | None:
        """When in [start, end) our own polls, or the server's history, first tell of it; imported figures would count it twice."""
        own = select(func.min(polls.c.at)).where(
            polls.c.station == self._station, polls.c.outcome == Outcome.VALID, polls.c.at >= start, polls.c.at < end
        )
        told = select(func.min(spans.c.start)).where(  # less than a minute is rounding: histories are of whole minutes
            spans.c.station == self._station, spans.c.origin != IMPORT,
            spans.c.start < end - MINUTE, spans.c.end > start + MINUTE,
        )  # fmt: skip
        async with self._store.read() as connection:
            found = [await connection.scalar(each) for each in (own, told)]
        return min((Instant(max(each, start)) for each in found if each is not None), default=None)

    async def keep(self, lines: Lines, now: Instant) -> int:
        """The file's visits in one transaction; how many were new."""
        rows = [self._row(visit) for visit in lines.visits]
        span = {"station": self._station, "start": lines.start, "end": lines.end, "origin": IMPORT, "noted_at": now}
        stale = [
            {"station": self._station, "hour": hour, "noted_at": now}
            for hour in range(lines.start - lines.start % HOUR, lines.end, HOUR)
        ]
        # By its end, since that is what an index knows.
        there = select(func.count()).where(
            connections.c.station == self._station, connections.c.origin == IMPORT,
            connections.c.ended_at >= lines.start, connections.c.ended_at <= lines.end + MINUTE,
        )  # fmt: skip
        async with self._store.write() as connection:
            before = await connection.scalar(there) or 0
            if rows:
                await connection.execute(upsert(connection, connections).on_conflict_do_nothing(), rows)
            new = (await connection.scalar(there) or 0) - before
            await connection.execute(upsert(connection, spans).on_conflict_do_nothing(), [span])
            if new:
                again = upsert(connection, amended).on_conflict_do_update(
                    index_elements=list(amended.primary_key.columns), set_={"noted_at": now}
                )
                await connection.execute(again, stale)
        return new

    def _row(self, visit: Visit) -> dict[str, object]:
        digest = self._pseudonyms.connection(IMPORT, visit.address, str(visit.started_at))
        seen = introduce(
            self._pseudonyms, digest, visit.started_at, ip=visit.address, user_agent="", mount="",
            located=visit.place is not None, country=visit.place,
        )  # fmt: skip
        ends = {"last_seen_at": visit.ended_at, "missed_at": None, "ended_at": visit.ended_at}
        return row_of(self._station, seen, visit.started_at, keep_ip=False) | ends | {"origin": IMPORT}
