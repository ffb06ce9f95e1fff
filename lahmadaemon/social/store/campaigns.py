"""The campaigns as the Creators app has them, where each is in its life, and who takes part."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.social.campaigns import (
    FACEBOOK,
    KINDS,
    SETTLING_DAYS,
    Campaign,
    State,
    ended_at,
    read,
    rules_for,
    state,
)
from lahmadaemon.social.posts import Kind
from lahmadaemon.social.settings import SocialSettings
from lahmadaemon.social.store.changes import Changes, compare
from lahmadaemon.social.store.tables import campaigns, creators, involved
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import upsert

BACKFILL = SETTLING_DAYS * DAY
"""A campaign that we hear of late is collected for as long as others settle."""
MOST = 10_000
"""Campaigns remembered as they were read."""
PLATFORMS = {kind: number for number, kind in KINDS.items()} | {Kind.FACEBOOK_POST: FACEBOOK}


@dataclass(frozen=True)
class Known:
    """A campaign, and what became of it. `ended_at` is set once, and unset where its dates move and it goes on."""

    campaign: Campaign
    state: State
    ended_at: Instant | None
    first_seen_at: Instant
    gone_at: Instant | None
    """When the Creators app stopped naming it: it is not collected any more, what was stays."""

    @property
    def collected_until(self) -> Instant | None:
        """How long its numbers are collected; None: they are not."""
        if self.campaign.metrics_until is None or self.gone_at is not None:
            return None
        return max(self.campaign.metrics_until, Instant(self.first_seen_at + BACKFILL))


@dataclass(frozen=True)
class Moved:
    """A campaign went from one state to another."""

    campaign: Campaign
    before: State
    after: State


class CampaignStore:
    """All campaigns there ever were. Tags, windows and rules are those of the settings in force, whenever they were read."""

    def __init__(self, store: Store, settings: SocialSettings, zone: ZoneInfo) -> None:
        """`zone`: that of the campaigns' days."""
        self._store = store
        self._settings = settings
        self._zone = zone
        self._read = lru_cache(MOST)(self._read_anew)  # a tenth of a millisecond each

    async def take(
        self, listed: Sequence[Campaign], now: Instant, *, unread: Collection[int] = (), whole: bool = True
    ) -> Changes:
        """A list, in one transaction, as `CreatorStore.take`. States move in `settle` only."""
        values = {each.campaign_id: _values(each) for each in listed}
        lives = {each.campaign_id: _life(each, None, now) for each in listed}
        async with self._store.write() as connection:
            known = {row.campaign_id: row for row in await connection.execute(select(campaigns))}
            changes = compare(
                {number: row.gone_at is None for number, row in known.items()},
                {number: number not in known or _differs(known[number], each) for number, each in values.items()},
                unread=unread, whole=whole,
            )  # fmt: skip
            here = sorted({*changes.new, *changes.changed, *changes.returned})
            rows = [
                {"campaign_id": number, "first_seen_at": now, "gone_at": None} | values[number] | lives[number]
                for number in here
            ]
            await _put(connection, rows)
            await _change(connection, {number: {"gone_at": now} for number in changes.gone})
        return changes

    async def settle(self, now: Instant) -> list[Moved]:
        """Move every campaign to the state it is in by now, and keep what follows from settings that were changed."""
        moved, changes = [], dict[int, dict[str, Any]]()
        async with self._store.write() as connection:
            for row in (await connection.execute(select(campaigns).order_by(campaigns.c.campaign_id))).all():
                campaign = self._campaign(row)
                values = _values(campaign) | _life(campaign, row.ended_at, now)
                if _differs(row, values):
                    changes[row.campaign_id] = values
                if values["state"] != row.state:
                    moved.append(Moved(campaign, State(row.state), State(values["state"])))
            await _change(connection, changes)
        return moved

    async def campaigns(self) -> list[Known]:
        """By id, skipped, ended and gone ones too."""
        async with self._store.read() as connection:
            return [self._known(row) for row in await connection.execute(_ordered)]

    async def campaign(self, campaign_id: int) -> Known | None:
        """One of them."""
        async with self._store.read() as connection:
            row = (await connection.execute(_ordered.where(campaigns.c.campaign_id == campaign_id))).one_or_none()
        return self._known(row) if row else None

    async def to_ask(self, now: Instant) -> list[int]:
        """Those whose creators are worth knowing: what is collected, or will be."""
        return [
            each.campaign.campaign_id for each in await self.campaigns()
            if each.collected_until is not None and now < each.collected_until
        ]  # fmt: skip

    async def live_by_creator(self, now: Instant) -> dict[int, list[Campaign]]:
        """What is collected now: campaigns that have begun and still settle (or were heard of late), by each creator who
        takes part and is not gone."""
        pairs = select(involved).join(creators, creators.c.creator_id == involved.c.creator_id)
        here = pairs.where(creators.c.gone_at.is_(None)).order_by(involved.c.creator_id, involved.c.campaign_id)
        async with self._store.read() as connection:
            known = [self._known(row) for row in await connection.execute(_ordered)]
            live = {each.campaign.campaign_id: each.campaign for each in known if _is_live(each, now)}
            found = defaultdict[int, list[Campaign]](list)
            for row in await connection.execute(here):
                if row.campaign_id in live:
                    found[row.creator_id].append(live[row.campaign_id])
        return dict(found)

    async def take_involved(self, named: Mapping[int, Collection[int]]) -> tuple[int, int]:
        """Who takes part in these campaigns, all of them; other campaigns keep theirs. How many pairs are new, how many over."""
        wanted = {(campaign, creator) for campaign, who in named.items() for creator in who}
        async with self._store.write() as connection:
            ours = select(involved).where(involved.c.campaign_id.in_(named))
            there = {(row.campaign_id, row.creator_id) for row in await connection.execute(ours)}
            new, over = sorted(wanted - there), sorted(there - wanted)
            if new:
                rows = [{"campaign_id": campaign, "creator_id": creator} for campaign, creator in new]
                await connection.execute(upsert(connection, involved).on_conflict_do_nothing(), rows)
            if over:
                this = involved.c.campaign_id == bindparam("of"), involved.c.creator_id == bindparam("who")
                await connection.execute(
                    delete(involved).where(*this), [{"of": each[0], "who": each[1]} for each in over]
                )
        return len(new), len(over)

    async def involved(self) -> dict[int, frozenset[int]]:
        """Creators, gone or not, by campaign."""
        found = defaultdict[int, set[int]](set)
        async with self._store.read() as connection:
            for row in await connection.execute(select(involved)):
                found[row.campaign_id].add(row.creator_id)
        return {campaign: frozenset(who) for campaign, who in found.items()}

    def _known(self, row: Row[Any]) -> Known:
        return Known(self._campaign(row), State(row.state), row.ended_at, row.first_seen_at, row.gone_at)

    def _campaign(self, row: Row[Any]) -> Campaign:
        return self._read(tuple(getattr(row, name) for name in _RAW))

    def _read_anew(self, raw: tuple[Any, ...]) -> Campaign:
        """By the settings in force; its warnings are those of its last reading, which knew every platform's number."""
        number, name, hashtags, starts_on, ends_on, kinds, warnings = raw
        days = [date.fromisoformat(day) if day else None for day in (starts_on, ends_on)]
        platforms = [PLATFORMS[Kind(kind)] for kind in json.loads(kinds)]
        rules = rules_for(self._settings, number)
        campaign = read(number, name, hashtags, days[0], days[1], platforms, self._zone, rules)
        return replace(campaign, warnings=tuple(json.loads(warnings)))


_RAW = ("campaign_id", "name", "hashtags", "starts_on", "ends_on", "kinds", "warnings")
_OURS = {"campaign_id", "first_seen_at", "state", "ended_at"}
"""Columns that no list changes."""
_ordered = select(campaigns).order_by(campaigns.c.campaign_id)


def _is_live(known: Known, now: Instant) -> bool:
    begins, until = known.campaign.publishing_from, known.collected_until
    return begins is not None and until is not None and begins <= now < until


def _values(campaign: Campaign) -> dict[str, Any]:
    return {
        "name": campaign.name, "hashtags": campaign.hashtags, "skipped": campaign.skipped,
        "tags": json.dumps(sorted(campaign.tags), ensure_ascii=False), "kinds": json.dumps(sorted(campaign.kinds)),
        "starts_on": campaign.starts_on and campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on and campaign.ends_on.isoformat(),
        "publishing_from": campaign.publishing_from, "publishing_until": campaign.publishing_until,
        "metrics_until": campaign.metrics_until, "warnings": json.dumps(campaign.warnings, ensure_ascii=False),
    }  # fmt: skip


def _life(campaign: Campaign, ended: Instant | None, now: Instant) -> dict[str, Any]:
    return {"state": state(campaign, now).value, "ended_at": ended_at(campaign, ended, now)}


def _differs(row: Row[Any], values: Mapping[str, Any]) -> bool:
    return any(row._mapping[name] != value for name, value in values.items())  # noqa: SLF001 - a row's public mapping


async def _put(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        statement = upsert(connection, campaigns)
        later = {each.name: statement.excluded[each.name] for each in campaigns.c if each.name not in _OURS}
        put = statement.on_conflict_do_update(index_elements=[campaigns.c.campaign_id], set_=later)
        await connection.execute(put, rows)


async def _change(connection: AsyncConnection, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """All with the same names."""
    if changes:
        this = update(campaigns).where(campaigns.c.campaign_id == bindparam("number"))
        await connection.execute(this, [{"number": number} | dict(values) for number, values in changes.items()])
