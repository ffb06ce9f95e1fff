"""A station measured for a test: real folding, a real SQLite file, a clock moved by hand, and a server that does as it is told."""

from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from lahmadaemon.clock import HOUR, SECOND, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.reports import PeriodReport, Reporter
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.shows.log.log import OnAirLog
from lahmadaemon.radio.shows.log.store import OnAirStore
from lahmadaemon.radio.snapshot import Connection, Key, OnAir, Snapshot, Totals
from lahmadaemon.radio.snapshots import Snapshots
from lahmadaemon.radio.store import RadioStore, connections, polls
from lahmadaemon.radio.truth.anomalies.kinds import Anomaly
from lahmadaemon.radio.truth.anomalies.store import AnomalyStore
from lahmadaemon.store.database import Store
from tests.fakes.alarms import FakeAlarms
from tests.fakes.clock import START, FakeClock
from tests.fakes.stores import new_store
from tests.radio.builders import connection

EVERY = 30 * SECOND
ZONE = ZoneInfo("Europe/Budapest")
PLAYING = OnAir(online=True, artist="Bicikliút", title="12. adás", play=7, played_at=START, length=HOUR)
"""A new one every hour, as long as this is what the server shows."""
OFFLINE = OnAir(online=False)
"""AzuraCast's placeholder."""


class Server:
    """Who listens, what it counts, what it says is on air."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.present: dict[Key, Connection] = {}
        self.total: int | None = None
        self.unique: int | None = None
        self.on_air: OnAir | None = PLAYING
        self.timezone = ZONE.key
        self.skew = self.dropped = 0
        self.epoch: Instant | None = None
        self.down = False

    def arrive(self, *names: str, **more: Any) -> None:
        """New rows, as of now."""
        for name in names:
            row = replace(connection(name), started_at=Instant(self.clock.now() // SECOND * SECOND), **more)
            self.present[row.key] = row

    def leave(self, *names: str) -> None:
        """The rows of these go; of everybody, where nobody is named."""
        gone = {connection(name).digest for name in names}
        self.present = {key: row for key, row in self.present.items() if gone and row.digest not in gone}

    def begin_anew(self) -> None:
        """Everybody who is there gets a new row, as of now."""
        now = Instant(self.clock.now() // SECOND * SECOND)
        self.present = {row.key: row for row in (replace(row, started_at=now) for row in self.present.values())}

    async def snapshot(self, known: Collection[Key] = ()) -> Snapshot:
        if self.down:
            raise UpstreamError("down", outcome="timeout")
        now = self.clock.now()
        total = len(self.present) if self.total is None else self.total
        unique = len(self.present) if self.unique is None else self.unique
        totals = Totals(total, unique, self.timezone)
        at, on_air = Instant(now + self.skew), self.on_air
        if on_air is PLAYING:
            passed = (now - START) // HOUR
            on_air = replace(PLAYING, play=7 + passed, played_at=Instant(START + passed * HOUR))
        return Snapshot(now, at, 12, self.skew, dict(self.present), totals, on_air, self.epoch, self.dropped)


class Measured:
    """The station, its alarms, and what the store holds of it."""

    def __init__(self, store: Store, clock: FakeClock) -> None:
        self.clock, self.server, self.alarms = clock, Server(clock), FakeAlarms()
        self.radio = RadioStore(store, "test")
        self.on_air = OnAirStore(store, "test")
        self._store = store
        self.restart()

    def restart(self) -> None:
        """Our own: what was known is what the store holds."""
        log = OnAirLog(self.on_air, 30.0)
        self.service = Snapshots(self.radio, self.server, self.clock, 30.0, self.alarms, timezone=ZONE.key, on_air=log)

    async def poll(self, times: int = 1) -> None:
        """Polls, and half a minute after each; a failed one is as good as any."""
        for _ in range(times):
            try:
                await self.service.turn()
            except UpstreamError:
                assert self.server.down
            await self.clock.advance(30)

    async def anomalies(self) -> list[Anomaly]:
        return await AnomalyStore(self._store, "test").between(0, 1 << 60)

    async def kinds(self) -> list[str]:
        return [each.kind.value for each in await self.anomalies()]

    async def outcomes(self) -> list[str]:
        async with self._store.read() as reading:
            return list(await reading.scalars(select(polls.c.outcome).order_by(polls.c.polled_at)))

    async def rows(self) -> list[Any]:
        """All connections, by beginning and name."""
        async with self._store.read() as reading:
            found = select(connections).order_by(connections.c.started_at, connections.c.digest)
            return list(await reading.execute(found))

    async def report(self, start: int, end: int) -> PeriodReport:
        period = Period("a while", Instant(start), Instant(end))
        return await Reporter(self.radio, RadioSettings(), ZONE).report(period, self.clock.now())


@asynccontextmanager
async def measured(folder: Path, present: Iterable[str] = (), *, now: int = START) -> AsyncIterator[Measured]:
    """A new station; these have just come."""
    async with new_store(folder / "radio.db") as store:
        station = Measured(store, FakeClock(now))
        station.server.arrive(*present)
        yield station
