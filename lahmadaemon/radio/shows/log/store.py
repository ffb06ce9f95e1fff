"""What was on air, as it is kept: one row per stretch, by station and beginning."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import BigInteger, Boolean, Column, Index, Table, Text, and_, case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.clock import HOUR, Instant
from lahmadaemon.radio.shows.log.entries import Entry
from lahmadaemon.radio.snapshot import OnAir
from lahmadaemon.radio.vouched.store import amended
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import Moment, metadata, upsert

on_air = Table(
    "radio_on_air",
    metadata,
    Column("station", Text, primary_key=True),
    Column("since", Moment, primary_key=True, autoincrement=False),
    Column("seen_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("online", Boolean, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("streamer", Text, nullable=False),
    Column("artist", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("playlist", Text, nullable=False),
    Column("play", BigInteger),
    Column("origin", Text, nullable=False),  # poll, history
    Index(None, "station", "until"),
)
_TOLD = (on_air.c.online, on_air.c.live, on_air.c.streamer, on_air.c.artist, on_air.c.title, on_air.c.playlist)
_WHOLE = (on_air.c.since, on_air.c.seen_at, on_air.c.until, on_air.c.origin, *_TOLD, on_air.c.play)


class OnAirStore:
    """One station's log."""

    def __init__(self, store: Store, station: str) -> None:
        self._store = store
        self.station = station

    async def keep(self, entries: Sequence[Entry], later: Instant | None = None) -> None:
        """Write entries over those with the same beginning. `later`: when that is done after the event, so that whoever has
        made something of those hours knows that it is stale."""
        if not entries:
            return
        async with self._store.write() as connection:
            if later is not None:
                await self._amend(connection, entries, later)
            insert = upsert(connection, on_air)
            key = list(on_air.primary_key.columns)
            changing = {c.name: insert.excluded[c.name] for c in on_air.c if not c.primary_key}
            statement = insert.on_conflict_do_update(index_elements=key, set_=changing)
            await connection.execute(statement, [self._row(entry) for entry in entries])

    async def take_back(self, since: Instant, now: Instant) -> None:
        """What polls noted from an instant on is forgotten; what had begun before ends there."""
        ours = and_(on_air.c.station == self.station, on_air.c.origin == "poll", on_air.c.until > since)
        async with self._store.write() as connection:
            taken = [_entry(row) for row in await connection.execute(select(*_WHOLE).where(ours))]
            if taken:
                await self._amend(connection, [replace(entry, since=max(entry.since, since)) for entry in taken], now)
                await connection.execute(delete(on_air).where(ours, on_air.c.since >= since))
                cut = {"until": since, "seen_at": case((on_air.c.seen_at > since, since), else_=on_air.c.seen_at)}
                await connection.execute(update(on_air).where(ours).values(cut))

    async def _amend(self, connection: AsyncConnection, entries: Sequence[Entry], now: Instant) -> None:
        hours = {hour for e in entries for hour in range(e.since - e.since % HOUR, e.until, HOUR)}
        statement = upsert(connection, amended).on_conflict_do_update(
            index_elements=list(amended.primary_key.columns), set_={"noted_at": now}
        )
        rows = [{"station": self.station, "hour": hour, "noted_at": now} for hour in sorted(hours)]
        await connection.execute(statement, rows)

    def _row(self, entry: Entry) -> dict[str, object]:
        told = entry.on_air
        row = {
            "station": self.station, "since": entry.since, "seen_at": entry.seen_at, "until": entry.until,
            "online": told.online, "live": told.live, "streamer": told.streamer, "artist": told.artist,
            "title": told.title, "playlist": told.playlist, "play": told.play, "origin": entry.origin,
        }  # fmt: skip
        # A host may type anything; PostgreSQL's text holds no NUL.
        return {name: value.replace("\0", "\ufffd") if isinstance(value, str) else value for name, value in row.items()}

    async def last(self) -> Entry | None:
        """The newest entry of a poll: the log goes on from there."""
        newest = select(*_WHOLE).where(on_air.c.station == self.station, on_air.c.origin == "poll")
        async with self._store.read() as connection:
            row = (await connection.execute(newest.order_by(on_air.c.since.desc()).limit(1))).one_or_none()
        return _entry(row) if row else None

    async def between(self, start: int, end: int) -> list[Entry]:
        """Every entry that touches [start, end), by beginning."""
        touching = select(*_WHOLE).where(on_air.c.station == self.station, on_air.c.since < end, on_air.c.until > start)
        async with self._store.read() as connection:
            return [_entry(row) for row in await connection.execute(touching.order_by(on_air.c.since))]

    async def before(self, at: int) -> Instant | None:
        """When the last entry before an instant began."""
        latest = select(func.max(on_air.c.since)).where(on_air.c.station == self.station, on_air.c.since < at)
        async with self._store.read() as connection:
            found: Instant | None = await connection.scalar(latest)
        return found


def _entry(row: Sequence[object]) -> Entry:
    since, seen_at, until, origin, online, live, streamer, artist, title, playlist, play = row
    told = OnAir(online, live, streamer, artist, title, playlist, play)  # type: ignore[arg-type]  # as the columns have it
    return Entry(since, seen_at, until, told, origin)  # type: ignore[arg-type]
