"""Whatever the outages and the slices: after reconciling, what is stored is the truth, and a second run changes nothing."""

import asyncio
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio.coverage import gaps
from lahmadaemon.radio.truth.walking import Slice, Walker
from tests.fakes.clock import FakeClock
from tests.radio_history.world import EVERY, Memory, Row, Server

BEGINS, NOW = 100_000, 100_000 + 5 * 3600
"""Polling begins and ends, in seconds; rows are older and younger than that."""
NAMES = ("anna", "béla", "cili", "dóri")


lengths = st.integers(0, 20) | st.integers(0, 4000) | st.integers(0, 3 * 86_400)
pauses = st.integers(1, 16) | st.integers(1, 6000)


@st.composite
def truths(draw: st.DrawFn) -> list[Row]:
    """What AzuraCast recorded: of one client at most one row at a time."""
    rows = []
    for name in NAMES:
        at = BEGINS - draw(st.integers(0, 3 * 86_400) | st.integers(0, 4000))
        for length, pause in draw(st.lists(st.tuples(lengths, pauses), max_size=12)):
            if at < NOW:
                rows.append(Row(name, at, at + length if at + length <= NOW else None))
                at += length + pause
    return rows


outages = st.lists(st.tuples(st.integers(BEGINS + EVERY, NOW), st.integers(0, 9000)), max_size=3)


async def walked(memory: Memory, server: Server, start: int, back: int = 14) -> list[Slice]:
    async def at_once() -> bool:
        return True

    walker = Walker(cast("Any", memory), cast("Any", memory), server, FakeClock(NOW * SECOND), at_once)
    return [done async for done in walker.walk(Instant(start * SECOND), Instant(NOW * SECOND), back=back)]


@settings(max_examples=60)
@given(truths(), outages, st.integers(1200, 86_400), st.integers(0, 50))
@pytest.mark.slow
def test_after_reconciling_everything_stored_is_the_truth(
    rows: list[Row], holes: list[tuple[int, int]], largest: int, lag: int
) -> None:
    memory, server = Memory(), Server(rows, NOW, largest)
    moments = range(BEGINS, NOW - lag, EVERY)
    memory.poll(server, [at for at in moments if not any(hole <= at < hole + long for hole, long in holes)])

    changes = asyncio.run(walked(memory, server, BEGINS))
    once = dict(memory.connections)
    again = asyncio.run(walked(memory, server, BEGINS))

    until = NOW // 60 * 60 - 1
    first = BEGINS // 60 * 60
    for row in rows:
        if row.start > until or (row.end is not None and row.end < first):
            continue
        ended_at = memory.connections[row.key]
        if row.end is not None and row.end < until:
            assert ended_at == row.end * SECOND, row
        else:
            assert ended_at is None or ended_at >= until * SECOND, row
    assert memory.connections.keys() <= {row.key for row in rows}
    assert once == memory.connections
    assert not any(done.reconciled.added or done.reconciled.corrected for done in again)
    assert changes[-1].end == (until + 1) * SECOND
    if any(row.start <= first and (row.end is None or row.end >= first) for row in rows):  # else who knows since when
        assert gaps((), memory.vouched, Instant(BEGINS * SECOND), Instant((until + 1) * SECOND)) == []
    assert all(start % 60 == end % 60 == 0 and end <= NOW and end - start <= 86_400 for start, end in server.asked)
