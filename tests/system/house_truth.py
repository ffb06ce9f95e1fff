"""Whether what the house says after the soak is what has happened in the world."""

import json
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from sqlalchemy import select

from lahmadaemon.alerts.deliveries import OWED, Stage
from lahmadaemon.alerts.history.store import newest_deliveries, newest_incidents
from lahmadaemon.clock import DAY, SECOND, Instant
from lahmadaemon.demo.partner import Partner
from lahmadaemon.demo.stage import Outdoors
from lahmadaemon.radio.store import connections
from lahmadaemon.social.store.reading import PostReader
from lahmadaemon.store.database import Store
from lahmadaemon.visitors.store import day_totals
from tests.system.house_troubles import FIRED, SAID_BY_ANOTHER

EVERYTHING = 100_000
Crossing = tuple[str, str, int, int, int]
"""Camera, local time, and what a record holds: ID, inOut, frameNumber."""


async def crossings_are_the_files(store: Store, crossed: set[Crossing]) -> None:
    counted = {
        (each.camera, each.day, way): count
        for each in await day_totals(store, "0000", "9999")
        for way, count in enumerate((each.ins, each.outs, each.others))
        if count
    }
    assert counted == Counter((camera, f"{at[:4]}-{at[4:6]}-{at[6:8]}", way) for camera, at, _, way, _ in crossed)


async def connections_are_the_stations(store: Store, world: Outdoors, began: Instant, now: Instant) -> int:
    """To the second, of all that ended while it was measured, but for the last day."""
    start, end = began, now - DAY
    async with store.read() as connection:
        kept = Counter(
            (row.started_at, row.ended_at)
            for row in await connection.execute(select(connections))
            if start <= row.started_at and row.ended_at is not None and row.ended_at <= end
        )
    rows = world.station._table.overlapping(0, now // SECOND)
    truth = Counter(
        (row.since * SECOND, row.until * SECOND)
        for row in rows
        if start <= row.since * SECOND and row.until is not None and row.until * SECOND <= end
    )
    assert kept == truth, (kept - truth, truth - kept)
    return truth.total()


async def posts_are_the_creators(store: Store, world: Outdoors) -> int:
    """Each once, in the one campaign whose hashtag it carries."""
    known = world.creators._world
    found = Counter[tuple[str, str]]()
    for campaign in known.campaigns.values():
        for kept in await PostReader(store).of_campaign(campaign.id):
            assert campaign.hashtags.lower() in f"{kept.post.caption} {kept.post.title}".lower()
            found[kept.post.platform.value, kept.post.platform_id] += 1
    assert set(found.values()) == {1}
    posted = {
        item.id
        for each in known.creators.values()
        for item in (*each.media, *each.videos, *each.stories, *each.page_posts)
    }
    assert {number for _, number in found} <= posted
    return len(found)


async def troubles_were_told_once_and_are_over(store: Store, world: Outdoors) -> None:
    incidents = await newest_incidents(store, None, EVERYTHING)
    still = [(each.condition.value, each.subject, each.raised_at) for each in incidents if each.open]
    assert still == [], still
    fired = Counter((each.condition.value, each.subject) for each in incidents if each.fired_at is not None)
    assert Counter({key: count for key, count in fired.items() if key[0] != "radio_reset"}) == FIRED
    told = Counter((line["incident"], line["notice"]) for line in world.messenger.lines if line["notice"] != "reminder")
    assert set(told.values()) == {1}, told.most_common(3)
    to_tell = {each.number for each in incidents if each.fired_at is not None and each.condition not in SAID_BY_ANOTHER}
    assert {number for number, _ in told} == to_tell


async def messages_came_exactly_once(store: Store, world: Outdoors) -> int:
    assert await newest_deliveries(store, OWED, None, EVERYTHING) == []
    delivered = await newest_deliveries(store, [Stage.DELIVERED], None, EVERYTHING)
    assert world.messenger.taken == len(delivered)
    return len(delivered)


def reports_came_in_order_and_once(partner: Partner) -> int:
    """Every window was taken once, in order; whatever was sent again was the same to the byte."""
    taken = [report for report in partner.received if report.trouble is None]
    ends = [json.loads(report.body)[0]["EndTime"] for report in taken]
    assert len({report.key for report in taken}) == len(taken)
    assert ends == sorted(ends)
    bodies: dict[str, set[bytes]] = {}
    for report in partner.received:
        bodies.setdefault(report.key, set()).add(report.body)
    assert all(len(each) == 1 for each in bodies.values())
    return len(taken)


def nothing_grew(early: dict[str, int], late: dict[str, int], most: dict[str, int]) -> None:
    """By at most so much; what has no allowance, by nothing."""
    grown = {what: late[what] - early[what] for what in early}
    assert {what: by for what, by in grown.items() if by > most.get(what, 0)} == {}, (early, late)


def growth(stored: Sequence[int]) -> list[int]:
    """kB a day."""
    return [(after - before) // 1024 for before, after in pairwise(stored)]
