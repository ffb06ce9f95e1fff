"""One server for all tests of a module."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.social.fronting import Front, fronting


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def front() -> AsyncIterator[Front]:
    async with fronting() as served:
        yield served
