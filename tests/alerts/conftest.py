"""A house with an alarm desk, on a SQLite file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lahmadaemon.store.database import Store
from tests.alerts.house import AlarmHouse
from tests.fakes.clock import FakeClock
from tests.fakes.stores import new_store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with new_store(tmp_path / "lahmadaemon.db") as opened:
        yield opened


@pytest.fixture
def house(store: Store, clock: FakeClock) -> AlarmHouse:
    return AlarmHouse(store, clock)
