"""A camera's whole little world, on a clock that tests move."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.clock import FakeClock
from tests.fakes.stores import new_store
from tests.visitors.builders import NOW
from tests.visitors.world import World


@pytest.fixture
def clock() -> FakeClock:
    """At 10:32 on the day of the samples."""
    return FakeClock(NOW)


@pytest.fixture
async def world(tmp_path: Path, clock: FakeClock) -> AsyncIterator[World]:
    """An empty folder, an empty store and nobody watching yet."""
    async with new_store(tmp_path / "state" / "lahma.db") as store:
        (tmp_path / "in").mkdir()
        yield World(tmp_path / "in", store, clock)
