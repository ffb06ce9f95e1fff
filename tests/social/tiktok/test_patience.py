"""How long is waited: as long as they ask, else at random; and not for ever."""

import pytest

from lahmadaemon.clock import SECOND
from lahmadaemon.social.limits import Limits
from lahmadaemon.social.tiktok.patience import BROKEN_AFTER, TRIES, CutError, Patience
from tests.fakes.clock import FakeClock
from tests.social.tiktok.house import passing

SCOPE = "tiktok.video/list"


def never() -> bool:
    return False


@pytest.fixture
def limits(clock: FakeClock) -> Limits:
    return Limits(clock)


@pytest.fixture
def patience(clock: FakeClock, limits: Limits) -> Patience:
    return Patience(clock, limits, lambda: 1.0)


async def test_waits_double_up_to_half_a_minute_of_which_chance_takes_its_part(
    clock: FakeClock, limits: Limits
) -> None:
    half = Patience(clock, limits, lambda: 0.5)
    waits = []
    for tries in range(1, TRIES):
        before = clock.monotonic()
        await passing(clock, half.failed(SCOPE, tries, "internal_error", None, never))
        waits.append(clock.monotonic() - before)

    assert waits == [1.0, 2.0, 4.0, 8.0]


async def test_the_fifth_failure_is_the_last(patience: Patience) -> None:
    with pytest.raises(CutError, match="unavailable"):
        await patience.failed(SCOPE, TRIES, "internal_error", None, never)


async def test_who_asks_for_a_while_gets_it_from_everybody(clock: FakeClock, patience: Patience) -> None:
    await patience.failed(SCOPE, 1, "503", 20.0, never)
    assert patience.holds(SCOPE)
    began = clock.monotonic()

    await passing(clock, patience.allowed(SCOPE, never))

    assert clock.monotonic() - began == 20
    assert not patience.holds(SCOPE)


async def test_who_asks_for_long_is_not_waited_for(clock: FakeClock, patience: Patience) -> None:
    await patience.failed(SCOPE, 1, "503", 600.0, never)

    with pytest.raises(CutError, match="throttled") as cut:
        await patience.allowed(SCOPE, never)
    assert cut.value.held_until == clock.now() + 600 * SECOND


async def test_many_failures_in_a_row_leave_an_endpoint_alone_and_a_good_answer_begins_anew(
    clock: FakeClock, patience: Patience
) -> None:
    for count in range(BROKEN_AFTER - 1):
        await passing(clock, patience.failed(SCOPE, 1, "timeout", None, never))
        assert not patience.holds(SCOPE), count
    patience.answered(SCOPE)
    await passing(clock, patience.failed(SCOPE, 1, "timeout", None, never))
    assert not patience.holds(SCOPE)

    for _ in range(BROKEN_AFTER - 1):
        await passing(clock, patience.failed(SCOPE, 1, "timeout", None, never))

    assert patience.holds(SCOPE)
    assert not patience.holds("tiktok.video/query")


async def test_of_many_who_are_refused_together_one_says_it_for_all(
    clock: FakeClock, limits: Limits, patience: Patience
) -> None:
    for _ in range(8):
        patience.refused(SCOPE, "rate_limit_exceeded", None)

    pause = limits.held(SCOPE)
    assert pause is not None
    assert pause.until == clock.now() + 60 * SECOND
