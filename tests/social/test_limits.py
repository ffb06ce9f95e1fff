"""Nobody asks where a platform has said no, for as long as it said."""

import asyncio

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.social.limits import Bucket, Limits, Pause
from tests.fakes.clock import START, FakeClock


def test_a_share_of_ninety_percent_stops_the_scope_for_as_long_as_the_platform_says_and_no_other(
    clock: FakeClock,
) -> None:
    limits = Limits(clock)
    limits.used("meta.account.1", 92, regain=17 * 60)

    held = limits.held("meta.app", "meta.account.1")
    assert held is not None
    assert held.until == START + 17 * 60 * SECOND
    assert limits.held("meta.app", "meta.account.2") is None


async def test_a_pause_is_over_by_itself(clock: FakeClock) -> None:
    limits = Limits(clock)
    limits.used("meta.app", 100)
    assert limits.held("meta.app")

    await clock.advance(300)
    assert limits.held("meta.app") is None


def test_from_three_quarters_on_requests_go_one_by_one_until_less_is_used(clock: FakeClock) -> None:
    limits = Limits(clock)
    limits.used("meta.app", 75)
    assert limits.slow("meta.account.1", "meta.app")

    limits.used("meta.app", 74)
    assert not limits.slow("meta.account.1", "meta.app")


async def test_refusals_without_a_word_double_the_wait_up_to_an_hour_and_an_answer_forgets_them(
    clock: FakeClock,
) -> None:
    limits, waits = Limits(clock), []
    for _ in range(8):
        waits.append((limits.refused("tiktok.video/list/", "rate_limit_exceeded").until - clock.now()) // SECOND)
        await clock.advance(3600)
    limits.used("tiktok.video/list/", 0)

    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert limits.refused("tiktok.video/list/", "again").until - clock.now() == 60 * SECOND


def test_a_shorter_pause_does_not_end_a_longer_one(clock: FakeClock) -> None:
    limits = Limits(clock)
    limits.pause("meta.app", 600, "long")
    limits.pause("meta.app", 10, "short")

    held = limits.held("meta.app")
    assert held is not None
    assert held.reason == "long"


def test_what_an_earlier_life_was_told_still_holds_and_new_pauses_are_handed_out_once(clock: FakeClock) -> None:
    limits = Limits(clock, [Pause("meta.app", Instant(START + 1000), "before")])
    assert limits.held("meta.app")

    made = limits.pause("meta.token.1", 5, "17")
    assert limits.fresh() == [made]
    assert limits.fresh() == []


async def test_a_bucket_lets_so_many_through_each_second_after_a_first_second_s_worth(clock: FakeClock) -> None:
    bucket, through = Bucket(clock, per_second=5), 0

    async def go() -> None:
        nonlocal through
        for _ in range(40):
            await bucket.take()
            through += 1

    task = asyncio.ensure_future(go())
    await clock.advance(0)
    at_once = through
    await clock.advance(2)

    assert at_once == 5
    assert through == 15
    await clock.advance(10)
    await task
