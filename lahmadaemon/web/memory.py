"""Figures that cost something are made once for all who ask at the same time, and kept for some seconds."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from lahmadaemon.clock import Clock
from lahmadaemon.errors import LahmaError

T = TypeVar("T")

MOST = 256
"""Figures in memory; those nobody asked for longest give way."""
AT_ONCE = 1
"""So many are made at the same time: threads that reckon share one processor with the loop that measures, and four of them
make it wait fifty times as long as one."""
DEAR = 0.1
"""Seconds: what is made sooner is made while one waits."""
NEVER = float("-inf")


@dataclass(eq=False)
class _Place(Generic[T]):
    """One figure, and the door at which those wait who came while it was made."""

    door: asyncio.Lock = field(default_factory=asyncio.Lock)
    value: T | None = None
    trouble: LahmaError | None = None
    stamp: Hashable = None
    began: float = NEVER
    ended: float = NEVER


class Memory:
    """Bounded. By the house's clock, so that tests move it."""

    def __init__(self, clock: Clock, most: int = MOST, at_once: int = AT_ONCE) -> None:
        self._clock = clock
        self._most = most
        self._places: OrderedDict[Hashable, _Place[Any]] = OrderedDict()
        self._makers = asyncio.Semaphore(at_once)
        self.writing = asyncio.Lock()
        """Pages are written one after the other, for the same reason."""
        self._wishes: OrderedDict[Hashable, Callable[[], Awaitable[object]]] = OrderedDict()
        self._helpers = 0
        self.wished = asyncio.Event()
        self.renewed = 0
        """How often something was made anew after somebody was told the old."""

    async def kept(
        self, key: Hashable, seconds: float, make: Callable[[], Awaitable[T]], stamp: Hashable = None, *,
        meanwhile: float = 0.0,
    ) -> T:  # fmt: skip
        """The figure, at most so old and of this stamp; made now where there is none. `meanwhile`: so old may be what is told
        while somebody else makes it anew; with a helper nobody has to wait for what is dear.

        Whoever waited while it was made takes it as it is, trouble included: a store that does not answer is not asked by
        everybody in turn. Whoever makes it and goes away leaves that to the next. `make` must not ask for other figures here.
        """
        asked = self._clock.monotonic()
        place: _Place[T] = self._place(key)
        if self._is_fresh(place, meanwhile):
            if place.door.locked() or (place.stamp == stamp and self._is_fresh(place, seconds)):
                return _told(place)
            if self._helpers and place.ended - place.began >= DEAR:
                self._wishes[key] = lambda: self.kept(key, seconds, make, stamp)
                self.wished.set()
                return _told(place)
        async with place.door:
            if place.stamp == stamp and (self._is_fresh(place, seconds) or place.ended >= asked):
                return _told(place)
            async with self._makers:
                began = self._clock.monotonic()
                try:
                    place.value, place.trouble = await make(), None
                except LahmaError as trouble:
                    place.value, place.trouble = None, trouble
                place.began, place.stamp, place.ended = began, stamp, self._clock.monotonic()
        return _told(place)

    @contextmanager
    def helped(self) -> Iterator[None]:
        """Somebody is there who fulfils wishes."""
        self._helpers += 1
        try:
            yield
        finally:
            self._helpers -= 1

    async def fulfil(self, stopping: asyncio.Event) -> None:
        """Makes anew what was told though it was old, one after the other. Raises what makers raise."""
        while self._wishes and not stopping.is_set():
            _, make = self._wishes.popitem(last=False)
            await make()
            self.renewed += 1
        self.wished.clear()

    def __len__(self) -> int:
        return len(self._places)

    def _place(self, key: Hashable) -> _Place[Any]:
        if place := self._places.get(key):
            self._places.move_to_end(key)
            return place
        while len(self._places) >= self._most:  # who waits at one that goes gets its figure all the same
            self._places.popitem(last=False)
        return self._places.setdefault(key, _Place())

    def _is_fresh(self, place: _Place[Any], seconds: float) -> bool:
        done = place.ended > NEVER and place.trouble is None
        return done and 0 <= self._clock.monotonic() - place.began < seconds


def _told(place: _Place[T]) -> T:
    if place.trouble is not None:
        raise place.trouble.with_traceback(None)
    return cast("T", place.value)
