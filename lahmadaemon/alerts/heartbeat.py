"""A sign of life to somebody outside, who raises the alarm when it stays away: also when this machine cannot."""

from collections.abc import Callable

import httpx
import structlog

from lahmadaemon.alerts.secret_address import taken
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.clock import MINUTE, Clock
from lahmadaemon.http import fetch
from lahmadaemon.supervision.health import Report
from lahmadaemon.supervision.service import Lifeline, Service

log = structlog.get_logger()

DEADLINE = 10.0
LIMIT = 64 * 1024
UNDELIVERED = 10 * MINUTE


class Heartbeat(Service):
    """Pings only while everything is well. `url` is a secret: it carries a token in its path."""

    name = "alerts.heartbeat"

    def __init__(
        self, store: AlertStore, client: httpx.AsyncClient, url: str, every: float, clock: Clock,
        report: Callable[[], Report],
    ) -> None:  # fmt: skip
        self.patience = max(120.0, 3 * every)
        self._store = store
        self._client = client
        self._url = url
        self._every = every
        self._clock = clock
        self._report = report
        self._withheld = False

    async def run(self, lifeline: Lifeline) -> None:
        async for _ in lifeline.every(self._every):
            async with lifeline.turn():
                await self.turn()

    async def turn(self) -> None:
        """One ping, or none. Raises UpstreamError where it is not heard."""
        why = await self._unwell()
        if why and not self._withheld:
            log.warning("heartbeat.withheld", because=why)
        if self._withheld and not why:
            log.info("heartbeat.resumed")
        self._withheld = why is not None
        if why is None:
            await self._ping()

    async def _unwell(self) -> str | None:
        """What is not well, if anything; how this service itself is does not count."""
        unwell = [each.name for each in self._report().services if each.name != self.name and not each.well]
        if unwell:
            return f"unwell: {', '.join(unwell)}"
        owing = await self._store.owing()
        if owing.since is not None and self._clock.now() - owing.since > UNDELIVERED:
            return f"messages are not delivered: {owing.count}"
        return None

    async def _ping(self) -> None:
        asking = fetch(self._client, self._url, headers={}, deadline=DEADLINE, limit=LIMIT)
        await taken("the heartbeat", self._url, asking)
