"""What pages tell first is made before somebody asks; where that takes long, the pages are compiled as well."""

import asyncio
import gc
from datetime import timedelta
from typing import TYPE_CHECKING

from lahmadaemon.clock import SystemClock
from lahmadaemon.radio import periods
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.pages.rendering import Templates
from lahmadaemon.web.radio import telling
from lahmadaemon.web.reading.messages import QUICK

if TYPE_CHECKING:
    from lahmadaemon.web.social.doors import SocialDoors


async def make_ahead(house: HouseDoors, social: "SocialDoors | None", templates: Templates) -> float:
    """As somebody would who looks. Returns the seconds it took; raises what makers raise."""
    clock = SystemClock()  # the house's goes by what is told, in leaps
    began = clock.monotonic()
    for station in house.radio.stations:
        await _station(house, station)
    if social is not None:
        await social.sums.of_campaigns([each.campaign.campaign_id for each in await social.campaigns.campaigns()])
    took = clock.monotonic() - began
    if took > QUICK and not templates.loaded:
        await asyncio.to_thread(templates.load)
        # Once all is loaded that stays for ever, Python need not look for rubbish in it again.
        await asyncio.to_thread(gc.collect)
        gc.freeze()
    return took


async def _station(house: HouseDoors, name: str) -> None:
    """As the pages ask."""
    today = periods.today(house.clock.now(), house.zones.get(name, house.zone))
    monday = today - timedelta(days=today.weekday())
    await telling.now(house, name)
    await telling.days(house, name)
    await telling.hours(house, name, monday, today)
    await telling.weeks(house, name)
    await telling.shows(house, name, week=monday)
