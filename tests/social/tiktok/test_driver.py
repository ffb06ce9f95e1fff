"""Walks driven over real HTTP: within the limits, with tokens that stay alive, and one creator's trouble nobody else's."""

import asyncio
import json
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from lahmadaemon.clock import MINUTE, Instant
from lahmadaemon.demo.social.tiktok import Trouble
from lahmadaemon.errors import UpstreamError
from lahmadaemon.http import Answer
from lahmadaemon.social.driving import Ended, Result
from lahmadaemon.social.limits import Limits, Pause
from lahmadaemon.social.tiktok.patience import TRIES
from lahmadaemon.social.vault import Vault
from lahmadaemon.social.walk import Ask, Asks, Outcome, Walk
from tests.fakes.clock import until
from tests.social.tiktok.house import Connections, House, passing

MILA, EVERYBODY = 10, (10, 11, 12)
WHOLE = Ended(Result.OK, complete=True, posts=25, asks=3)
"""A profile and two pages."""
LIST = "video/list"


def asked(house: House, creator: int, endpoint: str = LIST) -> list[str]:
    """The codes with which its requests were answered."""
    return [call.code for call in house.tiktok.seen if call.creator_id == creator and f"/{endpoint}/" in call.url]


# All is well


async def test_everybody_s_videos_are_kept_with_as_few_requests_as_there_are_pages(house: House) -> None:
    await house.connect()
    house.tiktok.begin_cycle()
    before = house.tiktok.http_requests

    ends = await house.drive()

    assert ends == dict.fromkeys(EVERYBODY, WHOLE)
    for creator in EVERYBODY:
        assert house.keeper.found(creator) == [item.id for item in house.world.creators[creator].videos]
    assert house.tiktok.http_requests - before == 9
    assert house.tiktok.duplicates() == []


async def test_profiles_come_along_once_a_day_only(house: House) -> None:
    await house.connect()

    ends = await house.drive(MILA, with_profile=False)

    assert ends[MILA] == replace(WHOLE, asks=2)
    assert all(page.profile is None for _, page in house.keeper.pages)


async def test_a_page_is_kept_before_the_next_one_is_asked_for(house: House) -> None:
    await house.connect()
    kept_after: list[int] = []
    house.keeper.hear = lambda: kept_after.append(len(asked(house, MILA)))

    await house.drive(MILA, with_profile=False)

    assert kept_after == [1, 2]


async def test_known_videos_cost_one_page_and_tracked_ones_a_question_each_twenty(house: House) -> None:
    await house.connect()
    ids = [item.id for item in house.world.creators[MILA].videos]
    house.world.creators[MILA].videos[22].deleted = True
    tracked = {number: house.clock.now() for number in ids[20:24]}

    ends = await house.drive(MILA, with_profile=False, known=frozenset(ids), tracked=tracked)

    assert ends[MILA] == Ended(Result.OK, complete=True, posts=23, asks=2)
    assert [number for _, page in house.keeper.pages for number in page.missing] == [ids[22]]


async def test_no_more_requests_a_second_than_the_settings_say(house: House) -> None:
    await house.connect()
    began, driver = house.clock.monotonic(), house.driver()
    for _ in range(4):
        await house.drive(driver=driver, with_profile=False)

    # 24 requests to video/list at 9 a second, of which a second's worth may go at once
    assert house.clock.monotonic() - began >= (24 - 9 - 1) / 9


async def test_short_pages_and_empty_ones_are_gone_through(house: House) -> None:
    await house.connect()
    house.tiktok.short_pages = True

    ends = await house.drive(MILA)

    assert ends[MILA].complete
    assert house.keeper.found(MILA) == [item.id for item in house.world.creators[MILA].videos]


async def test_a_cursor_that_does_not_move_is_told(house: House) -> None:
    await house.connect()
    house.tiktok.stuck = {MILA}

    ends = await house.drive()

    assert ends[MILA] == Ended(Result.PARTIAL, reason="cursor_stuck", posts=20, asks=3)
    assert ends[11] == WHOLE


# Tokens


async def test_tokens_that_ran_out_are_renewed_and_none_that_was_replaced_is_used(house: House) -> None:
    await house.connect()
    for _ in range(3):
        await house.clock.advance(2 * 3600)
        assert await house.drive() == dict.fromkeys(EVERYBODY, WHOLE)

    assert house.tiktok.refreshes == 9
    assert house.tiktok.used_after_rotation == 0
    assert house.tiktok.codes["access_token_invalid"] == 0


async def test_a_token_that_died_before_its_time_is_renewed_on_the_way(house: House) -> None:
    await house.connect()
    house.tiktok.kill(MILA, refresh=False)

    ends = await house.drive()

    assert ends == dict.fromkeys(EVERYBODY, WHOLE) | {MILA: replace(WHOLE, asks=4)}
    assert house.tiktok.refreshes == 1


async def test_a_token_that_dies_in_the_middle_costs_nothing_that_was_kept_and_nobody_else(house: House) -> None:
    await house.connect()
    house.keeper.hear = lambda: house.tiktok.kill(MILA) if len(asked(house, MILA)) == 1 else None

    ends = await house.drive()

    assert ends[MILA] == Ended(Result.PARTIAL, reason="reauth_required", posts=20, asks=3, reauth="refresh_refused")
    assert house.keeper.found(MILA) == [item.id for item in house.world.creators[MILA].videos[:20]]
    assert (ends[11], ends[12]) == (WHOLE, WHOLE)
    assert (await house.held(MILA)).reason == "refresh_refused"


async def test_a_new_token_that_is_rejected_too_is_a_dead_login(house: House) -> None:
    await house.connect()
    house.tiktok.troubles.always(Trouble.TOKEN_INVALID, endpoint=LIST, creator=MILA)

    ends = await house.drive()

    assert ends[MILA].reauth == "access_token_rejected"
    assert len(asked(house, MILA)) == 2
    assert (await house.held(MILA)).reason == "access_token_rejected"
    assert ends[11] == WHOLE


async def test_who_is_not_connected_is_skipped_without_a_request(house: House) -> None:
    await house.connect(11)

    ends = await house.drive(MILA, 11)

    assert ends == {MILA: Ended(Result.SKIPPED, reason="not_connected"), 11: WHOLE}


async def test_wrong_settings_skip_everybody_who_needs_a_new_token_after_a_single_question(house: House) -> None:
    await house.connect()
    await house.clock.advance(2 * 3600)
    house.settings = house.settings.model_copy(update={"client_key": "wrong"})
    house.reborn()

    ends = await house.drive(workers=1)

    assert ends == dict.fromkeys(EVERYBODY, Ended(Result.SKIPPED, reason="tiktok_settings"))
    assert house.tiktok.codes["invalid_client"] == 1


async def test_a_login_whose_key_is_lost_is_skipped_and_no_other(house: House) -> None:
    await house.connect(11)
    lost = Connections(house.store, Vault([b"another secret"]))
    house.connections, ours = lost, house.connections
    house.tokens._store, tokens_store = lost, house.tokens._store
    await house.connect(MILA)
    house.connections, house.tokens._store = ours, tokens_store

    ends = await house.drive(MILA, 11)

    assert ends == {MILA: Ended(Result.SKIPPED, reason="key_lost"), 11: WHOLE}


async def test_a_busy_token_endpoint_holds_those_who_need_it(house: House) -> None:
    await house.connect()
    await house.clock.advance(2 * 3600)
    house.tiktok.troubles.next(Trouble.LIMITED, endpoint="oauth/token")

    ends = await house.drive(workers=1)

    held = {ends[creator].held_until for creator in EVERYBODY}
    assert {each.reason for each in ends.values()} == {"throttled"}
    assert all(house.clock.now() < (at or 0) <= house.clock.now() + MINUTE for at in held)
    assert house.tiktok.codes["temporarily_unavailable"] == 1


# Limits and passing trouble


async def test_at_the_limit_everybody_waits_for_the_window_and_then_goes_on(house: House) -> None:
    await house.connect()
    house.tiktok.throttle(LIST, 60)

    ends = await house.drive(workers=1)

    assert {each.result for each in ends.values()} == {Result.OK}
    assert house.tiktok.codes["rate_limit_exceeded"] == 1
    assert house.tiktok.calls_while_throttled == 0


async def test_of_many_who_hear_of_the_limit_together_one_says_it_for_all(house: House) -> None:
    await house.connect()
    house.tiktok.throttle(LIST, 60)

    ends = await house.drive(with_profile=False)

    assert {each.result for each in ends.values()} == {Result.OK}
    assert house.tiktok.codes["rate_limit_exceeded"] <= 3
    assert house.limits.held(f"tiktok.{LIST}") is None


async def test_who_waits_for_a_turn_when_the_limit_is_told_does_not_ask(house: House) -> None:
    await house.connect()
    house.tiktok.throttle(LIST, 60)
    errands = [house.errand(each, with_profile=False) for each in EVERYBODY]
    driver = house.driver(per_second=1.0)
    driving = asyncio.create_task(driver.drive(errands, house.keeper, lambda: house.stopping))
    await until(lambda: house.limits.held(f"tiktok.{LIST}"))

    await house.clock.advance(50)

    assert house.tiktok.codes["rate_limit_exceeded"] == 1
    house.stopping = True
    await house.clock.advance(1)
    await driving


async def test_a_limit_that_lasts_ends_errands_as_throttled_until_then(house: House) -> None:
    await house.connect()
    later = Instant(house.clock.now() + 30 * MINUTE)
    house.limits = Limits(house.clock, [Pause(f"tiktok.{LIST}", later, "429")])

    ends = await house.drive()

    held = Ended(Result.PARTIAL, reason="throttled", asks=1, held_until=later)
    assert ends == dict.fromkeys(EVERYBODY, held)
    assert house.tiktok.codes.total() == 3 + 3  # logins and profiles


async def test_a_limit_that_comes_back_is_waited_for_longer_and_longer_and_then_not_any_more(house: House) -> None:
    await house.connect(MILA)
    house.tiktok.throttle(LIST, 3600)

    ends = await house.drive(MILA)

    assert (ends[MILA].reason, ends[MILA].result) == ("throttled", Result.PARTIAL)
    assert len(asked(house, MILA)) == 2


@pytest.mark.parametrize("trouble", [Trouble.INTERNAL_ERROR, Trouble.BUSY, Trouble.PAGE, Trouble.LOST])
async def test_passing_trouble_is_waited_out(house: House, trouble: Trouble) -> None:
    await house.connect()
    house.tiktok.troubles.next(trouble, trouble, endpoint=LIST, creator=MILA)
    began = house.clock.monotonic()

    ends = await house.drive()

    assert ends == dict.fromkeys(EVERYBODY, WHOLE) | {MILA: replace(WHOLE, asks=5)}
    assert house.clock.monotonic() - began >= 2 + 4


async def test_trouble_that_does_not_pass_ends_the_errand_and_keeps_what_came(house: House) -> None:
    await house.connect()
    house.tiktok.troubles.next(None, endpoint=LIST, creator=MILA)
    house.tiktok.troubles.always(Trouble.BUSY, endpoint=LIST, creator=MILA)

    ends = await house.drive()

    assert ends[MILA] == Ended(Result.PARTIAL, reason="unavailable", posts=20, asks=2 + TRIES)
    assert ends[11] == WHOLE


async def test_a_server_that_is_not_there_counts_as_no_request(house: House) -> None:
    await house.connect(MILA)
    house.wire.coming.extend([("user/info/", "unreachable")] * TRIES)

    ends = await house.drive(MILA)

    assert ends[MILA] == Ended(Result.SKIPPED, reason="unavailable")


async def test_an_outage_is_not_asked_about_by_every_creator(house: House) -> None:
    await house.connect()
    house.tiktok.troubles.always(Trouble.INTERNAL_ERROR, endpoint="user/info")
    driver = house.driver()
    for _ in range(3):
        ends = await house.drive(driver=driver)

    assert {each.reason for each in ends.values()} == {"throttled"}
    assert {each.asks for each in ends.values()} == {0}


# Refusals that the walk hears of


async def test_what_was_not_granted_is_told_and_the_rest_collected(house: House) -> None:
    await house.connect(MILA, scopes=("user.info.basic", "video.list"))

    ends = await house.drive(MILA, scopes=frozenset({"user.info.basic", "video.list"}))

    assert ends[MILA] == Ended(Result.PARTIAL, complete=True, reason="stats_not_granted", posts=25, asks=3)


async def test_a_scope_we_believed_in_is_dropped_on_the_way(house: House) -> None:
    await house.connect(MILA, scopes=("user.info.basic",))

    with capture_logs() as events:
        ends = await house.drive(MILA)

    assert ends[MILA].reason == "stats_not_granted, video_list_not_granted"
    assert ends[MILA].result is Result.PARTIAL
    refused = [event for event in events if event["event"] == "social.request_refused"]
    assert [event["code"] for event in refused] == ["scope_permission_missed", "scope_not_authorized"]
    assert all(event["log_id"] for event in refused)


async def test_a_creator_who_granted_nothing_is_skipped(house: House) -> None:
    await house.connect(MILA, scopes=())

    ends = await house.drive(MILA, scopes=frozenset())

    assert ends[MILA] == Ended(Result.SKIPPED, reason="profile_not_granted, video_list_not_granted")


async def test_questions_that_do_not_depend_on_one_another_are_answered_in_their_order(house: House) -> None:
    await house.connect(MILA)
    asks = Asks(tuple(Ask("GET", "user/info/", {"fields": fields}) for fields in ("open_id", "username")))
    given: list[Answer] = []

    def walk() -> Walk:
        given.extend((yield asks))
        return Outcome(complete=True)

    errand = replace(house.errand(MILA), walk=walk())
    await passing(house.clock, house.driver().drive([errand], house.keeper, lambda: False))

    who = house.world.creators[MILA]
    assert [json.loads(each.body)["data"]["user"] for each in given] == [
        {"open_id": who.open_id}, {"username": who.handle},
    ]  # fmt: skip
    assert house.keeper.ends[MILA] == Ended(Result.OK, complete=True, asks=2)


# Ends


async def test_once_the_stop_is_asked_nobody_begins_and_who_is_under_way_ends_before_the_next_request(
    house: House,
) -> None:
    await house.connect()

    def stop() -> None:
        house.stopping = True

    house.keeper.hear = stop

    ends = await house.drive(workers=1)

    stopped = Ended(Result.SKIPPED, reason="stopped")
    assert ends == {10: Ended(Result.PARTIAL, reason="stopped", asks=1), 11: stopped, 12: stopped}


async def test_a_stop_does_not_wait_for_a_limit(house: House) -> None:
    await house.connect(MILA)
    house.limits.pause("tiktok.user/info", 80, "429")
    await passing(
        house.clock, house.driver().drive([house.errand(MILA)], house.keeper, lambda: house.clock.monotonic() > 5)
    )

    assert house.keeper.ends[MILA].reason == "stopped"
    assert house.clock.monotonic() < 20


async def test_a_store_that_fails_is_told_to_the_caller_and_nobody_goes_on(house: House) -> None:
    await house.connect()
    house.keeper.failing = True

    with pytest.raises(UpstreamError, match="store"):
        await house.drive()
    assert house.keeper.ends == {}
    before = house.tiktok.http_requests
    await house.clock.advance(60)
    assert house.tiktok.http_requests == before


async def test_who_is_cancelled_leaves_no_request_behind_and_no_pair_unkept(house: House) -> None:
    await house.connect()
    await house.clock.advance(2 * 3600)
    house.tiktok.latency = 0.5
    driving = asyncio.create_task(
        house.driver().drive([house.errand(each) for each in EVERYBODY], house.keeper, lambda: False)
    )
    await until(lambda: house.tiktok.refreshes == 3)
    driving.cancel()
    await house.clock.advance(1)
    with pytest.raises(asyncio.CancelledError):
        await driving

    house.tiktok.latency = 0.0
    house.reborn()
    assert await house.drive() == dict.fromkeys(EVERYBODY, WHOLE)
    assert (house.tiktok.refreshes, house.tiktok.used_after_rotation) == (3, 0)


async def test_no_errands_are_no_work(house: House) -> None:
    await house.driver().drive([], house.keeper, lambda: False)

    assert house.tiktok.http_requests == 0


async def test_no_token_is_logged_whatever_goes_wrong(house: House) -> None:
    await house.connect()
    secrets = [(await house.held(each)).access.get_secret_value() for each in EVERYBODY]
    house.tiktok.troubles.next(Trouble.LOST, Trouble.BUSY, Trouble.TOKEN_INVALID, endpoint=LIST)

    with capture_logs() as events:
        await house.drive()

    assert any(event["event"] == "social.request_failed" for event in events)
    assert not any(secret in repr(events) for secret in secrets)
