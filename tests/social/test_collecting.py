"""Runs: who is walked, what is kept of it, who may ask for one, and how trouble stays with whom it belongs to."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import DAY, HOUR, Instant
from lahmadaemon.social import campaigns
from lahmadaemon.social.campaigns import Rules
from lahmadaemon.social.collecting.keeping import Stores
from lahmadaemon.social.collecting.relinking import Relinker
from lahmadaemon.social.collecting.running import Runner
from lahmadaemon.social.collecting.services import Collect, Office, Stories
from lahmadaemon.social.connections import Account, Connection, Provider, State
from lahmadaemon.social.driving import Ended, Errand, Keeper, Result
from lahmadaemon.social.limits import Limits
from lahmadaemon.social.posts import Found, Kind, Numbers, Platform, Post
from lahmadaemon.social.settings import SocialSettings
from lahmadaemon.social.store.campaigns import CampaignStore
from lahmadaemon.social.store.collectable import Collectable, collectables
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.store.creators import CreatorStore
from lahmadaemon.social.store.posts import PostStore
from lahmadaemon.social.store.reading import PostReader
from lahmadaemon.social.store.runs import COLLECT, REFRESH, RunStore
from lahmadaemon.social.vault import Vault
from lahmadaemon.social.walk import Outcome, Page, Task, Walk
from lahmadaemon.store.database import Store
from tests.fakes.alarms import FakeAlarms
from tests.fakes.clock import FakeClock, until
from tests.fakes.house import keeping
from tests.fakes.stores import new_store

PRAGUE = ZoneInfo("Europe/Prague")
NOW = Instant(1_789_041_600_000)  # 2026-09-10T12:00:00Z
SETTINGS = SocialSettings()
VAULT = Vault([b"a secret for the tests alone"])
SUMMER = campaigns.read(101, "Summer", "#summer", date(2026, 9, 1), date(2026, 9, 20), [1, 2, 3, 4], PRAGUE, Rules())


def post(creator: int, *, caption: str = "#summer", age: int = DAY) -> Found:
    made = Post(Platform.TIKTOK, f"75{creator}", Kind.VIDEO, Instant(NOW - age), caption=caption)
    return Found(made, Numbers(views=100, likes=3))


@dataclass
class Scripted:
    """A platform: what each creator has, who is in trouble, and a gate that can be shut before an errand."""

    found: dict[int, list[Found]] = field(default_factory=dict)
    trouble: dict[int, Ended] = field(default_factory=dict)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: list[Task] = field(default_factory=list)
    only: Platform | None = None

    @property
    def drivers(self) -> dict[Provider, "Scripted"]:
        return {Provider.TIKTOK: self, Provider.META: self}

    def reaches(self, account: Collectable) -> bool:
        return account.connected and self.only in {None, account.platform}

    def walk(self, account: Collectable, task: Task) -> Walk:
        self.tasks.append(task)
        return self._walk(task.creator_id)

    def _walk(self, creator: int) -> Walk:
        yield Page(tuple(self.found.get(creator, ())))
        return Outcome(complete=True)

    async def drive(self, errands: Sequence[Errand], keeper: Keeper, stopping: Callable[[], bool]) -> None:
        for errand in errands:
            await self.gate.wait()
            if ended := self.trouble.get(errand.creator_id):
                await keeper.ended([(errand, ended)])
                continue
            page = next(errand.walk)
            assert isinstance(page, Page)
            await keeper.keep([(errand, page)])
            await keeper.ended([(errand, Ended(Result.OK, complete=True, posts=len(page.found), asks=1))])


@dataclass
class House:
    store: Store
    clock: FakeClock
    platform: Scripted
    alarms: FakeAlarms
    office: Office
    collect: Collect
    limits: Limits

    @property
    def runs(self) -> RunStore:
        return self.office.runner.stores.runs

    @property
    def connections(self) -> ConnectionStore:
        return self.office.runner.stores.connections

    @property
    def reader(self) -> PostReader:
        return self.office.runner.reader

    async def join(self, *creators: int) -> None:
        await CreatorStore(self.store).take({number: f"{number}@x.example" for number in creators}, NOW)
        for number in creators:
            made = Connection(
                creator_id=number, provider=Provider.TIKTOK, user_id=f"open-{number}", issued_at=NOW,
                access=SecretStr(f"token-{number}"), refresh=SecretStr(f"refresh-{number}"),
            )  # fmt: skip
            account = Account(creator_id=number, platform=Platform.TIKTOK, account_id=f"open-{number}")
            await self.connections.connect(made, [account])

    async def belongs(self, campaign: int = 101) -> list[str]:
        return [kept.post.platform_id for kept in await self.reader.of_campaign(campaign)]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock, platform, alarms = FakeClock(NOW), Scripted(), FakeAlarms()
    platform.gate.set()
    async with new_store(tmp_path / "social.db") as store:
        limits, reader, posts = Limits(clock), PostReader(store), PostStore(store)
        known = CampaignStore(store, SETTINGS, PRAGUE)
        stores = Stores(posts, RunStore(store), ConnectionStore(store, VAULT), limits)

        async def learnt() -> None:
            pass

        runner = Runner(stores, reader, platform, clock, PRAGUE, learnt)
        office = Office(runner, known, partial(collectables, store, VAULT), SETTINGS, limits, alarms)
        collect = Collect(office, Relinker(known, reader, posts, clock))
        made = House(store, clock, platform, alarms, office, collect, limits)
        await made.join(11, 12)
        await known.take([SUMMER], NOW)
        await known.take_involved({101: [11, 12]})
        yield made


async def test_a_run_keeps_what_was_found_and_how_each_account_fared(house: House) -> None:
    house.platform.found = {11: [post(11)], 12: [post(12, caption="nothing")]}
    await house.collect.turn()

    assert await house.belongs() == ["7511"]
    run = await house.runs.newest(COLLECT)
    assert run is not None
    assert (run.accounts, run.done, run.problem, run.ended_at) == (2, 2, None, NOW)
    assert [(each.creator_id, each.result, each.posts) for each in await house.runs.results(run.run_id)] == [
        (11, Result.OK, 1), (12, Result.OK, 1),
    ]  # fmt: skip


async def test_one_creator_s_trouble_is_nobody_else_s_and_is_told_with_its_reason(house: House) -> None:
    house.platform.found = {12: [post(12)]}
    house.platform.trouble = {11: Ended(Result.PARTIAL, reason="video_list_not_granted", asks=1)}
    with capture_logs() as logs:
        await house.collect.turn()

    assert await house.belongs() == ["7512"]
    told = [line for line in logs if line["event"] == "social.account_incomplete"]
    assert [(line["creator"], line["reason"]) for line in told] == [(11, "video_list_not_granted")]


async def test_a_dead_token_marks_the_login_that_was_used_and_no_newer_one(house: House) -> None:
    dead = Ended(Result.SKIPPED, reason="refresh_refused", reauth="refresh_refused")
    house.platform.trouble = {11: dead, 12: dead}
    house.platform.gate.clear()
    async with asyncio.TaskGroup() as group:
        turn = group.create_task(house.collect.turn())
        await until(lambda: house.platform.tasks)
        await house.join(12)  # logs in again, while the errand is under way with the old token
        house.platform.gate.set()
        await turn

    states = {each.creator_id: (each.state, each.reason) for each in await house.connections.standings()}
    assert states == {11: (State.REAUTH_REQUIRED, "refresh_refused"), 12: (State.OK, None)}
    assert [each.creator_id for each in await house.office.accounts() if each.connected] == [12]


async def test_who_brought_nothing_is_left_alone_for_a_while_and_then_tried_again(house: House) -> None:
    house.platform.trouble = {11: Ended(Result.SKIPPED, reason="tiktok_unreachable")}
    assert await house.collect.work() == 600
    await house.clock.advance(5 * 60)
    await house.collect.work()
    assert [task.creator_id for task in house.platform.tasks] == [11, 12]

    await house.clock.advance(5 * 60)
    await house.collect.work()
    assert [task.creator_id for task in house.platform.tasks] == [11, 12, 11]


@pytest.mark.slow
async def test_a_day_s_looks_are_one_complete_one_and_the_young_posts_every_three_hours(house: House) -> None:
    house.platform.found = {11: [post(11, age=HOUR)], 12: [post(12, age=9 * DAY, caption="old")]}
    for _ in range(23 * 6):
        await house.collect.work()
        await house.clock.advance(600)
    looks = [(task.creator_id, task.with_profile) for task in house.platform.tasks]

    assert looks[:2] == [(11, True), (12, True)]
    assert looks[2:] == [(11, False)] * 7
    assert house.platform.tasks[2].tracked == {"7511": NOW - HOUR}


async def test_whoever_asks_for_a_run_that_is_under_way_is_given_that_one(house: House) -> None:
    house.platform.gate.clear()
    async with keeping(house.clock, house.collect):
        first = await house.collect.refresh()
        await until(lambda: house.platform.tasks)
        again, of_one, of_campaign = (
            await house.collect.refresh(), await house.collect.refresh(frozenset({11})),
            await house.collect.refresh(campaign_id=101),
        )  # fmt: skip
        assert {first.run_id} == {again.run_id, of_one.run_id, of_campaign.run_id}
        house.platform.gate.set()
        await until(lambda: house.collect.idle)

    ended = await house.runs.run(first.run_id)
    assert ended is not None
    assert (ended.kind, ended.accounts, ended.done, ended.problem) == (REFRESH, 2, 2, None)


async def test_a_run_asked_for_walks_only_whom_it_was_asked_for(house: House) -> None:
    async with keeping(house.clock, house.collect):
        await until(lambda: len(house.platform.tasks) == 2)
        run = await house.collect.refresh(frozenset({12}))
        await until(lambda: len(house.platform.tasks) == 3)
        await until(lambda: house.collect.idle)

    assert house.platform.tasks[-1].creator_id == 12
    assert [each.creator_id for each in await house.runs.results(run.run_id)] == [12]


async def test_a_run_that_a_killed_life_left_open_is_closed_by_the_next(house: House) -> None:
    left = await house.collect.refresh()
    async with keeping(house.clock, Collect(house.office, house.collect.relink)):
        await until(lambda: len(house.platform.tasks) == 2)

    closed = await house.runs.run(left.run_id)
    assert closed is not None
    assert closed.problem == "the daemon ended in its midst"


async def test_a_stop_in_the_middle_keeps_what_came_and_says_so(house: House) -> None:
    house.platform.found = {11: [post(11)], 12: [post(12)]}
    await house.collect.work(lambda: bool(house.platform.tasks))

    run = await house.runs.newest()
    assert run is not None
    assert run.problem == "the daemon was asked to stop"
    assert sorted(await house.belongs()) == ["7511", "7512"]


async def test_new_hashtags_find_the_posts_that_are_kept_without_asking_for_them_again(house: House) -> None:
    house.platform.found = {11: [post(11, caption="#winter")], 12: [post(12)]}
    await house.collect.work()
    assert await house.belongs() == ["7512"]

    winter = replace(SUMMER, hashtags="#winter", tags=frozenset({"winter"}))
    await house.office.campaigns.take([winter], house.clock.now())
    house.collect.synced()
    await house.collect.work()
    assert await house.belongs() == ["7511"]
    assert len(house.platform.tasks) == 2


async def test_who_leaves_a_campaign_takes_their_posts_out_of_it(house: House) -> None:
    house.platform.found = {11: [post(11)], 12: [post(12)]}
    await house.collect.turn()
    await house.office.campaigns.take_involved({101: [12]})
    await house.collect.relink()

    assert await house.belongs() == ["7512"]


async def test_a_platform_s_pause_outlives_the_process_and_is_told_when_it_lasts(house: House) -> None:
    house.limits.pause("meta.app", 2 * 3600, "code 4")
    async with keeping(house.clock, house.collect):
        await until(lambda: house.collect.idle and Condition.PLATFORM_LIMIT in house.alarms.now)
        kept = await house.runs.pauses()
        assert [(each.scope, each.until - NOW) for each in kept] == [("meta.app", 2 * HOUR)]
        await house.clock.advance(2 * 3600 + 600)

    assert house.alarms.story(Condition.PLATFORM_LIMIT) == ["raised", "cleared"]


async def test_progress_is_told_to_who_watches_and_to_the_log_at_every_tenth(house: House) -> None:
    seen: list[tuple[int, int]] = []
    house.collect.watched_by = lambda done, of: seen.append((done, of))
    with capture_logs() as logs:
        await house.collect.turn()

    assert seen == [(0, 2), (1, 2), (2, 2)]
    assert [line["percent"] for line in logs if line["event"] == "social.run_goes_on"] == [50]


async def test_stories_are_read_in_a_run_of_their_own_that_leaves_the_cadence_of_posts_alone(house: House) -> None:
    token = SecretStr("page")
    account = Account(creator_id=11, platform=Platform.INSTAGRAM, account_id="17841", token=token)
    made = Connection(
        creator_id=11, provider=Provider.META, user_id="fb", issued_at=NOW, access=SecretStr("user"), access_until=None
    )
    await house.connections.connect(made, [account])
    house.platform.only = Platform.INSTAGRAM
    await Stories(house.office).turn()

    (instagram,) = [each for each in await house.office.accounts() if each.platform is Platform.INSTAGRAM]
    assert (instagram.stories_at, instagram.looked_at) == (NOW, None)
    assert [task.account_id for task in house.platform.tasks] == ["17841"]
    await Stories(house.office).turn()
    assert len(house.platform.tasks) == 1


async def test_a_gone_creator_is_not_asked_for_any_more(house: House) -> None:
    await CreatorStore(house.store).take({11: "11@x.example"}, NOW)
    await house.collect.turn()

    assert [task.creator_id for task in house.platform.tasks] == [11]


async def test_whose_platform_cannot_be_asked_is_no_reason_for_runs_without_end(house: House) -> None:
    """Once such an account was planned, walked by nobody and so due for ever: a run began every second."""
    await house.connections.reauth(11, Provider.TIKTOK, "refresh_refused", NOW)
    await house.collect.work()
    rest = await house.collect.work()

    assert [task.creator_id for task in house.platform.tasks] == [12]
    assert rest == 600
