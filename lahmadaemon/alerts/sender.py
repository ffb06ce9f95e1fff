"""Carries deliveries over a channel: each recipient's in order, one at a time, noted before and after."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from lahmadaemon.alerts.channel import Channel
from lahmadaemon.alerts.deliveries import Delivery, Kind, Stage
from lahmadaemon.alerts.rates import Rate
from lahmadaemon.alerts.retrying import BACKOFF
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.tray import Tray
from lahmadaemon.clock import SECOND, Clock, Instant
from lahmadaemon.errors import Refused, UpstreamError
from lahmadaemon.supervision.service import Lifeline, Service

log = structlog.get_logger()

LONGEST_FLOOD = 86400.0
IDLE = 60.0
SHORTEST = 0.5
"""Seconds between two turns: at most, and at least."""


@dataclass
class Recipient:
    """How one recipient is doing; `not_before` in monotonic seconds."""

    name: str
    rate: Rate = field(default_factory=Rate)
    failures: int = 0
    not_before: float = 0.0
    refusal: str | None = None


class Sender(Service):
    """One channel. A message that is not known to have arrived is sent again, the same, until it is settled."""

    name = "alerts.sender"
    patience = 900.0

    def __init__(
        self, store: AlertStore, channel: Channel, recipients: Sequence[str], clock: Clock, tray: Tray,
        chance: Callable[[], float] = random.random,
    ) -> None:  # fmt: skip
        self._store = store
        self._channel = channel
        self._clock = clock
        self._tray = tray
        self._chance = chance
        self._recipients = [Recipient(name) for name in recipients]
        self._busy: list[Recipient] = []
        self._held_until = 0.0
        self._begun = False
        self._unnoted: dict[int, tuple[Stage, Instant, str | None]] = {}
        self._bell = asyncio.Event()
        tray.bells.add(self._bell)

    @property
    def refusals(self) -> dict[str, str]:
        """Who gets nothing until the next start, and why."""
        return {each.name: each.refusal for each in self._recipients if each.refusal}

    async def run(self, lifeline: Lifeline) -> None:
        failures = 0
        try:
            while not lifeline.stopping.is_set():
                self._bell.clear()
                try:
                    await self._channel.open()
                except UpstreamError as trouble:
                    failures += 1
                    lifeline.stumble(trouble)
                    lifeline.beat()
                    await self._rest(lifeline, max(BACKOFF.delay(failures, self._chance()), trouble.retry_after or 0.0))
                    continue
                for recipient in self._recipients if failures else ():
                    recipient.not_before = 0.0  # what failed before may have been this
                failures = 0
                async with lifeline.turn():
                    await self._round()
                if await lifeline.wait(SHORTEST):
                    await lifeline.wait_for(self._bell, self._pause())
        finally:
            await self._channel.close()

    async def _rest(self, lifeline: Lifeline, seconds: float) -> None:
        """A login that is asked to wait may be asked for hours: longer than a service may be silent."""
        until = self._clock.monotonic() + min(seconds, LONGEST_FLOOD)
        while (left := until - self._clock.monotonic()) > 0 and await lifeline.wait(min(left, self.patience / 3)):
            lifeline.beat()

    async def _round(self) -> None:
        """Whatever may go now, over an open channel. Raises UpstreamError while anything does not go as it should."""
        troubles: list[UpstreamError] = []
        self._busy = []
        for recipient in self._recipients:
            troubles += await self._carry_urgent(recipient)
        await self._note()
        queue = await self._store.queue([each.name for each in self._recipients])
        if not self._begun:
            self._held_until, self._begun = self._asked_before(queue), True
        for recipient in self._recipients:
            troubles += await self._carry(recipient, [each for each in queue if each.recipient == recipient.name])
        if self.refusals:
            refusals = "; ".join(f"{name}: {refusal}" for name, refusal in self.refusals.items())
            troubles.append(UpstreamError(f"messages cannot reach {refusals}", outcome="refused"))
        if self._held_until > self._clock.monotonic():
            troubles.append(UpstreamError("the channel asked us to wait", outcome="flood"))
        if troubles:
            raise UpstreamError(str(troubles[0]), outcome=troubles[0].outcome)

    def _asked_before(self, queue: Sequence[Delivery]) -> float:
        """A wait that was asked for before this start is kept after it."""
        asked = max((each.not_before - self._clock.now() for each in queue), default=0) / SECOND
        return self._clock.monotonic() + min(max(asked, 0.0), LONGEST_FLOOD)

    def _wait_for(self, recipient: Recipient) -> float:
        now = self._clock.monotonic()
        return max(recipient.rate.wait(now), recipient.not_before - now, self._held_until - now)

    def _pause(self) -> float:
        """Until somebody for whom something is left may be written to."""
        return min(IDLE, max(0.0, min(map(self._wait_for, self._busy), default=IDLE)))

    async def _carry_urgent(self, recipient: Recipient) -> list[UpstreamError]:
        while urgent := self._tray.urgent_for(recipient.name):
            if self._wait_for(recipient) > 0 and not recipient.refusal:
                self._busy.append(recipient)
                return []
            outcome = await self._send(recipient, urgent.text, urgent.random_id)
            if isinstance(outcome, UpstreamError):
                self._busy.append(recipient)
                return [outcome]
            self._tray.taken(urgent)
        return []

    async def _carry(self, recipient: Recipient, queue: Sequence[Delivery]) -> list[UpstreamError]:
        """The recipient's deliveries in order, until one does not arrive or the next must wait."""
        for delivery in queue:
            if recipient.refusal:
                self._unnoted[delivery.number] = Stage.REFUSED, self._clock.now(), recipient.refusal
                continue
            if self._wait_for(recipient) > 0:
                self._busy.append(recipient)
                break
            if not await self._store.begin(delivery.number):
                continue  # the desk has just put another in its place
            picture = await self._store.picture(delivery.day or "") if delivery.kind is Kind.WEEKLY else None
            outcome = await self._send(recipient, delivery.text, delivery.random_id, picture)
            now = self._clock.now()
            if isinstance(outcome, UpstreamError):
                self._busy.append(recipient)
                wait = self._wait_for(recipient)
                await self._store.postpone(delivery.number, Instant(now + round(wait * SECOND)), str(outcome))
                return [outcome]
            stage = Stage.REFUSED if outcome else Stage.DELIVERED
            self._unnoted[delivery.number] = stage, now, str(outcome) if outcome else None
            await self._note()
            if outcome is None:
                late = round((now - delivery.written_at) / SECOND, 1)
                log.info("alert.delivered", number=delivery.number, attempts=delivery.attempts + 1, after_seconds=late)
        await self._note()
        return []

    async def _note(self) -> None:
        """What became of deliveries; kept here until the store has it, so that nothing is sent once more meanwhile."""
        for number, (stage, at, error) in list(self._unnoted.items()):
            await self._store.settle(number, stage, at, error)
            del self._unnoted[number]

    async def _send(
        self, recipient: Recipient, text: str, random_id: int, picture: bytes | None = None
    ) -> UpstreamError | Refused | None:
        """One attempt: None when it arrived. After a refusal there are no more for this recipient."""
        if recipient.refusal:
            return Refused(recipient.refusal)
        recipient.rate.take(self._clock.monotonic())
        try:
            await self._channel.send(recipient.name, text, random_id, picture)
        except Refused as refusal:
            recipient.refusal = str(refusal)
            log.warning("alert.recipient_refused", recipient=recipient.name, reason=str(refusal))
            return refusal
        except UpstreamError as trouble:
            recipient.failures += 1
            now = self._clock.monotonic()
            if trouble.retry_after:
                self._held_until = now + min(trouble.retry_after, LONGEST_FLOOD)
                log.warning("alert.held", channel_asked_seconds=round(trouble.retry_after))
            recipient.not_before = now + BACKOFF.delay(recipient.failures, self._chance())
            return trouble
        else:
            recipient.failures = 0
        return None
