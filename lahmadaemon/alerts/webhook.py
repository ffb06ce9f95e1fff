"""Where messages cannot reach anybody, or nobody is named, each alarm is posted once to an address of the house's choice."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby

import httpx
import structlog

from lahmadaemon.alerts.deliveries import WEBHOOK, Delivery
from lahmadaemon.alerts.retrying import Carrier
from lahmadaemon.alerts.secret_address import taken
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.tray import Tray
from lahmadaemon.clock import DAY, MINUTE, Clock, Instant, iso
from lahmadaemon.http import post

log = structlog.get_logger()

AFTER = 10 * MINUTE
"""How long the usual way has to fail first."""
DEADLINE = 15.0
LIMIT = 64 * 1024
NOT_OLDER = DAY


class Webhook(Carrier):
    """`url` is a secret: it may carry a token in its path, so no error and no log shows more than the host."""

    name = "alerts.webhook"

    def __init__(
        self, store: AlertStore, client: httpx.AsyncClient, url: str, clock: Clock, tray: Tray,
        chance: Callable[[], float] = random.random,
    ) -> None:  # fmt: skip
        super().__init__(chance)
        self._clock = clock
        self._store = store
        self._client = client
        self._url = url
        self._tray = tray
        self._posted: set[int] = set()
        tray.bells.add(self.bell)

    async def turn(self) -> None:
        """Everything that is due. Raises UpstreamError where it is not taken."""
        while urgent := self._tray.urgent_for(WEBHOOK):
            await self._post({"text": urgent.text, "written_at": iso(self._clock.now()), "told": []})
            self._tray.taken(urgent)
        now = self._clock.now()
        waiting = await self._store.not_told_elsewhere(Instant(now - NOT_OLDER))
        late = any(now - each.written_at >= AFTER for each in waiting)
        for message in _messages([each for each in waiting if late or each.recipient == WEBHOOK]):
            numbers = [each.number for each in message]
            if not self._posted.issuperset(numbers):
                told = [asdict(line) for line in message[0].told]
                await self._post({"text": message[0].text, "written_at": iso(message[0].written_at), "told": told})
                self._posted.update(numbers)
                log.info("alert.posted", numbers=numbers)
            settled = all(each.recipient == WEBHOOK for each in message)
            await self._store.told_elsewhere(numbers, self._clock.now(), settled=settled)
            self._posted.difference_update(numbers)

    async def _post(self, message: dict[str, object]) -> None:
        content = json.dumps(message, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        asking = post(self._client, self._url, headers=headers, content=content, deadline=DEADLINE, limit=LIMIT)
        await taken("the webhook", self._url, asking)


def _messages(waiting: Sequence[Delivery]) -> Iterator[list[Delivery]]:
    """One message to several recipients is several deliveries."""
    ordered = sorted(waiting, key=lambda each: (each.written_at, each.text, each.number))
    for _, same in groupby(ordered, key=lambda each: (each.written_at, each.text)):
        yield list(same)
