"""Tells systemd how the house is: READY when it is a fact, STATUS when it changes, WATCHDOG only while all is alive."""

import asyncio

import structlog

from lahmadaemon.clock import Clock
from lahmadaemon.supervision.health import HealthBoard, ServiceHealth, State
from lahmadaemon.supervision.service import Lifeline, Service
from lahmadaemon.systemd import Notifier

log = structlog.get_logger()


class Herald(Service):
    """Wakes at every change on the board and at half the watchdog's time."""

    name = "systemd"

    def __init__(self, notifier: Notifier, clock: Clock, board: HealthBoard) -> None:
        self._notifier = notifier
        self._clock = clock
        self._board = board
        self._changed = asyncio.Event()
        self._said = ""
        self._ready = False
        board.listeners.append(self._changed.set)

    async def run(self, lifeline: Lifeline) -> None:
        half = self._notifier.watchdog_seconds / 2 if self._notifier.watchdog_seconds else None
        lifeline.beat()
        while not lifeline.stopping.is_set():
            self._speak()
            await self._clock.wait(self._changed, half)
            self._changed.clear()
        self._notifier.notify(STOPPING="1", STATUS=self._board.report().headline)

    def _speak(self) -> None:
        report = self._board.report()
        if report.ready and not self._ready:
            self._ready = True
            self._notifier.notify(READY="1")
            log.info("daemon.ready", services=[service.name for service in report.services])
        if report.headline != self._said:
            self._said = report.headline
            self._notifier.notify(STATUS=report.headline)
        if all(_alive(service) for service in report.services if service.essential):
            self._notifier.notify(WATCHDOG="1")


def _alive(service: ServiceHealth) -> bool:
    """A service that backs off is cared for; one that failed is not coming back by itself."""
    return service.state is not State.FAILED
