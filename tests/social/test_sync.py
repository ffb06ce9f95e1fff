"""The sync with the Creators app, into a real store: what it brings, and what no bad day takes away."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from starlette.responses import Response
from structlog.testing import capture_logs

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import DAY, local
from lahmadaemon.demo.social.creators_app import CreatorsApp as StandIn
from lahmadaemon.demo.social.creators_app import Trouble
from lahmadaemon.demo.social.world import Campaign, Size, World, invent
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.social.campaigns import State
from lahmadaemon.social.creators_app.client import CreatorsApp
from lahmadaemon.social.creators_app.sync import AGAIN, Sync
from lahmadaemon.social.settings import CreatorsAppSettings, SocialSettings
from lahmadaemon.social.store.campaigns import CampaignStore
from lahmadaemon.social.store.creators import CreatorStore
from lahmadaemon.social.store.syncs import Part, Reading, SyncStore
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.health import State as Health
from tests.fakes.alarms import FakeAlarms
from tests.fakes.clock import START, FakeClock, until
from tests.fakes.house import keeping
from tests.fakes.stores import new_store
from tests.samples import told

ZONE = ZoneInfo("Europe/Prague")
SUSPICIOUS = Condition.CREATORS_APP_SUSPICIOUS
UNMATCHABLE = Condition.CAMPAIGN_UNMATCHABLE


@dataclass
class Room:
    """A sync, whom it asks, and everything that comes of it."""

    other: StandIn
    sync: Sync
    store: Store
    clock: FakeClock
    alarms: FakeAlarms

    def __post_init__(self) -> None:
        self.synced = 0
        self.sync.on_synced.append(self._synced)
        self.creators = CreatorStore(self.store)
        self.campaigns = CampaignStore(self.store, SocialSettings(), ZONE)

    def _synced(self) -> None:
        self.synced += 1

    @property
    def world(self) -> World:
        return self.other.world

    async def everything(self) -> tuple[Any, ...]:
        return await self.creators.all(), await self.campaigns.campaigns(), await self.campaigns.involved()

    async def here(self) -> list[int]:
        return [each.id for each in await self.creators.all() if each.here]

    async def read(self, part: Part) -> Reading:
        return (await SyncStore(self.store).all())[part]

    async def fails(self) -> str:
        with pytest.raises(UpstreamError) as caught:
            await self.sync.turn()
        return str(caught.value)


@asynccontextmanager
async def a_room(
    path: Path, clock: FakeClock, token: str | None = None, every: str = "24h"
) -> AsyncIterator[Room]:  # fmt: skip
    other = StandIn(invent(7, clock.now(), ZONE, Size(3, campaigns=2)), token=token)
    there = {"url": "http://creators.example", "token": "made-up-token", "sync_every": every}
    settings = SocialSettings.model_validate({"creators": there})
    async with new_store(path) as store, httpx.AsyncClient(transport=httpx.ASGITransport(other)) as client:
        alarms = FakeAlarms()
        app = CreatorsApp(settings.creators, client)
        yield Room(other, Sync(app, store, settings, ZONE, clock, alarms), store, clock, alarms)


@pytest.fixture
async def room(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Room]:
    async with a_room(tmp_path / "x.db", clock) as made:
        yield made


async def test_a_first_sync_makes_everything_known(room: Room) -> None:
    await room.sync.turn()

    assert await room.here() == [10, 11, 12]
    assert [each.state for each in await room.campaigns.campaigns()] == [State.RUNNING, State.RUNNING]
    assert await room.campaigns.involved() == {100: {10, 11, 12}, 101: {10, 11, 12}}
    assert [*await room.campaigns.live_by_creator(room.clock.now())] == [10, 11, 12]
    assert room.other.http_requests == 3
    assert [await room.read(part) for part in Part] == [Reading(START, START, None)] * 3
    assert room.synced == 1


async def test_a_second_sync_changes_nothing(room: Room) -> None:
    await room.sync.turn()
    before = await room.everything()
    await room.clock.advance(86400)

    await room.sync.turn()

    assert await room.everything() == before
    assert (await room.read(Part.CREATORS)).good_at == START + DAY


async def test_the_samples_of_one_day_and_of_the_next(room: Room) -> None:
    """Gap 32: pairs are removed, an address that changes makes no second creator, ids are unique."""
    room.other.payloads = {
        part: told(f"social/creators_app/{part}.json") for part in ("creators", "campaigns", "involved")
    }
    await room.sync.turn()

    assert await room.here() == [11, 12, 13, 14, 15, 16]
    assert await room.campaigns.involved() == {101: {11, 12}, 102: {11, 13}, 109: {12}}

    room.other.payloads["creators"] = told("social/creators_app/creators_changed.json")
    room.other.payloads["involved"] = told("social/creators_app/involved_one_removed.json")
    await room.sync.turn()

    assert await room.here() == [11, 13]
    found = await room.creators.by_email("mila.new@creators.example.org")
    assert found is not None
    assert found.id == 11
    assert await room.campaigns.involved() == {101: {12}, 102: {11, 13}, 109: {12}}
    assert SUSPICIOUS in room.alarms.now, "four of six left at once"


PARTS = ("creators", "campaigns", "involved")
QUICK = [trouble for trouble in Trouble if trouble not in {Trouble.HANGS, Trouble.DRIPS, Trouble.CUT_SHORT}]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("trouble", QUICK)
async def test_a_bad_day_of_one_list_takes_nothing_away_and_stops_no_other(
    room: Room, part: str, trouble: Trouble
) -> None:
    """Edge case 32, gap 26."""
    await room.sync.turn()
    before = await room.everything()
    await room.clock.advance(60)
    room.other.troubles[part] = trouble
    room.other.requests.clear()

    why = await room.fails()

    assert await room.everything() == before
    assert room.other.requests == {"creators": 1, "campaigns": 1, "involved": 1}
    assert room.other.strayed == 0
    reading = await room.read(Part(part))
    assert (reading.asked_at, reading.good_at) == (room.clock.now(), START)
    assert reading.problem
    assert reading.problem in f"{why}; "
    assert [(await room.read(other)).problem for other in Part if other != part] == [None, None]
    assert (SUSPICIOUS in room.alarms.now) is (trouble in {Trouble.EMPTY, Trouble.WRONG_SHAPE})

    room.other.troubles.clear()
    await room.sync.turn()

    assert (await room.read(Part(part))).problem is None
    assert SUSPICIOUS not in room.alarms.now


async def test_what_the_good_lists_bring_is_kept_beside_a_bad_one(room: Room) -> None:
    await room.sync.turn()
    room.other.troubles["campaigns"] = Trouble.BAD_GATEWAY
    room.world.creators[10].email = "new@creators.example.org"
    room.world.involved[100] = [11]

    await room.fails()

    found = await room.creators.by_id(10)
    assert found is not None
    assert found.email == "new@creators.example.org"
    assert (await room.campaigns.involved())[100] == {11}
    assert room.synced == 2


async def test_at_a_first_start_without_the_creators_app_nothing_is_known_and_nothing_breaks(room: Room) -> None:
    room.other.troubles = dict.fromkeys(PARTS, Trouble.BAD_GATEWAY)

    await room.fails()

    assert await room.everything() == ([], [], {})
    assert room.synced == 0


async def test_lists_that_are_empty_from_the_beginning_are_believed(room: Room) -> None:
    room.other.world = World({}, {}, {})

    await room.sync.turn()

    assert await room.everything() == ([], [], {})
    assert room.alarms.now == set()


async def test_a_token_that_is_refused_is_hopeless_and_names_the_setting(tmp_path: Path, clock: FakeClock) -> None:
    async with a_room(tmp_path / "x.db", clock, token="another-token") as room:
        with pytest.raises(HopelessError, match="LAHMA_SOCIAL__CREATORS__TOKEN") as caught:
            await room.sync.turn()

        assert "made-up-token" not in str(caught.value)


async def test_a_list_that_lost_more_than_half_is_believed_but_told_until_the_next_says_the_same(room: Room) -> None:
    await room.sync.turn()
    for number in (11, 12):
        del room.world.creators[number]

    await room.sync.turn()

    assert await room.here() == [10]
    assert "2 of 3 creators" in str(room.alarms.detail(SUSPICIOUS)["why"])
    assert "2 of 3 creators" in str((await room.read(Part.CREATORS)).problem)

    await room.sync.turn()

    assert room.alarms.story(SUSPICIOUS) == ["raised", "cleared"]
    assert await room.here() == [10]


async def test_an_unreachable_list_neither_ends_nor_begins_a_suspicion(room: Room) -> None:
    await room.sync.turn()
    room.other.troubles["creators"] = Trouble.EMPTY
    await room.fails()
    room.other.troubles["creators"] = Trouble.BAD_GATEWAY
    await room.fails()

    assert room.alarms.story(SUSPICIOUS) == ["raised"]


async def test_who_takes_part_is_asked_only_of_campaigns_that_are_collected_or_will_be(room: Room) -> None:
    today = local(room.clock.now(), ZONE).date()
    long_ago, soon = today - timedelta(days=60), today + timedelta(days=60)
    room.world.campaigns = {
        1: Campaign(1, "Over", "jaro", long_ago, today - timedelta(days=30)),
        2: Campaign(2, "Settling", "jaro", long_ago, today - timedelta(days=5)),
        3: Campaign(3, "Planned", "jaro", soon, soon),
        4: Campaign(4, "Skipped", "", long_ago, soon),
    }
    await room.sync.turn()
    await room.clock.advance(15 * 86400)
    await room.sync.turn()

    assert room.other.campaign_ids == [(1, 2, 3), (3,)], "what was heard of late is asked for, too, but not for ever"


async def test_very_many_campaigns_are_asked_for_in_parts(room: Room) -> None:
    one = room.world.campaigns[100]
    room.world.campaigns = {
        number: Campaign(number, "Many", "jaro", one.starts_on, one.ends_on) for number in range(10_000, 10_400)
    }
    room.world.involved = {number: [10] for number in room.world.campaigns}

    await room.sync.turn()

    assert len(room.other.campaign_ids) > 1
    assert [number for part in room.other.campaign_ids for number in part] == list(room.world.campaigns)
    assert len(await room.campaigns.involved()) == 400


async def test_rows_that_cannot_be_read_are_dropped_told_once_and_cost_no_other(room: Room) -> None:
    await room.sync.turn()
    before = await room.everything()
    room.other.payloads["creators"] = {
        "creators": [{"id": 10, "email": 7}, {"id": 11, "email": "new@creators.example.org"}, {"id": None}]
    }

    with capture_logs() as logs:
        await room.sync.turn()
        await room.sync.turn()

    assert [each.id for each in before[0]] == await room.here(), "12 may be the one without an id"
    found = await room.creators.by_id(11)
    assert found is not None
    assert found.email == "new@creators.example.org"
    assert (await room.read(Part.CREATORS)).problem == "2 rows could not be read"
    dropped = [each for each in logs if each["event"] == "social.rows_dropped"]
    assert [(each["part"], each["rows"], each["ids"]) for each in dropped] == [("creators", 2, [10])]
    assert "@" not in json.dumps(logs)


async def test_what_a_sync_brought_is_one_line_without_addresses(room: Room) -> None:
    room.world.involved[100] = [10, 777]
    with capture_logs() as logs:
        await room.sync.turn()

    [line] = [each for each in logs if each["event"] == "social.synced"]
    assert (line["complete"], line["creators_new"], line["campaigns_new"], line["pairs_new"]) == (True, 3, 2, 4)
    assert line["unknown_creators"] == 1
    assert "@" not in json.dumps(logs)


async def test_a_suspicion_that_lasts_is_one_line(room: Room) -> None:
    await room.sync.turn()
    room.other.troubles["campaigns"] = Trouble.EMPTY
    with capture_logs() as logs:
        await room.fails()
        await room.fails()

    assert [each["part"] for each in logs if each["event"] == "social.sync_suspicious"] == ["campaigns"]


async def test_a_campaign_that_can_never_match_is_told_until_somebody_corrects_it(room: Room) -> None:
    room.world.campaigns[100].hashtags = "jedna,dvě,tři,čtyři,pět,šest"
    await room.sync.turn()

    assert [*room.alarms.holding] == [(UNMATCHABLE, "100")]
    detail = room.alarms.detail(UNMATCHABLE)
    assert detail["campaign"] == "Borůvkovéléto"
    assert "6 required tags" in str(detail["why"])

    room.world.campaigns[100].hashtags = "jedna"
    await room.sync.turn()

    assert room.alarms.story(UNMATCHABLE) == ["raised", "cleared"]


async def test_a_campaign_that_is_over_worries_nobody_any_more(room: Room) -> None:
    room.world.campaigns[100].hashtags = "jedna,dvě,tři,čtyři,pět,šest"
    await room.sync.turn()
    await room.clock.advance(30 * 86400)
    room.other.troubles = dict.fromkeys(PARTS, Trouble.BAD_GATEWAY)
    await room.fails()

    assert room.alarms.story(UNMATCHABLE) == ["raised", "cleared"]


async def test_the_service_syncs_at_once_and_then_at_its_pace(tmp_path: Path, clock: FakeClock) -> None:
    async with a_room(tmp_path / "x.db", clock, every="1h") as room, keeping(clock, room.sync):
        await until(lambda: room.synced == 1)
        await clock.advance(3590)
        assert room.synced == 1
        await clock.advance(20)
        assert room.synced == 2


async def test_the_service_syncs_when_it_is_asked(room: Room) -> None:
    async with keeping(room.clock, room.sync):
        await until(lambda: room.synced == 1)
        room.sync.asked.set()
        await until(lambda: room.synced == 2)
        await room.clock.advance(3600)
        assert room.synced == 2


async def test_after_trouble_it_tries_again_soon_and_is_degraded_until_it_goes_well(room: Room) -> None:
    room.other.troubles["campaigns"] = Trouble.BAD_GATEWAY
    async with keeping(room.clock, room.sync) as house:
        await until(lambda: house.state("social.sync") is Health.DEGRADED)
        await room.clock.advance(AGAIN + 1)
        assert room.other.requests["campaigns"] == 2
        assert house.state("social.sync") is Health.DEGRADED
        room.other.troubles.clear()
        await room.clock.advance(AGAIN)
        assert room.other.requests["campaigns"] == 3
        assert house.state("social.sync") is Health.RUNNING


async def test_it_is_left_in_peace_for_as_long_as_it_asks(room: Room) -> None:
    busy = Response("", 503, {"Retry-After": "1800"})
    client = httpx.AsyncClient(transport=httpx.ASGITransport(busy))
    room.sync._app = CreatorsApp(CreatorsAppSettings(url="http://creators.example"), client)
    async with client, keeping(room.clock, room.sync) as house:
        await until(lambda: house.state("social.sync") is Health.DEGRADED)
        asked = (await room.read(Part.CREATORS)).asked_at
        await room.clock.advance(1790)
        assert (await room.read(Part.CREATORS)).asked_at == asked
        await room.clock.advance(20)
        assert (await room.read(Part.CREATORS)).asked_at > asked


async def test_what_nobody_here_knows_is_no_news(room: Room) -> None:
    room.world.involved[100] = [10, 777]
    await room.sync.turn()
    room.other.troubles["campaigns"] = Trouble.BAD_GATEWAY

    await room.fails()

    assert room.synced == 1


async def test_a_start_while_the_creators_app_is_down_goes_on_with_what_is_known(room: Room) -> None:
    await room.sync.turn()
    before = await room.everything()
    room.other.troubles = dict.fromkeys(PARTS, Trouble.BAD_GATEWAY)
    async with keeping(room.clock, room.sync) as house:
        assert [*await room.campaigns.live_by_creator(room.clock.now())] == [10, 11, 12]
        await until(lambda: house.state("social.sync") is Health.DEGRADED)

    assert await room.everything() == before


async def test_campaigns_begin_and_end_between_two_syncs(room: Room) -> None:
    """Gap 30."""
    tomorrow = local(room.clock.now(), ZONE).date() + timedelta(days=1)
    room.world.campaigns = {100: Campaign(100, "Tomorrow", "jaro", tomorrow, tomorrow)}
    async with keeping(room.clock, room.sync):
        await until(lambda: room.synced == 1)
        with capture_logs() as logs:
            await room.clock.advance(6 * 3600)

        assert room.synced == 1
        [line] = [each for each in logs if each["event"] == "social.campaign_state_changed"]
        assert (line["campaign"], line["before"], line["after"]) == (100, "planned", "running")
        [known] = await room.campaigns.campaigns()
        assert known.state is State.RUNNING


async def test_a_refused_token_is_the_end_of_the_service(tmp_path: Path, clock: FakeClock) -> None:
    async with a_room(tmp_path / "x.db", clock, token="another-token") as room, keeping(clock, room.sync) as house:
        await until(lambda: house.state("social.sync") is Health.FAILED)
