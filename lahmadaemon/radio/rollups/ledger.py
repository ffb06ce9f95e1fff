"""How one station's keeping stands: what is good, what is to be made, what may go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lahmadaemon.clock import Instant
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.rollups.due import Slot, complete_until, due
from lahmadaemon.radio.rollups.keeping import margin_of, rules_of, settled_before
from lahmadaemon.radio.rollups.making import CALENDARS, KINDS, Job
from lahmadaemon.radio.rollups.store import RollupStore
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.store import RadioStore


@dataclass(frozen=True)
class Ledger:
    """How one station's keeping stands."""

    since: Instant
    until: Instant
    """What ended before is settled."""
    gone: Mapping[str, int]
    """Before when nobody could make a kind of report any more."""
    good: frozenset[Slot]
    zone: ZoneInfo
    own: int = 0
    """When anything but imports began; of what ended before, nothing goes."""

    def due(self) -> Iterator[tuple[str, Period]]:
        """What is to be made, the oldest first."""
        return due(CALENDARS, self.since, self.until, self.gone, self.zone, self.good, self.own)

    def complete_until(self) -> Instant:
        """Up to here every figure is kept."""
        return complete_until(CALENDARS, self.since, self.until, self.gone, self.zone, self.good, self.own)


class Keeping:
    """One station's."""

    def __init__(self, radio: RadioStore, settings: RadioSettings, zone: ZoneInfo) -> None:
        self.station = radio.station
        self.rollups = RollupStore(radio.beside, radio.station)
        self._radio = radio
        self._settings = settings
        self._zone = zone

    async def ledger(self, now: Instant) -> Ledger | None:
        """None where nothing was ever measured."""
        since, newest = await self._radio.observed()
        if since is None:
            return None
        gone = await self.rollups.gone()
        made = await self.rollups.made(margin_of(self._settings))
        rules = {name: rules_of(self._settings, shows=kind.shows) for name, kind in KINDS.items()}
        good = {slot for slot, each in made.items() if each.unchanged and each.rules == rules.get(slot[0])}
        # By the newest poll, not by the clock alone: after a long standstill the first polls say who has gone meanwhile.
        until = settled_before(min(now, newest or now), self._settings)
        lost = {name: max(gone.sessions, gone.polls if kind.shows else 0) for name, kind in KINDS.items()}
        return Ledger(since, until, lost, frozenset(good), self._zone, gone.since)

    def job(self, kind: str, period: Period, now: Instant) -> Job:
        """To be made."""
        return Job(self.station, kind, period, self._zone, self._settings, now)
