"""Every test here that takes `url` or `store` runs on SQLite and, where one can be had, on PostgreSQL."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import URL, make_url

from lahmadaemon.radio.store import RadioStore
from lahmadaemon.store.database import Store, open_store
from lahmadaemon.store.engines import migrator
from tests.fakes.stores import begin_migrated
from tests.store.postgresql import NoServerError, server

GIVEN = "LAHMA_TEST_POSTGRESQL_URL"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[URL]:
    """The server that the environment names, else one of our own; no server, no test."""
    if given := os.environ.get(GIVEN):
        yield make_url(given).set(drivername="postgresql")
        return
    with ExitStack() as stack:
        try:
            url = stack.enter_context(server())
        except NoServerError as reason:
            pytest.skip(f"no PostgreSQL (set {GIVEN}, or install its programs): {reason}")
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> URL:
    """A file that does not exist yet."""
    return URL.create("sqlite", database=str(tmp_path / "state" / "lahmadaemon.db"))


@pytest.fixture
def postgresql_url(postgresql: URL) -> Iterator[URL]:
    """An empty schema of its own."""
    name = f"test_{uuid4().hex}"
    engine = migrator(postgresql)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    try:
        yield postgresql.update_query_dict({"options": f"-csearch_path={name}"})
    finally:
        with engine.begin() as connection:
            # a transaction left open makes a red test, not a hanging one
            connection.execute(text("SET lock_timeout = '10s'"))
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
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
    await asyncio.to_thread(begin_migrated, url)
    async with open_store(url) as opened:
        yield opened


@pytest.fixture
def radio(store: Store) -> RadioStore:
    """One station of it."""
    return RadioStore(store, "lahma")
