"""The alarm desk and the services that work for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time
from functools import partial
from typing import Any

import httpx
import structlog
from pydantic import SecretStr

from lahmadaemon.alerts.chat import Chat
from lahmadaemon.alerts.deliveries import WEBHOOK
from lahmadaemon.alerts.desk import Desk
from lahmadaemon.alerts.digest import Digest
from lahmadaemon.alerts.heartbeat import Heartbeat
from lahmadaemon.alerts.minding import DeskService
from lahmadaemon.alerts.sender import Sender
from lahmadaemon.alerts.shown import as_json
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.telegram.opening import Answering, telegram_channel
from lahmadaemon.alerts.watch import HealthWatch
from lahmadaemon.alerts.webhook import Webhook
from lahmadaemon.alerts.weekly import Weekly
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.answers import Answers
from lahmadaemon.building.parts import Parts, only
from lahmadaemon.building.radio import letters
from lahmadaemon.clock import Clock
from lahmadaemon.settings import Settings
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.supervision.service import Service

log = structlog.get_logger()


@dataclass(frozen=True)
class AlarmDesk:
    """The desk, and the services that work for it."""

    desk: Desk
    words: Wording
    clock: Clock
    services: list[Service]
    apply: Callable[[], None]
    """Everybody holds the desk and the answers: they stay, and are told of new settings once these are in force."""

    def open_alarms(self) -> list[dict[str, Any]]:
        """For the window: what is wrong now, the gravest first."""
        return [as_json(each, self.words, self.clock.now()) for each in self.desk.open_incidents()]


async def alarm_desk(
    parts: Parts, settings: Settings, clock: Clock, store: Store, client: httpx.AsyncClient, board: HealthBoard
) -> AlarmDesk:
    """Incidents always; messages as far as somebody is named to get them."""
    alerts, telegram = settings.alerts, settings.telegram
    words = Wording(alerts.language, settings.timezone)
    recipients = list(telegram.recipients) or ([WEBHOOK] if alerts.webhook else [])
    desk = parts.part("desk", None, partial(_desk, store, clock, words, recipients, board))
    answers = parts.part("answers", None, partial(Answers, settings, store, clock, board.report))
    office = _Office(settings, clock, store, client, board, words, recipients, desk, answers)
    services: list[Service] = [parts.part("desk's service", None, partial(DeskService, desk))]
    if telegram.configured:
        mine = only(settings, telegram=telegram), alerts.language
        services.append(await parts.opened("sender", mine, office.sender))
    if alerts.webhook:
        services.append(parts.part("webhook", alerts.webhook, partial(office.webhook, alerts.webhook)))
    if not recipients:
        log.info("daemon.room_off", room="telegram", because="no LAHMA_TELEGRAM__… is set; alarms go to the log only")
    if recipients and alerts.digest_time is not None:
        daily = only(settings, alerts=alerts), recipients
        services.append(parts.part("digest", daily, partial(office.digest, alerts.digest_time)))
        weekly = only(settings, alerts=alerts, radio=settings.radio), recipients
        services += parts.part("weekly", weekly, partial(office.weekly, alerts.digest_time))
    if settings.heartbeat.url:
        services.append(parts.part("heartbeat", settings.heartbeat, partial(office.heartbeat, settings.heartbeat.url)))

    def apply() -> None:
        desk.address(words, recipients)
        answers.settings = settings

    return AlarmDesk(desk, words, clock, services, apply)


def _desk(store: Store, clock: Clock, words: Wording, recipients: Sequence[str], board: HealthBoard) -> Desk:
    desk = Desk(AlertStore(store), clock, words, recipients, lambda: [each.name for each in board.report().services])
    HealthWatch(board, desk, clock, lambda name: name.startswith("visitors."))
    return desk


@dataclass(frozen=True)
class _Office:
    """Makes those who carry and write."""

    settings: Settings
    clock: Clock
    store: Store
    client: httpx.AsyncClient
    board: HealthBoard
    words: Wording
    recipients: Sequence[str]
    desk: Desk
    answers: Answers

    async def sender(self) -> Service:
        kept, telegram = AlertStore(self.store), self.settings.telegram
        chat = Chat(self.desk, kept, self.clock, self.words, self.recipients, self.answers.texts)
        answering = Answering(telegram.allowed, chat.answer, chat.refuse)
        channel = await telegram_channel(telegram, self.settings.state_folder, self.store, answering)
        return Sender(kept, channel, self.recipients, self.clock, self.desk.tray)

    def webhook(self, url: SecretStr) -> Service:
        return Webhook(AlertStore(self.store), self.client, url.get_secret_value(), self.clock, self.desk.tray)

    def digest(self, at: time) -> Service:
        kept, zone, tray = AlertStore(self.store), self.settings.timezone, self.desk.tray
        told = [self.answers.about]
        return Digest(kept, self.clock, self.words, zone, at, self.recipients, tray, self.board.report, told)

    def weekly(self, at: time) -> list[Service]:
        writers = letters(self.settings, self.store, self.clock, self.words.language.digest)
        kept, zone, tray = AlertStore(self.store), self.settings.timezone, self.desk.tray
        return [Weekly(kept, self.clock, zone, at, self.recipients, tray, writers)] if writers else []

    def heartbeat(self, url: SecretStr) -> Service:
        kept, every = AlertStore(self.store), self.settings.heartbeat.every
        return Heartbeat(kept, self.client, url.get_secret_value(), every, self.clock, self.board.report)
