"""Fills the log's gaps from the server's own history: the time before us, an outage of ours or of the network."""

from collections.abc import Awaitable, Callable
from typing import Protocol, runtime_checkable

import structlog

from lahmadaemon.clock import DAY, HOUR, MINUTE, Clock, Instant
from lahmadaemon.radio.shows.log.entries import Gap, Play, filling, gaps
from lahmadaemon.radio.shows.log.store import OnAirStore
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.service import Lifeline, Service

log = structlog.get_logger()

EVERY = 3600.0
LOOK_BACK = 60 * DAY
"""What a server remembers at most, by its default."""
LOOK_AGAIN = 2 * DAY
"""How far back the turns after the first look."""
MARGIN = 12 * HOUR
"""Asked for before a gap: servers tell what began in a stretch, and what was on air at its start began earlier."""
SETTLING = 5 * MINUTE
SLICE = 7 * DAY


@runtime_checkable
class PlayHistorian(Protocol):
    """A source that remembers what was on air."""

    async def plays(self, start: Instant, end: Instant) -> list[Play]:
        """What began in [start, end), as far as that is past. Raises UpstreamError, HopelessError."""
        ...


class OnAirFilling(Service):
    """One station, hourly. A gap that the server could not fill is not asked for again until a restart."""

    patience = 3 * EVERY
    gives_way = True

    def __init__(
        self,
        store: OnAirStore,
        source: PlayHistorian,
        clock: Clock,
        since: Callable[[], Awaitable[Instant | None]],
    ) -> None:
        """`since`: from when on anything is known of the station; what was on air before interests nobody."""
        self.name = f"radio.on_air.{store.station}"
        self._store = store
        self._source = source
        self._clock = clock
        self._since = since
        self._asked: set[Gap] = set()
        self._look_back = LOOK_BACK

    async def run(self, lifeline: Lifeline) -> None:
        async for _ in lifeline.every(EVERY):
            async with lifeline.turn():
                await self.turn()

    async def turn(self) -> None:
        now = self._clock.now()
        since = await self._since()
        if since is None:
            return
        await self.fill(Instant(max(since, now - self._look_back)), Instant(now - SETTLING))
        self._look_back = LOOK_AGAIN

    async def fill(self, start: Instant, end: Instant) -> None:
        """Ask for every gap of [start, end) that was not asked for before."""
        while start < end:
            until = min(end, Instant(start + SLICE))
            for gap in gaps(await self._store.between(start, until), start, until):
                if gap not in self._asked:
                    await self._ask(gap)
                    self._asked.add(gap)
            start = until

    async def _ask(self, gap: Gap) -> None:
        start, end = gap
        before = await self._store.before(start)
        asked_from = max(start - DAY, min(start if before is None else before, start - MARGIN))
        found = filling(await self._source.plays(Instant(asked_from), end), gap)
        await self._store.keep(found, self._clock.now())
        filled = sum(entry.until - entry.since for entry in found)
        if found:
            log.info(
                "radio.on_air_filled", station=self._store.station, plays=len(found),
                gap_minutes=round((end - start) / MINUTE, 1), filled_minutes=round(filled / MINUTE, 1),
            )  # fmt: skip


def on_air_filling(store: Store, station: str, source: object, clock: Clock) -> list[Service]:
    """The service of a station whose server remembers what was on air; none of another."""
    if not isinstance(source, PlayHistorian):
        return []
    known = RadioStore(store, station)

    async def since() -> Instant | None:
        return (await known.observed())[0]

    return [OnAirFilling(OnAirStore(store, station), source, clock, since)]
