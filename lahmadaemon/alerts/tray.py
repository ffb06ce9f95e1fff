"""Between the desk and those who carry: bells that tell of new deliveries, and messages that must go without the store."""

import asyncio
from collections import deque
from dataclasses import dataclass
from weakref import WeakSet


@dataclass(frozen=True)
class Urgent:
    """A message that could not be written down; it lives in memory until it is carried."""

    recipient: str
    text: str
    random_id: int


class Tray:
    """Carriers add their bell, and take what is urgent for their recipients."""

    def __init__(self) -> None:
        self.bells: WeakSet[asyncio.Event] = WeakSet()
        self._urgent: deque[Urgent] = deque(maxlen=100)

    def put(self, urgent: Urgent) -> None:
        self._urgent.append(urgent)
        self.ring()

    def urgent_for(self, recipient: str) -> Urgent | None:
        """The oldest; it stays until it is `taken`."""
        return next((each for each in self._urgent if each.recipient == recipient), None)

    def taken(self, urgent: Urgent) -> None:
        if urgent in self._urgent:
            self._urgent.remove(urgent)

    def ring(self) -> None:
        """There is something to carry."""
        for bell in self.bells:
            bell.set()
