"""Writes the log, in the turn of the snapshot that saw it."""

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio.shows.log.entries import Entry, follow
from lahmadaemon.radio.shows.log.store import OnAirStore
from lahmadaemon.radio.snapshot import OnAir


class OnAirLog:
    """One station. The last entry lives in the store; ours is its copy, taken again whenever a note did not end well."""

    def __init__(self, store: OnAirStore, every: float) -> None:
        self._store = store
        self._every = round(every * SECOND)
        self._last: Entry | None = None

    async def note(self, at: Instant, on_air: OnAir | None) -> None:
        """What a poll saw at an instant of the source's clock; None, where it could not see, leaves a gap."""
        if on_air is None:
            return
        last, self._last = self._last or await self._store.last(), None
        changed = follow(last, at, on_air, self._every)
        await self._store.keep(changed)
        self._last = changed[-1]

    async def take_back(self, since: Instant, now: Instant) -> None:
        """Nobody heard what was noted from an instant on: the server had stood still. It is a gap, which history may fill."""
        self._last = None
        await self._store.take_back(since, now)
