"""A store that fails in the midst of an attempt: what is known of the report is not forgotten, nor guessed."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.demo.partner import Trouble
from lahmadaemon.errors import UpstreamError
from lahmadaemon.visitors.push.pushes import State
from lahmadaemon.visitors.push.sender import PushService
from tests.fakes.clock import FakeClock
from tests.fakes.house import keeping
from tests.visitors_push.builders import lane, partner
from tests.visitors_push.test_sender import some

FULL = UpstreamError("the disk is full", outcome="store")
POLICIES = pytest.mark.parametrize("policy", ["resend", "skip"])


def failing(sender: PushService, step: str, *, times: int = 1, landed: bool = False, error: Exception = FULL) -> None:
    """The outbox fails at a step so many times; `landed`: it is done all the same, only its caller does not learn it."""
    real: Callable[..., Awaitable[Any]] = getattr(sender._outbox, step)
    left = [error] * times

    async def fail(*given: Any, **more: Any) -> Any:
        if not left:
            return await real(*given, **more)
        if landed:
            await real(*given, **more)
        raise left.pop()

    setattr(sender._outbox, step, fail)


@POLICIES
@pytest.mark.parametrize("landed", [False, True])
@pytest.mark.parametrize("error", [FULL, RuntimeError("a fault of ours")], ids=["trouble", "crash"])
async def test_a_delivery_that_could_not_be_noted_is_noted_later_and_not_sent_again(
    tmp_path: Path, clock: FakeClock, policy: str, landed: bool, error: Exception
) -> None:
    """Seen: with `skip` it became skipped, with `resend` the partner had it twice."""
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        sender = house.sender(url, when_unsure=policy)
        failing(sender, "settle", times=3, landed=landed, error=error)
        async with keeping(clock, sender):
            await clock.advance(120)
        (push,) = await house.pushes()

    assert len(there.received) == 1
    assert (push.state, push.status, push.desc, push.attempts) == (State.DELIVERED, 200, "Success", 1)


@POLICIES
async def test_a_refusal_that_could_not_be_noted_counts_as_one(tmp_path: Path, clock: FakeClock, policy: str) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        there.next(Trouble.FAILURE)
        sender = house.sender(url, when_unsure=policy)
        failing(sender, "settle", times=2, landed=True)
        async with keeping(clock, sender):
            await clock.advance(60)
        (push,) = await house.pushes()

    assert (push.state, push.refusals, push.attempts) == (State.DELIVERED, 1, 2)


@POLICIES
async def test_a_report_that_surely_never_left_is_not_dropped_when_that_could_not_be_noted(
    tmp_path: Path, clock: FakeClock, policy: str
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        nowhere = house.sender("http://no-such-host.invalid/report", when_unsure=policy)
        failing(nowhere, "settle")
        for _ in range(2):
            with pytest.raises(UpstreamError):
                await nowhere.turn()
        assert await house.states() == [State.WAITING]
        await house.sender(url, when_unsure=policy).turn()

    assert len(there.received) == 1


@POLICIES
@pytest.mark.parametrize(("step", "landed"), [("begin", False), ("begin", True), ("standing", False)])
async def test_a_report_that_was_only_about_to_leave_is_not_dropped_either(
    tmp_path: Path, clock: FakeClock, policy: str, step: str, landed: bool
) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        sender = house.sender(url, when_unsure=policy)
        failing(sender, step, landed=landed)
        async with keeping(clock, sender):
            await clock.advance(60)
        assert await house.states() == [State.DELIVERED]

    assert len(there.received) == 1


async def test_what_is_noted_late_is_also_told(tmp_path: Path, clock: FakeClock) -> None:
    async with lane(tmp_path, clock) as house, partner(clock) as (there, url):
        await some(house)
        there.next(Trouble.NOT_ALLOWED)
        sender = house.sender(url)
        failing(sender, "settle")
        async with keeping(clock, sender):
            assert Condition.PUSH_BLOCKED not in house.desk.now
            await clock.advance(10)
            assert Condition.PUSH_BLOCKED in house.desk.now

    assert len(there.received) == 1, "the pace is kept"
