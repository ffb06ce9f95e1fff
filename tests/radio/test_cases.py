"""The forty cases that break naive folding, by their numbers: what is done in each, by the code that does it."""

import asyncio
import json
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant, instant, local
from lahmadaemon.radio import periods
from lahmadaemon.radio.azuracast import payload
from lahmadaemon.radio.azuracast.door import Door
from lahmadaemon.radio.azuracast.history import read
from lahmadaemon.radio.azuracast.on_air import on_air
from lahmadaemon.radio.figures import Figures, Rules, figures
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.sessions import Listening, chain
from lahmadaemon.radio.shows.attribution import Plan, aired
from lahmadaemon.radio.shows.grid import Grid, Planned, Show, Slot, planned
from lahmadaemon.radio.shows.log.entries import Entry
from lahmadaemon.radio.shows.matching import Matcher
from lahmadaemon.radio.shows.store import GridStore
from lahmadaemon.radio.snapshot import Connection, OnAir, Snapshot, Totals
from lahmadaemon.radio.snapshots import Snapshots
from lahmadaemon.radio.source import History
from lahmadaemon.radio.tagging import Habits, tag
from lahmadaemon.radio.truth.anomalies.detector import Station, see
from lahmadaemon.radio.truth.anomalies.kinds import Kind
from lahmadaemon.radio.truth.anomalies.memory import Known
from lahmadaemon.radio.truth.reconciling import Stored, reconcile
from tests.fakes.clock import START, FakeClock
from tests.fakes.house import keeping
from tests.radio.builders import digest, listening
from tests.radio.measuring import OFFLINE, PLAYING, ZONE, Server, measured
from tests.samples import names, sample

NAMES = Pseudonyms(b"secret")
GAP = 120 * SECOND
FOUR = ("anna", "béla", "cili", "dóra")


def at(day: date, clock: str) -> Instant:
    """A wall clock in Budapest."""
    return instant(datetime.combine(day, time.fromisoformat(clock), ZONE))


def gross(period: Period, *connections: Listening) -> Figures:
    return figures(chain(connections, GAP), period, Rules())


def admitted(*rows: dict[str, Any]) -> tuple[list[Connection], int]:
    """What the door makes of rows as a server writes them."""
    base = {"ip": "203.0.113.7", "user_agent": "KitchenRadio/1.0", "connected_on": 1000, "connected_until": 1500}
    written = [base | {"hash": f"{number:032x}"} | row for number, row in enumerate(rows)]
    found, dropped = Door(NAMES).admit(payload.rows(json.dumps(written).encode()))
    return list(found.values()), dropped


def let_in(**row: Any) -> Connection:
    [found], _ = admitted(row)
    return found


def history(start: float, end: float, *rows: dict[str, Any]) -> History:
    """What the server remembers, as it writes it."""
    base = {"ip": "203.0.113.7", "user_agent": "KitchenRadio/1.0", "hash": "ab" * 16}
    body = json.dumps([base | row for row in rows]).encode()
    return read(body, Instant(round(start * SECOND)), Instant(round(end * SECOND)), Door(NAMES))


async def test_case_01_day_boundary_a_row_over_midnight_is_one_row_and_each_day_has_its_part(tmp_path: Path) -> None:
    midnight = at(date(2026, 10, 22), "00:00")
    async with measured(tmp_path, ["anna"], now=midnight - 10 * MINUTE) as station:
        await station.poll(41)
        kept = await station.rows()
        before = await station.report(midnight - 10 * MINUTE, midnight)
        after = await station.report(midnight, midnight + 10 * MINUTE)

    assert len(kept) == 1
    assert [report.gross.tlh * 6 for report in (before, after)] == [pytest.approx(1), pytest.approx(1)]
    assert (before.gross.ss, after.gross.ss) == (1, 0)


def test_case_02_dst_in_spring_a_day_of_23_hours_and_a_slot_in_the_hole_has_no_length() -> None:
    spring = date(2026, 3, 29)
    day = periods.day(spring, ZONE)
    everybody = listening(day.start / SECOND, day.end / SECOND)
    hole = Grid(weekly=(Slot(7, time(2, 0), time(3, 0), "night", "Night"),))

    assert day.hours == 23
    assert gross(day, everybody).aas == pytest.approx(1)
    assert planned(hole, ZONE, day.start, day.end) == []


def test_case_03_dst_in_autumn_a_day_of_25_hours_and_the_hour_that_strikes_twice_is_two() -> None:
    autumn = date(2026, 10, 25)
    day = periods.day(autumn, ZONE)
    night = Grid(weekly=(Slot(7, time(2, 0), time(3, 0), "night", "Night"),))
    [airing] = planned(night, ZONE, day.start, day.end)
    heard = listening(at(autumn, "01:30") / SECOND, at(autumn, "03:30") / SECOND)

    assert day.hours == 25
    assert airing.end - airing.start == 2 * HOUR
    assert gross(day, heard).tlh == pytest.approx(3)


async def test_case_04_the_zone_is_ours_and_a_server_with_another_is_told_once(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        station.server.timezone = "UTC"
        await station.poll(4)
        report = await station.report(START, START + HOUR)

        assert await station.kinds() == ["timezone_differs"]
    assert report.flags.count("timezone_differs") == 0, "figures are by our zone all the same"
    assert "zone" in str(station.alarms.detail(Condition.RADIO_REMARK)["why"])


async def test_case_05_our_daemon_was_down_nobody_is_ended_by_that_and_the_minutes_are_marked(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(10)
        await station.clock.advance(3600)
        station.restart()
        station.server.leave("dóra")
        open_before = [row.ended_at for row in await station.rows()]
        await station.poll(1)
        report = await station.report(START, station.clock.now())

    assert open_before == [None] * 4
    assert "gaps" in report.flags
    assert report.gross.tlh > 3, "three stayed under their keys"


def test_case_05_what_the_server_remembers_of_that_time_fills_the_gap_and_corrects_the_ends() -> None:
    known = let_in(hash="ab" * 16, connected_on=100)
    stayed = {"connected_on": 100, "connected_until": 1800}
    came = {"hash": "cd" * 16, "connected_on": 600, "connected_until": 900}
    told = history(0, 3600, stayed, came)
    found = reconcile([Stored(known.key, Instant(115_000))], told, Instant(3_600_000))

    assert [(each.key, each.ended_at) for each in found.corrected] == [(known.key, 1_800_000)]
    assert [each.connection.started_at for each in found.added] == [600_000]
    assert found.vouched_from is not None


async def test_case_06_failures_change_nothing_however_many(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(2)
        station.server.down = True
        await station.poll(20)
        assert [row.ended_at for row in await station.rows()] == [None] * 4
        station.server.down = False
        await station.poll(1)

        assert [row.ended_at for row in await station.rows()] == [None] * 4
        assert await station.outcomes() == ["valid"] * 2 + ["timeout"] * 20 + ["valid"]
        assert await station.kinds() == []


async def test_case_07_an_empty_list_is_believed_when_the_totals_agree_twice_and_never_when_they_do_not(
    tmp_path: Path,
) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(2)
        there = station.server.present
        station.server.present, station.server.total = {}, 4
        await station.poll(10)
        assert [row.ended_at for row in await station.rows()] == [None] * 4
        station.server.present, station.server.total = there, None
        await station.poll(2)
        assert [(each.kind, each.ended_at) for each in await station.anomalies()] == [
            (Kind.SUSPICIOUS_EMPTY, START + 12 * 30 * SECOND)
        ]
        station.server.leave()
        await station.poll(1)
        assert [row.ended_at for row in await station.rows()] == [None] * 4
        await station.poll(1)
        assert None not in [row.ended_at for row in await station.rows()]


async def test_case_08_a_mass_drop_and_return_is_one_visit_each_flagged_and_the_time_between_is_not_added(
    tmp_path: Path,
) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(4)
        station.server.leave("anna", "béla", "cili")
        await station.poll(2)
        station.server.arrive("anna", "béla", "cili")
        await station.poll(4)
        report = await station.report(START, START + 300 * SECOND)

    # three: 105 s until half an interval after they were last seen, 90 s from their new beginning; one: all the time
    assert report.gross.tlh * 3600 == pytest.approx(3 * (105 + 90) + 270)
    assert (report.gross.ss, report.gross.cume, report.gross.connections) == (4, 4, 7)
    assert "source_reset" in report.flags
    assert [each.began_at for each in report.anomalies] == [START + 90 * SECOND]


async def test_case_09_a_restart_of_the_server_is_flagged_and_closes_the_old_connections(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        station.server.epoch = Instant(START - DAY)
        await station.poll(2)
        station.server.down = True
        await station.poll(3)
        station.server.down, station.server.epoch = False, station.clock.now()
        station.server.begin_anew()
        await station.poll(2)
        ended = [row.ended_at for row in await station.rows()]

        assert await station.kinds() == ["server_restart"]
    assert ended == [START + 45 * SECOND] * 4 + [None] * 4


@pytest.mark.slow
async def test_case_10_a_frozen_sync_is_recognised_listens_on_for_nobody_and_is_flagged(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(4)
        station.server.on_air, station.server.total = OFFLINE, 0
        await station.poll(120)
        report = await station.report(START, START + 2 * HOUR)

    assert report.gross.tlh * 3600 <= 4 * 90
    assert {"frozen", "gaps"} <= set(report.flags)
    assert station.alarms.now == {Condition.RADIO_FROZEN}


@pytest.mark.slow
async def test_case_11_a_table_wiped_every_hour_is_told_and_visits_go_on_over_the_wipe(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(8)
        for _ in range(3):
            station.server.begin_anew()
            await station.poll(120)
        report = await station.report(START, station.clock.now())

    assert "hourly_reset" in report.flags
    assert (report.gross.ss, report.gross.connections) == (4, 16)
    assert Condition.RADIO_HOURLY_RESET in station.alarms.now


@pytest.mark.slow
async def test_case_12_a_server_that_only_counts_gives_hours_and_no_listeners(tmp_path: Path) -> None:
    async with measured(tmp_path) as station:
        station.server.total, station.server.unique = 10, 0
        await station.poll(60)
        station.server.total = 20
        await station.poll(60)
        report = await station.report(START, START + HOUR)

    assert report.counts is not None
    assert (report.counts.tlh, report.counts.aas, report.counts.peak, report.counts.coverage) == (15, 15, 20, 1)
    assert "counts_only" in report.flags
    told = report.as_json()
    assert (told["net"]["tlh"], told["gross"]["peak"], told["net"]["cume"], told["net"]["ss"]) == (15, 20, None, None)
    assert told["net"].keys() == report.net.as_json().keys()


def test_case_13_a_shorter_connected_time_is_not_looked_at() -> None:
    assert let_in(connected_time=500).key == let_in(connected_time=20).key
    assert let_in(connected_on=1001).key != let_in().key


async def test_case_14_a_reconnect_between_two_polls_is_two_connections_and_one_visit(tmp_path: Path) -> None:
    async with measured(tmp_path, ["anna"]) as station:
        await station.poll(3)
        station.server.begin_anew()
        again = station.clock.now()
        await station.clock.advance(20)
        await station.poll(4)
        first, second = await station.rows()
        report = await station.report(START, START + HOUR)

    assert first.ended_at <= second.started_at == again
    assert (report.gross.ss, report.gross.connections) == (1, 2)


async def test_case_15_a_reconnect_nobody_saw_changes_nothing(tmp_path: Path) -> None:
    async with measured(tmp_path, ["anna"]) as station:
        await station.poll(20)
        assert len(await station.rows()) == 1


def test_case_16_a_listen_between_two_polls_comes_from_the_server_s_memory_and_counts_as_short() -> None:
    told = history(0, 600, {"connected_on": 100, "connected_until": 114})
    [added] = reconcile([], told, Instant(600_000)).added
    listened = listening(added.connection.started_at / SECOND, added.ended_at / SECOND)

    found = gross(Period("ten minutes", Instant(0), Instant(600_000)), listened)
    assert (found.cume, found.short_listeners) == (0, 1)


def test_case_17_people_behind_one_address_with_different_players_are_different_and_one_household() -> None:
    kitchen, phone = admitted({"user_agent": "KitchenRadio/1.0"}, {"user_agent": "Phone/2"})[0]
    hour = Period("an hour", Instant(0), Instant(HOUR))
    found = gross(hour, listening(0, 600, "a", household="h"), listening(0, 600, "b", household="h"))

    assert kitchen.identity != phone.identity
    assert kitchen.network == phone.network
    assert (found.cume, found.networks) == (2, 1)


async def test_case_18_people_with_one_address_and_one_player_are_told_as_connections_per_listener(
    tmp_path: Path,
) -> None:
    async with measured(tmp_path, FOUR) as station:
        station.server.total = 6
        await station.poll(10)
        report = await station.report(START, START + 300 * SECOND)

    assert report.connections_per_listener == pytest.approx(1.5)
    assert report.gross.cume == 4


def test_case_19_one_person_on_two_mounts_is_one_listener_whose_time_counts_once() -> None:
    mp3, aac = admitted({"mount_name": "/radio.mp3"}, {"mount_name": "/mobil.aac"})[0]
    hour = Period("an hour", Instant(0), Instant(HOUR))
    found = gross(hour, listening(0, 600), listening(300, 900))

    assert mp3.key != aac.key
    assert mp3.identity == aac.identity
    assert (found.cume, found.active) == (1, 1)
    assert found.tlh * 3600 == pytest.approx(900)


def watched(body: bytes, minutes: int, **more: Any) -> set[Kind]:
    """What is strange about a list that is told again and again."""
    known, station = Known(), Station(timezone="UTC")
    connections, dropped = Door(NAMES).admit(payload.rows(body))
    for number in range(2 * minutes + 1):
        now = Instant(START + number * 30 * SECOND)
        totals = Totals(len(connections), len(connections))
        known = see(
            known, Snapshot(now, now, 9, 0, connections, totals, PLAYING, dropped=dropped, **more), station
        ).known
    return set(known.memory.open)


def test_case_20_everybody_on_one_address_is_a_proxy_in_every_era() -> None:
    rows = [
        {"ip": "172.18.0.1", "user_agent": f"Player/{number}", "hash": f"{number:032x}", "connected_on": 1000}
        | {"location": {"description": "Internal/Reserved IP", "country": None}}
        for number in range(4)
    ]
    abroad = [
        {"ip": f"203.0.113.{number}", "user_agent": "P", "hash": f"ff{number:030x}", "connected_on": 1000}
        | {"location": {"description": "Budapest, HU", "country": "HU"}}
        for number in range(3)
    ]

    assert Kind.PROXY in watched(sample("azuracast/listeners/live_0.15.0.json"), 6)
    assert Kind.PROXY in watched(json.dumps(rows + abroad).encode(), 6)
    assert Kind.PROXY not in watched(json.dumps(rows[:3] + abroad).encode(), 6), "half is not more than half"
    assert Kind.PROXY not in watched(sample("azuracast/listeners/live_0.23.7.json"), 6)
    cafe = [row | {"ip": "198.51.100.9", "location": {"country": "HU"}} for row in rows]
    assert Kind.PROXY not in watched(json.dumps(cafe + abroad).encode(), 6), "a public address with a place is a café"


def test_case_21_rows_of_one_client_that_overlap_are_united() -> None:
    hour = Period("an hour", Instant(0), Instant(HOUR))
    found = gross(hour, listening(0, 600), listening(0, 900), listening(600, 700))

    assert found.tlh * 3600 == pytest.approx(900)
    assert found.ss == 1
    twice = history(
        0, 3600, {"connected_on": 100, "connected_until": 200}, {"connected_on": 100, "connected_until": 900}
    )
    assert [each.ended_at for each in reconcile([], twice, Instant(HOUR)).added] == [900_000]


def test_case_22_rows_cut_at_the_edges_of_what_was_asked_are_neither_beginnings_nor_ends() -> None:
    known = let_in(hash="ab" * 16, connected_on=100)
    told = history(3600, 7200, {"connected_on": 3600, "connected_until": 7199})
    found = reconcile([Stored(known.key, None)], told, Instant(2 * HOUR))

    assert (found.added, found.corrected) == ((), ())
    [row] = told.connections
    assert (row.start_clipped, row.end_clipped) == (True, True)


def test_case_23_who_was_there_for_days_counts_from_when_measuring_began_and_is_always_on() -> None:
    zone = ZoneInfo("UTC")
    day = Period("a day", Instant(10 * DAY), Instant(11 * DAY))
    old = listening(0, 11 * DAY / SECOND)
    since = Instant(10 * DAY + 12 * HOUR)

    assert figures(chain([old], GAP), day, Rules(), since).tlh == pytest.approx(12)
    [session] = tag(chain([old], GAP), Habits(), zone, Instant(5 * DAY), Instant(11 * DAY))
    assert "always_on" in session.classes


async def test_case_24_a_clock_more_than_five_seconds_off_is_told_and_the_server_s_times_are_kept(
    tmp_path: Path,
) -> None:
    async with measured(tmp_path, FOUR) as station:
        station.server.skew = 4900
        await station.poll(10)
        assert await station.kinds() == []
        station.server.skew = 5100
        await station.poll(10)
        last = await station.radio.last_poll()

        assert await station.kinds() == ["clock_skew"]
    assert last is not None
    assert last.at - last.polled_at == 5100


class SlowServer(Server):
    """Its second answer takes longer than two polls."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.asked_at: list[int] = []
        self.at_once = self.most_at_once = 0

    async def snapshot(self, known: Any = ()) -> Snapshot:
        self.asked_at.append(self.clock.now() - START)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        if len(self.asked_at) == 2:
            await self.clock.wait(asyncio.Event(), 70)
        self.at_once -= 1
        return await super().snapshot(known)


async def test_case_25_a_slow_answer_delays_nobody_s_grid_and_there_is_never_a_second_question(tmp_path: Path) -> None:
    async with measured(tmp_path) as station:
        slow = SlowServer(station.clock)
        service = Snapshots(station.radio, slow, station.clock, 30.0, station.alarms, timezone=ZONE.key)
        async with keeping(station.clock, service):
            await station.clock.advance(300)

    grid = [asked % 30_000 for asked in slow.asked_at[1:]]
    assert len(set(grid)) == 1
    assert slow.most_at_once == 1
    assert len(slow.asked_at) == 9, "two ticks are missed, not made up for"


def test_case_26_ipv6_is_known_by_its_network_and_ipv4_in_ipv6_is_ipv4() -> None:
    one, other = let_in(ip="2001:db8:1:2::7"), let_in(ip="2001:0DB8:0001:0002:ffff::1%eth0")

    assert one.identity == other.identity
    assert let_in(ip="2001:db8:1:3::7").identity != one.identity
    assert let_in(ip="::ffff:203.0.113.7").identity == let_in(ip="203.0.113.7").identity


@pytest.mark.parametrize("ip", ["203.0.113.7, 10.0.0.1", "203.0.113.7:4711", " 203.0.113.7 ", "203.0.113.7,"])
def test_case_27_of_a_list_of_addresses_the_first_counts_without_its_port(ip: str) -> None:
    assert let_in(ip=ip).identity == let_in(ip="203.0.113.7").identity


def test_case_28_no_player_or_a_very_long_one_is_somebody_and_many_without_are_told() -> None:
    assert len(let_in(user_agent="x" * 400).user_agent) == 255
    assert let_in(user_agent="x" * 400).identity == let_in(user_agent="x" * 255).identity
    assert let_in(user_agent="").user_agent == ""
    rows = [{"ip": f"203.0.113.{n}", "user_agent": "" if n < 2 else "P", "connected_on": 9} for n in range(6)]

    assert Kind.WEAK_IDENTITIES in watched(json.dumps(rows).encode(), 12)
    assert Kind.WEAK_IDENTITIES not in watched(json.dumps(rows[1:]).encode(), 12), "one of five is no more than a fifth"


def test_case_29_a_mount_renamed_or_removed_changes_nobody() -> None:
    assert let_in(mount_name="/radio.mp3") == replace(let_in(mount_name=""), mount="/radio.mp3")
    before, after = listening(0, 600), replace(listening(610, 900), mount="")
    assert len(chain([before, after], GAP)) == 1


async def test_case_30_hls_that_comes_and_goes_is_one_visit_and_told(tmp_path: Path) -> None:
    mount = "HLS: aac_hifi"
    async with measured(tmp_path, ["dóra"]) as station:
        for _ in range(5):
            station.server.arrive("anna", "béla", "cili", mount=mount)
            await station.poll(1)
            station.server.leave("anna", "béla", "cili")
            await station.poll(1)
        report = await station.report(START, START + HOUR)

        assert await station.kinds() == ["hls_flapping"]
    assert report.gross.ss == 4
    stalls = [replace(listening(start, end), mount=mount) for start, end in ((0, 20), (100, 130))]
    assert len(chain(stalls, 10 * SECOND)) == 1, "however short the gap of others"
    assert len(chain([listening(0, 20), listening(100, 130)], 10 * SECOND)) == 2


def test_case_31_bursts_of_a_few_seconds_are_no_sessions_that_count() -> None:
    hour = Period("an hour", Instant(0), Instant(HOUR))
    found = gross(hour, *(listening(600 * number, 600 * number + 9) for number in range(5)))

    assert (found.cume, found.ss, found.active, found.tlh, found.short_listeners) == (0, 0, 0, 0, 1)


async def test_case_32_a_silent_station_is_flagged_and_who_hangs_on_is_counted(tmp_path: Path) -> None:
    async with measured(tmp_path, FOUR) as station:
        await station.poll(10)
        station.server.on_air = OFFLINE
        await station.poll(50)
        report = await station.report(START, START + 30 * MINUTE)

    assert "off_air" in report.flags
    assert report.gross.tlh == pytest.approx(2, rel=0.02)
    assert station.alarms.now == {Condition.RADIO_OFF_AIR}


SHOWS = (Show("muhely", "Műhely"), Show("esti-kor", "Esti Kör"))
EVENING = at(date(2026, 10, 21), "20:00")


def plan(*slots: tuple[int, int, Show]) -> list[Planned]:
    return [
        Planned(Instant(EVENING + start * MINUTE), Instant(EVENING + end * MINUTE), show.slug, show.name)
        for start, end, show in slots
    ]


def heard(start: int, end: int, name: str) -> Entry:
    playing = OnAir(online=True, artist=name, playlist=name, play=start + 1)
    return Entry(
        Instant(EVENING + start * MINUTE), Instant(EVENING + end * MINUTE), Instant(EVENING + end * MINUTE), playing
    )


def test_case_33_a_show_that_overruns_is_counted_as_long_as_it_was_heard_and_the_grid_fills_only_silence() -> None:
    slots = plan((0, 60, SHOWS[0]), (60, 120, SHOWS[1]))
    log = [heard(0, 75, "Műhely")]
    found = aired(log, Plan(SHOWS, slots, Matcher(SHOWS)), ZONE, EVENING, Instant(EVENING + 2 * HOUR))

    first, second = sorted(found.airings, key=lambda airing: airing.start)
    assert (first.key, first.overrun, first.heard) == ("muhely", 15, 1)
    assert (second.key, second.start - EVENING, second.heard) == ("esti-kor", 75 * MINUTE, 0)
    assert [why.value for why, _ in first.reasons] == ["as aired: artist"]
    assert [why.value for why, _ in second.reasons] == ["planned: no log"]


def test_case_34_a_name_nobody_knows_has_a_bucket_and_an_alias_brings_it_home() -> None:
    log = [heard(0, 60, "Ismeretlen")]
    strange = aired(log, Plan(SHOWS, [], Matcher(SHOWS)), ZONE, EVENING, Instant(EVENING + HOUR))
    known = Plan(SHOWS, [], Matcher(SHOWS, aliases={"Ismeretlen": "muhely"}))

    assert [airing.key for airing in strange.airings] == ["unmatched: Ismeretlen"]
    assert [a.key for a in aired(log, known, ZONE, EVENING, Instant(EVENING + HOUR)).airings] == ["muhely"]


async def test_case_35_a_schedule_edited_later_leaves_past_weeks_as_they_were(tmp_path: Path) -> None:
    before = Grid(SHOWS, (Slot(3, time(20), time(21), "muhely", "Műhely"),))
    after = Grid(SHOWS, (Slot(3, time(20), time(21), "esti-kor", "Esti Kör"),))
    async with measured(tmp_path) as station:
        grids = GridStore(station.radio.beside, "test", ZONE)
        await grids.keep(before, Instant(EVENING - 10 * DAY))
        await grids.keep(after, Instant(EVENING - 3 * DAY))
        slots = await grids.planned(EVENING - 8 * DAY, EVENING + DAY)

    assert [slot.slug for slot in slots] == ["muhely", "esti-kor"]


@pytest.mark.parametrize("name", names("azuracast/listeners"))
def test_case_36_every_era_is_read_and_keys_nobody_knows_change_nothing(name: str) -> None:
    body = json.loads(sample(name))
    more = json.dumps([row | {"new_in_1.0": {"deep": [1]}} for row in body]).encode()
    as_is, dropped = Door(NAMES).admit(payload.rows(sample(name)))

    assert dropped == 0
    assert Door(NAMES).admit(payload.rows(more)) == (as_is, 0)


def test_case_36_now_playing_of_every_era_tells_what_is_on_air() -> None:
    told = {
        name.rpartition("/")[2]: on_air(payload.now_playing(sample(name))) for name in names("azuracast/nowplaying")
    }
    old, live = told["playlist_0.15.2.json"], told["live_dj_with_track.json"]

    began = Instant(1_642_615_207_000)
    assert old == OnAir(
        online=True, artist="Zaj & Csend", title="Harmadik kör", playlist="Zaj Csend", play=51877, played_at=began
    )
    assert live is not None
    assert (live.live, live.streamer, live.artist) == (True, "Űrhajó Klub", "Holdkóros Trió")
    assert told["offline_placeholder.json"] == OFFLINE


def test_case_36_what_is_odd_in_now_playing_spoils_neither_the_counts_nor_the_poll() -> None:
    odd = {"sh_id": "12", "song": [], "playlist": 5, "played_at": None, "duration": "nan"}
    body = {"listeners": {"total": 3}, "live": [], "now_playing": odd, "is_online": True}
    long = odd | {"song": {"artist": "x" * 5000, "title": None, "text": "t"}}

    assert on_air(payload.now_playing(json.dumps(body).encode())) == OnAir(True, play=12)
    told = on_air(payload.now_playing(json.dumps(body | {"now_playing": long}).encode()))
    assert told is not None
    assert (len(told.artist), told.title) == (300, "t")
    assert on_air(payload.now_playing(b'{"listeners":{"total":3}}')) is None


def test_case_37_a_server_that_has_forgotten_its_history_takes_nothing_from_ours() -> None:
    stored = [Stored((digest(f"guest {n}"), Instant(n * MINUTE)), Instant(n * MINUTE + 20 * MINUTE)) for n in range(30)]
    found = reconcile(stored, history(0, 3600), Instant(HOUR))

    assert (found.added, found.corrected, found.vouched_from) == ((), (), None)
    assert found.forgotten > 0


async def test_case_38_a_row_that_ends_before_it_begins_is_dropped_counted_and_told(tmp_path: Path) -> None:
    assert admitted({}, {"connected_until": 999}, {"connected_on": None})[1] == 2
    async with measured(tmp_path, FOUR) as station:
        station.server.dropped = 2
        await station.poll(2)
        [odd] = await station.anomalies()

    assert (odd.kind, odd.detail) == (Kind.ROWS_DROPPED, {"count": 2})


def test_case_39_a_week_is_monday_to_monday_in_budapest() -> None:
    week = periods.week(date(2026, 10, 25), ZONE)

    assert week.label == "2026-W43"
    assert [local(edge, ZONE).isoformat() for edge in (week.start, week.end)] == [
        "2026-10-19T00:00:00+02:00",
        "2026-10-26T00:00:00+01:00",
    ]
    assert week.hours == 169


async def test_case_40_no_address_is_kept_unless_asked_for_and_then_only_for_its_time(tmp_path: Path) -> None:
    async with measured(tmp_path, ["anna"]) as station:
        await station.poll(1)
        [row] = await station.rows()
        assert row.ip is None
        asked = Snapshots(
            station.radio, station.server, station.clock, 30.0, station.alarms, timezone="UTC", keep_ip=True
        )
        station.server.arrive("béla")
        await asked.turn()
        kept = [row.ip for row in await station.rows()]
        await station.radio.forget_ips(Instant(station.clock.now() + 1))

        assert kept == [None, "203.0.113.7"]
        assert [row.ip for row in await station.rows()] == [None, None]
    assert Pseudonyms(b"one").identity("203.0.113.7", "P") != Pseudonyms(b"two").identity("203.0.113.7", "P")
