"""The invented audience is believable, repeatable and stays small; its shows and its clock can be trusted."""

import asyncio
import gc
import tracemalloc
from collections import Counter
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from itertools import pairwise
from random import Random
from statistics import mean, median
from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant
from lahmadaemon.demo.audience import Audience
from lahmadaemon.demo.faster_clock import FasterClock
from lahmadaemon.demo.faults import Faults
from lahmadaemon.demo.listeners import ListenerTable
from lahmadaemon.demo.people import ALWAYS_ON, BOT, CAFE, PROBES, RELAY, TWO_MOUNTS, Client, somebody
from lahmadaemon.demo.shows import Shows
from tests.fakes.clock import START, FakeClock

BUDAPEST = ZoneInfo("Europe/Budapest")
NOON = Instant(START - 7 * HOUR - 57 * MINUTE)
MACHINES = {ALWAYS_ON, RELAY, BOT, *PROBES}
DOCUMENTATION = [ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]


@dataclass(frozen=True)
class Listened:
    client: Client
    began: Instant
    seconds: float


def size_of(audience: Audience) -> int:
    return sum(len(starts) for starts in audience.connected.values())


@pytest.fixture(scope="module")
def a_day() -> list[Listened]:
    """Every connection that began and ended on one day, watched every ten seconds."""
    audience, ended = Audience(1, BUDAPEST, start=NOON), []
    before: set[tuple[Client, Instant]] = set()
    for now in range(NOON, NOON + DAY, 10 * SECOND):
        audience.advance(Instant(now))
        here = {(client, began) for client, starts in audience.connected.items() for began in starts}
        ended += [Listened(client, began, (now - began) / SECOND) for client, began in before - here if began > NOON]
        before = here
    return ended


def test_the_same_seed_gives_the_same_audience_however_small_the_steps() -> None:
    small_steps, one_step = (Audience(7, BUDAPEST, start=NOON) for _ in range(2))

    for minutes in range(180):
        small_steps.advance(Instant(NOON + minutes * MINUTE))
    one_step.advance(Instant(NOON + 179 * MINUTE))

    assert small_steps.connected == one_step.connected
    assert Audience(8, BUDAPEST, start=NOON).connected != Audience(7, BUDAPEST, start=NOON).connected


def test_it_is_populated_from_the_first_moment() -> None:
    audience = Audience(1, BUDAPEST, start=START)

    assert size_of(audience) > 30
    assert min(audience.connected[ALWAYS_ON]) == START - 2 * DAY
    assert RELAY in audience.connected


@pytest.mark.parametrize("size", [30, 60, 300])
@pytest.mark.slow
def test_the_evening_has_about_the_size_asked_for_and_four_in_the_morning_is_quiet(size: int) -> None:
    audience, evenings, nights = Audience(1, BUDAPEST, size, start=NOON), [], []

    for day in range(7):
        audience.advance(Instant(NOON + day * DAY + 9 * HOUR))
        evenings.append(size_of(audience))
        audience.advance(Instant(NOON + day * DAY + 16 * HOUR))
        nights.append(size_of(audience))

    assert 0.75 * size < mean(evenings) < 1.35 * size
    assert mean(nights) < 0.3 * mean(evenings)


@pytest.mark.slow
def test_thirty_days_pass_and_it_takes_no_more_room_than_after_ten() -> None:
    audience = Audience(1, BUDAPEST, size=15, start=NOON)
    tracemalloc.start()
    try:
        audience.advance(Instant(NOON + 10 * DAY))
        gc.collect()
        early, changes = tracemalloc.get_traced_memory()[0], audience.changes
        audience.advance(Instant(NOON + 30 * DAY))
        gc.collect()
        late = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert audience.changes - changes > 10_000  # so that ten bytes kept of each would show
    assert late - early < 100_000


def test_every_address_is_from_the_documentation_ranges(a_day: list[Listened]) -> None:
    addresses = {ip_address(listened.client.ip) for listened in a_day}

    assert all(any(address in network for network in DOCUMENTATION) for address in addresses)
    assert {address.version for address in addresses} == {4, 6}


def test_stays_last_about_twenty_minutes_some_seconds_some_hours(a_day: list[Listened]) -> None:
    lengths = [listened.seconds for listened in a_day if listened.client not in MACHINES]

    assert 10 * 60 < median(lengths) < 25 * 60
    assert sum(seconds < 60 for seconds in lengths) >= 5
    assert sum(seconds > 3 * 3600 for seconds in lengths) >= 5


def test_some_lose_their_connection_and_are_back_within_a_minute(a_day: list[Listened]) -> None:
    ends = Counter((listened.client, round(listened.began / SECOND + listened.seconds)) for listened in a_day)

    back = [
        listened for listened in a_day
        if any((listened.client, listened.began // SECOND - gap) in ends for gap in range(1, 61))
    ]  # fmt: skip

    assert len(back) >= 20


def test_probes_listen_ten_minutes_several_times_an_hour_from_neighbouring_addresses(a_day: list[Listened]) -> None:
    probes = [listened for listened in a_day if listened.client in PROBES]

    assert {probe.client for probe in probes} == set(PROBES)
    assert 2 * 24 < len(probes) < 6 * 24
    assert all(560 < probe.seconds < 640 for probe in probes)


def test_a_bot_looks_in_now_and_then(a_day: list[Listened]) -> None:
    assert 1 <= sum(listened.client == BOT for listened in a_day) <= 40


def test_in_the_evening_two_people_share_one_address_and_one_person_listens_twice() -> None:
    audience = Audience(1, BUDAPEST, start=START)

    assert len(audience.connected[CAFE]) == 2
    assert all(len(audience.connected[client]) == 1 for client in TWO_MOUNTS)


def test_over_ipv6_a_person_comes_with_a_new_address_in_the_same_network() -> None:
    random = Random(1)
    person = next(person for person in (somebody(random) for _ in range(100)) if person.home.version == 6)

    first, second = person.client(random), person.client(random)

    assert first.ip != second.ip
    assert ip_network(f"{first.ip}/64", strict=False) == ip_network(f"{second.ip}/64", strict=False)


@pytest.mark.slow
def test_rows_begin_only_at_the_servers_own_syncs() -> None:
    table = ListenerTable(Audience(1, BUDAPEST, 300, start=START), Faults(), START)

    table.advance(Instant(START + HOUR))

    begun = {row["connected_on"] for row in table.live(START // SECOND)}
    gaps = [later - earlier for earlier, later in pairwise(sorted(begun)) if earlier > START // SECOND]
    assert len(gaps) > 20
    assert min(gaps) >= 10
    assert sorted(gaps)[len(gaps) // 4] <= 16


def test_a_connection_lost_and_found_between_two_syncs_stays_one_row() -> None:
    audience, faults = Audience(1, BUDAPEST, start=START), Faults()
    table = ListenerTable(audience, faults, START)
    table.advance(START)
    before = [row["connected_on"] for row in table.live(START // SECOND) if row["ip"] == ALWAYS_ON.ip]

    audience.connected[ALWAYS_ON] = [Instant(START + SECOND)]
    audience.changes += 1
    table.advance(Instant(START + MINUTE))

    after = [row["connected_on"] for row in table.live(START // SECOND) if row["ip"] == ALWAYS_ON.ip]
    assert after == before


@pytest.mark.parametrize("around", [START, Instant(1_792_886_400_000), Instant(1_806_192_000_000)])
def test_something_is_always_on_air_also_when_the_clocks_change(around: Instant) -> None:
    shows = Shows(BUDAPEST)
    play = shows.on_air(around - 4 * DAY)

    while play.begins < around + 4 * DAY:
        following = shows.on_air(play.ends)
        assert play.begins < play.ends == following.begins
        play = following


def test_a_live_show_has_its_host_and_a_recorded_one_its_playlist() -> None:
    shows = Shows(BUDAPEST)

    live, recorded = shows.on_air(START + HOUR), shows.on_air(START - HOUR // 2)
    small_hours, jingle = shows.on_air(START + 8 * HOUR), shows.on_air(live.begins - SECOND)

    assert live[2:6] == ("Padlásszoba", "Élő adás", "", True)
    assert recorded[2:6] == ("Bicikliút", "43. adás", "Bicikliút", False)
    assert small_hours.playlist == "Off Air Ambient"
    assert jingle.playlist == "Jingle Station ID"


async def test_on_a_faster_clock_an_hour_passes_in_a_minute() -> None:
    machine = FakeClock()
    clock = FasterClock(60, START, machine=machine)
    waiting = asyncio.create_task(clock.wait(asyncio.Event(), 3600))

    await machine.advance(59)
    assert not waiting.done()
    await machine.advance(1)

    assert await waiting is False
    assert clock.monotonic() == 3600
    assert clock.now() == START + HOUR


async def test_a_wait_on_a_faster_clock_ends_when_the_event_comes() -> None:
    event = asyncio.Event()
    waiting = asyncio.create_task(FasterClock(60, START, machine=FakeClock()).wait(event, None))

    event.set()

    assert await waiting is True
