"""What the metrics tell of the store: read together, and kept for some seconds, however often they are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

from lahmadaemon.alerts.deliveries import Owing
from lahmadaemon.alerts.tallying.store import fired
from lahmadaemon.alerts.tallying.store import settled as delivered
from lahmadaemon.clock import Instant
from lahmadaemon.errors import LahmaError
from lahmadaemon.radio.tallying.store import last_valid, polled
from lahmadaemon.store.standing import Standing, standing
from lahmadaemon.visitors.settings import camera_of
from lahmadaemon.visitors.store import camera_states
from lahmadaemon.visitors.tallying.store import owed, settled, taken
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.house.tally import Counts, Tally

KEPT = 5.0
"""Seconds."""


@dataclass(frozen=True)
class Figures:
    """At one moment. Counts are those since the daemon's start, by labels in the order of the metrics' own."""

    store: Standing
    polls: Counts
    valid: Mapping[str, Instant]
    files: Counts
    heard: Mapping[str, Instant]
    pushes: Counts
    pushes_owed: Mapping[str, tuple[int, Instant]]
    fired: Counts
    deliveries: Counts
    owing: Owing


class Looker:
    """Remembers how far it has counted."""

    def __init__(self, house: HouseDoors) -> None:
        self._house = house
        self.stations = list(house.radio.stations)
        self.cameras = [camera_of(name, folder) for name, folder in house.visitors.folders.items()]
        self.targets = list(house.visitors.pushes)
        store, start = house.store, house.report().started_at
        self._polls = Tally(start, lambda since, until: polled(store, self.stations, since, until))
        self._files = Tally(start, lambda since, until: taken(store, self.cameras, since, until))
        self._pushes = Tally(start, lambda since, until: settled(store, self.targets, since, until))
        self._fired = Tally(start, lambda since, until: fired(store, since, until))
        self._deliveries = Tally(start, lambda since, until: delivered(store, since, until))

    async def look(self) -> Figures | None:
        """None while the store does not answer."""
        try:
            return await self._house.memory.kept("house.metrics", KEPT, self._figures)
        except LahmaError:
            return None

    async def _figures(self) -> Figures:
        store, now = self._house.store, self._house.clock.now()
        states = await camera_states(store)
        return Figures(
            store=await standing(store),
            polls=await self._polls.total(now),
            valid=await last_valid(store, self.stations),
            files=await self._files.total(now),
            heard={name: at for name in self.cameras if name in states and (at := states[name].last_file_at)},
            pushes=await self._pushes.total(now),
            pushes_owed=await owed(store, self.targets),
            fired=await self._fired.total(now),
            deliveries=await self._deliveries.total(now),
            owing=await self._house.alerts.owing(),
        )
