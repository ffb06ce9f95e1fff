"""The alarm desk and the services that work for it."""

from dataclasses import dataclass
from typing import Any

import httpx
import structlog

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

    def open_alarms(self) -> list[dict[str, Any]]:
        """For the window: what is wrong now, the gravest first."""
        return [as_json(each, self.words, self.clock.now()) for each in self.desk.open_incidents()]


async def alarm_desk(
    settings: Settings, clock: Clock, store: Store, client: httpx.AsyncClient, board: HealthBoard
) -> AlarmDesk:
    """Incidents always; messages as far as somebody is named to get them."""
    alerts, telegram = settings.alerts, settings.telegram
    kept, words = AlertStore(store), Wording(alerts.language, settings.timezone)
    recipients = list(telegram.recipients) or ([WEBHOOK] if alerts.webhook else [])
    desk = Desk(kept, clock, words, recipients, lambda: [service.name for service in board.report().services])
    HealthWatch(board, desk, clock, lambda name: name.startswith("visitors."))
    services: list[Service] = [DeskService(desk)]
    answers = Answers(settings, store, clock, board.report)
    if telegram.configured:
        chat = Chat(desk, kept, clock, words, recipients, answers.texts)
        answering = Answering(telegram.allowed, chat.answer, chat.refuse)
        channel = await telegram_channel(telegram, settings.state_folder, store, answering)
        services.append(Sender(kept, channel, recipients, clock, desk.tray))
    if alerts.webhook:
        services.append(Webhook(kept, client, alerts.webhook.get_secret_value(), clock, desk.tray))
    if not recipients:
        log.info("daemon.room_off", room="telegram", because="no LAHMA_TELEGRAM__… is set; alarms go to the log only")
    if recipients and alerts.digest_time is not None:
        zone, at = settings.timezone, alerts.digest_time
        sections = [answers.about]
        services.append(Digest(kept, clock, words, zone, at, recipients, desk.tray, board.report, sections))
        if writers := letters(settings, store, clock, words.language.digest):
            services.append(Weekly(kept, clock, zone, at, recipients, desk.tray, writers))
    if settings.heartbeat.url:
        url, every = settings.heartbeat.url.get_secret_value(), settings.heartbeat.every
        services.append(Heartbeat(kept, client, url, every, clock, board.report))
    return AlarmDesk(desk, words, clock, services)
