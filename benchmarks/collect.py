"""What a thousand creators cost: requests, calls, time and memory of collecting, against the formula and the older server.

    python benchmarks/collect.py [--creators 10,100,1000]

A seeded world over loopback, its three servers in a process of their own. Each creator has M posts and reels and S stories on
Instagram and V videos on TikTok; each takes part in C campaigns that want all of these, and no Facebook posts. (A Facebook
page would cost one call more, and each of its posts that belongs to a campaign another one, in the same batches.)

formula     a round of N creators: N·max(1, ⌈M/50⌉) calls to Instagram, for profile, posts, their insights and the stories come
            in one, and fifty of them in one request; to TikTok, which knows no batches, 1 + max(1, ⌈V/20⌉) requests each
older       the older server's arithmetic: every campaign by itself, insights one by one, 3 + N·C·(1 + min(M, 25) + 1 + S + 1)
refreshes   of TikTok's tokens, when they have run out: one a day and creator; they are in no formula

The rounds: the first look at everything; three hours later the posts younger than two days; stories alone; next day everything
again; again with one post from before its account was a professional one for every twentieth creator, which spoils its page;
twice with allowances that are used up in its midst (half a second after a refusal nobody may call any more); and at last with
50 ms before every answer, against the clock.

1 where a clean round costs more than 1.1 of the formula, a spoilt one more than two requests and one for each fifty tracked
posts on its pages besides, or anybody asks twice, with a token that was replaced, or where they were told not to.
"""

import argparse
import asyncio
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from math import ceil

import psutil
from an_agency import Agency, Counts, opened
from rich.console import Console
from rich.table import Table

from lahmadaemon.demo.social.world import Size
from lahmadaemon.social.collecting.services import Collect
from lahmadaemon.supervision.service import Service

ALLOWED = 1.1
BATCH, PAGE, LIST = 50, 50, 20
"""Calls in a batch, posts in an answer of Instagram's, videos in one of TikTok's."""
BATCHES, REQUESTS, PER_SECOND = 4, 8, 9.0
"""Batches and requests to TikTok under way at once, and to each of its endpoints a second."""
LATENCY = 0.05
HOUR, DAY = 3600.0, 86_400.0
HURRIED, UNHURRIED = 60.0, 5.0
"""So many times as fast as it is, where nothing but requests is counted; and where it matters what crosses on its way."""
MANY_A_SECOND = 1000.0
LOOK_AGAIN = 600.0
SHAPES = {
    10: Size(10, campaigns=2, media=25, tracked=5, stories=3, videos=15),
    100: Size(100, campaigns=3, media=40, tracked=8, stories=4, videos=15),
}
console = Console(width=120)


@dataclass
class Verdicts:
    """What must hold, and whether it does."""

    failed: list[str] = field(default_factory=list)

    def __call__(self, what: str, *, holds: bool) -> str:
        if not holds:
            self.failed.append(what)
        return what if holds else f"[red]{what}[/]"


def shape(creators: int) -> Size:
    return SHAPES.get(creators) or Size(creators, campaigns=2, media=25, tracked=5, stories=3, videos=15)


def formula(size: Size) -> tuple[int, int, int]:
    """Calls and requests to Instagram, requests to TikTok, of a whole round."""
    calls = size.creators * max(1, ceil(size.media / PAGE))
    return calls, ceil(calls / BATCH), size.creators * (1 + max(1, ceil(size.videos / LIST)))


def older(size: Size) -> int:
    return 3 + size.creators * size.campaigns * (1 + min(size.media, 25) + 1 + size.stories + 1)


@dataclass
class Rounds:
    """One agency's, in their order: a table's rows, and verdicts."""

    agency: Agency
    verdict: Verdicts
    table: Table

    @property
    def collect(self) -> Collect:
        found = self.agency.house.service("social.collect")
        assert isinstance(found, Collect)
        return found

    async def counted(self, service: Service, *, due_only: bool = False) -> Counts:
        """One turn of it; nobody may have been asked twice."""
        before: Counts = self.agency.there("counts")
        self.agency.there("begin_cycle")
        if due_only and isinstance(service, Collect):
            await service.work()
        else:
            await service.turn()
        duplicates, ignored = self.agency.there("duplicates"), self.agency.there("ignored")
        self.verdict(f"{duplicates} asked twice", holds=not duplicates)
        self.verdict(f"{ignored} calls although they had been told not to", holds=not ignored)
        counts: Counts = self.agency.there("counts")
        return counts.since(before)

    def told(self, name: str, counts: Counts, expected: tuple[int, int, int] | None) -> None:
        """A row; `expected`: calls and requests by the formula, where there is one."""
        size = self.agency.size
        pairs = zip(
            (counts.instagram_logical, counts.instagram_http, counts.tiktok_http), expected or (0, 0, 0), strict=True
        )
        shown = []
        for number, wanted in pairs:
            within = expected is None or number <= ALLOWED * wanted
            text = f"{number:,}" + (f" / {wanted:,}" if expected else "")
            shown.append(self.verdict(text, holds=within))
        requests = counts.instagram_http + counts.tiktok_http + counts.creators_http
        self.table.add_row(
            f"{size.creators:,}", name, *shown, f"{counts.refreshes:,}", f"{requests / size.creators:.2f}",
            f"{older(size):,} ({older(size) / size.creators:.1f})" if name == "first look" else "",
        )  # fmt: skip

    async def clean(self) -> Counts:
        """Sync, first look, young posts, stories, the next day."""
        size, house = self.agency.size, self.agency.house
        calls, batches, requests = formula(size)
        before: Counts = self.agency.there("counts")
        await house.service("social.sync").turn()
        synced = self.agency.there("counts").since(before).creators_http
        self.verdict(f"{synced} requests to the Creators app", holds=synced == 3)
        self.told("first look", await self.counted(self.collect), (calls, batches, requests))
        self._whole()
        self.agency.leap(3 * HOUR + 600)
        few = (size.creators, ceil(size.creators / BATCH), size.creators)
        self.told("young posts", await self.counted(self.collect, due_only=True), few)
        self.told("stories", await self.counted(house.service("social.stories")), (few[0], few[1], 0))
        self.agency.leap(DAY)
        clean = await self.counted(self.collect)
        self.told("next day", clean, (calls, batches, requests))
        return clean

    def _whole(self) -> None:
        """Everything there is was found, and everybody was well."""
        size = self.agency.size
        with sqlite3.connect(_database(self.agency)) as database:
            (found,) = database.execute("SELECT count(*) FROM social_posts").fetchone()
            ill = database.execute("SELECT count(*) FROM social_results WHERE result != 'ok'").fetchone()[0]
        database.close()
        there = size.creators * (size.media + size.stories + size.videos)
        self.verdict(f"{found} of {there} posts found, {ill} accounts not well", holds=found == there and not ill)

    async def spoilt(self, clean: Counts) -> str:
        """Every twentieth creator's page is."""
        creators = max(1, self.agency.size.creators // 20)
        tracked = self.agency.there("poison", creators)
        self.agency.leap(DAY)
        counts = await self.counted(self.collect)
        self.told(f"{creators} spoilt", counts, None)
        more, most = counts.instagram_http - clean.instagram_http, 2 + ceil(tracked / BATCH)
        told = f"{creators} spoilt pages with {tracked} tracked posts: {more} requests more, {most} allowed"
        self.agency.there("heal")
        return self.verdict(told, holds=more <= most)

    async def exhausted(self) -> str:
        """In the midst of a round; then once more, while nobody may ask."""
        size, before = self.agency.size, self.agency.there("counts")
        for app in (False, True):
            self.agency.leap(DAY)
            # of one batch all calls arrive at once
            self.agency.there("exhaust", size.creators // 2 if size.creators > BATCH else 0, app=app)
            self.agency.pace(UNHURRIED)
            counts = await self.counted(self.collect)
            if size.creators <= BATCHES * BATCH:  # all that was to be asked had left when the allowance was used up
                await self.counted(self.collect)
            self.agency.pace(HURRIED)
            self.told(f"{'app' if app else 'accounts'} exhausted", counts, None)
        self.agency.leap(DAY)
        counts = await self.counted(self.collect)
        calls, batches, requests = formula(size)
        self.told("and then", counts, (calls, batches, requests))
        found: Counts = self.agency.there("counts").since(before)
        return self.verdict(f"{found.refused} calls met an allowance that was used up", holds=found.refused > 0)


def _database(agency: Agency) -> str:
    settings = agency.house.settings
    return settings.store.resolved(settings.state_folder).database or ""


@dataclass
class Meter:
    """How late the loop wakes, and the memory of this process at its most."""

    late: float = 0.0
    busy: float = 0.0
    """Seconds of processor the loop's thread used between two turns of this meter, at most: what others on this machine cannot
    make longer."""
    memory: int = 0

    async def run(self) -> None:
        process, tick = psutil.Process(), 0.005
        for turn in count():
            began, used = time.perf_counter(), time.thread_time()
            await asyncio.sleep(tick)
            self.late = max(self.late, time.perf_counter() - began - tick)
            self.busy = max(self.busy, time.thread_time() - used)
            if turn % 100 == 0:  # this costs more than all the rest of it
                self.memory = max(self.memory, process.memory_info().rss)


@asynccontextmanager
async def metered() -> AsyncIterator[Meter]:
    meter = Meter()
    running = asyncio.create_task(meter.run())
    try:
        yield meter
    finally:
        running.cancel()


def bound(size: Size, per_second: float, refreshes: int) -> float:
    """Seconds below which no round can be: batches and requests one after the other as far as they may not go side by side,
    and what TikTok's endpoints let through, of which a second's worth at once."""
    _, batches, requests = formula(size)
    lists = size.creators * max(1, ceil(size.videos / LIST))
    return max(
        ceil(batches / BATCHES) * LATENCY,
        (requests + refreshes) * LATENCY / REQUESTS,
        (lists - per_second) / per_second,
    )


async def timed(agency: Agency, table: Table, per_second: float) -> None:
    """A round against the clock."""
    agency.pace(1.0)
    agency.there("slow", LATENCY)
    before: Counts = agency.there("counts")
    began, used = time.perf_counter(), time.process_time()
    async with metered() as meter:
        await agency.house.service("social.collect").turn()
    seconds, used = time.perf_counter() - began, time.process_time() - used
    refreshes = agency.there("counts").since(before).refreshes
    least = bound(agency.size, per_second, refreshes)
    table.add_row(
        f"{agency.size.creators:,}", f"{per_second:g}", f"{least:.1f} s", f"{seconds:.1f} s", f"{used:.1f} s",
        f"{meter.late:.2f} s", f"{meter.busy:.2f} s", f"{meter.memory / 2**20:.0f} MB",
    )  # fmt: skip


async def day_of_stories(agency: Agency) -> str:
    """Looked for every ten minutes, as the service does."""
    before: Counts = agency.there("counts")
    stories = agency.house.service("social.stories")
    for _ in range(round(DAY / LOOK_AGAIN)):
        agency.leap(LOOK_AGAIN)
        await stories.turn()
    counts = agency.there("counts").since(before)
    batches = ceil(agency.size.creators / BATCH)
    return (
        f"{agency.size.creators} creators' stories in a day, every three hours and once more before each ends:"
        f" {counts.instagram_http} requests; every three hours alone {8 * batches}"
    )


async def rounds(creators: int, verdict: Verdicts, counts: Table, times: Table) -> list[str]:
    told = []
    async with opened(shape(creators), speed=HURRIED) as agency:
        several = Rounds(agency, verdict, counts)
        clean = await several.clean()
        told += [await several.spoilt(clean), await several.exhausted()]
        agency.leap(DAY)
        await timed(agency, times, PER_SECOND)
        rotated = agency.there("counts").rotated
        told.append(
            verdict(f"{creators:,} creators: {rotated} tokens used after they were replaced", holds=not rotated)
        )
    if creators <= 100:
        async with opened(shape(creators), speed=HURRIED) as agency:
            await agency.house.service("social.sync").turn()
            await agency.house.service("social.stories").turn()
            told.append(await day_of_stories(agency))
    if creators == 100:
        async with opened(shape(creators), speed=HURRIED, per_second=MANY_A_SECOND) as agency:
            agency.there("generous")
            await agency.house.service("social.sync").turn()
            await timed(agency, times, MANY_A_SECOND)
    return told


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--creators", default="10,100,1000")
    options = arguments.parse_args()
    verdict = Verdicts()
    counts = Table(
        "creators", "round", "Instagram: calls", "requests", "TikTok: requests", "refreshes", "requests each", "older (each)",
        title="measured / formula",
    )  # fmt: skip
    times = Table(
        "creators", "TikTok, a second", "bound", "a round", "processor", "loop late", "in one piece", "memory",
        title="50 ms before every answer",
    )  # fmt: skip
    told = []
    for creators in options.creators.split(","):
        told += asyncio.run(rounds(int(creators), verdict, counts, times))
    console.print(counts, times, *told, sep="\n")
    if verdict.failed:
        console.print("[red]does not hold:[/]", *verdict.failed, sep="\n")
        sys.exit(1)
    console.print("all within the budget: nobody asked twice, with a replaced token, or after being told not to")


if __name__ == "__main__":
    main()
