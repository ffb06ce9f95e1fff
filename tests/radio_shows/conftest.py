"""A store of its own for every test that wants one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lahmadaemon.radio.shows.log.store import OnAirStore
from lahmadaemon.store.database import Store
from tests.fakes.stores import new_store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with new_store(tmp_path / "lahmadaemon.db") as opened:
        yield opened


@pytest.fixture
def on_air(store: Store) -> OnAirStore:
    """One station's log."""
    return OnAirStore(store, "lahma")
