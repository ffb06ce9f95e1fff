"""The stores of tests/store, on both engines, and the programme of one station in them."""

import pytest

from lahmadaemon.radio.shows.store import GridStore
from lahmadaemon.store.database import Store
from tests.radio_grid.builders import BUDAPEST
from tests.store.conftest import postgresql, postgresql_url, sqlite_url, store, url

__all__ = ["postgresql", "postgresql_url", "sqlite_url", "store", "url"]


@pytest.fixture
def grids(store: Store) -> GridStore:
    """One station's programme."""
    return GridStore(store, "lahma", BUDAPEST)
