"""Every trouble of a partner in the list of faults, each with what must become of the report and who is told."""

import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.demo.partner import Trouble
from lahmadaemon.errors import UpstreamError
from lahmadaemon.visitors.push import windows
from lahmadaemon.visitors.push.pushes import State
from tests.fakes.clock import FakeClock
from tests.fakes.house import keeping
from tests.visitors_push import raw
from tests.visitors_push.builders import IN, OUT, ZONE, Lane, at, bodies, crossed, lane, partner
from tests.visitors_push.raw import PACKED, SUCCESS, saying, served, whole

SERVICE = "visitors.push.park"
FIVE = 300.0


def named(events: Sequence[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    return [event for event in events if event["event"] == name]


async def one(house: Lane) -> None:
    await crossed(house.store, "north", (at("2026-10-21T08:00:01"), IN))


@pytest.mark.slow
async def test_45_twenty_server_errors_then_a_good_day_leave_no_gap_no_repeat_and_no_changed_byte(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await one(house)
        there.next(*[Trouble.SERVER_ERROR] * 20)
        with capture_logs() as events:
            async with keeping(clock, house.sender(url)) as kept:
                for minutes in range(12):
                    await crossed(house.store, "north", (clock.now(), OUT if minutes % 2 else IN))
                    await clock.advance(FIVE)
                assert kept.state(SERVICE) == "degraded"
                assert Condition.PUSH_FAILING in house.desk.now
                assert house.desk.detail(Condition.PUSH_FAILING)["windows"] == 13
                while Condition.PUSH_FAILING in house.desk.now:
                    await clock.advance(1)
                over = house.desk.cleared[Condition.PUSH_FAILING, SERVICE]
                await clock.advance(3600)
                assert kept.state(SERVICE) == "running"
        pushes = await house.pushes()

    good = bodies(there, well=True)
    assert len(there.received) == len(good) + 20
    assert good == [push.body for push in pushes]
    assert [push.window_end for push in pushes] == windows.ends(
        at("2026-10-21T19:50"), pushes[-1].window_end, 300_000, ZONE
    )
    assert {each.body for each in there.received[:20]} == {good[0]}
    assert {each.key for each in there.received[:20]} == {pushes[0].key}
    assert house.desk.edges == [("raised", Condition.PUSH_FAILING), ("cleared", Condition.PUSH_FAILING)]
    caught_up = named(events, "visitors.push_caught_up")
    assert over["windows"] == caught_up[0]["windows"]
    assert len(caught_up) == len(named(events, "service.stumbled")) == len(named(events, "service.recovered")) == 1


@pytest.mark.parametrize(
    ("trouble", "asked", "waits"),
    [
        (Trouble.TOO_MANY, 120, 120), (Trouble.MAINTENANCE, 120, 120), (Trouble.TOO_MANY, "tomorrow", 2),
        (Trouble.TOO_MANY, -1, 2), (Trouble.TOO_MANY, 10**9, 3600), (Trouble.TOO_MANY, 0, 1),
    ],
)  # fmt: skip
async def test_46_a_wish_to_wait_is_granted_within_an_hour_and_nonsense_is_not_heard(
    tmp_path: Path, clock: FakeClock, trouble: Trouble, asked: int | str, waits: int
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await one(house)
        there.retry_after = asked
        there.next(trouble)
        async with keeping(clock, house.sender(url)):
            await clock.advance(waits + 30)

    waited = (there.received[1].at - there.received[0].at) / 1000
    assert waits <= waited <= waits + 1


async def test_46_a_wish_to_wait_outlives_a_restart(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await one(house)
        there.retry_after = 600
        there.next(Trouble.TOO_MANY)
        async with keeping(clock, house.sender(url)):
            await clock.advance(30)
        async with keeping(clock, house.sender(url)):
            await clock.advance(500)
            assert len(there.received) == 1
            await clock.advance(100)

    assert len(there.received) > 1
    assert there.received[1].at - there.received[0].at >= 600_000


@pytest.mark.slow
@pytest.mark.usefixtures("_rarely_disturbed")
async def test_47_a_bad_request_is_a_dead_letter_at_once_and_the_next_windows_go_on(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await one(house)
        there.next(Trouble.BAD_REQUEST)
        with capture_logs() as events:
            async with keeping(clock, house.sender(url, every=3600.0)) as kept:
                await clock.advance(3600)
                assert kept.state(SERVICE) == "running"
                assert house.desk.detail(Condition.PUSH_REFUSED) == {
                    "target": "park", "dead": 1, "answer": "the partner answered 400: StartTime must be yyyyMMddHHmmss",
                }  # fmt: skip
                assert await house.states() == [State.DEAD, State.DELIVERED]
                await clock.advance(24 * 3600)
                assert not house.desk.holding, "yesterday's dead letter still rings"

    (given_up,) = named(events, "visitors.push_given_up")
    assert "400: StartTime must be yyyyMMddHHmmss" in given_up["error"]


@pytest.mark.slow
@pytest.mark.usefixtures("_rarely_disturbed")
async def test_48_a_caller_who_is_not_on_the_list_waits_drops_nothing_and_goes_on_when_let_in(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await one(house)
        there.always = Trouble.NOT_ALLOWED
        with capture_logs() as events:
            async with keeping(clock, house.sender(url, keep_trying=3600.0)):
                await clock.advance(4 * 3600)  # longer than a report is tried for
                assert 47 <= len(there.received) <= 49, "probed every five minutes"
                assert set(await house.states()) == {State.WAITING}
                assert Condition.PUSH_BLOCKED in house.desk.now
                there.always = None
                await clock.advance(400)
                assert set(await house.states()) == {State.DELIVERED}
                assert Condition.PUSH_BLOCKED not in house.desk.now
        pushes = await house.pushes()

    assert bodies(there, well=True) == [push.body for push in pushes]
    assert len(named(events, "visitors.push_blocked")) == 1


async def test_48_a_block_is_not_called_over_by_a_restart(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await one(house)
        there.always = Trouble.NOT_ALLOWED
        async with keeping(clock, house.sender(url)):
            await clock.advance(60)
        async with keeping(clock, house.sender(url)):
            await clock.advance(400)

    assert house.desk.edges == [("raised", Condition.PUSH_BLOCKED)]


async def test_49_a_redirect_is_never_followed_and_blocks(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await one(house)
        there.next(Trouble.ELSEWHERE)
        with pytest.raises(UpstreamError, match="302") as caught:
            await house.sender(url).turn()
        assert await house.states() == [State.WAITING]

    assert (caught.value.outcome, there.strayed) == ("blocked", 0)
    assert Condition.PUSH_BLOCKED in house.desk.now


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://169.254.169.254/latest", "/report", "//", ""])
async def test_49_wherever_it_leads(tmp_path: Path, clock: FakeClock, location: str) -> None:
    answer = whole(b"", f"Location: {location}", status="307 Temporary Redirect")
    async with lane(tmp_path, clock) as house, served(saying(answer)) as url:
        await one(house)
        with pytest.raises(UpstreamError, match="307"):
            await house.sender(url).turn()
        assert await house.states() == [State.WAITING]


@pytest.mark.parametrize("trouble", [Trouble.FAILURE, Trouble.NO_DESC])
async def test_50_a_word_that_says_no_is_heard_three_times_and_then_believed(
    tmp_path: Path, clock: FakeClock, trouble: Trouble
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await one(house)
        there.next(*[trouble] * 3)
        async with keeping(clock, house.sender(url)):
            await clock.advance(FIVE)
            assert await house.states() == [State.DEAD, State.DELIVERED]
            assert Condition.PUSH_REFUSED in house.desk.now
        (dead, _) = await house.pushes()

    assert (dead.attempts, dead.refusals) == (3, 3)
    assert {each.body for each in there.received[:3]} == {dead.body}


async def test_50_success_with_a_byte_order_mark_and_a_wrong_type_is_success(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await one(house)
        there.next(Trouble.BOM)
        await house.sender(url).turn()
        assert await house.states() == [State.DELIVERED]


UNSURE = {
    "49 a redirect to no address": saying(whole(b"", "Location: http://[::1", status="307 Temporary Redirect")),
    "50 a page": saying(whole(b"<html>Login</html>")),
    "50 nothing": saying(whole(b"")),
    "50 spaces": saying(whole(b"  \r\n ")),
    "51 truncated": saying(whole(SUCCESS[:9], length=18)),
    "51 longer than it says": saying(whole(SUCCESS, length=5)),
    "51 packed, truncated": saying(whole(gzip.compress(SUCCESS)[:-9], PACKED)),
    "51 a bomb": saying(whole(raw.BOMB, PACKED), silent=True),
    "51 without end": raw.flooding,
    "52 dripping": saying(*raw.DRIPPING, pause=0.1),
    "53 silence": saying(silent=True),
    "53 reset after the headers": saying(whole(b"", length=18), reset=True),
    "53 reset without a word": saying(reset=True),
}
ENDED_BY_THE_DEADLINE = {"52 dripping", "53 silence"}


def deadline(name: str) -> float:
    """Time enough to be heard also on a busy machine, or nothing of it would be unsure."""
    return 2.0 if name in ENDED_BY_THE_DEADLINE else 60.0


@pytest.mark.parametrize("name", UNSURE)
async def test_what_may_have_arrived_is_sent_again_with_the_same_bytes_and_key(
    tmp_path: Path, clock: FakeClock, name: str
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, good):
        await one(house)
        async with served(UNSURE[name]) as url:
            with pytest.raises(UpstreamError) as caught:
                await house.sender(url, deadline=deadline(name)).turn()
        (push,) = await house.pushes()
        await house.sender(good).turn()

    assert (caught.value.outcome, push.state, push.attempts) == ("ambiguous", State.WAITING, 1)
    assert [(each.body, each.key) for each in there.received] == [(push.body, push.key)]


@pytest.mark.parametrize("name", UNSURE)
async def test_or_skipped_where_the_partner_adds_up_what_comes_twice(
    tmp_path: Path, clock: FakeClock, name: str
) -> None:
    async with lane(tmp_path, clock) as house, served(UNSURE[name]) as url:
        await one(house)
        with pytest.raises(UpstreamError):
            await house.sender(url, deadline=deadline(name), when_unsure="skip").turn()
        assert await house.states() == [State.SKIPPED]


async def test_where_all_is_skipped_somebody_is_told_all_the_same(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await one(house)
        there.always = Trouble.CUT_SHORT
        async with keeping(clock, house.sender(url, when_unsure="skip")) as kept:
            await clock.advance(4 * FIVE)
            assert kept.state(SERVICE) == "degraded"
            assert Condition.PUSH_FAILING in house.desk.now
            there.always = None
            await clock.advance(FIVE)
            assert kept.state(SERVICE) == "running"
            assert not house.desk.holding

    assert len({each.body for each in there.received}) == 1
    assert len(there.received) == 6, "each window once"


async def test_53_reset_before_the_request_was_heard_is_tried_again(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, served(raw.resetting_at_once) as url:
        await one(house)
        with pytest.raises(UpstreamError):
            await house.sender(url).turn()
        assert await house.states() == [State.WAITING]


async def test_54_a_name_that_is_unknown_for_a_while_is_tried_again(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await one(house)
        with pytest.raises(UpstreamError) as caught:
            await house.sender("http://no-such-host.invalid/report").turn()
        await house.sender(url).turn()
        assert await house.states() == [State.DELIVERED]

    assert caught.value.outcome == "transient"
    assert len(there.received) == 1


@pytest.mark.parametrize("certificate", ["expired.pem", "wrong_host.pem"])
async def test_55_a_certificate_that_is_wrong_blocks_and_nothing_is_sent(
    tmp_path: Path, clock: FakeClock, certificate: str
) -> None:
    async with (
        httpx.AsyncClient(verify=raw.trusting(), trust_env=False) as client,
        lane(tmp_path, clock, client) as house,
        served(saying(whole(SUCCESS)), certificate) as url,
    ):
        await one(house)
        with pytest.raises(UpstreamError, match="certificate") as caught:
            await house.sender(url).turn()
        assert await house.states() == [State.WAITING]

    assert caught.value.outcome == "blocked"
    assert Condition.PUSH_BLOCKED in house.desk.now


async def test_55_a_certificate_of_nobody_we_know_blocks(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, served(saying(whole(SUCCESS)), "good.pem") as url:
        await one(house)
        with pytest.raises(UpstreamError) as caught:
            await house.sender(url).turn()

    assert caught.value.outcome == "blocked"


@pytest.mark.parametrize(("ahead", "told"), [(119.0, False), (130.0, True), (-130.0, True)])
async def test_56_a_partner_whose_clock_differs_by_minutes_is_told_of(
    tmp_path: Path, clock: FakeClock, ahead: float, told: bool
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await one(house)
        there.skew = ahead
        with capture_logs() as events:
            async with keeping(clock, house.sender(url)):
                await clock.advance(2 * FIVE)
                assert (Condition.PUSH_CLOCK in house.desk.now) is told
                there.skew = 0
                await clock.advance(FIVE)
                assert not house.desk.holding

    assert [event["ahead_seconds"] for event in named(events, "visitors.push_clock_differs")] == [ahead] * told


async def test_a_word_not_heard_before_is_taken_and_told_until_the_old_one_is_back(
    tmp_path: Path, clock: FakeClock
) -> None:
    """Seen: the alarm was over at the next window, which only said the new word again."""
    changed = {"target": "park", "answer": "Accepted", "before": "Success"}
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await one(house)
        with capture_logs() as events:
            async with keeping(clock, house.sender(url)):
                await clock.advance(FIVE)
                there.desc = "Accepted"
                for _ in range(3):
                    await clock.advance(FIVE)
                    assert house.desk.detail(Condition.PUSH_ANSWER_CHANGED) == changed
                there.next(Trouble.NOT_ALLOWED)
                await clock.advance(FIVE)
                assert house.desk.detail(Condition.PUSH_ANSWER_CHANGED) == changed
                there.desc = "Success"
                await clock.advance(FIVE)
                assert not house.desk.holding

    assert [event["answer"] for event in named(events, "visitors.push_answer_learnt")] == ["Success"]
    assert [event["before"] for event in named(events, "visitors.push_answer_changed")] == ["Success"]


async def test_a_changed_word_outlives_a_restart_until_the_setting_decides(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await one(house)
        async with keeping(clock, house.sender(url)):
            await clock.advance(60)
        for there.desc in ("Accepted", "Stored"):
            there.next(Trouble.SERVER_ERROR)
            async with keeping(clock, house.sender(url)):
                await clock.advance(FIVE)
        assert house.desk.story(Condition.PUSH_ANSWER_CHANGED) == ["raised"]
        assert house.desk.detail(Condition.PUSH_ANSWER_CHANGED)["before"] == "Success"
        async with keeping(clock, house.sender(url, accepted=("Stored",))):
            await clock.advance(FIVE)
        assert not house.desk.holding


async def test_with_accepted_words_another_is_refused(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (_, url):
        await one(house)
        with pytest.raises(UpstreamError) as caught:
            await house.sender(url, accepted=("OK",)).turn()

    assert caught.value.outcome == "refused"


@pytest.mark.slow
@pytest.mark.usefixtures("_rarely_disturbed")
async def test_when_its_time_is_over_a_report_is_a_dead_letter_and_never_simply_gone(
    tmp_path: Path, clock: FakeClock
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await one(house)
        there.always = Trouble.SERVER_ERROR
        async with keeping(clock, house.sender(url, every=900.0, keep_trying=3 * 3600.0)):
            await clock.advance(3 * 3600 - 60)
            assert State.DEAD not in await house.states()
            await clock.advance(1800)
            assert Condition.PUSH_REFUSED in house.desk.now
            there.always = None
            await clock.advance(900)
        pushes = await house.pushes()

    dead = [push for push in pushes if push.state is State.DEAD]
    assert 1 <= len(dead) <= 3
    assert pushes == sorted(pushes, key=lambda push: push.window_end)
    assert {push.state for push in pushes[len(dead) :]} == {State.DELIVERED}
    assert all(push.settled_at and push.settled_at >= push.keep_until for push in dead)


@pytest.mark.slow
async def test_77_with_nobody_reachable_counts_are_kept_and_all_is_caught_up(tmp_path: Path, clock: FakeClock) -> None:
    async with served(raw.flooding) as gone:
        pass
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await one(house)
        async with keeping(clock, house.sender(gone)):
            for _ in range(6):
                await crossed(house.store, "north", (clock.now(), IN))
                await clock.advance(FIVE)
            assert house.desk.edges == [("raised", Condition.PUSH_FAILING)]
        async with keeping(clock, house.sender(url)):
            await clock.advance(400)
            assert not house.desk.holding
        pushes = await house.pushes()

    assert list(bodies(there)) == [push.body for push in pushes]
