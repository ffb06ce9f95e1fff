"""What goes wrong at Meta costs whom it concerns, and nobody else."""

import asyncio
from dataclasses import replace

import pytest
from starlette.responses import JSONResponse
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

from lahmadaemon.clock import HOUR, MINUTE
from lahmadaemon.demo.social.graph import Trouble
from lahmadaemon.social.driving import Ended, Result
from lahmadaemon.social.posts import Flag
from tests.fakes.clock import FakeClock
from tests.social.fronting import Front
from tests.social.meta.house import House, Memory, new_house

pytestmark = pytest.mark.asyncio(loop_scope="module")
OK = (Result.OK, None)
NO_APP = {"app_id": None, "app_secret": None}


def others_are_ok(house: House, but: int) -> bool:
    return {result for creator, result in house.memory.results.items() if creator != but} == {OK}


# --- Tokens


@pytest.mark.parametrize(
    ("subcode", "reason"), [(None, "token_invalid"), (460, "password_changed"), (458, "app_removed")]
)
async def test_a_creator_whose_token_died_is_asked_to_come_back(
    front: Front, clock: FakeClock, subcode: int | None, reason: str
) -> None:
    house = new_house(front, clock, 4)
    errands = house.errands()
    house.graph.kill(12, subcode)

    driver = await house.drive(errands)

    assert house.memory.ends[12] == Ended(Result.SKIPPED, reason=reason, asks=1, reauth=reason)
    assert others_are_ok(house, 12)
    assert driver.http_requests == 1


async def test_a_token_that_dies_between_pages_leaves_what_was_kept(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 2)
    errands = house.errands(page_size=4)

    def die() -> None:
        if len(house.wire.lines) == 1:
            house.graph.kill(10, 463)

    house.wire.arrived = die
    await house.drive(errands)

    end = house.memory.ends[10]
    assert (end.result, end.reason, end.reauth, end.complete) == (
        Result.PARTIAL, "token_expired", "token_expired", False,
    )  # fmt: skip
    assert (end.posts, len(house.memory.found(10)), len(house.memory.found(11))) == (7, 7, 11)


async def test_what_a_list_said_is_kept_though_the_account_is_refused_before_its_insights_came(
    front: Front, clock: FakeClock
) -> None:
    house = new_house(front, clock, 1, tracked=3)
    house.creator(10).media[5].before_conversion = True
    arrived = iter(range(100))

    def refuse() -> None:
        if next(arrived) == 2:  # after the list with insights, and the one without
            house.graph.trouble(10, Trouble.INSTAGRAM_LIMIT)

    house.wire.arrived = refuse
    await house.drive(house.errands())

    assert house.memory.results == {10: (Result.PARTIAL, "throttled")}
    found = house.memory.found(10)
    assert len(found) == 11
    flags = [found[item.id].numbers.flags for item in house.creator(10).media[:3]]
    assert flags.count(frozenset({Flag.INSIGHTS_FAILED})) == 1


async def test_without_an_app_token_a_dead_outer_token_costs_its_owner_only(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 5)
    house.graph.require_proof = False
    errands = house.errands()
    house.graph.kill(10, 463)

    with capture_logs() as logs:
        driver = await house.drive(errands, **NO_APP)

    assert house.memory.results[10] == (Result.SKIPPED, "token_expired")
    assert others_are_ok(house, 10)
    assert driver.http_requests == 3  # the batch that nobody looked into, its owner alone, the others
    assert driver.logical_calls == 5
    assert [line["event"] for line in logs if line["log_level"] == "warning"] == ["social.meta_batch_refused"]


async def test_an_app_token_that_meta_does_not_take_is_done_without(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 5)
    house.graph.require_proof = False

    driver = await house.drive(house.errands(), app_id="somebody-else")

    assert set(house.memory.results.values()) == {OK}
    assert (driver.http_requests, driver.logical_calls) == (2, 5)


async def test_a_dead_token_of_our_own_account_is_no_creators_trouble(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 2)
    errand = replace(house.errand(11), token=None)
    house.graph.kill(10, 463)

    await house.drive([errand], discovery_account="1", discovery_token=house.token(11) + "x")

    assert house.memory.ends[11] == Ended(Result.SKIPPED, reason="discovery_token_dead", asks=1)


class Refusing:
    """Answers the first batch with an error of this code, and stands aside from then on."""

    def __init__(self, house: House, code: int) -> None:
        self.house, self.code, self.done = house, code, False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "POST" and not self.done:
            self.done = True
            error = {"error": {"message": "no", "code": self.code}}
            await JSONResponse(error, 400)(scope, receive, send)
        else:
            await self.house.graph(scope, receive, send)


@pytest.mark.parametrize(("code", "more"), [(100, 4), (3, 4), (2, 1), (368, 2)])
async def test_a_batch_that_is_refused_for_another_reason_costs_nobody_their_errand(
    front: Front, clock: FakeClock, code: int, more: int
) -> None:
    house = new_house(front, clock, 4)
    house.graph.require_proof = False
    house.wire.app = Refusing(house, code)

    driver = await house.drive(house.errands(), **NO_APP)

    assert set(house.memory.results.values()) == {OK}
    assert driver.http_requests == 1 + more


@pytest.mark.parametrize(("code", "held"), [(4, [10, 11, 12, 13]), (17, [10]), (80002, [10])])
async def test_a_batch_that_is_refused_by_a_limit_holds_whom_it_concerns(
    front: Front, clock: FakeClock, code: int, held: list[int]
) -> None:
    house = new_house(front, clock, 4)
    house.graph.require_proof = False
    house.wire.app = Refusing(house, code)

    await house.drive(house.errands(), **NO_APP)

    assert [number for number, (_, reason) in sorted(house.memory.results.items()) if reason == "throttled"] == held


# --- Limits


async def test_while_the_app_is_throttled_nobody_is_asked_for_anything(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 6)
    house.graph.trouble(11, Trouble.APP_LIMIT)
    driver = await house.drive(house.errands(page_size=4), batch_size=3, concurrency=1)
    until = house.limits.held("meta.app")
    asked = house.graph.http_requests

    assert until is not None
    assert {reason for _, reason in house.memory.results.values()} == {"throttled"}
    assert {end.held_until for end in house.memory.ends.values()} == {until.until}
    assert asked == 1
    house.memory = Memory()
    await house.drive(house.errands(), driver)
    assert house.graph.http_requests == asked
    assert set(house.memory.results.values()) == {(Result.SKIPPED, "throttled")}
    assert house.graph.calls_while_throttled == 0
    await clock.advance((until.until - clock.now()) / 1000)
    house.memory = Memory()
    await house.drive(house.errands(), driver)
    assert set(house.memory.results.values()) == {OK}


async def test_a_throttled_account_waits_as_long_as_meta_says_and_the_others_go_on(
    front: Front, clock: FakeClock
) -> None:
    house = new_house(front, clock, 4)
    house.graph.trouble(11, Trouble.INSTAGRAM_LIMIT)

    await house.drive(house.errands())

    end = house.memory.ends[11]
    assert (end.result, end.reason, end.held_until) == (Result.SKIPPED, "throttled", clock.now() + 17 * MINUTE)
    assert others_are_ok(house, 11)
    house.memory = Memory()
    await house.drive(house.errands([11]))
    assert house.memory.ends[11].asks == 0
    assert house.graph.calls_while_throttled == 0


async def test_a_throttled_user_is_left_alone_with_all_their_accounts(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 2)
    house.graph.trouble(10, Trouble.USER_LIMIT)
    await house.drive(house.errands([10]))

    asked = house.graph.logical_calls
    house.memory = Memory()
    await house.drive(house.errands([10], "facebook"))

    assert house.memory.results == {10: (Result.SKIPPED, "throttled")}
    assert house.graph.logical_calls == asked


async def test_many_refusals_of_one_moment_are_one(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 6)
    for creator in house.world.creators:
        house.graph.trouble(creator, Trouble.APP_LIMIT)

    await house.drive(house.errands())

    pause = house.limits.held("meta.app")
    assert pause is not None
    assert pause.until - clock.now() <= 5 * MINUTE


async def test_a_blocked_account_is_left_alone_for_hours(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 3)
    house.graph.trouble(12, Trouble.BLOCKED)

    await house.drive(house.errands())

    end = house.memory.ends[12]
    assert (end.result, end.reason) == (Result.SKIPPED, "blocked")
    assert end.held_until is not None
    assert end.held_until >= clock.now() + HOUR
    assert others_are_ok(house, 12)
    house.memory = Memory()
    await house.drive(house.errands([12]))
    assert house.memory.results == {12: (Result.SKIPPED, "blocked")}


async def test_where_an_allowance_is_nearly_used_up_one_smaller_batch_goes_at_a_time(
    front: Front, clock: FakeClock
) -> None:
    house = new_house(front, clock, 12)
    house.graph.app_allowance = 100_000
    house.limits.used("meta.app", 80)
    house.graph.spend(None, 80)

    driver = await house.drive(house.errands(), batch_size=10, concurrency=4)

    assert set(house.memory.results.values()) == {OK}
    assert house.wire.most == 1
    assert driver.http_requests == 6


async def test_from_nine_tenths_of_the_apps_allowance_on_nothing_more_is_asked(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 6)
    house.graph.app_allowance = 100_000
    house.graph.spend(None, 93)

    await house.drive(house.errands(), batch_size=2, concurrency=1)

    assert house.graph.http_requests == 1
    assert sorted(house.memory.results.values()) == [OK] * 2 + [(Result.SKIPPED, "throttled")] * 4


# --- What passes


async def test_what_meta_did_not_finish_is_asked_again_alone_and_batches_become_smaller(
    front: Front, clock: FakeClock
) -> None:
    house = new_house(front, clock, 8)
    house.graph.nulls(2)

    driver = await house.drive(house.errands(), batch_size=8)

    assert set(house.memory.results.values()) == {OK}
    assert (driver.http_requests, driver.logical_calls) == (3, 10)
    assert [line.partition(" ")[0] for line in house.wire.lines] == ["POST", "GET", "GET"]
    assert driver.wire.size == 4
    house.memory = Memory()
    assert (await house.drive(house.errands(), driver)).http_requests == 3 + 2
    assert driver.wire.size == 5


@pytest.mark.parametrize("trouble", [Trouble.TRANSIENT, Trouble.HTML])
async def test_passing_trouble_of_one_creator_is_tried_again_for_that_one(
    front: Front, clock: FakeClock, trouble: Trouble
) -> None:
    house = new_house(front, clock, 5)
    house.graph.trouble(13, trouble, 2)

    driver = await house.drive(house.errands())

    assert set(house.memory.results.values()) == {OK}
    assert driver.http_requests == 3
    assert house.memory.ends[13].asks == 3


async def test_between_two_tries_time_passes(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 2)
    house.graph.trouble(10, Trouble.TRANSIENT)
    driving = asyncio.ensure_future(house.drive(house.errands(), chance=lambda: 1.0))
    while house.graph.http_requests < 1 or not house.memory.ends:
        await clock.settle()

    assert set(house.memory.ends) == {11}
    await clock.advance(0.9)
    assert house.graph.http_requests == 1
    await clock.advance(0.2)
    await driving
    assert set(house.memory.results.values()) == {OK}


async def test_trouble_that_does_not_pass_is_tried_a_few_times_and_then_gone_around(
    front: Front, clock: FakeClock
) -> None:
    house = new_house(front, clock, 2)
    house.graph.trouble(10, Trouble.TRANSIENT, 5)

    await house.drive(house.errands())

    assert house.memory.results[10] == OK  # without insights in the list
    assert house.memory.ends[10].asks == 5 + 1 + 2 + 1  # as often as is reasonable, plain, two posts and a story


async def test_an_account_that_always_fails_ends_after_a_bounded_number_of_tries(
    front: Front, clock: FakeClock
) -> None:
    house = new_house(front, clock, 3)
    house.graph.trouble(10, Trouble.TRANSIENT, 1000)

    await house.drive(house.errands())

    assert house.memory.results[10] == (Result.SKIPPED, "meta_failing")
    assert house.memory.ends[10].asks <= 15
    assert others_are_ok(house, 10)


async def test_a_batch_that_fails_as_a_whole_is_sent_again_as_one(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 6)
    house.graph.trouble(None, Trouble.HTML)

    driver = await house.drive(house.errands())

    assert set(house.memory.results.values()) == {OK}
    assert driver.http_requests <= 3
    assert all(line.startswith("POST") for line in house.wire.lines)


async def test_if_meta_is_away_all_remaining_errands_end_soon(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 40)
    house.graph.trouble(None, Trouble.HTML, 1000)

    with capture_logs() as logs:
        driver = await house.drive(house.errands(), batch_size=4, concurrency=2)

    assert set(house.memory.results.values()) == {(Result.SKIPPED, "meta_unreachable")}
    assert driver.http_requests <= 10, "five in a row, one under way, and some asked again meanwhile, of forty"
    assert [line["event"] for line in logs].count("social.meta_unreachable") == 1


async def test_if_nobody_listens_errands_end_and_the_next_run_tries_again(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 7)

    driver = house.driver(url="http://127.0.0.1:1")
    for _ in range(2):
        house.memory = Memory()
        before = driver.http_requests
        await house.drive(house.errands(), driver)
        assert set(house.memory.results.values()) == {(Result.SKIPPED, "meta_unreachable")}
        assert driver.http_requests > before
    assert driver.logical_calls == 0


async def test_a_slow_answer_is_waited_for_only_so_long_and_the_walk_asks_for_less(
    front: Front, clock: FakeClock
) -> None:
    house = new_house(front, clock, 1, media=6)
    slow = iter([True, True])

    class Slow:
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            asked = await receive()

            async def as_asked() -> Message:
                return asked

            if next(slow, False):
                assert (await receive())["type"] == "http.disconnect", "until nobody waits any more"
            await house.graph(scope, as_asked, send)

    house.wire.app = Slow()
    await house.drive(house.errands(), deadline=1.0)

    assert house.memory.results == {10: OK}
    assert "insights" in house.wire.lines[1]
    assert "insights" not in house.wire.lines[2]


async def test_a_run_tries_again_only_so_often(
    front: Front, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr("lahmadaemon.social.meta.driver.RETRIES", -3)
    house = new_house(front, clock, 4)
    for creator in house.world.creators:
        house.graph.trouble(creator, Trouble.TRANSIENT)

    driver = await house.drive(house.errands())

    assert sorted(house.memory.results.values()) == [OK] + [(Result.SKIPPED, "meta_unreachable")] * 3
    assert driver.http_requests == 2


async def test_an_account_near_its_limit_has_one_request_in_a_batch(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 2, tracked=4)
    house.creator(10).media[5].before_conversion = True
    house.graph.account_allowance = 1000
    house.graph.spend(house.creator(10).instagram_id, 80)

    driver = await house.drive(house.errands(), concurrency=1)

    assert set(house.memory.results.values()) == {OK}
    assert driver.http_requests == 2 + 4 + 1  # two lists, four wanted posts and a story, one by one


# --- Secrets


async def test_no_secret_is_in_a_log_an_ending_or_a_page(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 5)
    errands = house.errands(page_size=4)
    house.graph.trouble(10, Trouble.DEAD)
    house.graph.trouble(11, Trouble.BLOCKED)
    house.graph.trouble(12, Trouble.APP_LIMIT)
    with capture_logs() as logs:
        await house.drive(errands)
        house.graph.trouble(None, Trouble.DEAD)
        house.memory.ends.clear()
        await house.drive(house.errands([13, 14]))

    told = repr((logs, house.memory.ends, [page for _, page in house.memory.pages], errands[0]))
    assert {line["event"] for line in logs} >= {"social.meta_refused", "social.limit_reached"}
    for secret in [*house.tokens.values(), "app-secret", house.graph.proof(house.token(10))]:
        assert secret not in told


async def test_a_refusal_is_told_with_metas_number_for_it(front: Front, clock: FakeClock) -> None:
    house = new_house(front, clock, 2)
    house.graph.trouble(10, Trouble.BLOCKED)

    with capture_logs() as logs:
        await house.drive(house.errands())

    told = next(line for line in logs if line["event"] == "social.meta_refused")
    assert (told["creator"], told["code"], told["reason"]) == (10, 368, "blocked")
    assert told["trace"].startswith("AStandIn")
