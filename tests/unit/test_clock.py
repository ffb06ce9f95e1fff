"""Instants, local times, and waiting: on the machine's clock and on the one tests move."""

import asyncio
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.clock import DAY, HOUR, SECOND, Clock, Instant, SystemClock, instant, iso, local
from tests.fakes.clock import START, FakeClock

BUDAPEST = ZoneInfo("Europe/Budapest")
SUMMER_ENDS = instant(datetime(2026, 10, 25, 1, tzinfo=UTC))
CLOCKS = [SystemClock, FakeClock]


@pytest.fixture(params=CLOCKS, ids=lambda clock: clock.__name__)
def either(request: pytest.FixtureRequest) -> Clock:
    """The same promises hold for both, or tests would prove nothing."""
    clock: Clock = request.param()
    return clock


async def test_a_wait_for_what_has_happened_is_over_at_once(either: Clock) -> None:
    event = asyncio.Event()
    event.set()

    assert await either.wait(event, 60.0)
    assert await either.wait(event, None)
    assert await either.wait(event, 0.0)


async def test_a_wait_is_over_when_it_happens(either: Clock) -> None:
    event = asyncio.Event()
    asyncio.get_running_loop().call_soon(event.set)

    assert await either.wait(event, 60.0)


async def test_what_happens_in_the_very_moment_of_the_timeout_is_not_missed() -> None:
    event = asyncio.Event()
    waiting = asyncio.create_task(SystemClock().wait(event, 0.0))
    await asyncio.sleep(0)  # now its timer is due in the next turn of the loop

    asyncio.get_running_loop().call_soon(event.set)

    assert await waiting is True


async def test_a_wait_that_is_cancelled_is_cancelled(either: Clock) -> None:
    waiting = asyncio.create_task(either.wait(asyncio.Event(), 60.0))
    await asyncio.sleep(0)

    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting


@pytest.mark.parametrize("seconds", [0.0, -5.0, 0.001])
async def test_a_wait_on_the_machine_s_clock_is_over_after_its_time(seconds: float) -> None:
    assert not await SystemClock().wait(asyncio.Event(), seconds)


async def test_a_wait_on_the_fake_clock_is_over_after_its_time_and_not_before(clock: FakeClock) -> None:
    waiting = asyncio.create_task(clock.wait(asyncio.Event(), 60.0))

    await clock.advance(59.9)
    assert not waiting.done()
    await clock.advance(0.1)

    assert await waiting is False


async def test_sleepers_wake_in_the_order_of_their_times_each_at_its_own(clock: FakeClock) -> None:
    woken: list[tuple[float, float]] = []

    async def sleep(seconds: float) -> None:
        await clock.wait(asyncio.Event(), seconds)
        woken.append((seconds, clock.monotonic()))

    sleepers = [asyncio.create_task(sleep(seconds)) for seconds in (30.0, 10.0, 20.0)]
    await clock.advance(60)

    assert woken == [(10.0, 10.0), (20.0, 20.0), (30.0, 30.0)]
    await asyncio.gather(*sleepers)


async def test_both_faces_of_the_fake_clock_move_together_and_only_by_hand(clock: FakeClock) -> None:
    await clock.settle()
    assert (clock.now(), clock.monotonic()) == (START, 0.0)

    await clock.advance(90.5)

    assert (clock.now(), clock.monotonic()) == (START + 90_500, 90.5)


def test_the_machine_s_clocks_are_read_in_milliseconds_and_seconds() -> None:
    clock = SystemClock()

    assert abs(clock.now() - time.time() * SECOND) < 5 * SECOND
    assert abs(clock.monotonic() - time.monotonic()) < 5


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (START, "2026-10-21 19:57:00+02:00"),
        (SUMMER_ENDS - 1, "2026-10-25 02:59:59.999000+02:00"),
        (SUMMER_ENDS, "2026-10-25 02:00:00+01:00"),
        (0, "1970-01-01 01:00:00+01:00"),
    ],
)
def test_a_local_time_is_what_a_clock_on_the_wall_shows(moment: int, shown: str) -> None:
    assert str(local(moment, BUDAPEST)) == shown


@given(
    st.integers(0, 150 * 365 * DAY),
    st.sampled_from(["Europe/Budapest", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
)
def test_a_local_time_leads_back_to_its_instant_even_in_the_hour_that_comes_twice(moment: int, zone: str) -> None:
    assert instant(local(moment, ZoneInfo(zone))) == moment


@given(st.integers(SUMMER_ENDS - 2 * HOUR, SUMMER_ENDS + 2 * HOUR))
def test_the_night_the_summer_ends_loses_no_instant(moment: int) -> None:
    assert instant(local(moment, BUDAPEST)) == moment


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="2026-10-21 19:57:00 has no time zone"):
        instant(datetime(2026, 10, 21, 19, 57))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("moment", "text"),
    [(None, None), (START, "2026-10-21T17:57:00Z"), (START + 999, "2026-10-21T17:57:00Z"), (0, "1970-01-01T00:00:00Z")],
)
def test_machines_read_utc_to_the_second(moment: int | None, text: str | None) -> None:
    assert iso(None if moment is None else Instant(moment)) == text
