"""The service that keeps creators, campaigns and who takes part as the Creators app has them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from lahmadaemon.alerts.conditions import Alarms
from lahmadaemon.clock import Clock, Instant
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.social.campaigns import rules_for
from lahmadaemon.social.creators_app import reading
from lahmadaemon.social.creators_app.client import CreatorsApp, in_parts
from lahmadaemon.social.creators_app.payload import Rows, WrongShapeError
from lahmadaemon.social.creators_app.telling import Telling, counts
from lahmadaemon.social.settings import SocialSettings
from lahmadaemon.social.store.campaigns import CampaignStore
from lahmadaemon.social.store.changes import Changes
from lahmadaemon.social.store.creators import CreatorStore
from lahmadaemon.social.store.syncs import Part, SyncStore
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.service import LONGEST_HOLD, Lifeline, Service

AGAIN = 300.0
"""Seconds after a sync that did not go well."""
LOOK = 300.0
"""Seconds: campaigns begin and end between two syncs, too."""


@dataclass
class Taken:
    """What an answer brought. `refused`: it was not believed, what was known stays; `doubt` says why, or what is strange."""

    counts: dict[str, int] = field(default_factory=dict)
    refused: bool = False
    doubt: str | None = None
    unread: frozenset[int] = frozenset()
    nameless: int = 0

    @property
    def problem(self) -> str | None:
        dropped = len(self.unread) + self.nameless
        return self.doubt or (f"{dropped} rows could not be read" if dropped else None)


class Sync(Service):
    """Each part on its own: what one brings is kept whatever becomes of the others. Set `asked` to have a sync at once."""

    name = "social.sync"
    patience = 1800.0

    def __init__(
        self, app: CreatorsApp, store: Store, settings: SocialSettings, zone: ZoneInfo, clock: Clock, alarms: Alarms
    ) -> None:
        """`zone`: that of the campaigns' days."""
        self.asked = asyncio.Event()
        self.on_synced: list[Callable[[], None]] = []
        """Called after every sync that was complete or changed something; must be quick."""
        self._app = app
        self._creators = CreatorStore(store)
        self._campaigns = CampaignStore(store, settings, zone)
        self._syncs = SyncStore(store)
        self._rules = partial(rules_for, settings)
        self._every = settings.creators.sync_every
        self._zone = zone
        self._clock = clock
        self._telling = Telling(self.name, alarms)

    async def run(self, lifeline: Lifeline) -> None:
        due, trouble = self._clock.monotonic(), None
        while True:
            async with lifeline.turn():
                if self.asked.is_set() or self._clock.monotonic() >= due:
                    self.asked.clear()
                    trouble = await self._tried()
                    hold = min(trouble.retry_after or 0.0, LONGEST_HOLD) if trouble else 0.0
                    due = self._clock.monotonic() + (max(min(AGAIN, self._every), hold) if trouble else self._every)
                else:
                    await self._settle()
                if trouble:
                    raise UpstreamError(str(trouble), outcome=trouble.outcome)
            if not await lifeline.wait_for(self.asked, min(LOOK, due - self._clock.monotonic())):
                return

    async def _tried(self) -> UpstreamError | None:
        try:
            await self.turn()
        except UpstreamError as trouble:
            return trouble
        return None

    async def turn(self) -> None:
        """One sync. Raises at its end, when all that could be read is kept: HopelessError, or else UpstreamError."""
        await self._settle()
        parts = {
            Part.CREATORS: self._take_creators, Part.CAMPAIGNS: self._take_campaigns, Part.INVOLVED: self._take_involved,
        }  # fmt: skip
        troubles: list[UpstreamError | HopelessError] = []
        brought: dict[str, int] = {}
        for part, take in parts.items():
            ended = await self._part(part, take)
            if isinstance(ended, Taken):
                brought |= ended.counts
            else:
                troubles.append(ended)
        await self._settle()
        if not troubles or any(count for name, count in brought.items() if not name.startswith("unknown")):
            self._telling.synced(brought, complete=not troubles)
            for tell in self.on_synced:
                tell()
        _raise(troubles)

    async def _part(
        self, part: Part, take: Callable[[Instant], Awaitable[Taken]]
    ) -> Taken | UpstreamError | HopelessError:
        now = self._clock.now()
        try:
            taken = await take(now)
        except (UpstreamError, HopelessError) as trouble:
            await self._syncs.note(part, now, good=False, problem=str(trouble))
            if isinstance(trouble, WrongShapeError):
                self._telling.answered(part, str(trouble))
            return trouble
        await self._syncs.note(part, now, good=not taken.refused, problem=taken.problem)
        self._telling.answered(part, taken.doubt)
        self._telling.dropped(part, taken.unread, taken.nameless)
        return UpstreamError(f"the Creators app: {taken.doubt}", outcome="suspicious") if taken.refused else taken

    async def _take_creators(self, now: Instant) -> Taken:
        rows = await self._app.creators()
        emails = reading.emails(rows)
        changes = await self._creators.take(emails, now, unread=rows.unread, whole=not rows.nameless)
        return _taken("creators", changes, rows)

    async def _take_campaigns(self, now: Instant) -> Taken:
        rows = await self._app.campaigns()
        listed = reading.campaigns(rows, self._zone, self._rules)
        changes = await self._campaigns.take(listed, now, unread=rows.unread, whole=not rows.nameless)
        return _taken("campaigns", changes, rows)

    async def _take_involved(self, now: Instant) -> Taken:
        known = {creator.id for creator in await self._creators.all()}
        before = await self._campaigns.involved()
        names = ("pairs_new", "pairs_over", "unknown_campaigns", "unknown_creators")
        taken = Taken(dict.fromkeys(names, 0))
        for asked in in_parts(await self._campaigns.to_ask(now)):
            rows = await self._app.involved(asked)
            named = reading.named(rows, asked, known)
            pairs = await self._campaigns.take_involved(named.creators)
            for name, count in zip(names, (*pairs, named.unknown_campaigns, named.unknown_creators), strict=True):
                taken.counts[name] += count
            had = sum(len(before.get(campaign, ())) for campaign in asked)
            if had and not rows.good:
                taken.refused = True
                taken.doubt = reading.doubt("who takes part", before=had, gone=0, refused=True)
            taken.unread |= rows.unread
            taken.nameless += rows.nameless
        return taken

    async def _settle(self) -> None:
        self._telling.moved(await self._campaigns.settle(self._clock.now()))
        self._telling.standing(await self._campaigns.campaigns())


def _taken(what: str, changes: Changes, rows: Rows[Any]) -> Taken:
    doubt = reading.doubt(what, before=changes.before, gone=len(changes.gone), refused=changes.refused)
    return Taken(counts(what, changes), changes.refused, doubt, rows.unread, rows.nameless)


def _raise(troubles: list[UpstreamError | HopelessError]) -> None:
    """All of them in one; what is hopeless makes it so."""
    told = "; ".join(dict.fromkeys(str(trouble) for trouble in troubles))
    if hopeless := [trouble for trouble in troubles if isinstance(trouble, HopelessError)]:
        raise HopelessError(told, outcome=hopeless[0].outcome)
    if upstream := [trouble for trouble in troubles if isinstance(trouble, UpstreamError)]:
        wait = max((trouble.retry_after or 0.0 for trouble in upstream), default=0.0)
        raise UpstreamError(told, retry_after=wait or None, outcome=upstream[0].outcome)
