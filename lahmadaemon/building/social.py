"""The social room: its services, and the doors through which it is asked."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import structlog

from lahmadaemon.alerts.conditions import Alarms
from lahmadaemon.building.parts import Parts, only
from lahmadaemon.clock import Clock
from lahmadaemon.settings import Settings
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.service import Service

if TYPE_CHECKING:
    from lahmadaemon.web.social.doors import SocialDoors

log = structlog.get_logger()


@dataclass(frozen=True)
class SocialRoom:
    """Its services, and its doors; None where it is off."""

    services: list[Service]
    doors: "SocialDoors | None" = None


async def social(
    parts: Parts, settings: Settings, clock: Clock, store: Store, client: httpx.AsyncClient, alarms: Alarms
) -> SocialRoom:
    """Off without a Creators app; what it is made of is loaded only where it is on."""
    if not settings.social.on:
        log.info("daemon.room_off", room="social", because="LAHMA_SOCIAL__CREATORS__URL is not set")
        return SocialRoom([])
    from lahmadaemon.building.social_room import Building

    mine = only(settings, social=settings.social)

    async def room() -> SocialRoom:
        return SocialRoom(*await Building(mine, clock, store, client, alarms).room())

    return await parts.opened("social", mine, room)
