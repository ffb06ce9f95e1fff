"""What is waiting to be asked, of all creators: taken in batches, and what failed after a while, alone. Pure."""

from collections import deque
from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from itertools import count

from lahmadaemon.social.meta.trips import Pending, Trip

NEVER = float("inf")


class Frontier:
    """Times are monotonic seconds."""

    def __init__(self) -> None:
        self._ready: deque[Pending] = deque()
        self._alone: deque[Pending] = deque()
        self._later: list[tuple[float, int, Pending]] = []
        self._number = count()

    def __len__(self) -> int:
        """How many could go into a batch now."""
        return len(self._ready)

    @property
    def empty(self) -> bool:
        return not (self._ready or self._alone or self._later)

    @property
    def next_at(self) -> float | None:
        """When something that failed is to be asked again."""
        return self._later[0][0] if self._later else None

    def add(self, pending: Iterable[Pending]) -> None:
        self._ready.extend(pending)

    def back(self, pending: Iterable[Pending]) -> None:
        """They were taken for nothing, and are the next to be asked."""
        for each in reversed(list(pending)):
            (self._alone if each.alone else self._ready).appendleft(each)

    def later(self, pending: Pending, at: float) -> None:
        heappush(self._later, (at, next(self._number), pending))

    def take(self, size: int, now: float, *, partly: bool, single: Callable[[Trip], bool]) -> list[Pending]:
        """One that goes alone; else a batch of that size, or a smaller one where `partly`; else nothing.

        `single`: trips that may have one request in a batch only.
        """
        while self._later and self._later[0][0] <= now:
            *_, due = heappop(self._later)
            (self._alone if due.alone else self._ready).append(due)
        while self._alone:
            if not (first := self._alone.popleft()).trip.over:
                return [first]
        if len(self._ready) < size and not partly:
            return []
        return self._batch(size, single)

    def _batch(self, size: int, single: Callable[[Trip], bool]) -> list[Pending]:
        taken: list[Pending] = []
        put_back: list[Pending] = []
        there: set[Trip] = set()
        while self._ready and len(taken) < size:
            each = self._ready.popleft()
            if each.trip.over:
                continue
            if each.trip in there and single(each.trip):
                put_back.append(each)
            else:
                taken.append(each)
                there.add(each.trip)
        self._ready.extendleft(reversed(put_back))
        return taken
