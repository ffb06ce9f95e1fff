"""How much history is asked for at once."""

from typing import Any, cast

import pytest

from lahmadaemon.clock import DAY, HOUR, SECOND, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.truth.walking import Walker
from tests.fakes.clock import FakeClock
from tests.radio_history.world import Memory, Server

NOW = 1_792_605_600
START, END = Instant((NOW - 86_400) * SECOND), Instant(NOW * SECOND)


async def walked(walker: Walker) -> int:
    """The slices it took."""
    return len([each async for each in walker.walk(START, END)])


async def test_a_server_that_was_down_is_asked_for_as_much_at_once_as_before_when_it_is_back() -> None:
    """Story: error 500 may mean too large a question or a server that is down. Thirty days in fake time showed that after an
    outage of an afternoon every day was asked for in quarters of an hour, until the next restart."""
    memory, server = Memory(), Server([], NOW)

    async def at_once() -> bool:
        return True

    walker = Walker(cast("Any", memory), cast("Any", memory), server, FakeClock(END), at_once)
    assert await walked(walker) == 1

    server.largest = 0
    with pytest.raises(UpstreamError):
        await walked(walker)

    server.largest = DAY // SECOND
    took = [await walked(walker) for _ in range(8)]
    assert took[0] == DAY / (HOUR / 2), "it begins carefully"
    assert took == sorted(took, reverse=True)
    assert took[-1] == 1
