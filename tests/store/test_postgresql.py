"""A server of its own may be away, or go away: trouble that passes."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from lahmadaemon.errors import ConfigurationError, UpstreamError
from lahmadaemon.store.database import open_for_reading, open_store
from lahmadaemon.store.engines import migrator
from lahmadaemon.store.looking import APPLICATION_ID

pytestmark = pytest.mark.slow


def drop(url: URL, number: int | None) -> None:
    engine = migrator(url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})
    engine.dispose()


async def test_a_server_that_drops_us_is_trouble_that_passes(postgresql_url: URL) -> None:
    which = text("SELECT pg_backend_pid()")
    async with open_store(postgresql_url) as store:
        for connecting in (store.write, store.read):
            async with connecting() as connection:
                number = await connection.scalar(which)
            await asyncio.to_thread(drop, postgresql_url, number)

            with pytest.raises(UpstreamError, match="does not answer"):
                async with connecting() as connection:
                    await connection.scalar(which)
            async with connecting() as connection:
                assert await connection.scalar(which) != number


async def test_a_server_that_is_not_up_yet_is_no_wrong_setting(postgresql_url: URL) -> None:
    elsewhere = postgresql_url.update_query_dict({"host": "/nowhere"}).set(password="correct horse")

    with pytest.raises(UpstreamError, match="cannot be opened") as caught:
        async with open_store(elsewhere):
            raise AssertionError("not reached")
    assert "horse" not in str(caught.value)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        async with open_for_reading(elsewhere):
            raise AssertionError("not reached")


async def test_two_that_start_at_once_migrate_one_after_the_other(postgresql_url: URL) -> None:
    impatient = postgresql_url.update_query_dict({"options": f"{postgresql_url.query['options']} -clock_timeout=50"})
    other = migrator(postgresql_url)
    with other.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:ours)"), {"ours": APPLICATION_ID})

        with pytest.raises(UpstreamError, match="lock timeout"):
            async with open_store(impatient):
                raise AssertionError("not reached")
    other.dispose()

    async with open_store(impatient):
        pass
