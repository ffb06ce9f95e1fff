"""Signals, and who answers them."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

log = structlog.get_logger()


class Doorbell:
    """Signals, also those that come before anybody can answer. A daemon outlives its terminal, a demo does not."""

    def __init__(self, *, hangup_rings: bool = False) -> None:
        self._hangup_rings = hangup_rings
        self._rings = 0
        self.hung_up = asyncio.Event()
        """SIGHUP came: somebody wants settings to be read anew."""
        self._answer: Callable[[], None] | None = None

    def ring(self) -> None:
        """The first ring asks, the second insists."""
        self._rings += 1
        if self._answer:
            self._answer()

    def hang_up(self) -> None:
        """The terminal was closed, or somebody sent SIGHUP."""
        if self._hangup_rings:
            self.ring()
        else:
            log.info("daemon.hangup_heard")
            self.hung_up.set()

    def answered_by(self, stop: Callable[[], None]) -> None:
        """From now on `stop` hears every ring, and at once the earlier ones."""
        self._answer = stop
        for _ in range(self._rings):
            stop()


@contextmanager
def signals_ring(doorbell: Doorbell) -> Iterator[None]:
    """SIGTERM and SIGINT ring; SIGHUP is the doorbell's to judge: a daemon reads settings anew."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, doorbell.ring)
    loop.add_signal_handler(signal.SIGINT, doorbell.ring)
    loop.add_signal_handler(signal.SIGHUP, doorbell.hang_up)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.remove_signal_handler(number)
