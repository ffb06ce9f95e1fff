"""The sender at work against the stand-in partner, over real sockets, on a clock that tests move."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import DAY, HOUR, SECOND
from lahmadaemon.demo.partner import Trouble
from lahmadaemon.errors import UpstreamError
from lahmadaemon.visitors.push import windows
from lahmadaemon.visitors.push.pushes import State
from lahmadaemon.visitors.push.store import PushStore
from tests.fakes.clock import FakeClock
from tests.fakes.house import keeping
from tests.visitors_push.builders import IN, NEITHER, OUT, ZONE, Lane, at, bodies, crossed, lane, partner

SERVICE = "visitors.push.park"
FIVE = 300.0


def named(events: Sequence[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    return [event for event in events if event["event"] == name]


def told(body: bytes) -> tuple[int, int, int, str, str]:
    """Count, in, out, StartTime, EndTime."""
    report = json.loads(body)
    first, last = report[0]["StartTime"], report[0]["EndTime"]
    return int(report[0]["TagValue"]), int(report[1]["TagValue"]), int(report[2]["TagValue"]), first, last


async def some(house: Lane) -> None:
    """Two in, one out, this morning and a minute before the test begins."""
    await crossed(house.store, "north", (at("2026-10-21T08:00:01"), IN), (at("2026-10-21T12:00:00"), OUT))
    await crossed(house.store, "south", (at("2026-10-21T19:54:00"), IN))


async def test_the_day_s_counts_are_sent_on_the_local_grid_once_late_files_have_had_their_time(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        async with keeping(clock, house.sender(url)):
            await clock.advance(2 * FIVE)

    sent = [windows.shown(each.at, ZONE)[11:19] for each in there.received]
    assert sent == ["19:57:00", "20:00:20", "20:05:20"]
    assert {told(body) for body in bodies(there)} == {(1, 2, 1, "20261021080001", "20261021195400")}


async def test_the_bytes_the_key_and_the_token_are_as_the_partner_wants_them(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        await house.sender(f"{url}?site=7", ssid="SS-1", token="Bearer abc").turn()
        (push,) = await house.pushes()

    (report,) = there.received
    assert (report.body, report.key, report.authorization) == (push.body, push.key, "Bearer abc")
    assert push.state is State.DELIVERED
    assert (push.status, push.desc, push.attempts, push.window_end) == (200, "Success", 1, at("2026-10-21T19:55"))


async def test_what_comes_late_is_in_the_next_report_and_never_in_an_old_one(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        async with keeping(clock, house.sender(url)):
            await crossed(house.store, "north", (at("2026-10-21T19:00"), IN))
            await clock.advance(FIVE)

    assert [told(body)[1] for body in bodies(there)] == [2, 3]


async def test_late_files_are_waited_for_and_crossings_after_the_window_are_left_to_the_next(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        async with keeping(clock, house.sender(url)):
            await clock.advance(195)  # 20:00:15, five seconds before the report
            await crossed(house.store, "south", (at("2026-10-21T19:59:59.999"), IN), (at("2026-10-21T20:00:00"), OUT))
            await clock.advance(FIVE + 10)

    assert [told(body)[1:] for body in bodies(there)[1:]] == [
        (3, 1, "20261021080001", "20261021195959"), (3, 2, "20261021080001", "20261021200000"),
    ]  # fmt: skip


async def test_only_the_chosen_cameras_count(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        await house.sender(url, cameras=("south",)).turn()
        await house.sender(url, "nowhere", cameras=("east",)).turn()

    assert [told(body) for body in bodies(there)] == [(1, 1, 0, "20261021195400", "20261021195400")]


async def test_somebody_who_neither_came_nor_went_begins_and_ends_a_day(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await crossed(house.store, "north", (at("2026-10-21T07:00"), NEITHER), (at("2026-10-21T19:00"), NEITHER))
        await house.sender(url).turn()

    assert [told(body) for body in bodies(there)] == [(0, 0, 0, "20261021070000", "20261021190000")]


@pytest.mark.slow
@pytest.mark.usefixtures("_rarely_disturbed")
async def test_before_the_day_s_first_crossing_nothing_is_sent_and_that_is_said_once_a_day(
    tmp_path: Path, clock: FakeClock
) -> None:
    with capture_logs() as events:
        async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
            async with keeping(clock, house.sender(url, every=3600.0)) as kept:
                await clock.advance(2 * DAY / SECOND)
                assert kept.state(SERVICE) == "running"
            assert house.desk.holding == {}

    assert there.received == []
    assert [event["day"] for event in named(events, "visitors.nothing_to_push")] == [
        "2026-10-21", "2026-10-22", "2026-10-23",
    ]  # fmt: skip


async def test_midnight_s_report_closes_the_day_and_the_next_day_begins_with_nobody(tmp_path: Path) -> None:
    clock = FakeClock(at("2026-10-21T23:51"))
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        async with keeping(clock, house.sender(url)):
            await clock.advance(8 * 60)
            await crossed(house.store, "south", (at("2026-10-21T23:59:58"), IN), (at("2026-10-22T00:00:01"), IN))
            await clock.advance(8 * 60)

    assert [told(body)[1:] for body in bodies(there)[-2:]] == [
        (3, 1, "20261021080001", "20261021235958"), (1, 0, "20261022000001", "20261022000001"),
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.usefixtures("_rarely_disturbed")
@pytest.mark.parametrize(("evening", "reports"), [("2026-10-24", 25), ("2026-03-28", 23)])
async def test_on_the_nights_of_the_changes_each_hour_has_its_report_and_the_day_begins_once(
    tmp_path: Path, evening: str, reports: int
) -> None:
    clock = FakeClock(at(f"{evening}T23:30"))
    async with lane(tmp_path, clock) as house, partner(clock) as (_, url):
        await crossed(house.store, "north", (at(f"{evening}T10:00"), IN))
        async with keeping(clock, house.sender(url, every=3600.0)):
            await clock.advance(40 * 60)  # 00:10
            await crossed(house.store, "north", (clock.now(), IN))
            await clock.advance(reports * 3600.0 - 600 + 30)
        pushes = await house.pushes()

    of_night = [push for push in pushes if push.day > evening]
    assert len({push.window_end for push in of_night}) == len(of_night) == reports
    assert {told(push.body)[1] for push in of_night} == {1}
    assert all(push.state is State.DELIVERED for push in pushes)


async def test_after_a_pause_every_window_is_made_up_for_in_order_by_what_had_happened_until_then(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        await house.sender(url).turn()
        await clock.advance(8 * FIVE)  # nobody is there; files come all the while
        for minutes in range(8):
            await crossed(house.store, "north", (at(f"2026-10-21T20:{5 * minutes + 1:02}"), IN))
        with capture_logs() as events:
            async with keeping(clock, house.sender(url)):
                await clock.advance(30)

    assert [told(body)[1] for body in bodies(there)] == [2, 2, 3, 4, 5, 6, 7, 8, 9]
    ends = [told(body)[4][8:12] for body in bodies(there)[1:]]
    assert ends == ["1954", "2001", "2006", "2011", "2016", "2021", "2026", "2031"]
    assert named(events, "visitors.push_windows_missed")[0]["windows"] == 8


@pytest.mark.parametrize(
    ("catch_up", "expected"), [("all", 13), ("latest", 2), ("none", 1)], ids=["all", "latest", "none"]
)
async def test_what_is_made_up_for_is_a_setting(tmp_path: Path, catch_up: str, expected: int) -> None:
    clock = FakeClock(at("2026-10-21T23:41"))
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await crossed(house.store, "north", (at("2026-10-21T10:00"), IN), (at("2026-10-22T00:01"), IN))
        await house.sender(url).turn()
        await clock.advance(3600)
        async with keeping(clock, house.sender(url, catch_up=catch_up)):
            await clock.advance(60)

    days = [told(body)[3][6:8] for body in bodies(there)[1:]]
    assert len(days) == expected - (catch_up == "all")
    assert days == sorted(days)
    assert days[-1] == "22"


@pytest.mark.parametrize("catch_up", ["latest", "none"])
@pytest.mark.slow
async def test_where_not_every_window_is_wanted_a_backlog_makes_room_for_the_newest(
    tmp_path: Path, clock: FakeClock, catch_up: str
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        there.always = Trouble.SERVER_ERROR
        async with keeping(clock, house.sender(url, catch_up=catch_up)):
            await clock.advance(6 * FIVE)
            there.always = None
            await clock.advance(FIVE + 60)
        states = await house.states()

    assert set(states[:-2]) == {State.SUPERSEDED}
    assert states[-1] is State.DELIVERED


@pytest.mark.slow
async def test_missed_windows_wait_for_the_intake_but_not_for_ever_and_the_queue_goes_on_meanwhile(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        there.next(Trouble.SERVER_ERROR)
        with pytest.raises(UpstreamError):
            await house.sender(url).turn()
        await clock.advance(2 * FIVE)
        sender = house.sender(url)
        sender._caught_up = lambda: False
        async with keeping(clock, sender):
            await clock.advance(290)
            assert len(there.received) == 2  # the old one, again
            await clock.advance(20)
            assert len(there.received) > 2


async def test_the_intake_s_word_lets_missed_windows_be_written_at_once(tmp_path: Path, clock: FakeClock) -> None:
    ready = False
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        sender = house.sender(url)
        sender._caught_up = lambda: ready
        async with keeping(clock, sender):
            await clock.advance(10)
            assert there.received == []
            ready = True
            await clock.advance(2)
            assert len(there.received) == 1


@pytest.mark.slow
async def test_two_targets_know_nothing_of_each_other_s_troubles(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (ill, first), partner(clock) as (well, second):
        await some(house)
        ill.always = Trouble.NOT_ALLOWED
        async with keeping(clock, house.sender(first, "ill"), house.sender(second, "well")) as kept:
            await clock.advance(6 * FIVE)
            assert (kept.state("visitors.push.ill"), kept.state("visitors.push.well")) == ("degraded", "running")
        assert set(await house.states("ill")) == {State.WAITING}
        assert set(await house.states("well")) == {State.DELIVERED}

    assert (Condition.PUSH_BLOCKED, "visitors.push.ill") in house.desk.holding
    assert not [key for key in house.desk.holding if key[1] == "well"]
    assert len(well.received) == 7


async def test_a_report_under_way_is_finished_when_the_stop_is_asked(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (_, url):
        await some(house)
        async with keeping(clock, house.sender(url)) as kept:
            await clock.advance(200)
            kept.supervisor.stop()
        assert set(await house.states()) == {State.DELIVERED}


async def test_a_report_under_way_for_longer_than_the_drain_stays_unfinished_and_is_sent_again_with_the_same_bytes(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        await house.sender(url).turn()
        there.always = Trouble.SILENT
        async with keeping(clock, house.sender(url, deadline=30.0)) as kept:
            clock._elapsed += 200  # as if it had slept through: nobody waits for the turn to end
            next(s for s in clock._sleepers if s.due <= clock._elapsed).alarm.reschedule(0)
            while len(there.received) < 2:
                await clock.settle()
            assert (await house.pushes())[-1].state is State.SENDING
            kept.supervisor.stop()
        assert (await house.pushes())[-1].state is State.SENDING

        there.always = None
        with capture_logs() as events:
            await house.sender(url).turn()

    assert there.received[1].body == there.received[2].body
    assert there.received[1].key == there.received[2].key
    assert named(events, "visitors.push_unfinished")[0]["then"] == "sent again"


@pytest.mark.parametrize(("policy", "state"), [("resend", State.DELIVERED), ("skip", State.SKIPPED)])
async def test_what_a_killed_life_left_half_sent_is_for_the_setting_to_decide(
    tmp_path: Path, clock: FakeClock, policy: str, state: State
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        there.next(Trouble.SERVER_ERROR)
        with pytest.raises(UpstreamError):
            await house.sender(url).turn()
        (push,) = await house.pushes()
        await PushStore(house.store, "park").begin(push)  # and then the power went
        await house.sender(url, when_unsure=policy).turn()
        (settled,) = await house.pushes()

    assert settled.state is state
    assert len(there.received) == 1 + (policy == "resend")
    assert {each.body for each in there.received} == {push.body}


@pytest.mark.slow
async def test_a_clock_set_back_by_an_hour_writes_no_window_twice(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        async with keeping(clock, house.sender(url)):
            await clock.advance(2 * FIVE)
            clock._start -= HOUR
            await clock.advance(2 * 3600)
        pushes = await house.pushes()

    assert len(there.received) == len(pushes) == len({push.window_end for push in pushes})
    assert {push.state for push in pushes} == {State.DELIVERED}


async def test_a_pause_is_measured_by_a_clock_that_nobody_sets(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        there.next(Trouble.TOO_MANY)
        async with keeping(clock, house.sender(url)):
            clock._start -= HOUR
            await clock.advance(119)
            assert len(there.received) == 1
            await clock.advance(2)
            assert len(there.received) == 2


async def test_a_retry_by_hand_is_seen_within_a_minute_and_goes_first(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        there.next(Trouble.BAD_REQUEST)
        async with keeping(clock, house.sender(url)):
            await clock.advance(210)
            (dead,) = [push for push in await house.pushes() if push.state is State.DEAD]
            assert house.desk.detail(Condition.PUSH_REFUSED)["dead"] == 1
            await PushStore(house.store, "park").retry(dead.window_end, dead.keep_until)
            await clock.advance(61)
            assert await house.states() == [State.DELIVERED] * 2
            assert not house.desk.holding

    assert there.received[0].body == there.received[-1].body == dead.body


async def test_a_retry_by_hand_does_not_wait_for_the_pace(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        there.next(Trouble.NOT_ALLOWED)
        async with keeping(clock, house.sender(url)):
            (held,) = await house.pushes()
            await PushStore(house.store, "park").retry(held.window_end, held.keep_until)
            await clock.advance(61)

    assert len(there.received) == 2


async def test_what_is_discarded_is_not_sent(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        there.next(Trouble.SERVER_ERROR)
        with pytest.raises(UpstreamError):
            await house.sender(url).turn()
        await PushStore(house.store, "park").discard(at("2026-10-21T19:55"), clock.now())
        await house.sender(url).turn()
        assert await house.states() == [State.DISCARDED]

    assert len(there.received) == 1


async def test_a_single_turn_tries_the_oldest_whatever_its_pace(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        there.next(Trouble.NOT_ALLOWED)
        with pytest.raises(UpstreamError, match="403"):
            await house.sender(url).turn()
        await house.sender(url).turn()

    assert len(there.received) == 2
