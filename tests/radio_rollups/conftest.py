"""The stores of tests/store, on both engines, and a station in them that was measured for six weeks."""

import pytest

from lahmadaemon.radio.store import RadioStore
from lahmadaemon.store.database import Store
from tests.radio_rollups.builders import measured
from tests.store.conftest import postgresql, postgresql_url, sqlite_url, store, url

__all__ = ["postgresql", "postgresql_url", "sqlite_url", "store", "url"]


@pytest.fixture
async def radio(store: Store) -> RadioStore:
    """Measured from the 11th of September to the 20th of October, with a listener or two on every day."""
    return await measured(store)
