"""What services say: their last word about every condition and subject, in memory."""

import asyncio
from collections.abc import Collection

from lahmadaemon.alerts.conditions import STORE, Condition
from lahmadaemon.alerts.incidents import Key, Signal
from lahmadaemon.clock import Clock

STORE_KEY: Key = (Condition.STORE_FAILING, STORE)
DOUBT = 20.0
"""Seconds for which the store is not believed to be well after somebody could not write."""


class Hearing:
    """Implements `Alarms`; `heard` is set when something is new."""

    def __init__(self, clock: Clock) -> None:
        self.heard = asyncio.Event()
        self._clock = clock
        self._signals: dict[Key, Signal] = {}
        self._store_doubted_until = float("-inf")
        self._store_well: Signal | None = None

    def raise_alarm(self, condition: Condition, subject: str, **detail: str | float) -> None:
        signal = Signal(condition, subject, raised=True, detail=detail)
        if signal.key == STORE_KEY:
            self._store_doubted_until, self._store_well = self._clock.monotonic() + DOUBT, None
        self._hear(signal)

    def clear_alarm(self, condition: Condition, subject: str, **detail: str | float) -> None:
        signal = Signal(condition, subject, raised=False, detail=detail)
        if signal.key == STORE_KEY and self._clock.monotonic() < self._store_doubted_until:
            self._store_well = signal
        else:
            self._hear(signal)

    def forget(self, subjects: Collection[str]) -> None:
        """These are gone: nobody speaks of them any more."""
        self._signals = {key: signal for key, signal in self._signals.items() if key[1] not in subjects}
        self.heard.set()

    def _hear_of_the_store(self) -> None:
        """Many speak of the store: while one of them cannot write, another's word that it is well does not count."""
        if self._store_well and self._clock.monotonic() >= self._store_doubted_until:
            self._hear(self._store_well)
            self._store_well = None

    def _hear(self, signal: Signal) -> None:
        before, self._signals[signal.key] = self._signals.get(signal.key), signal
        if (before is not None and before.raised) != signal.raised:
            self.heard.set()
