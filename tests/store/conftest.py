"""Every test here that takes `url` or `store` runs on SQLite and, where one can be had, on PostgreSQL."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import URL, make_url

from lahmadaemon.radio.store import RadioStore
from lahmadaemon.store.database import Store, open_store
from lahmadaemon.store.engines import migrator
from tests.fakes.stores import begin_migrated
from tests.store.postgresql import NoServerError, server
from tests.store.schemas import Schemas

GIVEN = "LAHMA_TEST_POSTGRESQL_URL"
_schemas = cache(Schemas)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[URL]:
    """The server that the environment names, else one of our own; no server, no test."""
    with ExitStack() as stack:
        if given := os.environ.get(GIVEN):
            url = make_url(given).set(drivername="postgresql")
        else:
            try:
                url = stack.enter_context(server())
            except NoServerError as reason:
                pytest.skip(f"no PostgreSQL (set {GIVEN}, or install its programs): {reason}")
        stack.callback(_schemas(url).close)
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> URL:
    """A file that does not exist yet."""
    return URL.create("sqlite", database=str(tmp_path / "state" / "lahmadaemon.db"))


@pytest.fixture
def postgresql_url(request: pytest.FixtureRequest, postgresql: URL) -> Iterator[URL]:
    """A schema of its own: an empty one, or a migrated one for who takes `store`."""
    schemas = _schemas(postgresql)
    name = schemas.take() if "store" in request.fixturenames else schemas.make()
    yield schemas.url(name)
    schemas.give_back(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest) -> URL:
    """An empty database, on either engine."""
    found: URL = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def engine(url: URL) -> Iterator[Engine]:
    """A plain way into the same database, for what nobody would do in earnest."""
    made = migrator(url)
    yield made
    made.dispose()


@pytest.fixture
async def store(url: URL) -> AsyncIterator[Store]:
    """An open, empty store, on either engine."""
    if url.get_backend_name() == "sqlite":  # the schema is migrated already
        await asyncio.to_thread(begin_migrated, url)
    async with open_store(url) as opened:
        yield opened


@pytest.fixture
def radio(store: Store) -> RadioStore:
    """One station of it."""
    return RadioStore(store, "lahma")
