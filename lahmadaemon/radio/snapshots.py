"""The service that measures one station: a snapshot twice a minute, folded in and kept."""

from functools import partial
from typing import Protocol

import structlog

from lahmadaemon.alerts.conditions import Alarms
from lahmadaemon.clock import MINUTE, SECOND, Clock, Instant
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.radio.folding import Fold, Outcome
from lahmadaemon.radio.snapshot import OnAir, Snapshot
from lahmadaemon.radio.source import Source
from lahmadaemon.radio.store import Poll, RadioStore
from lahmadaemon.radio.truth.anomalies.detector import Seen, Station, see
from lahmadaemon.radio.truth.anomalies.memory import Known
from lahmadaemon.radio.truth.anomalies.store import AnomalyStore
from lahmadaemon.radio.truth.anomalies.telling import Teller
from lahmadaemon.supervision.service import Lifeline, Service

log = structlog.get_logger()


class OnAirNotes(Protocol):
    """Somebody who writes down what was on air."""

    async def note(self, at: Instant, on_air: OnAir | None) -> None:
        """What a poll saw at an instant of the source's clock."""
        ...

    async def take_back(self, since: Instant, now: Instant) -> None:
        """The server had stood still since: what it showed from then on nobody heard."""
        ...


class Snapshots(Service):
    """One station. What is known lives in the store; `known` is its copy, taken again whenever a turn did not end well."""

    gives_way = True

    def __init__(
        self,
        store: RadioStore,
        source: Source,
        clock: Clock,
        every: float,
        alarms: Alarms,
        *,
        timezone: str,
        keep_ip: bool = False,
        gap: float = 2 * MINUTE / SECOND,
        on_air: OnAirNotes | None = None,
    ) -> None:
        self.name = f"radio.snapshot.{store.station}"
        self.patience = max(120.0, 4 * every)
        self._store = store
        self._anomalies = AnomalyStore(store.beside, store.station)
        self._source = source
        self._clock = clock
        self._every = every
        self._station = Station(round(every * SECOND), round(gap * SECOND), timezone)
        self._teller = Teller(self.name, store.station, alarms)
        self._keep_ip = keep_ip
        self._on_air = on_air
        self._known: Known | None = None
        self._skew = 0

    async def run(self, lifeline: Lifeline) -> None:
        async for _ in lifeline.every(self._every):
            async with lifeline.turn():
                await self.turn()

    async def turn(self) -> None:
        known, self._known = self._known or await self._read(), None
        polled_at = self._clock.now()
        try:
            snapshot = await self._source.snapshot(known.standing.open)
        except (UpstreamError, HopelessError) as trouble:
            await self._store.record(self._failed(polled_at, trouble.outcome))
            self._known = known
            raise
        seen = see(known, snapshot, self._station)
        if self._on_air is not None and seen.frozen_since is not None:
            # before it is kept: after a crash in between the next poll sees it again
            await self._on_air.take_back(seen.frozen_since, polled_at)
        await self._keep(snapshot, seen)
        # a freeze takes polls back: what the store holds then is not what was known
        self._known = seen.known if seen.frozen_since is None else None
        self._teller.tell(snapshot, seen)
        if self._on_air is not None and seen.fold.outcome is not Outcome.FROZEN:
            await self._on_air.note(snapshot.at, snapshot.on_air)

    async def _read(self) -> Known:
        return Known(await self._store.standing(), await self._anomalies.memory())

    async def _keep(self, snapshot: Snapshot, seen: Seen) -> None:
        poll, folded = self._poll(snapshot, seen.fold), seen.fold
        also = partial(
            self._anomalies.note, changed=seen.changed, now=snapshot.polled_at, frozen_since=seen.frozen_since
        )
        await self._store.record(poll, folded.opened, folded.closed, keep_ip=self._keep_ip, also=also)

    def _failed(self, polled_at: Instant, outcome: str) -> Poll:
        at = Instant(polled_at + self._skew)  # the source's clock as it was last known
        return Poll(polled_at, at, self._station.every, outcome, None, None, None, self._clock.now() - polled_at, None)

    def _poll(self, snapshot: Snapshot, folded: Fold) -> Poll:
        self._skew = self._skew if snapshot.skew is None else snapshot.skew
        at = folded.standing.last_valid_at if folded.outcome is Outcome.VALID else snapshot.at
        total, unique = (snapshot.totals.total, snapshot.totals.unique) if snapshot.totals else (None, None)
        rows = len(snapshot.connections)
        return Poll(
            snapshot.polled_at, at or snapshot.at, self._station.every, folded.outcome, rows, total, unique,
            snapshot.latency, snapshot.skew,
        )  # fmt: skip
