"""A store of its own for every test that wants one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from lahmadaemon.radio.shows.log.store import OnAirStore
from lahmadaemon.store.database import Store, open_store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(URL.create("sqlite", database=str(tmp_path / "lahmadaemon.db"))) as opened:
        yield opened


@pytest.fixture
def on_air(store: Store) -> OnAirStore:
    """One station's log."""
    return OnAirStore(store, "lahma")
