"""Tells systemd how the house is: READY when it is a fact, STATUS when it changes, WATCHDOG only while all is alive."""

import asyncio

import structlog

from lahmadaemon.clock import Clock
from lahmadaemon.supervision.health import HealthBoard, ServiceHealth, State
from lahmadaemon.supervision.service import Lifeline, Service
from lahmadaemon.systemd import Notifier

log = structlog.get_logger()


AGAIN = 1.0
"""Seconds after which something that systemd did not hear is said again."""


class Herald(Service):
    """Wakes at every change on the board and at half the watchdog's time."""

    name = "systemd"

    def __init__(self, notifier: Notifier, clock: Clock, board: HealthBoard) -> None:
        self._notifier = notifier
        self._clock = clock
        self._board = board
        self._changed = asyncio.Event()
        self._said: dict[str, str] = {}
        self._ready = False
        self._reloading = False
        self._reloaded = False
        board.listeners.append(self._changed.set)

    def reloading(self) -> None:
        """New settings are being taken up. With the monotonic time in it, systemd knows the READY that answers it."""
        self._reloading, self._reloaded = True, False
        moment = str(round(self._clock.monotonic() * 1_000_000))
        self._notifier.notify(RELOADING="1", MONOTONIC_USEC=moment, STATUS="taking up new settings")

    def reloaded(self) -> None:
        """They are in force, or refused: systemd hears READY once more, as soon as it is true."""
        self._reloaded = True
        self._said = {}
        self._changed.set()

    async def run(self, lifeline: Lifeline) -> None:
        half = self._notifier.watchdog_seconds / 2 if self._notifier.watchdog_seconds else None
        lifeline.beat()
        while not lifeline.stopping.is_set():
            heard = self._speak()
            await self._clock.wait(self._changed, half if heard else AGAIN)
            self._changed.clear()
        self._notifier.notify(STOPPING="1", STATUS=self._board.report().headline)

    def _speak(self) -> bool:
        """Say what is new and feed the watchdog, in one message; false when it was not heard."""
        report = self._board.report()
        if report.ready and not self._ready:
            self._ready = True
            log.info("daemon.ready", services=[service.name for service in report.services])
        if self._reloaded and report.ready:
            self._reloading = self._reloaded = False
        facts = (
            {"READY": "1", "STATUS": report.headline}
            if self._ready and not self._reloading
            else {"STATUS": report.headline}
        )
        message = {name: value for name, value in facts.items() if self._said.get(name) != value}
        if all(_alive(service) for service in report.services if service.essential):
            message["WATCHDOG"] = "1"
        if message and not self._notifier.notify(**message):
            return False
        self._said = facts
        return True


def _alive(service: ServiceHealth) -> bool:
    """A service that backs off is cared for; one that failed is not coming back by itself."""
    return service.state is not State.FAILED
