"""The station that is asked about, and what its figures are made by."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.poll import Poll
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.store import RadioStore, stations
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.radio import shapes
from lahmadaemon.web.routing import missing
from lahmadaemon.web.shapes import moment

LISTED = 600.0
"""Seconds: another station that was once measured, and is in no settings any more, does not come up every day."""


@dataclass(frozen=True)
class Station:
    """One that is measured, or was; `now`: the same moment for all of an answer."""

    house: HouseDoors
    name: str
    zone: ZoneInfo
    now: Instant

    @property
    def store(self) -> RadioStore:
        return RadioStore(self.house.store, self.name)

    @property
    def reporter(self) -> Reporter:
        return Reporter(self.store, self.house.radio, self.zone)

    @property
    def today(self) -> date:
        return periods.today(self.now, self.zone)

    def poll(self, poll: Poll | None) -> shapes.Poll | None:
        """A poll of its, by our own clock."""
        if poll is None:
            return None
        age = max(0, self.now - poll.polled_at) // SECOND
        return shapes.Poll(at=moment(poll.polled_at), age_seconds=age, outcome=poll.outcome, connections=poll.rows)


async def station_of(house: HouseDoors, name: str) -> Station:
    """Raises Refusal where there is none such."""
    if name not in house.radio.stations and name not in await measured(house):
        raise missing("station")
    return Station(house, name, house.zones.get(name, house.zone), house.clock.now())


async def measured(house: HouseDoors) -> list[str]:
    """Every station that is in the store."""
    return await house.memory.kept("radio.stations", LISTED, lambda: stations(house.store))
