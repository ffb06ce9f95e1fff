"""A house with an alarm desk, on a SQLite file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from lahmadaemon.store.database import Store, open_store
from tests.alerts.house import AlarmHouse
from tests.fakes.clock import FakeClock


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(URL.create("sqlite", database=str(tmp_path / "lahmadaemon.db"))) as opened:
        yield opened


@pytest.fixture
def house(store: Store, clock: FakeClock) -> AlarmHouse:
    return AlarmHouse(store, clock)
