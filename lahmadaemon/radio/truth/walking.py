"""Walks a stretch of time through a server's history, a slice at a time, each held against the store and kept before the next."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from lahmadaemon.clock import DAY, MINUTE, Clock, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.coverage import Stretch, gaps
from lahmadaemon.radio.source import Historian, History
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.radio.truth.anomalies.store import AnomalyStore
from lahmadaemon.radio.truth.history.store import HistoryStore
from lahmadaemon.radio.truth.reconciling import Reconciled, Stored, beginnings, wanted

Frozen = Callable[[Instant, Instant], Awaitable[Sequence[Stretch]]]
LARGEST, SMALLEST = DAY, 15 * MINUTE
"""Slices of history asked for at once: large ones break small servers."""
TOO_LARGE = {"server_error", "timeout", "invalid"}
"""What a server comes to that was asked for too much at once."""


def unasked(known: RadioStore) -> Frozen:
    """When nothing is to be asked of a station's server: it stood still, or an import has told of that time already."""
    asleep = AnomalyStore(known.beside, known.station).asleep

    async def stretches(start: Instant, end: Instant) -> list[Stretch]:
        return [*await asleep(start, end), *await known.imported(start, end)]

    return stretches


@dataclass(frozen=True)
class Slice:
    """One slice that is done; `dropped`: rows that could not be a connection."""

    start: Instant
    end: Instant
    reconciled: Reconciled
    dropped: int


@dataclass(frozen=True)
class _Before:
    """Who was still there at the end of the last slice, and whether the server vouched for it: one that follows goes on from it."""

    history: History
    vouched: bool


class Walker:
    """One station's. `pause` is what lies between two requests; where it tells False the walk ends early. `frozen` tells when
    the server stood still: what it remembers of that time is a picture of before it."""

    def __init__(
        self,
        known: RadioStore,
        kept: HistoryStore,
        historian: Historian,
        clock: Clock,
        pause: Callable[[], Awaitable[bool]],
        frozen: Frozen | None = None,
    ) -> None:
        self._known = known
        self._kept = kept
        self._historian = historian
        self._clock = clock
        self._pause = pause
        self._frozen = frozen
        self._slice = LARGEST
        self._asked = False
        self._before: _Before | None = None

    async def walk(self, start: Instant, end: Instant, *, back: int = 0) -> AsyncIterator[Slice]:
        """Every slice of [start, end) in which the server was awake; else as `_walk`.

        Slices that were too large once are tried twice as large at the next walk: the server may only have been down.
        """
        self._slice = min(LARGEST, 2 * self._slice)
        asleep = await self._frozen(start, end) if self._frozen else ()
        for begin, stop in gaps((), asleep, start, end):
            async for each in self._walk(begin, stop, back):
                yield each

    async def _walk(self, start: Instant, end: Instant, back: int) -> AsyncIterator[Slice]:
        """Every slice of [start, end), oldest first, as far as it is no future. `back`: so many days before the start are
        looked through for the beginnings of who was there at the start.

        A walk that begins where the last one ended goes on from it. Raises as the historian does; what came before the trouble
        is kept.
        """
        at = start
        while end - at >= MINUTE:  # less the server does not think in
            history = await self._ask(at, end)
            if history is None or history.end <= history.start:
                return
            stored = await self._kept.stored(history.start, history.end)
            before = self._before if self._before is not None and self._before.history.end == history.start else None
            older = await self._beginnings(history, stored, before.history if before else None, back)
            if older is None:
                return
            vouched = bool(before and before.vouched)
            found = await self._kept.amend(history, older, self._clock.now(), remembers_before=vouched)
            yield Slice(history.start, history.end, found, history.dropped)
            still_there = [row for row in history.connections if row.end_clipped]
            self._before = _Before(replace(history, connections=still_there), found.vouched_from is not None)
            at = history.end

    async def _ask(self, start: Instant, end: Instant) -> History | None:
        """One answer, however small the slice must be for it; None where the walk is to end."""
        while True:
            if self._asked and not await self._pause():
                return None
            self._asked = True
            try:
                return await self._historian.history(start, Instant(min(end, start + self._slice)))
            except UpstreamError as trouble:
                asked = min(end - start, self._slice)
                if trouble.outcome not in TOO_LARGE or trouble.retry_after or asked <= SMALLEST:
                    raise
                self._slice = max(SMALLEST, asked // 2)

    async def _beginnings(
        self, history: History, stored: Sequence[Stored], before: History | None, back: int
    ) -> dict[bytes, Instant] | None:
        """When those began that the slice cut at its beginning; None where the walk is to end.

        The store knows it, too, but not of a beginning in a gap: whoever we take for open may be back for a second time.
        """
        at = history.start
        cut = wanted(history, stored if before or await self._watched(at) else ())
        if before is not None:
            return beginnings(cut, before)[0]
        known: dict[bytes, Instant] = {}
        horizon = Instant(at - back * DAY)
        while cut and at > horizon:
            earlier = await self._ask(Instant(max(horizon, at - self._slice)), at)
            if earlier is None:
                return None
            if earlier.end < at:  # it was too much at once: begin again nearer
                continue
            found, cut = beginnings(cut, earlier)
            known |= found
            at = earlier.start
        return known

    async def _watched(self, at: Instant) -> bool:
        around = (Instant(at - MINUTE), Instant(at + MINUTE))
        return not gaps(await self._known.valid_polls(*around), await self._known.spans(*around), *around)
