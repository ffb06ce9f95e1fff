"""The service that measures one station: a snapshot twice a minute, folded in and kept."""

import structlog

from lahmadaemon.alerts.conditions import Alarms, Condition
from lahmadaemon.clock import SECOND, Clock, Instant
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.radio.folding import Fold, Outcome, Standing, fold
from lahmadaemon.radio.snapshot import Snapshot
from lahmadaemon.radio.source import Source
from lahmadaemon.radio.store import Poll, RadioStore
from lahmadaemon.supervision.service import Lifeline, Service

log = structlog.get_logger()

SKEW_LIMIT = 5 * SECOND


class Snapshots(Service):
    """One station. What is known lives in the store; `standing` is its copy, taken again whenever a turn did not end well."""

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
    ) -> None:
        self.name = f"radio.snapshot.{store.station}"
        self.patience = max(120.0, 4 * every)
        self._store = store
        self._source = source
        self._clock = clock
        self._every = every
        self._alarms = alarms
        self._timezone = timezone
        self._keep_ip = keep_ip
        self._standing: Standing | None = None
        self._skew = 0
        self._there: set[str] = set()

    async def run(self, lifeline: Lifeline) -> None:
        async for _ in lifeline.every(self._every):
            async with lifeline.turn():
                await self.turn()

    async def turn(self) -> None:
        standing, self._standing = self._standing or await self._store.standing(), None
        polled_at = self._clock.now()
        try:
            snapshot = await self._source.snapshot(standing.open)
        except (UpstreamError, HopelessError) as trouble:
            await self._store.record(self._failed(polled_at, trouble.outcome))
            self._standing = standing
            raise
        folded = fold(standing, snapshot, self._interval)
        poll = self._read(snapshot, folded)
        await self._store.record(poll, folded.opened, folded.closed, keep_ip=self._keep_ip)
        self._standing = folded.standing
        self._tell(snapshot, folded)

    @property
    def _interval(self) -> int:
        return round(self._every * SECOND)

    def _failed(self, polled_at: Instant, outcome: str) -> Poll:
        at = Instant(polled_at + self._skew)  # the source's clock as it was last known
        return Poll(polled_at, at, self._interval, outcome, None, None, None, self._clock.now() - polled_at, None)

    def _read(self, snapshot: Snapshot, folded: Fold) -> Poll:
        self._skew = self._skew if snapshot.skew is None else snapshot.skew
        at = folded.standing.last_valid_at if folded.outcome is Outcome.VALID else snapshot.at
        total, unique = (snapshot.totals.total, snapshot.totals.unique) if snapshot.totals else (None, None)
        rows = len(snapshot.connections)
        return Poll(
            snapshot.polled_at, at or snapshot.at, self._interval, folded.outcome, rows, total, unique,
            snapshot.latency, snapshot.skew,
        )  # fmt: skip

    def _tell(self, snapshot: Snapshot, folded: Fold) -> None:
        """One line a poll for the curious; what is odd is told at its edges."""
        station = self._store.station
        log.debug(
            "radio.snapshot_folded", station=station, listeners=len(snapshot.connections), opened=len(folded.opened),
            closed=len(folded.closed), continued=folded.continued, latency_ms=snapshot.latency,
        )  # fmt: skip
        if self._begins("measuring", there=folded.outcome is Outcome.VALID or "measuring" in self._there):
            log.info("radio.measuring", station=station, connections=len(snapshot.connections))
        if self._begins("dropped", there=snapshot.dropped > 0):
            log.warning("radio.rows_dropped", station=station, rows=snapshot.dropped)
        held = folded.outcome is not Outcome.VALID
        if held:
            self._alarms.raise_alarm(Condition.DATA_SUSPICIOUS, self.name, station=station, why=folded.outcome.value)
        else:
            self._alarms.clear_alarm(Condition.DATA_SUSPICIOUS, self.name)
        if not held and "held" in self._there:
            log.info("radio.snapshot_believed", station=station)
        if self._begins("held", there=held):
            log.warning(
                "radio.snapshot_held", station=station, why=folded.outcome.value, connections_kept_open=folded.continued
            )
        if self._begins("skewed", there=abs(snapshot.skew or 0) > SKEW_LIMIT):
            log.warning(
                "radio.clock_skewed", station=station, server_ahead_seconds=round((snapshot.skew or 0) / SECOND, 1)
            )
        zone = snapshot.totals.timezone if snapshot.totals else None
        if self._begins("zone", there=zone not in {None, self._timezone}):
            log.warning("radio.timezone_differs", station=station, server=zone, ours=self._timezone)

    def _begins(self, what: str, *, there: bool) -> bool:
        """Whether it is there now and was not at the last poll: a log tells beginnings, not every half minute."""
        begins = there and what not in self._there
        (self._there.add if there else self._there.discard)(what)
        return begins
