"""kill -9 at random moments of collections while tokens rotate: nobody is disconnected, nothing doubled, the next run completes."""

import asyncio
import os
import random
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.clock import Instant, SystemClock
from lahmadaemon.demo.social.creators_app import CreatorsApp
from lahmadaemon.demo.social.graph import Graph
from lahmadaemon.demo.social.tiktok import TikTok
from lahmadaemon.demo.social.world import Item, Size, World, invent
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.tiktok.tokens import ANSWER_LOST
from lahmadaemon.social.vault import Vault
from tests.fakes.stores import new_store
from tests.social.logging_in import all_log_in, want_no_facebook
from tests.system.process import environment
from tests.system.social_nursery import hurried

ZONE = ZoneInfo("Europe/Prague")
SECRET = "the same in every life"
BEGAN = 1_792_605_420_000
SPEED = 100.0
EVERY = 60
"""Seconds of their time, 0.6 of ours, after which everybody is collected again; access tokens live three times as long, and are
renewed at half their life."""
CROSSING = 0.02
"""Seconds of ours from what the stand-ins do to their answer."""
PATIENCE = 30.0
KILLS, KILLS_STRICT = 100, 15


@dataclass
class Agency:
    """Stand-ins, a store, and what brings a daemon to life."""

    world: World
    graph: Graph
    tiktok: TikTok
    clock: Any
    database: Path
    mother: asyncio.subprocess.Process
    chance: random.Random
    in_flight: set[tuple[int, int]] = field(default_factory=set)
    """Creator and generation of each pair for which a refresh had been sent, and its answer not kept, when a life ended."""
    midst: int = 0
    """Lives that ended within a run."""

    life: int | None = None
    """The number of its process."""

    async def born(self) -> None:
        """Who lived before is dead and buried."""
        assert self.mother.stdin
        assert self.mother.stdout
        self.mother.stdin.write(b"\n")
        self.life = int(await self.mother.stdout.readline())

    async def killed(self) -> None:
        assert self.life
        os.kill(self.life, signal.SIGKILL)
        while _breathes(self.life):  # noqa: ASYNC110 - another process buries it
            await asyncio.sleep(0.002)
        self.life = None
        self.in_flight |= set(
            self.asked("SELECT creator_id, generation FROM social_connections WHERE refreshing_at IS NOT NULL")
        )
        self.midst += bool(self.asked("SELECT run_id FROM social_runs WHERE ended_at IS NULL"))

    async def at_random(self) -> None:
        """Some moment of a life: while it begins, while it collects, or when a refresh has just been done over there."""
        kind = self.chance.random()
        if kind < 0.15:
            await asyncio.sleep(self.chance.uniform(0, 0.4))
        elif kind < 0.5:
            await self.until_more(requests=self.chance.randint(1, 25))
        else:
            await self.until_more(refreshes=self.chance.randint(1, 8))
        await asyncio.sleep(self.chance.uniform(0, 1.5 * CROSSING))

    async def until_more(self, *, requests: int = 0, refreshes: int = 0) -> None:
        tiktok = self.tiktok
        requests, refreshes = tiktok.http_requests + requests, tiktok.refreshes + refreshes
        async with asyncio.timeout(PATIENCE):
            while tiktok.http_requests < requests or tiktok.refreshes < refreshes:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.003)

    def asked(self, question: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(self.database, timeout=10)) as database:
            return database.execute(question, values).fetchall()

    async def completes(self) -> None:
        """In one more life the first run ends well, and everybody is collected who has not lost their login."""
        since = self.clock.now()
        await self.born()
        async with asyncio.timeout(PATIENCE):
            while not (runs := self.asked(RUNS, since)) or runs[0][0] is None or self.asked(LEFT, since):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await self.killed()
        _, accounts, done, problem = runs[0]
        assert (done, problem) == (accounts, None)

    def lost(self) -> dict[int, str]:
        """Why, by creator; nobody's page on Facebook is ever in doubt."""
        found = self.asked("SELECT creator_id, provider, reason FROM social_connections WHERE state != 'ok'")
        assert {provider for _, provider, _ in found} <= {"tiktok"}
        return {creator: reason for creator, _, reason in found}

    def is_whole(self, without: Collection[int] = ()) -> None:
        """Every post there is, once, with its campaign; and the file. `without`: whose videos could not be read any more."""
        assert self.asked("PRAGMA integrity_check") == [("ok",)]
        there: dict[str, Item] = {}
        left: set[str] = set()
        for who in self.world.creators.values():
            there |= {item.id: item for item in (*who.media, *who.stories, *who.videos)}
            left |= {item.id for item in who.videos if who.id in without}
        kept = [platform_id for (platform_id,) in self.asked("SELECT platform_id FROM social_posts")]
        assert len(kept) == len(set(kept))
        assert there.keys() - left <= set(kept) <= there.keys()
        links = self.asked("SELECT campaign_id, platform_id FROM social_links")
        assert sorted(links) == sorted(
            (campaign.id, number)
            for number in kept
            for campaign in self.world.campaigns.values()
            if campaign.hashtags in (there[number].caption or "").split()
        )


LEFT = """SELECT 1 FROM social_accounts AS account JOIN social_connections AS login ON login.creator_id = account.creator_id
AND login.provider = CASE account.platform WHEN 'tiktok' THEN 'tiktok' ELSE 'meta' END
WHERE account.platform != 'facebook' AND login.state = 'ok' AND (coalesce(walked_at, 0) < ? OR result != 'ok')"""
RUNS = "SELECT ended_at, accounts, done, problem FROM social_runs WHERE kind = 'collect' AND started_at >= ? ORDER BY started_at"


def _breathes(life: int) -> bool:
    try:
        os.kill(life, 0)
    except ProcessLookupError:
        return False
    return True


@asynccontextmanager
async def opened(folder: Path, creators: int, *, grace: bool, **settings: str) -> AsyncIterator[Agency]:
    """`grace`: a refresh that is asked for again gives the same pair again, until that is used."""
    machine, chance = SystemClock(), random.Random(20261128)
    origin = machine.now()
    clock = hurried(machine, SPEED, BEGAN, origin)
    size = Size(creators, media=4, tracked=2, stories=1, videos=4, page_posts=1)
    world = want_no_facebook(invent(7, Instant(BEGAN), ZONE, size))
    graph, tiktok = Graph(world, clock, zone=ZONE), TikTok(world, clock, access_life=3 * EVERY, grace=grace)
    graph.latency = tiktok.latency = CROSSING * SPEED
    database = folder / "state" / "lahmadaemon.db"
    async with new_store(database) as store:
        connections = ConnectionStore(store, await asyncio.to_thread(Vault, [SECRET.encode()]))
        await all_log_in(connections, world, graph, tiktok, clock.now())
    async with standing_in(graph) as meta, standing_in(tiktok) as display, standing_in(CreatorsApp(world)) as app:
        given = {
            "CREATORS__URL": app, "META__URL": meta, "META__APP_ID": "app", "META__APP_SECRET": "app-secret",
            "TIKTOK__URL": f"{display}/v2", "TIKTOK__CLIENT_KEY": "key", "TIKTOK__CLIENT_SECRET": "secret",
            "EVERY": f"{EVERY}s", "YOUNG_EVERY": f"{EVERY}s", "STORIES_EVERY": f"{EVERY}s",
        } | settings  # fmt: skip
        environ = environment(
            folder, LAHMA_SECRET_KEY=SECRET, LAHMA_TIMEZONE=ZONE.key,
            **{f"LAHMA_SOCIAL__{name}": value for name, value in given.items()},
        )  # fmt: skip
        mother = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.system.social_nursery", str(SPEED), str(BEGAN), str(origin), env=environ,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        agency = Agency(world, graph, tiktok, clock, database, mother, chance)
        try:
            yield agency
        finally:
            if agency.life:  # the test failed, and the mother would wait for it for ever
                os.kill(agency.life, signal.SIGKILL)
            assert mother.stdin
            mother.stdin.close()
            await mother.wait()


@pytest.mark.timeout(900)
async def test_a_hundred_kills_disconnect_nobody_and_double_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path, 8, grace=True) as agency:
        for _ in range(KILLS):
            await agency.born()
            await agency.at_random()
            await agency.killed()
            assert agency.lost() == {}
        await agency.completes()
        told(
            f"{KILLS} kills, {agency.midst} within a run; they met {len(agency.in_flight)} of {agency.tiktok.refreshes} refreshes"
        )

        assert agency.lost() == {}
        agency.is_whole()
        assert agency.tiktok.used_after_rotation == 0
        assert agency.midst > KILLS / 2, "most lives ended within a run"
        assert len(agency.in_flight) > KILLS / 2, "hardly a kill met a refresh"


@pytest.mark.timeout(600)
async def test_where_a_refresh_cannot_be_repeated_only_its_own_creator_must_come_back(tmp_path: Path) -> None:
    """Nobody can do better: the old pair is dead, and the new one was in an answer that nobody lived to read."""
    async with opened(tmp_path, 24, grace=False, TIKTOK__CONCURRENCY="2") as agency:
        for _ in range(KILLS_STRICT):
            await agency.born()
            await agency.at_random()
            await agency.killed()
        await agency.completes()
        lost = agency.lost()
        told(
            f"{KILLS_STRICT} kills met {len(agency.in_flight)} of {agency.tiktok.refreshes} refreshes; {len(lost)} logins lost"
        )

        assert lost, "no kill met a refresh that had been done"
        assert set(lost.values()) == {ANSWER_LOST}
        assert lost.keys() <= {creator for creator, _ in agency.in_flight}
        refused = agency.tiktok.codes["invalid_grant"]  # a try whose answer was lost as well is made again
        assert refused >= len(lost)
        assert agency.tiktok.used_after_rotation == refused, "an access token was used that had been replaced"
        agency.is_whole(without=lost)


def told(what: str) -> None:
    print(what)  # noqa: T201 - pytest shows it with -s, or where the test fails
