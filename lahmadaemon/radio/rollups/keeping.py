"""Which reports are kept, by which rules they were made, and whether they still hold."""

import asyncio
import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from lahmadaemon.clock import DAY, HOUR, Instant
from lahmadaemon.radio.periods import KINDS, Period
from lahmadaemon.radio.rollups.ranges.store import RangeStore
from lahmadaemon.radio.rollups.store import Found
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.radio.tagging import Habits

T = TypeVar("T")

DEFINITIONS = 1
"""Another number whenever the same sessions make other figures: what is kept under the old one is then made again."""
SETTLED = 30 * HOUR
"""Two nights' reconciling, and whatever else is learnt of a day after it is over."""
PERIODS = tuple(KINDS)
_ALL_THE_SAME = {
    "stations", "snapshot_every", "export_every", "export_folder", "export_formats", "raw_ip_retention",
    "poll_retention", "session_retention", "probe_networks", "internal_networks",
}  # fmt: skip
"""Settings that change no figure. One that is not named here counts, so that forgetting it costs time and not the truth."""


def rules_of(settings: RadioSettings, *, shows: bool = False) -> str:
    """The fingerprint of everything that makes figures what they are."""
    ours = settings.model_dump(mode="json", exclude=_ALL_THE_SAME if shows else _ALL_THE_SAME | {"shows"})
    whole = json.dumps([DEFINITIONS, ours], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def margin_of(settings: RadioSettings) -> int:
    """So far (ms) before and after a period there may be something that changes its figures: a class hangs on days."""
    return (Habits.of(settings).margin + 1) * DAY


def settled_before(now: Instant, settings: RadioSettings) -> Instant:
    """Of periods that ended before this instant nothing is expected to change any more."""
    return Instant(now - margin_of(settings) - SETTLED)


def frozen(report: object) -> str:
    """Any dataclass, as it is, in JSON."""
    return msgspec.json.encode(report).decode()


def thawed(content: str, of: type[T]) -> T | None:
    """The same again; None where it was made by a program that knew it otherwise."""
    try:
        return msgspec.json.decode(content, type=of)
    except msgspec.ValidationError:
        return None


@dataclass(frozen=True)
class Look(Generic[T]):
    """What the shelf says of a period."""

    report: T | None = None
    holds: bool = False
    """It is as good as a new one, or nobody can make a new one."""
    old_rules: bool = False
    """It was made by other rules than today's."""
    sessions_gone: bool = False
    polls_gone: bool = False


class Shelf:
    """The kept reports of one station."""

    def __init__(self, store: RadioStore, settings: RadioSettings) -> None:
        self._store = RangeStore(store.beside, store.station)
        self._settings = settings

    async def look(
        self, period: Period, now: Instant, of: type[T], kinds: Collection[str] = PERIODS, *, shows: bool = False
    ) -> Look[T]:
        """The period's report, if it is kept. `shows`: whether the settings of shows are part of its rules."""
        if period.end > settled_before(now, self._settings):
            return Look()
        found = await self._store.find(period.start, period.end, margin_of(self._settings), kinds)
        return _judged(found, period, of, rules_of(self._settings, shows=shows), shows=shows)

    async def several(self, periods: Sequence[Period], now: Instant, of: type[T], kind: str) -> list[Look[T]]:
        """The same of many periods of one kind, which are in order, in one question."""
        settled = [period for period in periods if period.end <= settled_before(now, self._settings)]
        if not settled:
            return [Look() for _ in periods]
        start, end = settled[0].start, settled[-1].end
        found = await self._store.between(kind, start, end, margin_of(self._settings))
        rules = rules_of(self._settings)
        return await asyncio.to_thread(
            lambda: [
                _judged(found[period.start], period, of, rules) if period.start in found else Look()
                for period in periods
            ]
        )


def _judged(found: Found, period: Period, of: type[T], rules: str, *, shows: bool = False) -> Look[T]:
    kept, gone = found.kept, found.gone
    report = thawed(kept.content, of) if kept else None
    sessions_gone, polls_gone = gone.sessions_of(period), gone.polls_of(period)
    if kept is None or report is None:
        return Look(sessions_gone=sessions_gone, polls_gone=polls_gone)
    old_rules = kept.rules != rules
    current = not old_rules and kept.stamp == found.stamp
    return Look(report, current or sessions_gone or (shows and polls_gone), old_rules, sessions_gone, polls_gone)
